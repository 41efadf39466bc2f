#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Mirrors with integrity that lvm2 made, with journal and with bitmap, blocks of 512 and 4096: what the kernel wrote is read by
# liblvol; what liblvol wrote, also where it was killed meanwhile, has tags that fit for the kernel, and the other way round;
# what was damaged on one leg is mended from the other; what liblvol makes
# larger is in order for the kernel.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
for d in a b; do disk $d 128M; done
disks="$dir/a.img,$dir/b.img"
lvol() { "$LVOL_TOOL" --devices "$disks" "$@"; }
sum() { lvol read "vg0/$1" | sha256sum | cut -d' ' -f1; }
turn() {
	LVOL_TURN=$1; export LVOL_TURN
	guest integrity.guest -d "$dir/a.img" -d "$dir/b.img" || fail "the guest, turn $1"
}
# Now and then this kernel does not survive that lvm2 makes a raid with integrity (Linux 6.1: a resync that ends while it is
# suspended): then it is tried again from the beginning.
first_turn() {
	LVOL_TURN=1; export LVOL_TURN
	for attempt in 1 2 3; do
		guest integrity.guest -t 80 -d "$dir/a.img" -d "$dir/b.img" && return
		status=$?
		[ $status = 124 ] || [ $status = 125 ] || break
		for d in a b; do rm "$dir/$d.img"; disk $d 128M; done
	done
	fail "the guest, turn 1: status $status"
}
compare() {
	for lv; do
		[ "$(sum $lv)" = "$(cat "$OUT/$lv.theirs")" ] || fail "vg0/$lv reads otherwise than on the kernel, turn $LVOL_TURN"
	done
}
# LV SEED: random places and lengths
write() {
	awk -v seed="$2" 'BEGIN { srand(seed); for (i = 0; i < 6; i++) print int(rand() * 6000000), int(rand() * rand() * 400000) + 1 }' |
	while read -r at len; do
		head -c "$len" /dev/urandom | lvol write --offset "$at" "vg0/$1"
	done
}
# DEVICE BLOCK COUNT: behind everybody's back
damage() {
	sed -n "s/^vg0-$1: 0 [0-9]* linear 98:\([0-9]*\) \([0-9]*\)\$/\1 \2/p" "$OUT/tables" | while read -r minor block; do
		head -c "$(($3 * 512))" /dev/urandom |
			dd of="$dir/$(echo $((minor / 16)) | tr 01 ab).img" seek=$((block + $2)) conv=notrunc status=none
	done
}
lvs="journal bitmap large killed"
first_turn
compare $lvs
for lv in $lvs; do
	write $lv 1$LVOL_TURN
	sum $lv >"$OUT/$lv.ours"
done
damage journal_rimage_0_iorig 4000 16
damage bitmap_rimage_1_iorig 6000 16
for lv in journal bitmap; do
	[ "$(sum $lv)" = "$(cat "$OUT/$lv.ours")" ] || fail "what was damaged on a leg of vg0/$lv is not read from the other"
done
head -c 30000000 /dev/urandom | "$LVOL_TOOL" --devices "$disks" write --offset 0 vg0/killed &
sleep 0.1
kill -9 $! && wait $! 2>/dev/null || :
sum killed >"$OUT/killed.ours"
# what a raid has grown by has no checksums yet: they come with what is written there, and from the kernel
for lv in journal bitmap; do
	lvol lvextend -q -L +4m vg0/$lv
	head -c 3000000 /dev/urandom | lvol write --offset 9m vg0/$lv
	sum $lv >"$OUT/$lv.ours"
done
turn 2
compare $lvs
