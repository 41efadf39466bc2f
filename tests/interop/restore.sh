#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every golden VG: lvm2 restores the backup that liblvol wrote, and its own backup afterwards says the same. Then the other
# way round: liblvol restores lvm2's backup.
. "$(dirname "$0")/lib.sh"
requires_root_and_loops
requires_tool
cache=${LVOL_GOLDEN_CACHE:-$dir/golden}
sh "$LVOL_SRC/tests/golden/unpack.sh" "$cache"

# What a backup says of the VG, without what changes with every writing.
essence() {
	sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' "$1" |
		grep -Ev '^[[:space:]]*(seqno|description|creation_host|creation_host_system_id|creation_time|device|contents|version) = ' |
		tr -d '\t'
}

# creation_time of LVs is compared by the unit tests; here the top-level one is in the way
same() { essence "$1" >"$dir/one"; essence "$2" >"$dir/two"; diff "$dir/one" "$dir/two" >"$dir/diff" || { cat "$dir/diff" >&2; fail "$3"; }; }

turn() {
	"$LVOL_TOOL" --devices "$devices" -q vgcfgbackup -f "$dir/ours" "$2"
	lvm2 vgcfgrestore -q --force -y -f "$dir/ours" "$2" >/dev/null || fail "$1: lvm2 does not restore $2"
	lvm2 vgcfgbackup -q -f "$dir/theirs" "$2" >/dev/null || fail "$1: lvm2 vgcfgbackup $2"
	same "$dir/ours" "$dir/theirs" "$1: $2 differs after lvm2 restored it"
	"$LVOL_TOOL" --devices "$devices" -q vgcfgrestore -f "$dir/theirs" "$2" || fail "$1: liblvol does not restore $2"
	"$LVOL_TOOL" --devices "$devices" -q vgcfgbackup -f "$dir/again" "$2"
	same "$dir/theirs" "$dir/again" "$1: $2 differs after liblvol restored it"
	turns=$((turns + 1))
}

turns=0
for scenario in "$cache"/*/; do
	name=$(basename "$scenario")
	case $name in
	# PVs are missing, carry one id twice, or the VG is another system's: both refuse to write
	partial-vg | raid-degraded | outdated-pv | orphans-duplicates | systemid | exported-vg) continue ;;
	esac
	: >"$dir/disks"
	for image in "$scenario"*.img; do
		cp --sparse=always "$image" "$dir/$(basename "$image")"
		chmod u+w "$dir/$(basename "$image")"
		attach "$dir/$(basename "$image")" >>"$dir/disks"
	done
	devices=$(paste -sd, "$dir/disks")
	for vg in $(lvm2 vgs --noheadings -o vg_name); do
		turn "$name" "$vg"
	done
	while read -r loop; do detach "$loop"; done <"$dir/disks"
	rm -f "$dir"/*.img
done
echo "$turns VGs restored both ways"
[ $turns -ge 30 ] || fail "only $turns VGs were tried"
