#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# ext4, mounted, is extended with its LV and snapshotted; the snapshot is mounted, and merged: with the next activation while its
# origin is open, at once while it is not. By liblvol and by lvm2 in turns.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
disk a 64M
guest merge.guest -d "$dir/a.img" || fail "see above"
