#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Long work on LVs that are active: the kernel does it, in devices that lvol changes with the metadata.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
for d in a b c; do disk $d 48M; done
guest jobs-active.guest -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" || fail "see above"
