#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Snapshots on image files: made, written to on both sides, read, removed; and all of it seen by the real lvm2's words.
. "$(dirname "$0")/lib.sh"
disks 64M a.img b.img
ok lvol vgcreate -s 1m vg0 a.img b.img
ok lvol lvcreate -n org -L 10m vg0
head -c 10485760 /dev/urandom >first
ok lvol write -i first vg0/org

# what LV FILE: it holds the file's bytes
holds() { lvol read "vg0/$1" | cmp - "$2" || fail "vg0/$1 does not hold $2"; }

ok lvol lvcreate -s -n snap -L 8m vg0/org
ok lvol lvcreate --snapshot --name big --chunksize 64k -l 100%ORIGIN vg0/org b.img
ok lvol lvcreate --type snapshot -l 33%ORIGIN vg0/org
shown=$(lvol lvs --noheadings -o name,origin,size,chunk_size vg0 | tr -d ' ' | sort | tr '\n' ';')
[ "$shown" = "bigorg11.00m64.00k;lvol0org5.00m4.00k;org10.00m0;snaporg8.00m4.00k;" ] || fail "lvs shows $shown"

# patch FILE NAME OFFSET BYTES: the same random bytes into a file and an LV
patch() {
	head -c "$4" /dev/urandom >piece
	dd if=piece of="$1" bs="$3" seek=1 conv=notrunc status=none
	ok lvol write -i piece --offset "$3" "vg0/$2"
}

cp first second
patch second org 777001 3000000
holds org second
holds snap first
holds big first
cp first third
patch third snap 123400 5000
holds snap third
holds org second
holds big first

# a store that is too small ends its snapshot, and nothing else
head -c 10485760 /dev/urandom >fourth
ok lvol write -i fourth vg0/org
holds org fourth
holds big first
refused 5 "is invalid" lvol read vg0/snap
refused 5 "is invalid" lvol read vg0/lvol0

refused 5 "a snapshot itself" lvol lvcreate -s -L 4m vg0/snap
refused 5 "power of two" lvol lvcreate -s -L 4m -c 5k vg0/org
refused 5 "no LV nothing" lvol lvcreate -s -L 4m vg0/nothing
refused 3 "origin of the snapshot" lvol lvcreate -s -L 4m -n vg0/x
refused 5 "used by LV" lvol lvremove vg0/org </dev/null
ok lvol lvremove vg0/lvol0
# an origin with its snapshots
ok lvol lvremove -f vg0/org
vg_is vg0 lv_count,vg_free_count "0 126"
