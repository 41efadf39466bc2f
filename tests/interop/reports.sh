#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every report field, on every golden image, as the real lvm2 prints it for the same disks (inactive, over loop devices).
. "$(dirname "$0")/lib.sh"
requires_root_and_loops
requires_tool
cache=${LVOL_GOLDEN_CACHE:-$dir/golden}
sh "$LVOL_SRC/tests/golden/unpack.sh" "$cache"
failed=0
for scenario in "$cache"/*/; do
	name=$(basename "$scenario")
	: >"$dir/disks"
	for image in "$scenario"*.img; do
		# copies: lvm2 may write to what it reads
		cp --sparse=always "$image" "$dir/$(basename "$image")"
		chmod u+w "$dir/$(basename "$image")"
		attach "$dir/$(basename "$image")" >>"$dir/disks"
	done
	python3 "$LVOL_SRC/tests/interop/reports.py" "$name" $(cat "$dir/disks") || failed=$((failed + 1))
	while read -r loop; do detach "$loop"; done <"$dir/disks"
	rm -f "$dir"/*.img
done
[ $failed = 0 ] || fail "$failed scenarios differ"
