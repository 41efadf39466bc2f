#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The same where udev runs and makes the nodes, with lvm2's rules.
. "$(dirname "$0")/lib.sh"
long_only
requires_uml
requires_udev
LVOL_GUEST_UDEV=1
export LVOL_GUEST_UDEV
run_programs control dm.sh
