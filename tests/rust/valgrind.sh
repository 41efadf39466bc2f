#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The API tests in Rust under valgrind: no wrong access in the library or through the crates, and nothing is lost.
. "$(dirname "$0")/lib.sh"
requires valgrind
golden linear-basic mixed-segments raid1 snapshot-basic thin-external
runner="'valgrind', '-q', '--leak-check=full', '--show-leak-kinds=definite', '--errors-for-leak-kinds=definite'"
runner="$runner, '--error-exitcode=9', '--suppressions=$LVOL_SRC/tests/rust/valgrind.supp'"
cargo_ test --test api --config "target.'cfg(all())'.runner = [$runner]"
