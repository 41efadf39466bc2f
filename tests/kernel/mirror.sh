#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Mirrors that lvm2 made and the kernel filled are read and written by liblvol, are in sync on the kernel at once where the
# log is on disk, with equal legs; where liblvol was killed while it wrote, the kernel synchronises what was being written. A
# move that was interrupted goes on below a volume that liblvol wrote to. So do legs that lvm2 is adding.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
for d in a b c d; do disk $d 48M; done
disks="$dir/a.img,$dir/b.img,$dir/c.img,$dir/d.img"
lvol() { "$LVOL_TOOL" --devices "$disks" "$@"; }
sum() { lvol read "vg0/$1" | sha256sum | cut -d' ' -f1; }
turn() {
	LVOL_TURN=$1; export LVOL_TURN
	guest mirror.guest -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" -d "$dir/d.img" || fail "the guest, turn $1"
}
compare() {
	for lv; do
		[ "$(sum $lv)" = "$(cat "$OUT/$lv.theirs")" ] || fail "vg0/$lv reads otherwise than on the kernel, turn $LVOL_TURN"
	done
}
# DEVICE: where it lies, as "IMAGE BLOCK" in blocks of 512
where() {
	sed -n "s/^vg0-$1: 0 [0-9]* linear 98:\([0-9]*\) \([0-9]*\)\$/\1 \2/p" "$OUT/tables" | while read -r minor block; do
		echo "$dir/$(echo $((minor / 16)) | tr 0123 abcd).img $block"
	done
}
# DEVICE BLOCK: overwrites a block of 512 behind everybody's back; prints one
damage() { set -- $(where "$1") "$2"; head -c 512 /dev/zero | tr '\0' X | dd of="$1" seek=$(($2 + $3)) conv=notrunc 2>/dev/null; }
block() { set -- $(where "$1") "$2"; dd if="$1" skip=$(($2 + $3)) count=1 2>/dev/null | sha256sum; }
leg() { set -- $(where "$1"); dd if="$1" skip="$2" count=8192 2>/dev/null | sha256sum | cut -d' ' -f1; }
# the bits of the log, 64 regions
bits() { set -- $(where "$1_mlog"); dd if="$1" skip=$(($2 + 2)) count=1 2>/dev/null | od -An -tx1 -N8 | tr -d ' \n'; }
# LV OFFSET: is killed in the middle of writing
killed() {
	mkfifo "$dir/pipe"
	"$LVOL_TOOL" --devices "$disks" write --offset "$2" "vg0/$1" <"$dir/pipe" &
	writer=$!
	{
		head -c 1048577 /dev/urandom   # lvol writes pieces of 1 MiB
		for _ in $(seq 100); do
			sleep 0.1
			[ "$(bits "$1")" = ffffffffffffffff ] || break
		done
		kill -9 $writer
	} >"$dir/pipe"
	wait $writer 2>/dev/null || :
	rm "$dir/pipe"
}

turn 1
compare core disk three more fewer both unclean moved
lvol lvchange --poll y vg0/more
[ "$(bits disk)" = ffffffffffffffff ] || fail "the kernel left the log of vg0/disk as $(bits disk)"
for lv in core disk three more; do
	head -c 1000000 /dev/urandom | lvol write --offset 700001 vg0/$lv
	head -c 5000 /dev/urandom | lvol write --offset 2500000 vg0/$lv
	sum $lv >"$OUT/$lv.ours"
	[ "$(leg ${lv}_mimage_0)" = "$(cat "$OUT/$lv.ours")" ] || fail "the first leg of vg0/$lv has something else"
done
for lv in disk_mimage_1 three_mimage_1 three_mimage_2 more_mimage_1; do
	[ "$(leg $lv)" = "$(cat "$OUT/${lv%_mimage*}.ours")" ] || fail "$lv differs"
done
[ "$(bits disk)" = ffffffffffffffff ] || fail "after an orderly end the log of vg0/disk is $(bits disk)"
# in the middle of a move: one part has two places
head -c 3000000 /dev/urandom | lvol write --offset 100001 vg0/moved
for lv in moved fewer both; do sum $lv >"$OUT/$lv.ours"; done
killed unclean 655360        # regions 10 to 26 of 64 KiB
# what is damaged on the second leg in region 10 is mended from the first; that in region 40 stays
damage unclean_mimage_1 1285
damage unclean_mimage_1 5125
stays=$(block unclean_mimage_1 5125)
leg unclean_mimage_0 >"$OUT/unclean.ours"
[ "$(sum unclean)" = "$(cat "$OUT/unclean.ours")" ] || fail "vg0/unclean does not read as its first leg"
turn 2
[ "$(block unclean_mimage_1 1285)" = "$(block unclean_mimage_0 1285)" ] || fail "the kernel did not synchronise the region"
[ "$(block unclean_mimage_1 5125)" = "$stays" ] || fail "the kernel synchronised more than the region"
compare core disk three more fewer both unclean moved
