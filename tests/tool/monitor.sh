#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The example `monitor` says what happens to LVs, and extends what fills up. In a guest of tests/kernel (events.sh); elsewhere
# it says that there is no device-mapper.
. "$(dirname "$0")/lib.sh"
monitor=$LVOL_BUILD/examples/monitor
[ -x "$monitor" ] || skip "the examples are not built"
same "its usage" "$("$monitor" -t 20 vg0 2>&1)" "usage: monitor [-t PERCENT] [-p PERCENT] VG"
if [ -z "${GUEST_ENV:-}" ] || [ ! -b /dev/ubdb ]; then
	dmsetup version >/dev/null 2>&1 && skip "the test is for a guest, or where there is no device-mapper"
	"$monitor" vg0 2>err && fail "it works without device-mapper"
	grep -q -e device-mapper -e root err || fail "it says: $(cat err)"
	exit 0
fi

# said TEXT: within 20 s
said() {
	for i in $(seq 200); do
		! grep -qF -e "$1" log || return 0
		sleep 0.1
	done
	fail "\"$1\" is not said, but: $(cat log)"
}

ok lvol vgcreate vg0 /dev/ubda /dev/ubdb
ok lvol lvcreate -n lv -L 16m vg0
ok lvol lvcreate -s -n snap -L 4m vg0/lv
"$monitor" -t 60 -p 50 vg0 >log 2>&1 &
dd if=/dev/urandom of=/dev/vg0/lv bs=64k count=48 conv=fsync 2>/dev/null
said "vg0/snap is full to"
said "vg0/snap has been extended"
same "the snapshot's size" "$(lvs --noheadings --nosuffix --units m -o lv_size vg0/snap | tr -d ' ')" "8.00"
ok lvol lvchange -an vg0/lv
said "vg0/snap is not active any more"
kill -TERM $!
wait $! || fail "it ends with status $?"
ok lvol vgremove -y vg0
