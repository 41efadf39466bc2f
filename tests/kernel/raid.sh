#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Arrays made by lvm2 and filled on a real kernel are read by liblvol and written, are in sync on the kernel at once, with the
# same content and right parity; where liblvol was killed while it wrote, the kernel synchronises the regions that were
# being written, and no others.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
for d in a b c d e; do disk $d 48M; done
disks="$dir/a.img,$dir/b.img,$dir/c.img,$dir/d.img,$dir/e.img"
lvs="r1 r10 r4 r5 r5n r6 r6nc u1 u5"
lvol() { "$LVOL_TOOL" --devices "$disks" "$@"; }
sum() { lvol read "vg0/$1" | sha256sum | cut -d' ' -f1; }
in_guest() {
	guest raid.guest -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" -d "$dir/d.img" -d "$dir/e.img" || fail "the guest, $1"
}
same() {
	for lv in $lvs; do
		[ "$(sum $lv)" = "$(cat "$OUT/$lv.theirs")" ] || fail "vg0/$lv reads otherwise than on the kernel, $1"
	done
}
# DEVICE: where its first segment lies, as "IMAGE BLOCK" in blocks of 512
where() {
	sed -n "s/^vg0-$1: 0 [0-9]* linear 98:\([0-9]*\) \([0-9]*\)\$/\1 \2/p" "$OUT/tables" | while read -r minor block; do
		echo "$dir/$(echo $((minor / 16)) | tr 01234 abcde).img $block"
	done
}
# DEVICE BLOCK: overwrites a block of 512 behind everybody's back; prints one
damage() { set -- $(where "$1") "$2"; head -c 512 /dev/zero | tr '\0' X | dd of="$1" seek=$(($2 + $3)) conv=notrunc 2>/dev/null; }
block() { set -- $(where "$1") "$2"; dd if="$1" skip=$(($2 + $3)) count=1 2>/dev/null | sha256sum; }
# LV OFFSET: is killed in the middle of writing
killed() {
	mkfifo "$dir/pipe"
	"$LVOL_TOOL" --devices "$disks" write --offset "$2" "vg0/$1" <"$dir/pipe" &
	writer=$!
	{
		head -c 1048577 /dev/urandom   # lvol writes pieces of 1 MiB
		for _ in $(seq 100); do
			sleep 0.1
			# until a bit is set: the first region's is at 4096 + 256 of the metadata
			set -- $1 $2 $(where "${1}_rmeta_0")
			[ "$(dd if="$3" bs=1 skip=$(($4 * 512 + 4352)) count=6 2>/dev/null | tr -d '\0' | wc -c)" != 0 ] && break
		done
		kill -9 $writer
	} >"$dir/pipe"
	wait $writer 2>/dev/null || :
	rm "$dir/pipe"
}

in_guest "first turn"
same "first turn"
for lv in r1 r10 r4 r5 r5n r6 r6nc; do
	head -c 1000000 /dev/urandom | lvol write --offset 700001 vg0/$lv
	head -c 5000 /dev/urandom | lvol write --offset 2500000 vg0/$lv
	sum $lv >"$OUT/$lv.ours"
done
killed u1 655360        # regions 10 to 25
killed u5 655360        # from row 20 of two chunks on: regions 5 to 12 of each leg
# what is damaged on the second leg of u1 in region 10 is mended from the first; that in region 30 stays
damage u1_rimage_1 1285
damage u1_rimage_1 3845
damage u5_rimage_2 645
sum u5 >"$OUT/u5.ours"
set -- $(where u1_rimage_0)
dd if="$1" skip="$2" count=6144 2>/dev/null | sha256sum | cut -d' ' -f1 >"$OUT/u1.ours"
stays=$(block u1_rimage_1 3845)
in_guest "second turn"
[ "$(block u1_rimage_1 1285)" = "$(block u1_rimage_0 1285)" ] || fail "the kernel did not synchronise the region"
[ "$(block u1_rimage_1 3845)" = "$stays" ] || fail "the kernel synchronised more than the region"
lvs="r1 r10 r4 r5 r5n r6 r6nc u5"
same "second turn"
