#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A program that was built before runs unchanged after the library is rebuilt with every option struct grown at its end:
# outside.c, linked with the shared library as it is, is then run with a library that is built from a copy of the tree
# whose headers have one more field in each. And the other way round: built with the grown headers, it runs with today's.
#   grown.sh [BUILD_DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
build=$(cd "${1:-${LVOL_BUILD:-$root/build}}" && pwd)
dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/grown-XXXXXX")
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
command -v meson >/dev/null || { echo "SKIP: meson is not installed"; exit 77; }
[ -e "$build/liblvol/liblvol.so" ] || fail "$build/liblvol/liblvol.so is not built"

# --- the tree, with a field more at the end of each option struct ---

mkdir "$dir/tree"
for part in meson.build meson_options.txt lvol.pc.in include liblvol docs; do cp -R "$root/$part" "$dir/tree"; done
mkdir "$dir/tree/bindings"
(cd "$root/bindings" && tar -cf - --exclude target .) | tar -xf - -C "$dir/tree/bindings"
for struct in $(option_structs "$root/include"); do
	header=$(grep -l "^struct $struct {" "$dir/tree"/include/lvol/*.h)
	sed -i "/^struct $struct {/,/^};/s/^};/	uint64_t grown[3];\\n};/" "$header"
done
grown=$(grep -c '^	uint64_t grown\[3\];' "$dir/tree"/include/lvol/*.h | awk -F: '{ n += $2 } END { print n }')
[ "$grown" = "$(option_structs "$root/include" | wc -l)" ] || fail "$grown structs were grown"
{
	# unoptimized, and nothing but the shared library: the time goes into compiling; abidiff reads debugging information
	meson setup --buildtype=debug -Dtests=false -Dexamples=false -Dpython=disabled -Dnbdkit=disabled -Ddocs=disabled \
		"$dir/build" "$dir/tree" && meson compile -C "$dir/build" lvol:shared_library
} >"$dir/log" 2>&1 || { tail -n 40 "$dir/log" >&2; fail "the library with grown structs does not build"; }

# --- both programs with both libraries ---

compile() {  # compile PROGRAM INCLUDE_DIR LIBRARY_DIR OPTION...
	program=$1 headers=$2 libraries=$3
	shift 3
	${CC:-cc} -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Werror "$@" -o "$dir/$program" "$here/outside.c" \
		-I "$headers" -L "$libraries" -llvol
}
run() {  # run PROGRAM LIBRARY_DIR ARGUMENT...: in a folder of its own, with two disks
	program=$1 library=$2
	shift 2
	rm -rf "$dir/disks"
	mkdir "$dir/disks"
	truncate -s 64M "$dir/disks/a.img" "$dir/disks/b.img"
	(cd "$dir/disks" && LD_LIBRARY_PATH=$library "$dir/$program" "$@")
}
compile old "$root/include" "$build/liblvol"
compile new "$dir/tree/include" "$dir/build/liblvol" -DGROWN
before=$(run old "$build/liblvol") || fail "the program fails with the library that it was built with: $before"
sums=$(cd "$dir/disks" && sha256sum ./*.img)
after=$(run old "$dir/build/liblvol") || fail "the program fails with the grown library: $after"
[ "$before" = "$after" ] || fail "with the grown library the program says \"$after\", before \"$before\""
[ "$sums" = "$(cd "$dir/disks" && sha256sum ./*.img)" ] || fail "with the grown library the program writes other bytes"
newer=$(run new "$build/liblvol") || fail "a newer program that leaves the new fields zero fails: $newer"
[ "$newer" = "$before" ] || fail "a newer program says \"$newer\""
# the library knows its new fields, today's does not and says so
run new "$dir/build/liblvol" set >"$dir/said" || fail "the grown library refuses its own fields: $(cat "$dir/said")"
if run new "$build/liblvol" set >"$dir/said"; then fail "today's library takes fields that it does not know"; fi
grep -q 'newer than this library' "$dir/said" || fail "today's library says: $(cat "$dir/said")"
# and abidiff sees nothing in it that would break the program
if command -v abidiff >/dev/null; then
	breaks "$dir/build/liblvol/liblvol.so" >"$dir/said" || fail "check.sh would refuse the grown library: $(cat "$dir/said")"
fi
echo "$grown option structs grown, and both programs run with both libraries"
