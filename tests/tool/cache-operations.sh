#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# LVs with caches and writecaches in one command, and LVs that become cache pools and thin pools, raids too, are what the real
# lvm2 made of them: cache-operations.recorded has its commands and the LVs in its metadata after each, recorded with lvm2
# 2.03.16 on eight PVs of 128 extents of 1 MiB. A blank line begins with new PVs. What has a cache holds what is written.
. "$(dirname "$0")/lib.sh"
cd "$dir"
recorded=$LVOL_SRC/tests/tool/cache-operations.recorded
pvs="ubda ubdb ubdc ubdd ubde ubdf ubdg ubdh"
v() { "$LVOL_TOOL" -q --devices "$(echo $pvs | tr ' ' ,)" "$@"; }
fresh() {
	rm -f ubd?
	truncate -s 129M $pvs
	v pvcreate $pvs && v vgcreate -s 1M vg $pvs
}
head -c 3000000 /dev/urandom >data
holds_content() {
	v write -i data vg/main
	v read --length 3000000 vg/main | cmp - data || fail "$1: vg/main does not hold what was written"
}

step() {
	# shellcheck disable=SC2086
	v $1 -y || fail "$1: failed"
	v vgcfgbackup -f text vg
	lvs_of text >ours
	LC_ALL=C sort theirs >theirs.sorted
	diff theirs.sorted ours >difference || fail "$1: other LVs than lvm2's:
$(cat difference)"
	steps=$((steps + 1))
	! grep -q "^  main .*cache" ours || holds_content "$1"
}

steps=0 command=
run() { [ -z "$command" ] || step "$command" </dev/null; command=; }
fresh
while IFS= read -r line; do
	case $line in
	'$ '*)
		run
		command=${line#'$ '}
		: >theirs ;;
	'  '*) echo "$line" >>theirs ;;
	'')
		run
		fresh ;;
	esac
done <"$recorded"
run
[ $steps -gt 35 ] || fail "only $steps steps are recorded"
echo "$steps commands as lvm2's"
