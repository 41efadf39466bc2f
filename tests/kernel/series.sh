#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A random series of operations on volumes of all types, done in turns by lvm2 with the kernel, by liblvol with the kernel and by
# liblvol alone, on the same files. Each of them finds every byte that the others wrote, legs in sync where nothing was left to
# do, and nothing to complain of. LVOL_TEST_SEED chooses the series; with LVOL_SERIES_VERBOSE=1 its commands are shown.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
ls "$LVOL_BUILD"/bindings/python/lvol/_lvol.*.so >/dev/null 2>&1 || skip "the Python package is not built (python3-cffi, python3-dev)"
LVOL_SERIES_SEED=${LVOL_TEST_SEED:-1} LVOL_SERIES_COUNT=2 LVOL_SERIES_TURNS=4
[ -z "${LVOL_TEST_LONG:-}" ] || LVOL_SERIES_COUNT=40 LVOL_SERIES_TURNS=8
export LVOL_SERIES_SEED LVOL_SERIES_COUNT LVOL_SERIES_TURNS
limit=280
[ -z "${LVOL_TEST_LONG:-}" ] || limit=1700
guest series.guest -m 768M -t $limit || {
	cat "$OUT"/series-*.log 2>/dev/null
	fail "above; the same again: LVOL_TEST_SEED=N with the number of the seed that failed"
}
