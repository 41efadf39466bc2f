#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pvcreate, pvremove, pvresize and pvchange with each of their options.
. "$(dirname "$0")/lib.sh"
uuid=aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggggg

# --- pvcreate ---

disks 64M a.img b.img c.img d.img
ok lvol pvcreate a.img b.img
says 'Physical volume "a.img" successfully created.'
pv_is a.img pv_size,pv_free,dev_size,pe_start,pv_mda_count,pv_mda_used_count "67108864 67108864 67108864 1048576 1 1"
pv_is b.img pv_fmt,pv_attr "lvm2 ---"

ok lvol pvcreate --dataalignment 4m c.img
pv_is c.img pe_start 4194304
ok lvol pvcreate --dataalignment 2048 --dataalignmentoffset 64 c.img
pv_is c.img pe_start $((2 * 1048576 + 65536))
ok lvol pvcreate --bootloaderareasize 2 c.img
pv_is c.img pv_ba_start,pv_ba_size,pe_start "1048576 2097152 3145728"
ok lvol pvcreate --metadatasize 4m c.img
[ "$(show pvs pv_mda_size c.img)" -ge 4194304 ] || fail "a metadata area of 4 MiB became $(show pvs pv_mda_size c.img)"
ok lvol pvcreate --pvmetadatacopies 0 c.img
pv_is c.img pv_mda_count 0
ok lvol pvcreate --pvmetadatacopies 2 c.img
pv_is c.img pv_mda_count,pv_mda_used_count "2 2"
ok lvol pvcreate --metadataignore y c.img
pv_is c.img pv_mda_count,pv_mda_used_count "1 0"
ok lvol pvcreate --setphysicalvolumesize 32 c.img
pv_is c.img pv_size,dev_size "33554432 67108864"
ok lvol pvcreate --uuid $uuid --norestorefile c.img
pv_is c.img pv_uuid $uuid

label_at() { dd if="$1" bs=512 skip="$2" count=1 2>/dev/null | head -c 8; }
for sector in 0 3; do
	disks 64M d.img
	ok lvol pvcreate --labelsector $sector d.img
	same "label in sector $sector" "$(label_at d.img $sector)" LABELONE
done

# what others have on a device is kept until -f says otherwise
disks 64M d.img
mke2fs -q -t ext4 d.img 16m
refused 5 ext4 lvol pvcreate d.img
ok lvol pvcreate -f d.img
pv_is d.img pv_size 67108864
disks 64M d.img
mke2fs -q -t ext4 d.img 16m
ok lvol pvcreate --yes d.img

# a lost PV again, with its places, from a backup of its VG
ok lvol pvremove d.img
ok lvol vgcreate --dataalignment 2m vg0 d.img c.img
ok lvol lvcreate -n lv -l 3 vg0 d.img
ok lvol vgcfgbackup -f vg0.text vg0
lost=$(show pvs pv_uuid d.img)
disks 64M d.img
ok lvol pvcreate -u "$lost" --restorefile vg0.text d.img
ok lvol vgcfgrestore -f vg0.text vg0
pv_is d.img pv_uuid,pe_start,pv_used,vg_name "$lost 2097152 12582912 vg0"

# a PV that a VG uses: only with -ff, and an answer
refused 5 vg0 lvol pvcreate d.img
refused 5 vg0 lvol pvcreate -f -y d.img
refused 5 vg0 lvol pvcreate -ff d.img
ok lvol pvcreate -ff -y d.img
pv_is d.img vg_name,pv_attr "---" 2>/dev/null

# --- pvremove ---

disks 64M a.img b.img c.img d.img
ok lvol pvcreate a.img b.img
ok lvol pvremove a.img b.img
says 'Labels on physical volume "a.img" successfully wiped.'
same "PVs left" "$(show pvs pv_name)" ""
refused 5 a.img lvol pvremove a.img
ok lvol vgcreate vg0 a.img
ok lvol vgextend --pvmetadatacopies 0 vg0 b.img
refused 5 vg0 lvol pvremove b.img
refused 5 b.img "$LVOL_TOOL" --devices b.img pvremove b.img
devices=b.img
ok lvol pvremove -y -ff b.img
same "PVs left" "$(show pvs pv_name)" ""

# --- pvresize ---

devices=
disks 64M a.img b.img
ok lvol vgcreate vg0 a.img
ok lvol pvcreate b.img
truncate -s 128M a.img b.img
ok lvol pvresize a.img b.img
says '2 physical volume(s) resized or updated / 0 physical volume(s) not resized'
pv_is a.img pv_size,pv_pe_count "$((31 * 4194304)) 31"
pv_is b.img pv_size 134217728
refused 5 "requested size" lvol pvresize --setphysicalvolumesize 32 a.img
ok lvol pvresize -y --setphysicalvolumesize 32 a.img
pv_is a.img pv_pe_count 7
ok lvol lvcreate -n lv -l 7 vg0
refused 5 a.img lvol pvresize -y --setphysicalvolumesize 16m a.img
pv_is a.img pv_pe_count 7

# --- pvchange ---

disks 64M a.img b.img c.img
ok lvol vgcreate vg0 a.img b.img
ok lvol pvcreate c.img
ok lvol pvchange -x n a.img
pv_is a.img pv_attr,pv_allocatable "u--"
refused 5 a.img lvol lvcreate -l 1 vg0 a.img
ok lvol pvchange --allocatable y a.img
pv_is a.img pv_attr,pv_allocatable "a-- allocatable"
ok lvol pvchange --addtag one --addtag two a.img
pv_is a.img pv_tags one,two
ok lvol pvchange --addtag three @one
ok lvol pvchange --deltag one a.img
pv_is a.img pv_tags three,two
ok lvol pvchange --metadataignore y a.img
pv_is a.img pv_mda_count,pv_mda_used_count "1 0"
ok lvol pvchange --metadataignore n a.img
pv_is a.img pv_mda_used_count 1
before=$(show pvs pv_uuid a.img)
ok lvol pvchange -u a.img
[ "$(show pvs pv_uuid a.img)" != "$before" ] || fail "pvchange -u left the UUID as it was"
vg_is vg0 vg_missing_pv_count 0
ok lvol pvchange -a -u
ok lvol pvchange -a -S 'pv_name = b.img' --addtag chosen
pv_is a.img pv_tags three,two
pv_is b.img pv_tags chosen
ok lvol vgck

all_options_used pvcreate pvremove pvresize pvchange
