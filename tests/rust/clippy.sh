#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# clippy and rustfmt find nothing, with every toolchain that is here.
. "$(dirname "$0")/lib.sh"
looked=

# look FILE: with this cargo, as far as it has the tools
look() {
	use_cargo "$1"
	if [ -x "${1%/*}/cargo-clippy" ] && [ -x "${1%/*}/clippy-driver" ]; then
		cargo_ clippy --all-targets --quiet -- -D warnings || fail "clippy of $rust_version"
		looked="$looked; clippy of $rust_version"
	fi
	if [ -x "${1%/*}/cargo-fmt" ]; then
		(cd "$LVOL_SRC/bindings/rust" && PATH=$cargo_path "$cargo" fmt --check) || fail "cargo fmt changes something"
		looked="$looked; rustfmt"
	fi
}

look "$LVOL_CARGO"
other=$(command -v cargo) && [ "$other" != "$LVOL_CARGO" ] && look "$other"
[ -n "$looked" ] || skip "clippy is not installed (rust-clippy)"
echo "nothing found by${looked#;}"
