#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The ABI of the built library is the one of the baseline. Any difference fails, compatible ones (a new function, a
# field at the end) too: a baseline that is behind would not notice when the new part changes later.
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
compare "$library" || status=$?
if [ $status = 0 ]; then
	echo "abi: as in the baseline"
elif [ $((status & 3)) != 0 ]; then
	echo "abi: abidiff could not compare" >&2
	exit 1
elif [ $((status & 8)) != 0 ]; then
	echo "abi: INCOMPATIBLE with the baseline: programs built before this change break" >&2
	exit 1
else
	echo "abi: differs from the baseline; if that is meant, run tests/abi/update.sh and commit the result" >&2
	exit 1
fi
