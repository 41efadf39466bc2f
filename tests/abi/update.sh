#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# With a release: records the ABI of the built library, and its headers, as the new baseline, after showing how it differs
# from the old one. An incompatible difference (something removed or changed) needs --incompatible, and a new soname.
#   update.sh [--incompatible] [BUILD_DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
incompatible=no
[ "${1-}" = --incompatible ] && { incompatible=yes; shift; }
build=${1:-${LVOL_BUILD:-$root/build}}
library=$build/liblvol/liblvol.so
command -v abidw >/dev/null || { echo "abidw is not installed (package abigail-tools)" >&2; exit 1; }
[ -e "$library" ] || { echo "$library is not built" >&2; exit 1; }

if [ -e "$baseline" ]; then
	compare "$library" --harmless || :
	if ! breaks "$library" >/dev/null && [ $incompatible = no ]; then
		echo "This breaks programs that were built before; say --incompatible if that is meant." >&2
		exit 1
	fi
fi
record "$library" "$baseline.new"
mv "$baseline.new" "$baseline"
rm -rf "$here/baseline/include/lvol"
mkdir -p "$here/baseline/include/lvol"
cp "$root"/include/lvol/*.h "$here/baseline/include/lvol"
echo "recorded $(grep -c '<elf-symbol ' "$baseline") symbols in ${baseline#"$root"/}, with their headers beside it"
