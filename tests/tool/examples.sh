#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The small examples: each does what its first comment says, on image files, and stays small.
. "$(dirname "$0")/lib.sh"
run() { example=$1; shift; "$LVOL_BUILD/examples/$example" "$@"; }
[ -x "$LVOL_BUILD/examples/list" ] || skip "the examples are not built"

for source in "$LVOL_SRC"/examples/*.c "$LVOL_SRC"/examples/storage-daemon/*.c; do
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

# --- build-image ---

mke2fs -q -t ext4 -d "$LVOL_SRC/docs" fs.img 8m
head -c 3000000 /dev/urandom >kernel
mkdir here there
SOURCE_DATE_EPOCH=1700000000
export SOURCE_DATE_EPOCH
ok run build-image -s 7 here/disk.img system boot=kernel root=fs.img
(cd there && ok run build-image -s 7 other.img system boot=../kernel root=../fs.img)
cmp here/disk.img there/other.img || fail "build-image: the same files and seed make different images"
ok run build-image -s 8 there/third.img system boot=kernel root=fs.img
if cmp -s here/disk.img there/third.img; then fail "build-image: the seed has no effect"; fi
unset SOURCE_DATE_EPOCH
devices=here/disk.img
ok lvol vgck
same "LVs" "$(show lvs lv_name,lv_size -O lv_name | tr '\n' ' ')" "boot 3145728 root 8388608 "
lvol read system/root | cmp - fs.img || fail "build-image: the file system is not in its LV"
lvol read --length 3000000 system/boot | cmp - kernel || fail "build-image: the kernel is not in its LV"
lvol read system/root >back
e2fsck -fn back >/dev/null 2>&1 || fail "build-image: e2fsck finds faults"
refused 1 "File exists" run build-image here/disk.img system boot=kernel
refused 1 "LV=FILE" run build-image here/none.img system kernel
refused 1 "nosuch" run build-image here/new.img system boot=nosuch
refused 1 "bad name" run build-image here/new.img system "bad name=kernel"
[ ! -e here/new.img ] || fail "build-image leaves an image that is not whole"
