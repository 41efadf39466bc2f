#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the Rust crate does with the kernel's device-mapper: its tests of live volumes, which find no kernel elsewhere.
. "$(dirname "$0")/lib.sh"
long_only
requires_uml
(. "$LVOL_SRC/tests/rust/lib.sh" && cargo_ test --test api --no-run 2>&1 | tee "$OUT/build") || skip "no Rust, or it does not build"
LVOL_GUEST_TEST=$(sed -n 's/^ *Executable .*(\(.*\))$/\1/p' "$OUT/build")
[ -x "$LVOL_GUEST_TEST" ] || fail "no test was built"
export LVOL_GUEST_TEST
disk a 128M
guest rust.guest -d "$dir/a.img"
