#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# lvm2 remembers which devices are PVs (devices/hints): it sees what liblvol made since then. Runs in a guest of tests/kernel,
# since the place of the hints cannot be chosen.
. "$(dirname "$0")/lib.sh"
[ -n "${GUEST_ENV:-}" ] && [ -b /dev/ubdb ] || skip "runs in the guest of tests/kernel only"

# what a command that uses hints sees
seen() { vgs --noheadings -o vg_name,pv_name --separator / 2>/dev/null | tr -d ' ' | sort | tr '\n' ' '; }

vgcreate -q vg0 /dev/ubda
same "with hints" "$(seen)" "vg0//dev/ubda "
seen >/dev/null
grep -q ubda /run/lvm/hints || fail "lvm2 makes no hints here"
cp /run/lvm/hints "$dir/stale"

ok lvol vgcreate vg1 /dev/ubdb
[ -e /run/lvm/newhints ] || fail "lvm2 is not told"
same "a new VG" "$(seen)" "vg0//dev/ubda vg1//dev/ubdb "
seen >/dev/null
grep -q ubdb /run/lvm/hints || fail "no new hints were made"
[ ! -e /run/lvm/newhints ] || fail "newhints has stayed"
# the test can fail: with what was known before, the new VG is not seen
cp "$dir/stale" /run/lvm/hints
same "with stale hints" "$(seen)" "vg0//dev/ubda "
rm /run/lvm/hints
seen >/dev/null

ok lvol vgextend vg1 /dev/ubdc
same "a PV more" "$(seen)" "vg0//dev/ubda vg1//dev/ubdb vg1//dev/ubdc "
seen >/dev/null
ok lvol vgremove vg1
same "a VG less" "$(seen)" "vg0//dev/ubda "
ok lvol pvremove /dev/ubdb /dev/ubdc
[ ! -e /run/lvm/nohints ] || fail "hints are switched off"
vgremove -q vg0
pvremove -q /dev/ubda
echo passed
