#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs that were built against the last release run with the built library: what its baseline liblvol.abi has is
# still there, unchanged. Functions may be added, and fields at the ends of option structs (docs/stability.md).
#   check.sh [BUILD_DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
build=${1:-${LVOL_BUILD:-$root/build}}
library=$build/liblvol/liblvol.so
command -v abidiff >/dev/null || { echo "SKIP: abidiff is not installed (package abigail-tools)"; exit 77; }
[ -e "$baseline" ] || { echo "SKIP: no baseline yet; tests/abi/update.sh makes one"; exit 77; }
[ -e "$library" ] || { echo "$library is not built" >&2; exit 1; }

status=0
breaks "$library" || status=$?
if [ $((status & 3)) != 0 ]; then
	echo "abi: abidiff could not compare" >&2
	exit 1
elif [ $status != 0 ]; then
	echo "abi: INCOMPATIBLE with the last release: programs built before this change break" >&2
	exit 1
fi
added=$(compare "$library" --harmless | grep -c "^  \[A\] 'function" || :)
echo "abi: compatible with the baseline; $added functions are new"
