#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Trim and write zeroes: what is read afterwards, what becomes a hole, what is granted as fast, FUA and cache.
. "$(dirname "$0")/lib.sh"
requires nbdinfo qemu-io
make_vg
lvol lvcreate -q -n lin -L 16m vg0
lvol lvcreate -q -n str -i 2 -L 16m vg0
lvol lvcreate -q -n nil --type zero -L 8m vg0
random full 16

# zeroed WHAT OFFSET LENGTH: full.img would have zeroes there, and the LV has
zeroed() {
	cp full expected
	dd if=/dev/zero of=expected bs=1 seek="$2" count=0 conv=notrunc status=none
	head -c "$3" /dev/zero | dd of=expected bs=64k oflag=seek_bytes seek="$2" conv=notrunc status=none
	same "$1" "vg0/$lv" expected
}
holes() { serve -r "lv=vg0/$lv" 'nbdinfo --map --totals "$uri"' | awk '/hole/ { n = $1 } END { print n + 0 }'; }
# io COMMAND
io() { serve "lv=vg0/$lv" "qemu-io -d unmap -f raw -c '$1' \"\$uri\"" >io.log 2>&1 || fail "$1: $(cat io.log)"; }

for lv in lin str; do
	lvol write -q vg0/$lv <full
	[ "$(holes)" = 0 ] || fail "$lv: holes before"
	io 'write -z -u 1M 3M'
	zeroed "zero with unmap" 1048576 3145728
	[ "$(holes)" = 3145728 ] || fail "$lv: write -z -u made $(holes) bytes of holes"

	lvol write -q vg0/$lv <full
	io 'write -z -u -n 2M 4M'
	zeroed "fast zero" 2097152 4194304
	[ "$(holes)" = 4194304 ] || fail "$lv: write -z -u -n made $(holes) bytes of holes"

	# not aligned to anything: the ends are written
	lvol write -q vg0/$lv <full
	io 'write -z -u 1000001 777777'
	zeroed "odd zero with unmap" 1000001 777777
	lvol write -q vg0/$lv <full
	io 'write -z 1000001 777777'
	zeroed "odd zero" 1000001 777777

	# fast without holes is not known to be possible; refusing changes nothing
	lvol write -q vg0/$lv <full
	refused "fast zero without unmap" 'supported' serve lv=vg0/$lv "qemu-io -f raw -c 'write -z -n 1M 1M' \"\$uri\" 2>&1"
	same "refused fast zero" vg0/$lv full

	# without unmap the room in the files stays taken
	before=$(du -k a.img b.img | awk '{ n += $1 } END { print n }')
	io 'write -z 0 8M'
	zeroed "zero without unmap" 0 8388608
	after=$(du -k a.img b.img | awk '{ n += $1 } END { print n }')
	[ "$((before - after))" -lt 1024 ] || echo "note: this file system zeroes by holes"

	lvol write -q vg0/$lv <full
	io 'discard 4M 8M'
	[ "$(holes)" = 8388608 ] || fail "$lv: discard made $(holes) bytes of holes"
	io 'write -f -P 7 12000 5000'
	serve -r lv=vg0/$lv 'qemu-io -r -f raw -c "read -P 7 12000 5000" "$uri"' | grep -q 'read 5000' || fail "write with FUA"
done

# a zero segment takes writes and stays zero; all is a hole
lv=nil
io 'write -P 1 1M 1M'
io 'write -z -u -n 2M 1M'
[ "$(holes)" = 8388608 ] || fail "the zero LV has $(holes) bytes of holes"
echo "zero: unmap, fast, odd, without unmap; discard; FUA"
