#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# One writer at a time, and who is in the way is named.
. "$(dirname "$0")/lib.sh"
requires nbdinfo qemu-io
make_vg 64M
lvol lvcreate -q -n lin -L 8m vg0
lvol lvcreate -q -n other -L 8m vg0
random data 4

start vg=vg0
connect lin
refused "a second writer" "in use by.*nbdkit|nbdkit.*$server|$server.*nbdkit" lvol write vg0/lin -i data
refused "lvremove of an LV that is served" nbdkit lvol lvremove -y vg0/lin
refused "lvresize of an LV that is served" nbdkit lvol lvextend -L 16m vg0/lin
lvol read vg0/lin | cmp -n 4194304 - /dev/zero || fail "what was refused was written"
lvol write -q vg0/other -i data || fail "another LV is not in the way"
lvol lvcreate -q -n third -L 8m vg0 || fail "a new LV"
# a second connection shares the first one's
qemu-io -f raw -c 'write -P 5 0 4k' "$(at lin)" >io.log || fail "a second connection: $(cat io.log)"
echo 'read -P 5 0 4k' >&9
wait_for "the first connection" grep -q 'read 4096' client.out
! grep -q 'verification failed' client.out || fail "the first connection reads something else"
disconnect
# the last client is gone; the server notices by and by
wait_for "the LV to be free" lvol write -q vg0/lin -i data 2>/dev/null
lvol lvextend -q -L 16m vg0/lin
[ "$(nbdinfo --size "$(at lin)")" = 16777216 ] || fail "the new size"

# the other way round: another program has it
mkfifo slow
"$LVOL_TOOL" --devices a.img,b.img write vg0/lin -i slow &
writer=$!
exec 8>slow  # waits for the writer to open it, after the LV
refused "serving what is being written" . nbdinfo "$(at lin)"
grep -q "vg0/lin.*lvol" server.log || fail "the server says: $(cat server.log)"
exec 8>&-
wait $writer || fail "the writer"
nbdinfo --size "$(at lin)" >/dev/null || fail "after the writer has gone"
stop

# lv=: from the start to the end nobody removes it, clients or not
start lv=vg0/lin
refused "lvremove with lv=" nbdkit lvol lvremove -y vg0/lin
lvol write -q vg0/lin -i data || fail "writing while no client is there"
stop
lvol lvremove -q -y vg0/lin || fail "lvremove after the server has gone"
echo "busy: both ways, with names"
