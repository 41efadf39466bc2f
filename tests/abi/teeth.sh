#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# check.sh refuses what would break a program: each line below makes the baseline say that the last release was different
# in one way, so that the library as it is has broken with it. (values.py holds what abidiff does not see.)
#   teeth.sh [BUILD_DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
build=${1:-${LVOL_BUILD:-$root/build}}
library=$build/liblvol/liblvol.so
command -v abidiff >/dev/null || { echo "SKIP: abidiff is not installed (package abigail-tools)"; exit 77; }
[ -e "$library" ] || { echo "$library is not built" >&2; exit 1; }
dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/teeth-XXXXXX")
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

original=$baseline
refused() {  # refused WHAT SED_SCRIPT
	sed "$2" "$original" >"$dir/baseline.abi"
	if cmp -s "$original" "$dir/baseline.abi"; then fail "$1: the baseline has no such place"; fi
	baseline=$dir/baseline.abi
	status=0
	breaks "$library" >"$dir/said" 2>&1 || status=$?
	[ $((status & 3)) = 0 ] || fail "$1: abidiff could not compare: $(cat "$dir/said")"
	[ $status != 0 ] || fail "$1 is not refused: $(cat "$dir/said")"
}
refused "a function that is gone" 's/lvol_vg_open\b/lvol_vg_opened/g'
refused "an enumerator with another value" "s/\(name='LVOL_REPORT_LVS' value=\)'3'/\1'33'/"
refused "a plain struct that has grown" "/class-decl name='lvol_error'/s/size-in-bits='[0-9]*'/size-in-bits='64'/"
refused "a parameter that has become another type" \
	"/function-decl name='lvol_vg_seqno'/,/<\\/function-decl>/s/<parameter type-id='[^']*'/<parameter type-id='type-id-1'/"
refused "a symbol under another version" "s/name='lvol_vg_open' version='LVOL_0.1'/name='lvol_vg_open' version='LVOL_0.0'/"
echo "teeth: five kinds of breaking are seen"
