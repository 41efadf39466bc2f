#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Transactions on active LVs that fail where only a real kernel can fail, conversions, and what lvm2 remembers of PVs.
. "$(dirname "$0")/lib.sh"
requires_uml
run_programs live_faults live_convert hints.sh
