#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Targets by many tables beside the kernel's: integrity, crypt, flakey and delay.
. "$(dirname "$0")/lib.sh"
requires_uml
run_programs integrity crypt flakey
