#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every recorded scenario is activated by lvm2 and by liblvol, each with disks of its own, as its manifest says it was: the devices,
# their names, uuids, tables, nodes and links are the same, and LVs hold what the manifest says. Nothing stays behind. Every second
# one is here, the others in golden-others.sh; LVOL_GOLDEN_NAMES chooses some.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
command -v python3 >/dev/null || skip "python3 is not installed"
command -v zstd >/dev/null || skip "zstd is not installed"
cache=${LVOL_GOLDEN_CACHE:-$dir/golden}
if [ -z "${LVOL_GOLDEN_NAMES:-}" ]; then
	turn=0
	for manifest in "$LVOL_SRC"/tests/golden/*.json; do
		[ $((turn % 2)) != "${LVOL_GOLDEN_HALF:-0}" ] || LVOL_GOLDEN_NAMES="${LVOL_GOLDEN_NAMES:-} $(basename "$manifest" .json)"
		turn=$((turn + 1))
	done
fi
export LVOL_GOLDEN_NAMES
# shellcheck disable=SC2086 # names have no spaces
sh "$LVOL_SRC/tests/golden/unpack.sh" "$cache" $LVOL_GOLDEN_NAMES || fail "the scenarios cannot be unpacked"
# activation writes: superblocks, pools, caches, merges
for side in lvm2 lvol; do
	mkdir "$OUT/$side"
	for name in $LVOL_GOLDEN_NAMES; do
		cp -r --sparse=always --no-preserve=mode "$cache/$name" "$OUT/$side"
	done
done
guest golden.guest -t 290 || fail "see above"
