#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Thin operations of lvol on a pool that the kernel has active, one of its LVs mounted: lvm2, the kernel and thin_check agree.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
disk a 128M
disk b 128M
guest thin-live.guest -d "$dir/a.img" -d "$dir/b.img" || fail "see above"
