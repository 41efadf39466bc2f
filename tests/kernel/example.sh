#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The harness itself: real lvm2 makes a raid1 and a thin volume under a real kernel, and what it wrote comes back.
. "$(dirname "$0")/lib.sh"
requires_uml
disk a 128M
disk b 128M
guest example.guest -d "$dir/a.img" -d "$dir/b.img"
[ "$(wc -c <"$OUT/r1.data")" = 33554432 ] || fail "the guest's file has the wrong size"
[ "$(sha256sum <"$OUT/r1.data")" = "$(cat "$OUT/r1.sha256")" ] || fail "the guest read something else than it wrote"
# the disks are the host's files, so the label must be found in them now
[ "$(dd if="$dir/a.img" bs=1 skip=512 count=8 2>/dev/null)" = LABELONE ] || fail "no label on the first disk"
echo "guest kernel: $(cat "$OUT/kernel")"
