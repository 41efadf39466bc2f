#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs are told what happens to LVs, and snapshots and pools that fill up get more room.
. "$(dirname "$0")/lib.sh"
requires_uml
run_programs events monitor.sh
