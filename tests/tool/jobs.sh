#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Long work with the tool on image files: moves, merges, splitting and attaching snapshots, scrubs.
. "$(dirname "$0")/lib.sh"
disks 64M a.img b.img c.img
ok lvol vgcreate -s 1m vg0 a.img b.img c.img
head -c 8388608 /dev/urandom >data
# what LV FILE: it holds the file's bytes
holds() { lvol read "vg0/$1" | cmp - "$2" || fail "vg0/$1 does not hold $2"; }
# LV PVS: it lies on these, each once
lies_on() {
	found=$(lvol lvs --noheadings --segments -o devices "vg0/$1" | sed 's/([0-9]*)//g' | tr -s ' ,\n' '\n' | sed '/^$/d' | sort -u | tr '\n' ' ')
	[ "$found" = "$2 " ] || fail "vg0/$1 lies on $found, not on $2"
}
ok lvol lvcreate -n root -L 8m vg0 a.img
ok lvol lvcreate -n str -i 2 -L 8m vg0 a.img b.img
for lv in root str; do ok lvol write -i data vg0/$lv; done

# --- moves ---

ok lvol pvmove -n root a.img c.img
same "what it said" "$(cat "$dir/out")" "  a.img: Moved: 100.00%"
lies_on root c.img
lies_on str "a.img b.img"
# a stripe does not come to lie beside the other
ok lvol pvmove a.img
lies_on str "b.img c.img"
holds root data
holds str data
refused 5 "has nothing on" lvol pvmove a.img
refused 5 "is no PV" lvol pvmove nowhere.img
refused 3 "takes no more than" lvol pvmove --abort -n root c.img
refused 3 "name the PV" lvol pvmove -b
refused 5 "there is no PV that" lvol pvmove c.img c.img
# begun, and given up or finished later
ok lvol pvmove -b --atomic c.img a.img
refused 5 "pvmove" lvol lvremove -y vg0/root
holds root data
ok lvol pvmove --abort c.img
lies_on root c.img
ok lvol pvmove -b c.img a.img
ok lvol pvmove -i 1 c.img
grep -q "Detected pvmove in progress for c.img" "$dir/out" || fail "it does not say that a move goes on: $(cat "$dir/out")"
lies_on root a.img
ok lvol pvmove -b --alloc anywhere a.img:0-3 a.img:40-50
ok lvol lvchange --poll y vg0
lies_on root a.img
ok lvol pvmove
ok lvol pvmove --abort
[ ! -s "$dir/out" ] || fail "there is nothing to give up: $(cat "$dir/out")"
holds root data
holds str data
ok lvol -t pvmove a.img c.img
grep -q 'begin to move' "$dir/out" || fail "--test shows no move: $(cat "$dir/out")"

# --- snapshots ---

ok lvol lvcreate -s -n snap -L 6m vg0/root
head -c 1000000 /dev/urandom >piece
cp data changed
dd if=piece of=changed bs=100000 seek=11 conv=notrunc status=none
ok lvol write -i piece --offset 1100000 vg0/snap
ok lvol lvconvert --splitsnapshot vg0/snap
vg_is vg0 snap_count 0
refused 3 "would lose" lvol lvconvert -s vg0/root snap </dev/null
ok lvol lvconvert -s -Z n -c 4k vg0/root snap
holds snap changed
holds root data
ok lvol lvextend -L +2m vg0/snap
ok lvol lvconvert -b --merge vg0/snap
holds root changed
refused 5 "is being merged" lvol lvcreate -s -L 4m vg0/root
ok lvol lvconvert --merge vg0/snap
holds root changed
vg_is vg0 lv_count,snap_count "2 0"
ok lvol lvcreate -n other -L 4m vg0
ok lvol -y lvconvert --snapshot vg0/root vg0/other
holds other changed
ok lvol lvconvert --mergesnapshot vg0/other
holds root changed
refused 5 "no snapshot" lvol lvconvert --merge vg0/root
refused 3 "origin and snapshot" lvol lvconvert -y -s vg0/root

# --- what there is nothing to do for ---

ok lvol lvchange --poll y vg0/root
refused 5 "is no raid" lvol lvchange --syncaction check vg0/root
refused 3 "neither check nor repair" lvol lvchange --syncaction scrub vg0/root
refused 3 "no other change" lvol lvchange --poll y --addtag x vg0/root
ok lvol vgck
