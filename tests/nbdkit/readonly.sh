#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Read-only: by -r, by the LV's permission, by the files'.
. "$(dirname "$0")/lib.sh"
requires nbdinfo qemu-io
make_vg 64M
lvol lvcreate -q -n lin -L 8m vg0
lvol lvcreate -q -n sealed -p r -L 8m vg0
lvol read vg0/lin >before

# read_only NAME: a client sees it so, and nothing can be written
read_only() {
	nbdinfo "$(at "$1")" >info
	for line in 'is_read_only: true' 'can_trim: false' 'can_zero: false' 'can_multi_conn: true'; do
		grep -q "$line" info || fail "$1 is not \"$line\": $(cat info)"
	done
	refused "writing to $1" 'read-only|not permitted|denied' qemu-io -f raw -c 'write 0 4k' "$(at "$1")"
}

start -r vg=vg0
read_only lin
connect lin -r
# nothing is open for writing in the server: the access mode is the last digit of the flags
if [ -e /proc/self/fdinfo ]; then
	for fd in /proc/"$server"/fd/*; do
		case $(readlink "$fd") in
		*.img) grep -q '^flags:.*0$' "/proc/$server/fdinfo/${fd##*/}" || fail "-r opened $(readlink "$fd") for writing" ;;
		esac
	done
fi
disconnect
# readers and a writer elsewhere do not disturb each other
connect lin -r
printf hello | lvol write -q vg0/lin || fail "a writer beside a server with -r"
disconnect
stop
head -c 5 /dev/zero | lvol write -q vg0/lin
same "writing to it" vg0/lin before

start vg=vg0
read_only sealed
nbdinfo "$(at lin)" | grep -q 'is_read_only: false' || fail "lin is read-only"
stop

# permissions do not bind root
if [ "$(id -u)" != 0 ]; then
	chmod a-w a.img b.img
	start vg=vg0
	read_only lin
	stop
fi
echo "read-only: -r, lvcreate -p r"
