#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# LVs that lvm2 made are activated by liblvol, with the same devices and content, without udev.
. "$(dirname "$0")/lib.sh"
requires_uml
run_programs activate activate.sh
