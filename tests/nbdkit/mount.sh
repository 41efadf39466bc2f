#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A file system in an LV, made and used by the kernel without its device-mapper: nbdfuse shows the LV as a file.
. "$(dirname "$0")/lib.sh"
requires nbdfuse mkfs.ext4 e2fsck debugfs fusermount3
[ -r /dev/fuse ] && [ -w /dev/fuse ] || skip "no access to /dev/fuse"
make_vg
lvol lvcreate -q -n fs -i 2 -L 64m vg0
start lv=vg0/fs
: >fs.img
fuse= loop=
undo() {
	if [ -n "$loop" ]; then
		umount mnt 2>/dev/null || :
		losetup -d "$loop" 2>/dev/null || :
	fi
	[ -z "$fuse" ] || fusermount3 -u fs.img 2>/dev/null || :
	cleanup
}
trap undo EXIT
nbdfuse -P fuse.pid fs.img "$(at)" >fuse.log 2>&1 &
fuse=$!
wait_for_fuse() { test -s fuse.pid || ! kill -0 $fuse 2>/dev/null; }
wait_for nbdfuse wait_for_fuse
[ -s fuse.pid ] || { fuse=; skip "nbdfuse cannot mount here: $(cat fuse.log)"; }

mkfs.ext4 -q -F fs.img || fail "mkfs.ext4 through nbdfuse"
mounted=
if [ "$(id -u)" != 0 ]; then
	echo "not mounted: needs root"
elif ! loop=$(losetup -f --show fs.img 2>losetup.log); then
	loop=
	echo "not mounted: $(cat losetup.log)"
else
	mkdir mnt
	if mount -t ext4 "$loop" mnt 2>mount.log; then
		mounted=1
		cp -r "$LVOL_SRC/docs" mnt/
		umount mnt
		mount -t ext4 -o ro "$loop" mnt
		diff -r "$LVOL_SRC/docs" mnt/docs || fail "what is read back from the mount"
		umount mnt
	else
		echo "not mounted: $(cat mount.log)"
	fi
	losetup -d "$loop"
	loop=
fi
fusermount3 -u fs.img
wait $fuse || fail "nbdfuse: $(cat fuse.log)"
fuse=
stop
# the same bytes without NBD
lvol read vg0/fs >copy.img
e2fsck -fn copy.img >fsck.log 2>&1 || fail "e2fsck: $(cat fsck.log)"
if [ -n "$mounted" ]; then
	debugfs -R 'cat /docs/commit.md' copy.img 2>/dev/null | cmp - "$LVOL_SRC/docs/commit.md" || fail "a file in the LV"
fi
echo "mkfs.ext4 through nbdfuse${mounted:+, mounted through a loop device}"
