#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Integrity by many tables beside the kernel's.
. "$(dirname "$0")/lib.sh"
requires_uml
run_programs integrity
