#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What runs, as `lvol lvs` shows it beside lvm2's lvs: LVs syncing, overflowing, failed, suspended, open. Raids; all types
# with --long. The golden scenarios are compared by tests/unit/report_golden.c.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
families=raids
[ -z "${LVOL_TEST_LONG:-}" ] || families=all
LVOL_LVS_FAMILIES=${LVOL_LVS_FAMILIES:-$families}
export LVOL_LVS_FAMILIES
for name in a b c d; do disk $name 192M; done
guest lvs.guest -t 200 -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" -d "$dir/d.img" || fail "see above"
