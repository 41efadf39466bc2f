#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The code in the documentation of the crates, what it says that the compiler refuses, and the documentation itself.
. "$(dirname "$0")/lib.sh"
cargo_ test --doc
# documentation is made apart: what is left of an older one would not be warned of again
CARGO_TARGET_DIR=$dir RUSTDOCFLAGS='-D warnings' cargo_ doc --no-deps --quiet
[ -e "$dir/doc/lvol/struct.Context.html" ] || fail "no documentation was made"
