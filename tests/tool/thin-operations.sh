#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Thin pools and thin LVs are made, changed, converted, merged, repaired and removed by lvm2's commands (thin-operations.steps):
# after each, the metadata say of all LVs what lvm2 2.03.16 made of the same commands on a real kernel, which is recorded in
# thin-operations.recorded (tests/kernel/thin-operations.sh makes it). thin_check finds nothing in between.
. "$(dirname "$0")/lib.sh"
requires_program python3
requires_program thin_check
disks 96M a.img
disks 64M b.img
here=$LVOL_SRC/tests/tool
plain() { python3 "$here/thin-operations.plain" "$@"; }
devices=a.img,b.img
ok lvol pvcreate a.img b.img
ok lvol vgcreate -s 1m vg0 a.img b.img
n=0
while read -r command; do
	n=$((n + 1))
	case $command in
	lvchange\ -an*) ;;   # for the kernel alone
	*) # shellcheck disable=SC2086
		lvol -y $command >out 2>&1 </dev/null || fail "step $n: $command: $(cat out)" ;;
	esac
	lvol vgcfgbackup -f "$n.ours" vg0 >/dev/null || fail "vgcfgbackup"
	case $n in
	*[05])
		if lvol read vg0/pool_tmeta >tmeta 2>/dev/null && [ -s tmeta ]; then thin_check -q tmeta || fail "step $n: thin_check"; fi ;;
	esac
done <"$here/thin-operations.steps"
# shellcheck disable=SC2046
plain $(ls ./*.ours | sed 's|./||' | sort -n) >ours
cmp -s ours "$here/thin-operations.recorded" ||
	fail "lvm2 makes something else: $(diff "$here/thin-operations.recorded" ours | head -20)"
