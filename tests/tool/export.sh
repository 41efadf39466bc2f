#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# export and import: snapshot after snapshot of a pool that the kernel filled goes to another VG, through files and pipes, with
# interruptions; what is not the next one is refused.
. "$(dirname "$0")/lib.sh"
requires_program zstd
sh "$LVOL_SRC/tests/golden/unpack.sh" "${LVOL_GOLDEN_CACHE:-$LVOL_BUILD/golden}" thin-basic || fail "thin-basic"
cp --sparse=always --no-preserve=mode "${LVOL_GOLDEN_CACHE:-$LVOL_BUILD/golden}"/thin-basic/disk*.img .
devices=$(echo disk*.img | tr ' ' ,)
disks 320M b.img
ok lvol vgcreate backup b.img
ok lvol lvcreate -n t1 -L 64m backup
ok lvol lvcreate -n big -l 100%FREE backup

sum() { lvol read "$@" | sha256sum; }
arrived() { same "backup/$2 holds vg0/$1" "$(sum --length "$(show lvs lv_size "vg0/$1")b" "backup/$2")" "$(sum "vg0/$1")"; }

# --- a whole one, then what changed ---

ok lvol export -o s1 vg0/s1
ok lvol import -i s1 backup/t1
arrived s1 t1
lvol lvs --noheadings -o tags backup/t1 | grep -q lvol.content= || fail "no tag says what backup/t1 holds"
"$LVOL_TOOL" --devices "$devices" export --since vg0/s1 vg0/t1 | "$LVOL_TOOL" --devices "$devices" import backup/t1 ||
	fail "export | import"
arrived t1 t1
ok lvol export --since vg0/s1 --output changed vg0/t1
[ "$(stat -c %s changed)" -lt $(($(stat -c %s s1) / 2)) ] || fail "what changed is as much as everything"
# what it was made for is there already
ok lvol import --input changed backup/t1

# --- what does not fit ---

ok lvol export --since vg0/s2 -o later vg0/s3
refused 5 "import what is between" lvol import -i later backup/t1
arrived t1 t1
lvol lvs --noheadings -o tags backup/t1 | grep -q lvol.content= || fail "a refused import took the tag"
refused 5 "does not hold the base" lvol import --any-base -i later backup/t1
ok lvol import -i s1 backup/t1
ok lvol lvchange --deltag "$(lvol lvs --noheadings -o tags backup/t1 | squeeze)" backup/t1
refused 5 "not known" lvol import -i changed backup/t1
ok lvol import --any-base --unchecked -i changed backup/t1
arrived t1 t1
refused 5 "this is no stream" lvol import -i b.img backup/t1
refused 5 "no such LV in VG" lvol export --since vg0/nothing vg0/t1
refused 5 "not both thin volumes" lvol export -o x --since vg0/pool_tmeta vg0/t1
refused 3 "is no LV" lvol export vg0
refused 5 "extend it" lvol import -i changed --any-base vg0/empty

# --- interrupted ---

ok lvol export -o big vg0/big
head -c $(($(stat -c %s big) * 2 / 3)) big >part
refused 5 "ended too early" lvol import --state state -i part backup/big
echo lvol | refused 5 "is this one at all" lvol import backup/big
[ -s state ] || fail "no state is kept"
ok lvol export --resume "$(cat state)" -o rest vg0/big
[ "$(stat -c %s rest)" -lt "$(stat -c %s big)" ] || fail "the rest is everything"
ok lvol import --state state -i rest backup/big
arrived big big
[ ! -e state ] || fail "the state is kept although all is there"
refused 5 "is no place to resume from" lvol export --resume nonsense vg0/big
refused 5 "there is no metadata snapshot" lvol export --reserved -o x vg0/t1
ok lvol export --drop-reserved -o x vg0/t1
