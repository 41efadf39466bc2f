#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The storage daemon of the examples: images come and go, LVs are made, removed and copied, and it ends in good order.
. "$(dirname "$0")/lib.sh"
daemon=$LVOL_BUILD/examples/storage-daemon
[ -x "$daemon" ] || skip "the examples are not built"
mkdir images
mkfifo commands
"$daemon" images <commands >said 2>complaints &
pid=$!
trap 'kill $pid 2>/dev/null || :; rm -rf "$dir"' EXIT
exec 3>commands

# heard LINE: it says that (a basic regular expression), within 10 s; what it says later is looked at from there on
seen=0
heard() {
	for _ in $(seq 200); do
		at=$(tail -n "+$((seen + 1))" said | grep -n -m 1 -e "^$1\$" | cut -d: -f1)
		[ -z "$at" ] || { seen=$((seen + at)); return 0; }
		sleep 0.05
	done
	fail "no line '$1' after line $seen of: $(cat said complaints)"
}
say() { echo "$*" >&3; }

# --- images that come and go ---

disks 96M new1 new2 new3
ok lvol vgcreate -s 1m va new1
ok lvol vgcreate -s 1m vb new2 new3
echo "this is no disk" >images/notes.txt
mv new1 images/a.img
heard 'came va version 1'
mv new2 images/b1.img
heard 'came vb version 1 partial'
mv new3 images/b2.img
heard 'changed vb version 1'
say list
heard 'vg va version 1 free 99614720'
heard 'vg vb version 1 free 199229440'
heard ok

# --- changes ---

say create va/from 41943040
heard ok
heard 'changed va version 2'
say create vb/to 62914560
heard ok
say create vb/twin 41943040
heard ok
say create va/from 1048576
heard 'error LVOL_E_EXISTS: .*from.*'
say create va/huge 1000000000000
heard 'error LVOL_E_NO_SPACE: .*'
say create nosuch/lv 1
heard 'error LVOL_E_NOT_FOUND: .*nosuch.*'
say frobnicate
heard 'error unknown command.*'
head -c 2000 /dev/zero | tr '\0' x >&3
heard 'error this line is too long'
say ''
say list
heard 'lv va/from size 41943040'
heard 'lv vb/to size 62914560'
heard ok

# --- copies, two at once, while other commands are answered ---

devices=images/a.img
head -c 41943040 /dev/urandom >data
ok lvol write -i data va/from
say copy va/from vb/to
say copy va/from vb/twin
say remove vb/to
say copy vb/to va/from
say list
heard ok
heard ok
heard 'error LVOL_E_BUSY: .*'
heard 'error LVOL_E_[A-Z]*: .*'
heard 'lv vb/twin size 41943040'
heard ok
heard 'progress va/from vb/[a-z]* 100%'
heard 'copied va/from vb/[a-z]* 41943040 bytes'
for _ in $(seq 100); do [ "$(grep -c '^copied ' said)" = 2 ] && break; sleep 0.05; done
devices=images/b1.img,images/b2.img
lvol read --length 40m vb/to | cmp - data || fail "vb/to is no copy"
lvol read vb/twin | cmp - data || fail "vb/twin is no copy"
say remove vb/twin
heard ok

# --- an image goes; a copy is stopped by SIGTERM, and nothing is left locked ---

rm images/a.img
heard 'gone va'
say create vb/more 62914560
heard ok
say copy vb/to vb/more
say quit
exec 3>&-
status=0
wait $pid || status=$?
same "status" "$status" 0
heard bye
ok lvol lvremove -y vb/more
same "LVs" "$(show lvs lv_name | tr '\n' ' ')" "to "

# the end of the input waits for the copies; SIGTERM does not
ok lvol lvcreate -n again -L 60m vb
printf 'copy vb/to vb/again\n' | "$daemon" images >said 2>complaints
tail -n 2 said | tr '\n' ' ' | grep -q '^copied vb/to vb/again 62914560 bytes bye $' || fail "at the end it says: $(tail -n 3 said)"
"$daemon" images <commands >said 2>complaints &
pid=$!
exec 3>commands
seen=0
heard 'came vb version .*'
kill $pid
wait $pid || fail "SIGTERM: status $?"
heard bye
