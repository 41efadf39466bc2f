#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every public header compiles alone as C99 and as C++17, without a warning, with each compiler that is there.
#   headers.sh [SOURCE_ROOT]
set -u
root=${1:-.}
failed=0 tried=0
scratch=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/headers-XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT

# try COMPILER LANGUAGE STANDARD HEADER
try() {
	command -v "$1" >/dev/null || return 0
	tried=$((tried + 1))
	# twice: the guard must hold
	printf '#include <lvol/%s>\n#include <lvol/%s>\n' "$4" "$4" >"$scratch/alone.$2"
	"$1" "-std=$3" -pedantic-errors -Wall -Wextra -Werror -fsyntax-only -I"$root/include" "$scratch/alone.$2" ||
		{ echo "<lvol/$4> does not compile alone with $1 as $3"; failed=$((failed + 1)); }
}

# The initializers are macros: nothing looks at them before they are used.
try_macros() {
	command -v "$1" >/dev/null || return 0
	{
		echo '#include <lvol/lvol.h>'
		sed -n 's/^#define[ 	]*\(LVOL_[A-Z0-9_]*_OPTS_INIT\)[ 	]*LVOL_OPTS_INIT(\(struct [a-z0-9_]*\)).*/\2 \1/p' \
			"$root"/include/lvol/*.h | awk '{ printf "void use_%d(void);\nvoid use_%d(void) { %s %s o = %s; (void)o; }\n", NR, NR, $1, $2, $3 }'
	} >"$scratch/macros.$2"
	tried=$((tried + 1))
	# C++ has its own opinion on fields that a brace list leaves out; zero is what is meant
	"$1" "-std=$3" -pedantic-errors -Wall -Wextra -Wno-missing-field-initializers -Werror -fsyntax-only \
		-I"$root/include" "$scratch/macros.$2" ||
		{ echo "an _OPTS_INIT macro does not compile with $1 as $3"; failed=$((failed + 1)); }
}

for header in "$root"/include/lvol/*.h; do
	header=${header##*/}
	for compiler in gcc clang; do try $compiler c c99 "$header"; done
	for compiler in g++ clang++; do try $compiler cc c++17 "$header"; done
done
if [ -e "$root/include/lvol/lvol.h" ]; then
	for compiler in gcc clang; do try_macros $compiler c c99; done
	for compiler in g++ clang++; do try_macros $compiler cc c++17; done
	for header in "$root"/include/lvol/*.h; do
		header=${header##*/}
		[ "$header" = lvol.h ] || grep -q "<lvol/$header>" "$root/include/lvol/lvol.h" ||
			{ echo "<lvol/lvol.h> does not include <lvol/$header>"; failed=$((failed + 1)); }
	done
fi
[ "$tried" -gt 0 ] || { echo "SKIP: neither gcc nor clang is installed"; exit 77; }
[ "$failed" = 0 ] || { echo "headers: $failed failed of $tried"; exit 1; }
echo "headers: $tried compilations without a warning"
