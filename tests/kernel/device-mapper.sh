#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The kernel's device-mapper without udev: from the inside, through the tool and from Python.
. "$(dirname "$0")/lib.sh"
requires_uml
run_programs control driver_faults dm.sh test_backend.py
