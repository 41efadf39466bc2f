#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The guest is killed in the middle of transactions on LVs that are mounted, and booted again: the VG is one that lvm2 finds nothing
# wrong with, all LVs can be activated, and what was flushed is there.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
for disk in a b; do disk $disk 64M; done
rounds=2
[ -z "${LVOL_TEST_LONG:-}" ] || rounds=30

child() { cut -d' ' -f1 "/proc/$1/task/$1/children"; }

# Killed a while after its first transaction, at another moment each time.
crash() {
	rm -f "$OUT/ready"
	"$LVOL_SRC/tests/kernel/uml-run" -t 200 -d "$dir/a.img" -d "$dir/b.img" \
		"$LVOL_SRC/tests/kernel/live-crash.guest" work >"$dir/log" 2>&1 &
	victim=$!
	waited=0
	until [ -e "$OUT/ready" ]; do
		[ $waited -lt 1800 ] && kill -0 $victim 2>/dev/null || { cat "$dir/log"; fail "the guest does not begin to work"; }
		sleep 0.1
		waited=$((waited + 1))
	done
	sleep "0.$(($1 * 37 % 10))"
	sleep $(($1 % 2))
	# a guest is a session of its own, below `timeout` of uml-run
	uml=$(child "$(child $victim)")
	[ -n "$uml" ] || fail "the guest's process is not found"
	kill -s KILL -- "-$uml" || kill -s KILL "$uml"
	wait $victim 2>/dev/null || :
}

round=0
while [ $round -lt $rounds ]; do
	round=$((round + 1))
	crash $round
	guest live-crash.guest -t 200 -d "$dir/a.img" -d "$dir/b.img" >"$dir/log" 2>&1 ||
		{ cat "$dir/log"; fail "after crash $round"; }
	tail -n 1 "$dir/log"
done
