#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The other half of the recorded scenarios, see golden.sh.
LVOL_GOLDEN_HALF=1
export LVOL_GOLDEN_HALF
exec sh "$(dirname "$0")/golden.sh"
