#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The harness itself: the real tools work on our loop devices, see no others, and leave nothing behind.
. "$(dirname "$0")/lib.sh"
requires_root_and_loops
truncate -s 64M "$dir/a.img" "$dir/b.img"
a=$(attach "$dir/a.img")
b=$(attach "$dir/b.img" 4096)
[ "$(blockdev --getss "$b")" = 4096 ] || fail "$b has no sectors of 4096 bytes"
lvm2 pvcreate -q "$a"
lvm2 vgcreate -q vg0 "$a"
lvm2 lvcreate -q -an -Zn -Wn -L 16M -n one vg0
lvm2 pvcreate -q "$b"
[ "$(lvm2 pvs --noheadings -o pv_name | wc -l)" = 2 ] || fail "lvm2 sees other devices than ours"
[ "$(lvm2 lvs --noheadings --units b -o lv_size vg0/one | tr -d ' ')" = 16777216B ] || fail "wrong size"
check_all
detach "$b"
[ "$(lvm2 pvs --noheadings -o pv_name | tr -d ' ')" = "$a" ] || fail "the detached device is still seen"
[ "$(dd if="$dir/a.img" bs=1 skip=512 count=8 2>/dev/null)" = LABELONE ] || fail "no label in the file"
