#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# read and write: the bytes of an LV, from any place on, through files, pipes and what cannot take them.
. "$(dirname "$0")/lib.sh"
requires_program python3
disks 64M a.img b.img c.img
ok lvol vgcreate vg0 a.img b.img c.img
ok lvol lvcreate -n linear -L 8m vg0
ok lvol lvcreate -n striped -i 3 -I 4k -l 3 vg0
ok lvol lvcreate -n two -l 4 vg0 c.img
ok lvol lvextend -l +2 vg0/two a.img
# no two blocks are the same
python3 -c 'import hashlib, sys
for n in range(8 << 20 >> 5): sys.stdout.buffer.write(hashlib.sha256(b"%d" % n).digest())' >data

# same_bytes WHAT FILE: what `ok` printed to $dir/out
same_bytes() { cmp "$dir/out" "$2" >&2 || fail "$1"; }

# --- all of it: file, standard input and output, pipe ---

ok lvol write -i data vg0/linear
ok lvol read vg0/linear
same_bytes "what was written is not what is read" data
ok lvol read --output back vg0/linear
cmp data back || fail "read --output"
head -c 12582912 data >twelve
head -c 4194304 data >>twelve
"$LVOL_TOOL" --devices "$devices" write vg0/striped <twelve
"$LVOL_TOOL" --devices "$devices" read vg0/striped | cmp - twelve || fail "striped, through a pipe"
# in small pieces, as a pipe may give them
{ head -c 1000 data; sleep 0.2; tail -c +1001 data | head -c 5000000; sleep 0.1; tail -c +5001001 data; } |
	"$LVOL_TOOL" --devices "$devices" write vg0/two
ok lvol read --length 8m /dev/vg0/two
same_bytes "a slow pipe" data
# where the bytes are: a striped LV lies on three disks, 4 KiB in turn
at=$(($(show pvs pe_start b.img) + 4194304 * $(lvol lvs --noheadings -o devices vg0/striped | sed 's/.*b.img(\([0-9]*\)).*/\1/')))
tail -c +4097 twelve | head -c 4096 >second
tail -c +$((at + 1)) b.img | head -c 4096 | cmp - second || fail "the second stripe is not on the second disk"

# --- parts ---

