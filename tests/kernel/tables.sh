#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What lvm2 loads on a real kernel, of VGs that it has just made, beside liblvol's graphs of the same VGs: every device's name,
# uuid, permission and the very lines. With --long. tests/unit/map_recorded.txt is what all
# of them wrote once: LVOL_TABLES=all LVOL_TABLES_KEEP=FILE makes it again.
. "$(dirname "$0")/lib.sh"
long_only
requires_uml
compare=$LVOL_BUILD/tests/unit/unit-map_recorded
[ -x "$compare" ] || skip "$compare is not built"
disks=
for name in a b c d e f; do
	disk $name 256M
	disks="$disks -d $dir/$name.img"
done
families="snapshots thin legs missing"
[ -z "${LVOL_TEST_LONG:-}" ] || families=all
LVOL_TABLES=${LVOL_TABLES:-$families}
export LVOL_TABLES
# shellcheck disable=SC2086
guest tables.guest -t 250 $disks || fail "see above"
LVOL_MAP_RECORDED=$OUT/tables.txt LVOL_MAP_DEVICES=5 "$compare" || fail "liblvol's graphs are not lvm2's"
[ -z "${LVOL_TABLES_KEEP:-}" ] || cp "$OUT/tables.txt" "$LVOL_TABLES_KEEP"
