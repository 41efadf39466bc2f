#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# thin-ls, thin-diff, thin-check: as text and as JSON, the same numbers as the tools of device-mapper; damage is told.
. "$(dirname "$0")/lib.sh"
requires_program thin_ls
requires_program thin_delta
requires_program python3
requires_program zstd
sh "$LVOL_SRC/tests/golden/unpack.sh" "${LVOL_GOLDEN_CACHE:-$LVOL_BUILD/golden}" thin-basic || fail "thin-basic"
cp --sparse=always --no-preserve=mode "${LVOL_GOLDEN_CACHE:-$LVOL_BUILD/golden}"/thin-basic/disk*.img .
devices=$(echo disk*.img | tr ' ' ,)
lvol read vg0/pool_tmeta >tmeta

# --- thin-ls ---

ok lvol thin-ls vg0/pool
awk 'NR > 2 { print $1, $(NF - 4), $(NF - 3) }' "$dir/out" >ours
thin_ls --no-headers -o DEV,MAPPED_BYTES,EXCLUSIVE_BYTES tmeta | squeeze >theirs
cmp ours theirs || fail "thin-ls says otherwise than thin_ls"
says "chunks of 64.00 KiB"
ok lvol thin-ls --json vg0/t1
python3 -c 'import json, sys
found = json.load(open(sys.argv[1]))
assert found["pool"]["chunk_bytes"] == 65536 and found["pool"]["transaction_id"] == 11
for v in found["volumes"]: print(v["device_id"], v["mapped_bytes"], v["exclusive_bytes"])
assert {v["lv_name"] for v in found["volumes"]} >= {"t1", "s1", "big"}' "$dir/out" >ours
cmp ours theirs || fail "thin-ls --json says otherwise than thin_ls"

# --- thin-diff ---

id() { lvol lvs --noheadings -o thin_id "vg0/$1" | squeeze; }
thin_delta --thin1 "$(id t1)" --thin2 "$(id s1)" tmeta |
	sed -n 's/^ *<\(same\|different\|left_only\|right_only\) begin="\([0-9]*\)" length="\([0-9]*\)".*/\1 \2 \3/p' >theirs
ok lvol thin-diff --all vg0/t1 vg0/s1
awk '{ print $1, $2 / 65536, $3 / 65536 }' "$dir/out" >ours
cmp ours theirs || fail "thin-diff says otherwise than thin_delta"
ok lvol thin-diff --json vg0/t1 vg0/s1
python3 -c 'import json, sys
for d in json.load(open(sys.argv[1]))["differences"]: print(d["change"], d["offset"] // 65536, d["length"] // 65536)' "$dir/out" >ours
grep -v same theirs | cmp - ours || fail "thin-diff --json"
refused 5 "no thin LV" lvol thin-diff vg0/t1 vg0/pool
refused 5 "there is no such LV" lvol thin-diff vg0/t1 vg0/nothing
refused 3 "is no LV" lvol thin-ls vg0
refused 5 "there is no metadata snapshot" lvol thin-ls --reserved vg0/pool
ok lvol thin-ls --drop-reserved vg0/pool
refused 5 "there is no metadata snapshot" lvol thin-diff --reserved vg0/t1 vg0/s1
ok lvol thin-diff --drop-reserved vg0/t1 vg0/s1

# --- thin-check ---

ok lvol thin-check vg0/pool
[ ! -s "$dir/out" ] || fail "thin-check finds something: $(cat "$dir/out")"
# one bit of the superblock
at=$(($(show pvs pe_start "$(lvol lvs -a --noheadings -o devices vg0/pool_tmeta | squeeze | sed 's/(.*//')") +
	$(show vgs vg_extent_size vg0) * $(lvol lvs -a --noheadings -o devices vg0/pool_tmeta | sed 's/.*(\([0-9]*\)).*/\1/')))
disk=$(lvol lvs -a --noheadings -o devices vg0/pool_tmeta | squeeze | sed 's/(.*//')
printf x | dd of="$disk" bs=1 seek=$((at + 50)) conv=notrunc status=none
refused 5 "findings" lvol thin-check vg0/pool
grep -q "superblock 0" "$dir/out" || fail "thin-check: $(cat "$dir/out")"
refused 5 "findings" lvol thin-check --json vg0/pool
python3 -c 'import json, sys
found = json.load(open(sys.argv[1]))
assert found["count"] == 1 and found["findings"][0]["kind"] == "block" and found["findings"][0]["block"] == 0' "$dir/out"
refused 5 "superblock 0" lvol thin-ls vg0/pool
