#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Writecaches that lvm2 made: what the kernel left in the cache is read by liblvol, what liblvol left there - in a cache that it
# formatted, in one that the kernel uses, and where it was killed while it wrote - is read and written back by the kernel,
# several turns; lvm2 detaches them.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
for d in a b; do disk $d 64M; done
disks="$dir/a.img,$dir/b.img"
lvol() { "$LVOL_TOOL" --devices "$disks" "$@"; }
sum() { lvol read "vg0/$1" | sha256sum | cut -d' ' -f1; }
turn() {
	LVOL_TURN=$1; export LVOL_TURN
	guest writecache.guest -d "$dir/a.img" -d "$dir/b.img" || fail "the guest, turn $1"
}
compare() {
	for lv; do
		[ "$(sum $lv)" = "$(cat "$OUT/$lv.theirs")" ] || fail "vg0/$lv reads otherwise than on the kernel, turn $LVOL_TURN"
	done
}
# LV SEED: random places and lengths
write() {
	awk -v seed="$2" 'BEGIN { srand(seed); for (i = 0; i < 8; i++) print int(rand() * 6000000), int(rand() * rand() * 400000) + 1 }' |
	while read -r at len; do
		head -c "$len" /dev/urandom | lvol write --offset "$at" "vg0/$1"
	done
	sum "$1" >"$OUT/$1.ours"
}
lvs="big small fresh killed"
turn 1
compare $lvs
for lv in $lvs; do write $lv 1$LVOL_TURN; done
head -c 30000000 /dev/urandom | "$LVOL_TOOL" --devices "$disks" write --offset 0 vg0/killed &
sleep 0.1
kill -9 $! && wait $! 2>/dev/null || :
sum killed >"$OUT/killed.ours"
turn 2
compare $lvs
for lv in $lvs; do write $lv 2$LVOL_TURN; done
turn 3
compare $lvs
