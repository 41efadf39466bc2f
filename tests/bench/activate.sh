#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Activates and deactivates a VG of many LVs in the guest of tests/kernel, beside lvm2.
. "$LVOL_SRC/tests/kernel/lib.sh"
requires_uml
LVOL_TOOL=${LVOL_BENCH%/tests/bench}/examples/lvol/lvol
[ -x "$LVOL_TOOL" ] || LVOL_TOOL=$LVOL_BUILD/examples/lvol/lvol
requires_tool
LVOL_BENCH_LVS=${LVOL_BENCH_LVS:-1000} LVOL_BENCH_RUNS=${LVOL_BENCH_RUNS:-3}
export LVOL_TOOL LVOL_BENCH_LVS LVOL_BENCH_RUNS
disk a 512M
"$LVOL_SRC/tests/kernel/uml-run" -t 900 -d "$dir/a.img" "$LVOL_SRC/tests/bench/activate.guest"
