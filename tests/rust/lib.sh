# SPDX-License-Identifier: LGPL-2.1-or-later
# For the tests of this folder: $dir for scratch, and Cargo with the library of this build. Nothing is fetched, and
# nothing is written to the source tree.
set -eu
: "${LVOL_SRC:=$(cd "$(dirname "$0")/../.." && pwd)}" "${LVOL_BUILD:=$LVOL_SRC/build}"
: "${LVOL_TOOL:=$LVOL_BUILD/examples/lvol/lvol}"
dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/rust-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

skip() { echo "SKIP: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
requires() { command -v "$1" >/dev/null || skip "$1 is not installed"; }

# The oldest Rust that is supported is the one to build with, Debian's; the one in PATH otherwise.
: "${LVOL_CARGO:=/usr/bin/cargo}"
if [ ! -x "$LVOL_CARGO" ]; then
	LVOL_CARGO=$(command -v cargo) || skip "cargo is not installed"
fi

# use_cargo FILE: the rustc beside it, and a build folder for each version
use_cargo() {
	cargo_path=${1%/*}:$PATH
	cargo=$1
	rust_version=$(PATH=$cargo_path rustc --version) || skip "rustc is not installed"
	CARGO_TARGET_DIR=$LVOL_BUILD/tests/rust/target-$(echo "$rust_version" | cut -d ' ' -f 2)
}
use_cargo "$LVOL_CARGO"

CARGO_HOME=$LVOL_BUILD/tests/rust/cargo
# the first of these has lvol-uninstalled.pc
PKG_CONFIG_PATH=$LVOL_BUILD/tests/rust${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
LD_LIBRARY_PATH=$LVOL_BUILD/liblvol${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
LVOL_TEST_TMP=$dir
RUST_BACKTRACE=0
# what is compiled once needs no store for the next time, and what is for debuggers takes a fifth of the time
: "${CARGO_INCREMENTAL:=0}" "${CARGO_PROFILE_DEV_DEBUG:=0}"
unset LVOL_LIB_DIR LVOL_STATIC RUSTFLAGS
export CARGO_TARGET_DIR CARGO_HOME PKG_CONFIG_PATH LD_LIBRARY_PATH LVOL_TEST_TMP RUST_BACKTRACE CARGO_INCREMENTAL \
	CARGO_PROFILE_DEV_DEBUG

# cargo_ COMMAND ARGUMENT...: in the workspace of the crates
cargo_() (
	cd "$LVOL_SRC/bindings/rust"
	command=$1
	shift
	PATH=$cargo_path "$cargo" "$command" --offline --locked "$@"
)

# golden NAME...: LVOL_GOLDEN is where these scenarios are
golden() {
	LVOL_GOLDEN=${LVOL_GOLDEN_CACHE:-$LVOL_BUILD/golden}
	if sh "$LVOL_SRC/tests/golden/unpack.sh" "$LVOL_GOLDEN" "$@" >"$dir/golden.log"; then
		export LVOL_GOLDEN
	else
		cat "$dir/golden.log"
	fi
}
