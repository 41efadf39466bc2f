#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The small examples: each does what its first comment says, on image files, and stays small.
. "$(dirname "$0")/lib.sh"
run() { example=$1; shift; "$LVOL_BUILD/examples/$example" "$@"; }
[ -x "$LVOL_BUILD/examples/list" ] || skip "the examples are not built"

for source in "$LVOL_SRC"/examples/*.c; do
	lines=$(wc -l <"$source")
	[ "$lines" -ge 60 ] && [ "$lines" -le 150 ] || fail "$(basename "$source") has $lines lines; 60 to 150 are small"
done

# --- create-vg ---

disks 64M a.img b.img c.img
ok run create-vg vg0 a.img b.img
says 'vg0: version 1, 2 PVs, 3 LVs, 11 of 30 extents free'
same "LVs" "$(show lvs lv_name,lv_size,lv_tags -O lv_name | tr '\n' ' ')" \
	"home 46137344 root 16777216 system scratch 16777216 "
ok lvol vgck
refused 1 vg0 run create-vg vg0 c.img a.img
refused 2 "usage" run create-vg vg0

# --- list ---

mke2fs -q -t ext4 c.img 16m
disks 64M d.img
ok lvol pvcreate d.img
ok run list a.img b.img c.img d.img
says 'VG vg0, version 1: 120.0 MiB, 44.0 MiB free'
says 'LV root                   16.0 MiB'
says 'striped a.img:'
says 'PV d.img of no VG'
says 'c.img holds no LVM2, but: ext4'
ok run list b.img
says '(missing)'
refused 1 nosuch.img run list nosuch.img

# --- installer ---

disks 256M a.img
disks 128M b.img
before=$(sums)
ok run installer -n a.img b.img
says 'This will be done:'
says 'Nothing was written.'
says 'root'
same "after the plan" "$(sums)" "$before"
echo n | run installer a.img b.img >/dev/null
same "after the answer no" "$(sums)" "$before"
echo y | run installer a.img b.img >out || fail "installer"
grep -q 'Done\.' out || fail "installer says $(cat out)"
same "LVs" "$(show lvs lv_name -O lv_name system | tr '\n' ' ')" "boot home root swap "
lv_is system/boot lv_attr,lv_size "-ri------- 16777216"
ok lvol vgck
refused 1 system run installer -n a.img b.img

# --- copy-async ---

disks 64M a.img b.img
ok lvol vgcreate vg0 a.img b.img
ok lvol lvcreate -n from -L 20m vg0 a.img
ok lvol lvcreate -n to -i 2 -L 24m vg0
ok lvol lvcreate -n small -L 4m vg0
head -c 20971520 /dev/urandom >data
ok lvol write -i data vg0/from
ok run copy-async vg0 from to a.img b.img
says '20971520 bytes from from to to'
lvol read --length 20m vg0/to | cmp - data || fail "copy-async copies wrongly"
refused 1 "" run copy-async vg0 from small a.img b.img
refused 1 nosuch run copy-async vg0 from nosuch a.img b.img

# --- custom-device ---

ok run custom-device
says 'vg0/notes: "what was written is what is read"'
grep -Eq '^closed after [1-9][0-9]* reads, [1-9][0-9]* writes, [1-9][0-9]* flushes' "$dir/out" ||
	fail "custom-device says $(cat "$dir/out")"