for part in "0 1" "1 511" "511 2" "4095 4098" "12345 1234567" "8388607 1"; do
	from=${part% *} count=${part#* }
	tail -c +$((from + 1)) data | head -c "$count" >part
	ok lvol read --offset "$from" --length "$count" vg0/linear
	same_bytes "read of $count bytes at $from" part
	head -c "$count" /dev/zero | tr '\0' w >part
	cp data expected
	dd if=part of=expected bs=64k seek="$from" oflag=seek_bytes conv=notrunc 2>/dev/null
	ok lvol write --offset "$from" -i part vg0/linear
	ok lvol read vg0/linear
	same_bytes "write of $count bytes at $from" expected
	ok lvol write -i data vg0/linear
done
ok lvol read --offset 8m vg0/linear
same "bytes at the end" "$(wc -c <"$dir/out")" 0
ok lvol read --offset 1k --length 1k vg0/linear
same "bytes of 1k" "$(wc -c <"$dir/out")" 1024
# --length: only so much of the input is taken
ok lvol write --length 512 --input twelve vg0/two
ok lvol write --length 4 vg0/two <data
same "an endless input" "$(yes | { "$LVOL_TOOL" --devices "$devices" write --length 1m vg0/two && echo taken; })" taken
ok lvol write -i /dev/null vg0/two
ok lvol write --length 12m -i /dev/zero vg0/two
ok lvol read --length 12m vg0/two
same "zeroes" "$(tr -d '\0' <"$dir/out" | wc -c)" 0

# --- what goes wrong ---

refused 5 "8388608" lvol write -i twelve vg0/linear
ok lvol read vg0/linear
same_bytes "data that is too long was written in part" data
status=0
cat twelve | "$LVOL_TOOL" --devices "$devices" write vg0/linear 2>err || status=$?
same "too long a pipe" "$status" 5
grep -q "longer than the 8388608 bytes there; 8388608 were written" err || fail "too long a pipe: $(cat err)"
refused 5 "--offset 8388609" lvol read --offset 8388609 vg0/linear
refused 5 "--length 8388608 reaches beyond its end: 8388607" lvol read --offset 1 --length 8m vg0/linear
refused 5 "--offset" lvol write --offset 1g vg0/linear
refused 5 "vg0/nosuch" lvol read vg0/nosuch
refused 5 "vg9" lvol read vg9/lv
refused 3 "is no LV" lvol read vg0
refused 5 "no/such/file" lvol write -i no/such/file vg0/linear
refused 5 "no/such/file" lvol read -o no/such/file vg0/linear
ok lvol lvchange -p r vg0/linear
refused 5 "vg0/linear" lvol write -i data vg0/linear
ok lvol read -o back vg0/linear
ok lvol lvchange -p rw vg0/linear
if [ -w /dev/full ]; then
	refused 5 "/dev/full" lvol read -o /dev/full vg0/linear
	status=0
	lvol read vg0/linear >/dev/full 2>err || status=$?
	same "read to a full device" "$status" 5
	grep -q "standard output: cannot be written" err || fail "read to a full device: $(cat err)"
	status=0
	lvol lvs >/dev/full 2>err || status=$?
	same "a report to a full device" "$status" 5
fi
# a pipe that nobody reads any more
status=0
{ "$LVOL_TOOL" --devices "$devices" read vg0/linear 2>err || echo $? >status; } | head -c 10 >/dev/null
[ -s status ] || fail "read into a closed pipe succeeds"

# --- zero and error ---

ok lvol lvcreate -n zeroes --type zero -L 8m vg0
ok lvol lvcreate -n errors --type error -L 8m vg0
ok lvol write -i data vg0/zeroes
ok lvol read vg0/zeroes
same "zeroes" "$(tr -d '\0' <"$dir/out" | wc -c)" 0
refused 5 "vg0/errors" lvol read vg0/errors
refused 5 "vg0/errors" lvol write -i data vg0/errors

# --- encrypted ---

printf 'not so secret' >key
printf 'wrong' >wrong
if lvol lvcreate -n enc -L 20m --encrypt -d key --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --cipher aes-xts-plain64 vg0 2>err; then
	ok lvol lvcreate -n enc2 -L 20m --encrypt -d key --pbkdf pbkdf2 --iter-time 10 --key-size 256 --sector-size 4096 --label home vg0
	head -c 100000 /dev/urandom >hidden
	ok lvol write -i hidden --key-file key vg0/enc
	ok lvol read -o back --length 100000b -d key vg0/enc
	cmp -s hidden back || fail "what was encrypted does not come back"
	ok lvol read -o raw vg0/enc
	same "its first bytes" "$(head -c 4 raw)" LUKS
	refused 5 "no key slot" lvol read -o back -d wrong vg0/enc
	refused 5 "vg0/linear" lvol read -o back -d key vg0/linear
	lvol read -o back --length 100000b --decrypt vg0/enc <key || fail "the passphrase is not read from standard input"
	lvol write -i hidden --decrypt vg0/enc <key || fail "the passphrase is not read from standard input"
	refused 5 "missing" lvol lvcreate -n more -L 20m --encrypt -d missing vg0
else
	grep -q libcryptsetup err || fail "lvcreate --encrypt: $(cat err)"
	refused 5 libcryptsetup lvol read -o back --decrypt -d key vg0/linear
fi
refused 3 "goes with --encrypt" lvol lvcreate -n more -L 20m -d key vg0
refused 3 "goes with -r" lvol lvresize -L 20m -d key vg0/linear

all_options_used read write
