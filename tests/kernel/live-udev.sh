#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Devices, and transactions on active LVs, where udev runs: links and cookies, and a udev that does not answer.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_udev
LVOL_GUEST_UDEV=1
export LVOL_GUEST_UDEV
run_programs control live
