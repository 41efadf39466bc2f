#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Caches that lvm2 made, on pools and cachevols, in all modes and both formats of metadata: what the kernel cached, dirty blocks
# among it, is read by liblvol, and what liblvol wrote - to one that it formatted, and where it was killed while it wrote - is
# read and written by the kernel, several turns; cache_check finds nothing, and lvm2 detaches them with all that they hold.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
PATH=$PATH:/usr/sbin command -v cache_check >/dev/null || skip "cache_check is not installed (package thin-provisioning-tools)"
for d in a b; do disk $d 96M; done
disks="$dir/a.img,$dir/b.img"
lvol() { "$LVOL_TOOL" --devices "$disks" "$@"; }
sum() { lvol read "vg0/$1" | sha256sum | cut -d' ' -f1; }
turn() {
	LVOL_TURN=$1; export LVOL_TURN
	guest cache.guest -d "$dir/a.img" -d "$dir/b.img" || fail "the guest, turn $1"
}
compare() {
	for lv; do
		[ "$(sum "$lv")" = "$(cat "$OUT/$lv.theirs")" ] || fail "vg0/$lv reads otherwise than on the kernel, turn $LVOL_TURN"
	done
}
# LV SEED: random places and lengths, and some whole blocks
write() {
	awk -v seed="$2" 'BEGIN { srand(seed); for (i = 0; i < 8; i++) print int(rand() * 6000000), int(rand() * rand() * 400000) + 1
		for (i = 0; i < 4; i++) print int(rand() * 80) * 65536, 131072 }' |
	while read -r at len; do
		head -c "$len" /dev/urandom | lvol write --offset "$at" "vg0/$1"
	done
	sum "$1" >"$OUT/$1.ours"
}
turn 1
compare back old through past killed
for lv in back old through past killed fresh; do write $lv 1; done
{ head -c 3000000 /dev/urandom; sleep 2; } | "$LVOL_TOOL" --devices "$disks" write --offset 0 vg0/killed &
sleep 0.5
kill -9 $! && wait $! 2>/dev/null || :
sum killed >"$OUT/killed.ours"
turn 2
compare back old through past killed fresh
for lv in back old through past killed fresh; do write $lv 2; done
turn 3
compare back old through past killed fresh
