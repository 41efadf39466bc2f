#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Block status: data, holes of image files, zero segments, missing PVs.
. "$(dirname "$0")/lib.sh"
requires nbdinfo
make_vg
lvol lvcreate -q -n lin -L 16m vg0 a.img
lvol lvcreate -q -n str -i 2 -L 16m vg0
lvol lvcreate -q -n nil --type zero -L 16m vg0

# is NAME EXPECTED: "OFFSET LENGTH TYPE" of each extent, blank-separated
is() {
	serve -r lv=vg0/"$1" 'nbdinfo --map "$uri"' >map
	found=$(awk '{ printf "%s%s %s %s", (NR > 1 ? ", " : ""), $1, $2, $4 }' map)
	[ "$found" = "$2" ] || fail "map of $1 is \"$found\", expected \"$2\""
}

random data 1
truncate -s 16M empty
for lv in lin str; do
	lvol write -q vg0/$lv <empty
done
is nil "0 16777216 hole,zero"
is lin "0 16777216 hole,zero"
lvol write -q --offset 4m vg0/lin <data
is lin "0 4194304 hole,zero, 4194304 1048576 data, 5242880 11534336 hole,zero"
# a stripe more and less: what lies together on the LV is one extent although it is in two files
lvol write -q --offset 3m vg0/str <data
is str "0 3145728 hole,zero, 3145728 1048576 data, 4194304 12582912 hole,zero"
lvol write -q --offset 15m vg0/str <data
is str "0 3145728 hole,zero, 3145728 1048576 data, 4194304 11534336 hole,zero, 15728640 1048576 data"

# every other stripe lies on b.img; what is missing is no hole
random full 16
lvol write -q vg0/str <full
is str "0 16777216 data"
refused "a partial LV" "vg0/str.*missing" kit "$plugin" a.img lv=vg0/str --run true
kit "$plugin" a.img lv=vg0/str partial=true --run 'nbdinfo --map --totals "$uri"' >map
grep -q '^ *16777216 *100.0% *0 data$' map || fail "map of the partial LV: $(cat map)"
kit "$plugin" a.img lv=vg0/lin --run 'nbdinfo --size "$uri"' >map || fail "an LV on the PV that is there"
echo "nbdinfo --map: linear, striped, zero, partial"
