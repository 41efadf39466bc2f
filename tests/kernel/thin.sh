#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Thin LVs, snapshots and external origins that lvm2 made and the kernel filled are read by liblvol and written: new blocks,
# shared ones, parts of blocks; then the kernel sees that, thin_check finds nothing, and it all changes there again.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
PATH=$PATH:/usr/sbin command -v thin_check >/dev/null || skip "thin_check is not installed (package thin-provisioning-tools)"
disk a 96M; disk b 96M
disks="$dir/a.img,$dir/b.img"
lvol() { "$LVOL_TOOL" --devices "$disks" "$@"; }
sum() { lvol read "$1" | sha256sum | cut -d' ' -f1; }
turn() { LVOL_TURN=$1; export LVOL_TURN; guest thin.guest -d "$dir/a.img" -d "$dir/b.img" || fail "the guest, turn $1"; }
# what the guest saw is what we see
compare() {
	for lv; do
		[ "$(sum "vg0/$lv")" = "$(cat "$OUT/$lv.theirs")" ] || fail "vg0/$lv reads otherwise than on the kernel"
	done
}
# LV OFFSET BYTES
scribble() { head -c "$3" /dev/urandom | lvol write --offset "$2" "vg0/$1"; }
ours() { for lv; do sum "vg0/$lv" >"$OUT/$lv.ours"; done; }

turn 1
compare t1 s1 ext new
scribble t1 1000000 300000
scribble t1 50000001 777777
scribble s1 1048576 65536
scribble s1 3000000 100000
scribble ext 700 9000
scribble ext 5000000 1500000
scribble new 33333333 1000000
ours t1 s1 ext new
turn 2
compare t1 s1 s2 ext new
scribble s2 0 3000000
scribble t1 2000000 3000000
scribble new 0 2000000
ours t1 s1 s2 ext new
turn 3
compare t1 s2 ext new
