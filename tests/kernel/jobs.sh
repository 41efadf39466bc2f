#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Moves and merges, begun by one of lvm2 and liblvol and finished by the other: no byte is lost, vgck is silent, and what
# liblvol writes to begin a move is what lvm2 writes, but for names and times.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
for d in a b c d; do disk $d 48M; done
lvol() { "$LVOL_TOOL" --devices "$1/a.img,$1/b.img,$1/c.img,$1/d.img" "$2" ${3:-}; }
turn() {
	LVOL_TURN=$1; export LVOL_TURN
	guest jobs.guest -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" -d "$dir/d.img" || fail "the guest, turn $1"
}
compare() {
	for lv in lin gap str r1 thin org other; do
		[ ! -s "$OUT/$lv.$1" ] || [ "$(lvol "$dir" read "vg0/$lv" | sha256sum | cut -d' ' -f1)" = "$(cat "$OUT/$lv.$1")" ] ||
			fail "vg0/$lv reads otherwise than on the kernel, $2"
	done
}
# what differs from run to run
plain() { sed -e 's/#.*//' -e '/^[[:space:]]*\(id\|seqno\|creation_[a-z]*\|description\|device\|device_id[a-z_]*\) =/d' -e 's/[[:space:]]*$//' "$1"; }

turn 1
cat >"$OUT/cases" <<'EOF'
whole DISKa
atomic --atomic DISKa
range DISKa:2-7 DISKc:13-15:50-60
EOF
mkdir "$dir/copy"
while read -r name words; do
	cp --sparse=always "$dir"/?.img "$dir/copy"
	lvol "$dir/copy" pvmove "-b $(echo "$words" | sed "s,DISK\(.\),$dir/copy/\1.img,g")"
	lvol "$dir/copy" vgcfgbackup "-f $OUT/$name.lvol vg0"
	lvol "$dir/copy" pvmove --abort
done <"$OUT/cases"
sed -i 's,DISK,/dev/ubd,g' "$OUT/cases"
turn 2
while read -r name words; do
	plain "$OUT/$name.lvm2" >"$OUT/one"
	plain "$OUT/$name.lvol" >"$OUT/other_text"
	diff -u "$OUT/one" "$OUT/other_text" || fail "case $name: pvmove $words begins otherwise than with lvm2"
done <"$OUT/cases"

compare theirs "while a move and a merge of lvm2's are under way"
lvol "$dir" pvmove
lvol "$dir" lvchange "--poll y vg0/org"
compare theirs "after they were finished"
if lvol "$dir" lvs "-a vg0" | grep -E 'pvmove|theirs'; then fail "they are not finished"; fi
lvol "$dir" pvmove "-b $dir/a.img"
lvol "$dir" lvconvert "-b --merge vg0/ours"
mv "$OUT/other.merged" "$OUT/other.theirs"
compare theirs "after liblvol began others"
turn 3
compare last "in the end"
