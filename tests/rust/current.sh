#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The API tests with the Rust in PATH, when that is another one than Debian's.
. "$(dirname "$0")/lib.sh"
other=$(command -v cargo) || other=$LVOL_CARGO
[ "$other" != "$LVOL_CARGO" ] || skip "one version of Rust is installed, and api.sh uses it"
use_cargo "$other"
echo "$rust_version"
RUSTFLAGS='-D warnings' cargo_ test --examples --test api
