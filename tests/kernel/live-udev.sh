#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Transactions on active LVs where udev runs: links and cookies.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_udev
LVOL_GUEST_UDEV=1
export LVOL_GUEST_UDEV
run_programs live
