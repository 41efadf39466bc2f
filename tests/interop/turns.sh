#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# liblvol and the real lvm2 change the same VGs in turns, over a random series of operations. After each step both list
# the same, and vgck and pvck have nothing to say. A seed that failed can be given again: LVOL_TEST_SEED=N.
. "$(dirname "$0")/lib.sh"
requires_root_and_loops
requires_tool

n=0
while [ $n -lt 5 ]; do
	truncate -s 192M "$dir/disk$n.img"
	loop=$(attach "$dir/disk$n.img")
	set -- "$@" "$loop"
	n=$((n + 1))
done
steps=60
[ -z "${LVOL_TEST_LONG:-}" ] || steps=600
python3 "$LVOL_SRC/tests/interop/turns.py" "${LVOL_TEST_SEED:-$(date +%s)}" $steps "$@"
check_all
