#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Snapshots that lvm2 made and the kernel filled are read and written by liblvol, then by the kernel again, and merged half
# there and half here.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
disk a 96M; disk b 96M
disks="$dir/a.img,$dir/b.img"
lvol() { "$LVOL_TOOL" --devices "$disks" "$@"; }
sum() { lvol read "$1" | sha256sum | cut -d' ' -f1; }
turn() { LVOL_TURN=$1; export LVOL_TURN; guest snapshot.guest -d "$dir/a.img" -d "$dir/b.img" || fail "the guest, turn $1"; }
# what the guest saw is what we see
compare() {
	for lv; do
		[ "$(sum "vg0/$lv")" = "$(cat "$OUT/$lv.theirs")" ] || fail "vg0/$lv reads otherwise than on the kernel, turn $turn"
	done
}

turn=1
turn 1
compare org s4 s64 new
# the origin with its snapshots, in pieces that fit no chunk; the snapshots themselves, one of them never written before
head -c 300000 /dev/urandom | lvol write --offset 1000000 vg0/org
head -c 777 /dev/urandom | lvol write --offset 9000001 vg0/org
head -c 100000 /dev/urandom | lvol write --offset 4000003 vg0/s4
head -c 50000 /dev/urandom | lvol write --offset 1200000 vg0/s64
for lv in org s4 s64 new; do sum vg0/$lv >"$OUT/$lv.ours"; done
turn=2
turn 2
compare s64 new
# turn 2 left a merge that has not begun: the volume is the snapshot already
[ "$(sum vg0/org)" = "$(cat "$OUT/s4.before-merge")" ] || fail "the merging origin is not its snapshot"
head -c 5000 /dev/urandom | lvol write --offset 4000000 vg0/org
sum vg0/org >"$OUT/org.ours"
sum vg0/s64 >"$OUT/s64.ours"
turn 3
