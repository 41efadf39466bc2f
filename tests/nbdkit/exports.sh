#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every LV of a VG as an export: names, the default one, several at once, LVs that come and go.
. "$(dirname "$0")/lib.sh"
requires nbdinfo nbdcopy qemu-io jq
make_vg
lvol lvcreate -q -n root -L 8m vg0

exports() { nbdinfo --list --json "$1" | jq -r '[.exports[] | ."export-name"] | join(" ")'; }

# one LV: it is the default, under all of its names
start vg=vg0
[ "$(exports "$(at)")" = root ] || fail "list of one: $(exports "$(at)")"
for name in "" root vg0/root; do
	[ "$(nbdinfo --size "$(at $name)")" = 8388608 ] || fail "export \"$name\""
done
# the list is as the VG is now
lvol lvcreate -q -n home -i 2 -L 16m vg0
lvol lvcreate -q -n nil --type zero -L 4m vg0
[ "$(exports "$(at)")" = "root home nil" ] || fail "list of three: $(exports "$(at)")"
[ "$(nbdinfo --size "$(at home)")" = 16777216 ] || fail "size of home"
nbdinfo "$(at home)" | grep -q 'description: vg0/home, striped' || fail "description of home"
refused "the default of several" "default export" nbdinfo "$(at)"
refused "no such LV" . nbdinfo "$(at swap)"
grep -q 'VG vg0 has no LV called swap' server.log || fail "the server says: $(cat server.log)"
refused "a name with a slash" . nbdinfo "$(at vg1/root)"

# several at once
random one 8
random two 16
nbdcopy one "$(at root)" &
copy=$!
nbdcopy two "$(at home)" || fail "nbdcopy to home"
wait $copy || fail "nbdcopy to root"
same "two at once" vg0/root one
same "two at once" vg0/home two

# a resize is seen by the next client
lvol lvextend -q -L 12m vg0/root
[ "$(nbdinfo --size "$(at root)")" = 12582912 ] || fail "root after lvextend"
lvol lvremove -q -y vg0/nil
[ "$(exports "$(at)")" = "root home" ] || fail "list after lvremove: $(exports "$(at)")"
stop

# lv=: this one alone
start lv=vg0/home
[ "$(exports "$(at)")" = home ] || fail "list with lv=: $(exports "$(at)")"
for name in "" home vg0/home; do
	[ "$(nbdinfo --size "$(at $name)")" = 16777216 ] || fail "export \"$name\" with lv="
done
refused "another LV with lv=" . nbdinfo "$(at root)"
grep -q '"root" is not served here, only vg0/home' server.log || fail "the server says: $(cat server.log)"
stop
echo "exports: names, default, several at once, changes"
