#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Transactions on LVs that are active and mounted, without udev.
. "$(dirname "$0")/lib.sh"
requires_uml
run_programs live
