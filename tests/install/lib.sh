# SPDX-License-Identifier: LGPL-2.1-or-later
# For the tests of this folder: $dir for scratch, and an installation of the built library below it.
set -eu
: "${LVOL_SRC:=$(cd "$(dirname "$0")/../.." && pwd)}" "${LVOL_BUILD:=$LVOL_SRC/build}"
dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/install-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

skip() { echo "SKIP: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
requires() { command -v "$1" >/dev/null || skip "$1 is not installed"; }

# Installs into $dir/stage and makes it the place that pkg-config and the dynamic linker look at first: $prefix,
# $libdir, PKG_CONFIG_PATH, LD_LIBRARY_PATH.
install_library() {
	DESTDIR=$dir/stage meson install -C "$LVOL_BUILD" --no-rebuild --quiet >"$dir/install.log" 2>&1 ||
		{ cat "$dir/install.log" >&2; fail "meson install"; }
	pc=$(find "$dir/stage" -name lvol.pc)
	[ -n "$pc" ] || fail "no lvol.pc is installed"
	pc_prefix=$(sed -n 's/^prefix=//p' "$pc")
	[ -n "$pc_prefix" ] || fail "lvol.pc has no prefix, so nobody can relocate it"
	prefix=$dir/stage$pc_prefix
	sed -i "s|^prefix=.*|prefix=$prefix|" "$pc"
	grep -v '^prefix=' "$pc" | grep -E "=(/|$LVOL_SRC)" && fail "lvol.pc has paths that do not begin at its prefix"
	PKG_CONFIG_PATH=${pc%/*}
	libdir=$(PKG_CONFIG_PATH=$PKG_CONFIG_PATH pkg-config --variable=libdir lvol)
	[ -e "$libdir/liblvol.so" ] || fail "no liblvol.so in the libdir of lvol.pc ($libdir)"
	LD_LIBRARY_PATH=$libdir
	export PKG_CONFIG_PATH LD_LIBRARY_PATH
}

# runs PROGRAM: it works and says the version that pkg-config knows
runs() {
	said=$("$1") || fail "$1 ended with status $?"
	case $said in
	"liblvol $(pkg-config --modversion lvol): "*) echo "$said" ;;
	*) fail "$1 says \"$said\", pkg-config $(pkg-config --modversion lvol)" ;;
	esac
}
