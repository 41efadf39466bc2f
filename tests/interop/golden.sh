#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The volumes of the golden images, read through the library: size and sha256 are what the kernel showed.
. "$(dirname "$0")/lib.sh"
requires_tool
cache=${LVOL_GOLDEN_CACHE:-$dir/golden}
sh "$LVOL_SRC/tests/golden/unpack.sh" "$cache"
python3 "$LVOL_SRC/tests/interop/golden.py" "$cache"
