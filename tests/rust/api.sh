#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The API tests in Rust, and the examples' own.
. "$(dirname "$0")/lib.sh"
golden linear-basic mixed-segments raid1 snapshot-basic thin-external
cargo_ test --lib --examples --test api
