#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# liblvol and the real lvm2 commit to one VG over loop devices at the same time and are killed at random; in the end lvm2
# finds nothing wrong either.
#   with-lvm2.sh RACE-PROCESSES
. "$(dirname "$0")/../interop/lib.sh"
requires_root_and_loops
truncate -s 128M "$dir/a.img" "$dir/b.img"
a=$(attach "$dir/a.img")
b=$(attach "$dir/b.img")
# a command that is killed between two flushes leaves a copy behind, which the next command may speak of
"$1" --lvm2 "$dir/locks" "$a" "$b" 2>"$dir/said" || {
	tail -n 20 "$dir/said" >&2
	fail "see above"
}
check_all
