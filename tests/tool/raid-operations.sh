#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What lvcreate, lvconvert, lvextend, lvreduce and lvrename make of raids and mirrors is what the real lvm2 made of them:
# raid-operations.recorded has its commands ("$ ...", "= ..." where nothing follows) and the LVs in its metadata after each ("  NAME FIELDS"), recorded with
# lvm2 2.03.16 on eight PVs of 128 extents of 1 MiB, where every LV was let come in sync after each command. A blank line
# begins with new PVs. The content stays.
. "$(dirname "$0")/lib.sh"
cd "$dir"
recorded=$LVOL_SRC/tests/tool/raid-operations.recorded
pvs="ubda ubdb ubdc ubdd ubde ubdf ubdg ubdh"
v() { "$LVOL_TOOL" -q --devices "$(echo $pvs | tr ' ' ,)" "$@"; }

fresh() {
	rm -f ubd?
	truncate -s 129M $pvs
	v pvcreate $pvs && v vgcreate -s 1M vg $pvs
	name=lv sum=
}
content() { v read --length 4m "vg/$name" | sha256sum; }
# until it is in sync, which raids and mirrors that are new or have new legs are not
settle() { v lvchange --poll y "vg/$name" >/dev/null; }

keeps_content() {
	settle
	if [ -z "$sum" ]; then
		head -c 4194304 /dev/urandom | v write --length 4m "vg/$name"
		sum=$(content)
		settle
	fi
	[ "$(content)" = "$sum" ] || fail "$1: the content has changed"
}

# COMMAND: "$ ..." or "= ..."
step() {
	follows=${1%"${1#?}"}
	set -- "${1#??}"
	case $1 in
	lvcreate*) fresh ;;
	esac
	v $1 -y || fail "$1: failed"
	case $1 in
	lvrename*) name=${1##*/} ;;
	esac
	[ "$follows" = = ] || keeps_content "$1"
	v vgcfgbackup -f text vg
	lvs_of text >ours
	LC_ALL=C sort theirs >theirs.sorted
	diff theirs.sorted ours >difference || fail "$1: other LVs than lvm2's:
$(cat difference)"
	steps=$((steps + 1))
}

steps=0 command=
while IFS= read -r line || [ -n "$line" ]; do
	case $line in
	'$ '* | '= '*)
		[ -z "$command" ] || step "$command" </dev/null
		command=$line
		: >theirs
		;;
	'  '*) echo "$line" >>theirs ;;
	esac
done <"$recorded"
step "$command" </dev/null
[ $steps -gt 70 ] || fail "only $steps steps are recorded"
echo "$steps commands as lvm2's"
