#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# VGs made and filled by liblvol are activated by lvm2 on a real kernel with the same content, changed and written there,
# and read by liblvol again; several turns.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
disk a 96M; disk b 96M; disk c 96M
disks="$dir/a.img,$dir/b.img,$dir/c.img"
lvol() { "$LVOL_TOOL" --devices "$disks" "$@"; }
sum() { lvol read "$1" | sha256sum | cut -d' ' -f1; }

lvol vgcreate -q -s 1m vg0 "$dir/a.img" "$dir/b.img" "$dir/c.img"
lvol lvcreate -q -n lin -L 20m vg0
lvol lvcreate -q -n str -i 3 -I 64k -L 30m vg0
lvol lvcreate -q -n zero --type zero -L 8m vg0
for lv in lin str; do
	head -c 20000000 /dev/urandom | lvol write "vg0/$lv"
	sum "vg0/$lv" >"$OUT/$lv.ours"
done
guest linear-striped.guest -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" || fail "the guest"
for lv in lin str made; do
	[ "$(sum "vg0/$lv")" = "$(cat "$OUT/$lv.theirs")" ] || fail "vg0/$lv reads otherwise than on the kernel"
done

rm "$OUT"/*.ours
# second turn: what lvm2 extended is extended again by us, and the kernel reads that
lvol lvextend -q -L +10m vg0/made
lvol lvextend -q -L +12m vg0/str
head -c 5000000 /dev/urandom | lvol write --offset 25m vg0/str
sum vg0/str >"$OUT/str.ours"
sum vg0/made >"$OUT/made.ours"
SECOND=1 guest linear-striped.guest -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" || fail "the guest, second turn"
lvol vgck vg0 || fail "vgck after the guest"
