#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A Rust program outside of the tree uses the crates by their path, and the installed library through pkg-config: the
# programs of bindings/rust/README.md, linked with the shared library and with the static one.
. "$(dirname "$0")/lib.sh"
requires meson
cargo=/usr/bin/cargo
[ -x $cargo ] || cargo=$(command -v cargo) || skip "cargo is not installed"
PATH=${cargo%/*}:$PATH rustc --version || skip "rustc is not installed"
install_library

# the crates as somebody else has them: nothing of the tree around them, and not to be written to
mkdir -p "$dir/program/src/bin" "$dir/crates"
cp -R "$LVOL_SRC/bindings/rust/lvol" "$LVOL_SRC/bindings/rust/lvol-sys" "$LVOL_SRC/bindings/rust/README.md" "$dir/crates"
cat >"$dir/program/Cargo.toml" <<'CARGO'
[package]
name = "outside"
version = "1.0.0"
edition = "2021"

[dependencies]
lvol = { path = "../crates/lvol" }
CARGO
awk -v folder="$dir/program/src/bin" '
	/^```rust$/ { inside = 1; file = folder "/block" ++count ".rs"; next }
	/^```$/ { inside = 0 }
	inside { print > file }
' "$LVOL_SRC/bindings/rust/README.md"
cat >"$dir/program/src/bin/outside.rs" <<'RUST'
fn main() {
    println!("liblvol {}: {}", lvol::version(), lvol::check_vg_name("..").unwrap_err().name());
}
RUST

CARGO_HOME=$dir/cargo
# nobody debugs these programs or builds them again
CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0
unset LVOL_LIB_DIR LVOL_STATIC RUSTFLAGS
export CARGO_HOME CARGO_INCREMENTAL CARGO_PROFILE_DEV_DEBUG
# build TARGET-DIR: all programs
build() {
	(cd "$dir/program" && PATH=${cargo%/*}:$PATH CARGO_TARGET_DIR=$1 $cargo build --offline) >"$dir/cargo.log" 2>&1 ||
		{ cat "$dir/cargo.log" >&2; fail "cargo"; }
	grep -q warning "$dir/cargo.log" && { cat "$dir/cargo.log" >&2; fail "cargo warns"; }
	runs "$1/debug/outside"
}

build "$dir/target"
blocks=0
for source in "$dir"/program/src/bin/block*.rs; do
	name=$(basename "$source" .rs)
	rm -rf "$dir/run"
	mkdir "$dir/run"
	truncate -s 1G "$dir/run/disk1.img" "$dir/run/disk2.img"
	# those behind the first begin with what that leaves
	[ "$name" = block1 ] || (cd "$dir/run" && LVM_SYSTEM_DIR= "$dir/target/debug/block1" >/dev/null)
	(cd "$dir/run" && LVM_SYSTEM_DIR= "$dir/target/debug/$name") || fail "README.md: $name"
	blocks=$((blocks + 1))
done
[ "$blocks" -ge 3 ] || fail "README.md has $blocks programs"

# LVOL_LIB_DIR instead of pkg-config; nothing is found without either
pc=$PKG_CONFIG_PATH
PKG_CONFIG_PATH=$dir/nowhere PKG_CONFIG_LIBDIR=$dir/nowhere
export PKG_CONFIG_LIBDIR
(LVOL_LIB_DIR=$libdir && export LVOL_LIB_DIR && cd "$dir/program" &&
	PATH=${cargo%/*}:$PATH CARGO_TARGET_DIR=$dir/target $cargo build --offline --bin outside) >"$dir/cargo.log" 2>&1 ||
	{ cat "$dir/cargo.log" >&2; fail "cargo with LVOL_LIB_DIR"; }
if (cd "$dir/program" && PATH=${cargo%/*}:$PATH CARGO_TARGET_DIR=$dir/target $cargo build --offline) >"$dir/cargo.log" 2>&1; then
	fail "cargo builds without a library"
fi
grep -q 'liblvol was not found' "$dir/cargo.log" || { cat "$dir/cargo.log" >&2; fail "cargo says something else"; }
unset PKG_CONFIG_LIBDIR
PKG_CONFIG_PATH=$pc

LVOL_STATIC=1
export LVOL_STATIC
build "$dir/static"
if command -v readelf >/dev/null; then
	readelf -d "$dir/static/debug/outside" | grep -q liblvol && fail "the static program needs liblvol.so"
	readelf -d "$dir/target/debug/outside" | grep -q 'NEEDED.*liblvol\.so\.0' || fail "the program does not need liblvol.so.0"
fi
echo "outside crate: shared, static, and $blocks programs of the README"
