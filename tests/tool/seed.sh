#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# --seed and SOURCE_DATE_EPOCH: the same commands make the same bytes, wherever and whenever they run.
. "$(dirname "$0")/lib.sh"
disks 32M a.img b.img
cat >layout <<'END'
vgcreate vg0 a.img b.img
lvcreate -n root -L 8m vg0
lvcreate -n data -i 2 -l 4 vg0
END
seq 100000 >data

# make SEED: fresh disks with a VG, data in an LV, and some changes
make() {
	disks 32M a.img b.img
	SOURCE_DATE_EPOCH=1700000000
	export SOURCE_DATE_EPOCH
	ok lvol script --seed "$1" layout
	ok lvol write -i data vg0/root
	ok lvol lvextend --seed "$(($1 + 1))" -l +1 vg0/root
	ok lvol lvcreate --seed "$(($1 + 2))" -n more -l 1 vg0
	unset SOURCE_DATE_EPOCH
}

make 42
first=$(sums)
same "lv_host" "$(show lvs lv_host vg0/root)" localhost
same "lv_time" "$(TZ=UTC lvol lvs --noheadings -o lv_time vg0/root | squeeze)" "2023-11-14 22:13:20 +0000"
sleep 1.1
make 42
same "the same seed again" "$(sums)" "$first"
make 52
[ "$(sums)" != "$first" ] || fail "another seed makes the same bytes"

# elsewhere, another day, the time zone and the host do not matter
mkdir elsewhere
cd elsewhere
cp ../data ../layout .
TZ=Asia/Tokyo
export TZ
make 42
unset TZ
same "in another directory" "$(sums)" "$first"

# without SOURCE_DATE_EPOCH the UUIDs are the same, and only they
uuids=$(show pvs pv_uuid -O pv_name; show vgs vg_uuid; show lvs lv_uuid -O lv_name)
disks 32M a.img b.img
ok lvol script --seed 42 layout
ok lvol lvcreate --seed 44 -n more -l 1 vg0
same "UUIDs without SOURCE_DATE_EPOCH" "$(show pvs pv_uuid -O pv_name; show vgs vg_uuid; show lvs lv_uuid -O lv_name)" \
	"$uuids"
first=$(show vgs vg_uuid vg0)
disks 32M a.img b.img
ok lvol vgcreate vg0 a.img b.img
second=$(show vgs vg_uuid vg0)
disks 32M a.img b.img
ok lvol vgcreate vg0 a.img b.img
[ "$(show vgs vg_uuid vg0)" != "$second" ] && [ "$first" != "$second" ] || fail "UUIDs without a seed repeat themselves"
SOURCE_DATE_EPOCH=yesterday
export SOURCE_DATE_EPOCH
refused 5 SOURCE_DATE_EPOCH lvol vgs
