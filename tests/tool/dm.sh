#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# dm, beside dmsetup. Where the kernel has no device-mapper only what is refused can be seen; tests/kernel/ runs this again
# in a guest that has it.
. "$(dirname "$0")/lib.sh"

# --- command lines that cannot be ---

refused 3 "something is missing" lvol dm
refused 3 "nothing that dm does" lvol dm make x
refused 3 "create NAME" lvol dm create
refused 3 "rename NAME NEW" lvol dm rename one
refused 3 "the usage is: ls" lvol dm ls x
refused 3 "ls does not take --retry" lvol dm ls --retry
refused 3 "load does not take --uuid" lvol dm load x --uuid y
refused 3 "exclude each other" lvol dm create x --notable --table "0 8 zero"
refused 3 "no --test" lvol dm -t remove x
lvol dm version >/dev/null 2>&1 || {
	[ "$(id -u)" = 0 ] || refused 5 "root" lvol dm ls
	[ "$(id -u)" != 0 ] || refused 5 "no device-mapper in this kernel" lvol dm ls
	skip "this kernel has no device-mapper"
}
[ -b /dev/ubda ] || skip "runs in the guest of tests/kernel only"

# --- made as dmsetup makes them ---

settled() { [ -z "${LVOL_GUEST_UDEV:-}" ] || udevadm settle; }
# dmsetup leaves a blank where a target has no arguments
same_as_dmsetup() {
	ok lvol dm "$@"
	cp "$dir/out" ours
	dmsetup "$@" | sed 's/ $//' >theirs
	cmp -s ours theirs || fail "lvol dm $*: $(diff ours theirs)"
}

# a table is a file, a word or standard input
echo "0 8192 linear /dev/ubda 2048" >file
ok lvol dm create one file --uuid TEST-one
ok lvol dm create two --table "0 2048 zero" -r
printf '0 1024 error\n1024 1024 zero\n' | ok lvol dm create three
refused 5 "cannot both be the table" lvol dm load three file --table "0 8 zero"
settled
for verb in table status deps; do
	for name in one two three; do same_as_dmsetup $verb $name; done
	ok lvol dm $verb
	LC_ALL=C sort "$dir/out" >ours
	dmsetup $verb | sed 's/ $//' | LC_ALL=C sort >theirs
	cmp -s ours theirs || fail "lvol dm $verb: $(diff ours theirs)"
done
ok lvol dm ls
LC_ALL=C sort "$dir/out" >ours
dmsetup ls | LC_ALL=C sort >theirs
cmp -s ours theirs || fail "lvol dm ls: $(diff ours theirs)"
for name in one two three; do
	ok lvol dm info $name
	cp "$dir/out" ours
	dmsetup info $name | grep -v -e '^Read Ahead' -e '^Number of targets' >theirs
	cmp -s ours theirs || fail "lvol dm info $name: $(diff ours theirs)"
done
ok lvol dm targets
dmsetup targets | while read -r target; do says "$target"; done
ok lvol dm version
same version "$(cat "$dir/out")" "$(dmsetup version | sed -n 's/^Driver version: *//p')"
ok lvol dm ls -u TEST-
same "ls -u" "$(cut -f 1 "$dir/out")" one
ok lvol dm info --uuid none
same "info of none" "$(cat "$dir/out")" ""

# --- changed ---

ok lvol dm load one --table "0 4096 zero"
same_as_dmsetup table one --inactive
ok lvol dm clear one
refused 5 "no table that waits" lvol dm table --inactive one
ok lvol dm load two --readonly --table "0 4096 zero"
ok lvol dm suspend --noflush --nolockfs one two
same "suspended" "$(dmsetup info -c --noheadings -o suspended one two | sort -u)" Suspended
ok lvol dm status --noflush one
ok lvol dm resume one two
same "table of two" "$(dmsetup table two | sed 's/ $//')" "0 4096 zero"
ok lvol dm rename three four
settled
[ -b /dev/mapper/four ] || fail "no node of the new name"
[ ! -e /dev/mapper/three ] || fail "the node of the old name is there"
refused 5 "is taken by" lvol dm create four --table "0 8 zero"
refused 5 "has that name" lvol dm rename one two

# --- messages and events ---

ok lvol dm create meta --table "0 8192 linear /dev/ubdb 0"
dd if=/dev/zero of=/dev/ubdb bs=4k count=1 conv=fsync status=none
ok lvol dm create pool --table "0 8192 thin-pool /dev/mapper/meta /dev/mapper/one 128 0"
ok lvol dm message pool 0 create_thin 7
refused 5 pool lvol dm message pool 0 create_thin 7
refused 5 "message" lvol dm message one 0 hello
ok lvol dm create thin --table "0 204800 thin /dev/mapper/pool 7"
ok lvol dm wait --timeout 0 pool
same "the event number" "$(cat "$dir/out")" "$(dmsetup info -c --noheadings -o events pool)"
ok lvol dm wait pool 4294967295
refused 5 "stands on it" lvol dm remove pool

# --- removed ---

ok lvol dm remove thin pool meta
# udev's rules have it open for a moment
settled
exec 3</dev/mapper/one
refused 5 "open 1 times" lvol dm remove one
ok lvol dm remove --deferred one
ok lvol dm info one
says "when it is closed"
exec 3<&-
for i in 1 2 3 4 5 6 7 8 9 10; do lvol dm info one >/dev/null 2>&1 && sleep 0.1 || break; done
refused 5 "no device-mapper device one" lvol dm info one
rm -f /dev/mapper/one
ok lvol dm create empty --notable
ok lvol dm remove --retry empty two four
ok lvol dm ls
same "what is left" "$(cat "$dir/out")" ""

# --- what a kernel refuses ---

refused 5 "target \"nonesuch\"" lvol dm create bad --table "0 8 nonesuch"
refused 5 "line 2" lvol dm create bad --table "0 8 zero
9 8 zero"
refused 5 "Invalid argument count" lvol dm create bad --table "0 8 linear"
refused 5 "no slash" lvol dm create a/b --table "0 8 zero"
ok lvol dm ls
same "what is left of those" "$(cat "$dir/out")" ""
all_options_used dm

# --- without the privilege, the driver, or a target's module ---

before=$(dmsetup ls)
as_nobody() { LVM_SYSTEM_DIR=/none setpriv --reuid 65534 --clear-groups "$LVOL_TOOL" "$@"; }
refused 5 "root (CAP_SYS_ADMIN) may" as_nobody dm ls
if [ -z "${LVOL_GUEST_UDEV:-}" ] && [ "$before" = "No devices found" ]; then
	loader=$(cat /proc/sys/kernel/modprobe)
	echo /bin/false >/proc/sys/kernel/modprobe
	while grep -q '^dm_' /proc/modules; do
		# shellcheck disable=SC2046
		rmmod $(sed -n 's/^\(dm_[^ ]*\) [0-9]* 0 .*/\1/p' /proc/modules) || fail "modules are in use: $(grep '^dm_' /proc/modules)"
	done
	refused 5 "no device-mapper in this kernel, or not for us; is module dm-mod loaded?" lvol dm ls
	modprobe -d /run/modules dm-mod
	refused 5 'needs the target "snapshot", which this kernel does not have; module dm-snapshot is missing' \
		lvol dm create x --table "0 8 snapshot 98:0 98:16 P 8"
	[ "$(dmsetup ls)" = "$before" ] || fail "left behind: $(dmsetup ls)"
	# the kernel loads what it needs
	echo "$loader" >/proc/sys/kernel/modprobe
	ok lvol dm create x --table "0 8 zero"
	ok lvol dm remove x
fi
