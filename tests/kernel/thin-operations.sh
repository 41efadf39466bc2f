#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A pool that lvol made, filled, snapshotted and extended is used by lvm2 and the kernel, and again by lvol. With
# LVOL_THIN_KEEP=FILE, what lvm2 makes of tests/tool/thin-operations.steps is recorded anew, for tests/tool/thin-operations.sh;
# with --long it is compared with what is recorded.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
PATH=$PATH:/usr/sbin command -v thin_check >/dev/null || skip "thin_check is not installed (package thin-provisioning-tools)"
disk a 96M; disk b 64M
disks="$dir/a.img,$dir/b.img"
lvol() { "$LVOL_TOOL" --devices "$disks" "$@"; }

if [ -n "${LVOL_THIN_KEEP:-}${LVOL_TEST_LONG:-}" ]; then
	LVOL_TURN=make
	export LVOL_TURN
	guest thin-operations.guest -t 250 -d "$dir/a.img" -d "$dir/b.img" || fail "the guest, with lvm2's steps"
	# shellcheck disable=SC2046
	(cd "$OUT" && python3 "$LVOL_SRC/tests/tool/thin-operations.plain" $(ls ./*.theirs | sed 's|./||' | sort -n)) >"$dir/recorded"
	cmp "$dir/recorded" "${LVOL_THIN_KEEP:-$LVOL_SRC/tests/tool/thin-operations.recorded}" || [ -n "${LVOL_THIN_KEEP:-}" ] ||
		fail "lvm2 makes something else than is recorded"
	[ -z "${LVOL_THIN_KEEP:-}" ] || cp "$dir/recorded" "$LVOL_THIN_KEEP"
	disk a 0; disk b 0; disk a 96M; disk b 64M
fi

sum() { lvol read "vg0/$1" | sha256sum | cut -d' ' -f1; }
lvol pvcreate "$dir/a.img" "$dir/b.img" >/dev/null
lvol vgcreate -s 1m vg0 "$dir/a.img" "$dir/b.img" >/dev/null
lvol lvcreate -L 40M -V 50M -T vg0/pool -n t1 >/dev/null
head -c 9000000 /dev/urandom | lvol write --offset 100000 vg0/t1
lvol lvcreate -s -kn -n s1 vg0/t1 >/dev/null
lvol lvcreate -s -kn -n extra vg0/s1 >/dev/null
head -c 300000 /dev/urandom | lvol write --offset 777777 vg0/t1
lvol lvextend --poolmetadatasize +2M vg0/pool >/dev/null
lvol lvextend -L +9M vg0/pool >/dev/null
for turn in 1 2; do
	LVOL_TURN=$turn LVOL_LVS="t1 s1 extra"
	export LVOL_TURN LVOL_LVS
	for lv in $LVOL_LVS; do sum "$lv" >"$OUT/$lv.ours"; done
	guest thin-operations.guest -d "$dir/a.img" -d "$dir/b.img" || fail "the guest, turn $turn"
	for lv in t1 theirs; do
		[ "$(sum "$lv")" = "$(cat "$OUT/$lv.theirs")" ] || fail "vg0/$lv reads otherwise than on the kernel, turn $turn"
	done
	lvol lvconvert -y --merge vg0/theirs >/dev/null 2>&1 || fail "merge, turn $turn"
	[ "$(sum t1)" = "$(cat "$OUT/theirs.theirs")" ] || fail "vg0/t1 is not what was merged into it, turn $turn"
	lvol lvcreate -s -kn -n extra vg0/t1 >/dev/null
	head -c 500000 /dev/urandom | lvol write --offset 5000000 vg0/t1
	lvol thin-check vg0/pool || fail "thin-check, turn $turn"
done
