#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Block devices with logical sectors of 4096 bytes: metadata and data by liblvol and lvm2 in turns, O_DIRECT, odd offsets.
. "$(dirname "$0")/lib.sh"
requires_root_and_loops
requires_tool
truncate -s 64M "$dir/a.img" "$dir/b.img"
a=$(attach "$dir/a.img" 4096)
b=$(attach "$dir/b.img" 4096)
[ "$(blockdev --getss "$a")" = 4096 ] || skip "loop devices have no 4096 byte sectors here"
lvol() { "$LVOL_TOOL" --devices "$a,$b" "$@"; }

lvol vgcreate vg0 "$a" "$b"
lvol lvcreate -n one -i 2 -I 4k -L 24m vg0
check_all
lvm2 lvcreate -q -an -Zn -Wn -y -n two -L 12M vg0
lvm2 lvrename vg0 one first
check_all
[ "$(lvol lvs --noheadings -o lv_name vg0 | tr -d ' \n')" = firsttwo ] || fail "lvol does not see what lvm2 did"

head -c 5000001 /dev/urandom >"$dir/data"
lvol write --offset 12345 vg0/first <"$dir/data"
lvol read --offset 12345 --length 5000001 vg0/first | cmp - "$dir/data" || fail "data differ"
lvol lvextend -L +4m vg0/two
lvol vgck vg0
check_all
