# SPDX-License-Identifier: LGPL-2.1-or-later
# Creates, extends, renames and removes one LV in a VG of many, with the commands of lvm2 and with liblvol, one process
# each; and reads and writes the text by hand, with the flushes that a commit needs.
. "$(dirname "$0")/lib.sh"

for lvs in ${LVOL_BENCH_LVS:-10000 100000}; do
	make_vg bench $lvs
	by_hand="$op write $loop $bytes"
	compare "edit: create in $lvs LVs" liblvol "$op create bench a{i}" \
		lvm2 "lvm lvcreate -qq -an -Zn -Wn -y -l1 -n b{i} bench" "by hand" "$by_hand"
	compare "edit: extend in $lvs LVs" liblvol "$op extend bench a{i}" lvm2 "lvm lvextend -qq -l+1 bench/b{i}" \
		"by hand" "$by_hand"
	compare "edit: rename in $lvs LVs" liblvol "$op rename bench a{i} c{i}" lvm2 "lvm lvrename -qq bench b{i} d{i}" \
		"by hand" "$by_hand"
	compare "edit: remove in $lvs LVs" liblvol "$op remove bench c{i}" lvm2 "lvm lvremove -qq -y bench/d{i}" \
		"by hand" "$by_hand"
	silent lvm2 vgck bench
	drop_vg bench
done
