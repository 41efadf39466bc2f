#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# File systems follow their LVs, through LUKS too.
. "$(dirname "$0")/lib.sh"
requires_uml
run_programs filesystem
