#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Writecaches and integrity that liblvol adds to and takes off LVs are as lvm2 itself makes them, and the kernel goes on with
# them; what the kernel leaves in a cache is written back before liblvol detaches it.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
for d in a b c d; do disk $d 96M; done
disks="$dir/a.img,$dir/b.img"
lvol() { "$LVOL_TOOL" --devices "$disks" "$@" >"$dir/said" 2>&1 || { cat "$dir/said"; fail "lvol $*"; }; }
sum() { "$LVOL_TOOL" --devices "$disks" read "ours/$1" | sha256sum | cut -d' ' -f1; }
turn() {
	LVOL_TURN=$1; export LVOL_TURN
	guest layers.guest -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" -d "$dir/d.img" || fail "the guest, turn $1"
}
# the same is done by lvm2 to the VG theirs, in turn 1
lvol pvcreate "$dir/a.img" "$dir/b.img"
lvol vgcreate -s 512k ours "$dir/a.img" "$dir/b.img"
lvol lvcreate -L 8M -n main ours "$dir/a.img"
lvol lvcreate -L 4M -n fast ours "$dir/b.img"
lvol lvcreate -L 4M -n small ours "$dir/a.img"
lvol lvcreate -L 2M -n quick ours "$dir/b.img"
for lv in main small; do
	head -c 3000000 /dev/urandom | "$LVOL_TOOL" --devices "$disks" write ours/$lv
	sum $lv >"$OUT/$lv.ours"
done
lvol lvconvert --yes --type writecache --cachevol fast ours/main
lvol lvconvert --yes --type writecache --cachevol ours/quick --cachesettings 'block_size=512 high_watermark=60 writeback_jobs=7' ours/small
lvol lvcreate --type raid1 -m1 -L 4M -n r1 ours
lvol lvcreate --type raid1 -m1 --raidintegrity y --raidintegritymode bitmap --raidintegrityblocksize 4096 -L 4M -n bits ours
lvol lvconvert --raidintegrity y ours/r1
for lv in r1 bits; do
	head -c 4194304 /dev/urandom | "$LVOL_TOOL" --devices "$disks" write ours/$lv
	sum $lv >"$OUT/$lv.ours"
done
turn 1
# the kernel left something in the caches
for lv in main small r1 bits; do
	[ "$(sum $lv)" = "$(cat "$OUT/$lv.theirs")" ] || fail "ours/$lv reads otherwise than on the kernel"
done
lvol lvconvert --splitcache ours/main
lvol lvconvert --uncache ours/small
lvol lvconvert --raidintegrity n ours/r1
for lv in main small r1 bits; do
	[ "$(sum $lv)" = "$(cat "$OUT/$lv.theirs")" ] || fail "ours/$lv changed when a layer was taken off"
done
turn 2
