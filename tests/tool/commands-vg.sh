#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The commands of volume groups with each of their options.
. "$(dirname "$0")/lib.sh"

# --- vgcreate ---

disks 64M a.img b.img c.img d.img
ok lvol vgcreate vg0 a.img b.img
says 'Physical volume "a.img" successfully created.'
says 'Volume group "vg0" successfully created'
vg_is vg0 pv_count,lv_count,vg_extent_size,vg_extent_count,vg_free_count,vg_seqno,vg_attr,max_lv,max_pv \
	"2 0 4194304 30 30 1 wz--n- 0 0"
refused 5 vg0 lvol vgcreate vg0 c.img
refused 5 a.img lvol vgcreate vg1 a.img
ok lvol vgcreate -s 8 -l 3 -p 2 --alloc cling --addtag one --addtag two --vgmetadatacopies 1 --systemid elsewhere \
	--setautoactivation n vg1 c.img d.img
vg_is vg1 vg_extent_size,max_lv,max_pv,vg_allocation_policy,vg_tags,vg_systemid,vg_autoactivation \
	"8388608 3 2 cling one,two elsewhere"
vg_is vg1 vg_mda_copies,vg_mda_count,vg_mda_used_count "1 2 1"
refused 5 elsewhere lvol lvcreate -l 1 vg1

# those of pvcreate, for what is no PV yet
disks 64M a.img b.img c.img d.img
ok lvol vgcreate --dataalignment 4m --dataalignmentoffset 64k --metadatasize 2m --pvmetadatacopies 2 vg0 a.img
pv_is a.img pe_start,pv_mda_count "$((4 * 1048576 + 65536)) 2"
[ "$(show pvs pv_mda_size a.img)" -ge 2097152 ] || fail "vgcreate --metadatasize was not obeyed"
ok lvol vgcreate --bootloaderareasize 1m --labelsector 2 vg1 b.img
pv_is b.img pv_ba_size 1048576
same "label in sector 2" "$(dd if=b.img bs=512 skip=2 count=1 2>/dev/null | head -c 8)" LABELONE
ok lvol pvcreate c.img
ok lvol vgcreate --metadataignore y vg2 c.img d.img
pv_is d.img pv_mda_count,pv_mda_used_count "1 0"
ok lvol vgck

disks 64M a.img
mke2fs -q -t ext4 a.img 16m
refused 5 ext4 lvol vgcreate vg0 a.img
ok lvol vgcreate -f vg0 a.img

# --- vgremove ---

disks 64M a.img b.img c.img d.img
ok lvol vgcreate vg0 a.img
ok lvol vgcreate vg1 b.img
ok lvol vgcreate --addtag old vg2 c.img
ok lvol lvcreate -n keep -l 1 vg0
ok lvol vgremove vg1
says 'Volume group "vg1" successfully removed'
refused 5 "1 LVs" lvol vgremove vg0
ok lvol vgremove -f vg0
says 'Logical volume "keep" successfully removed.'
ok lvol vgcreate vg3 b.img
ok lvol vgremove -S 'vg_tags = old'
same "VGs left" "$(show vgs vg_name)" vg3
pv_is b.img vg_name vg3
pv_is c.img pv_attr "---"

# --- vgextend ---

disks 64M a.img b.img c.img d.img e.img
ok lvol vgcreate vg0 a.img
ok lvol vgextend vg0 b.img
says 'Volume group "vg0" successfully extended'
ok lvol vgextend --dataalignment 4m --dataalignmentoffset 64k --metadatasize 2m --pvmetadatacopies 2 vg0 c.img
pv_is c.img pe_start,pv_mda_count,vg_name "$((4 * 1048576 + 65536)) 2 vg0"
ok lvol vgextend --bootloaderareasize 1m --labelsector 0 --metadataignore y vg0 d.img
pv_is d.img pv_ba_size,pv_mda_count,pv_mda_used_count "1048576 1 0"
mke2fs -q -t ext4 e.img 16m
refused 5 ext4 lvol vgextend vg0 e.img
ok lvol vgextend --force vg0 e.img
vg_is vg0 pv_count,vg_mda_count,vg_mda_used_count "5 6 5"
ok lvol vgck

# --- vgreduce ---

ok lvol lvcreate -n lv -l 1 vg0 a.img
ok lvol vgreduce vg0 e.img
says 'Removed "e.img" from volume group "vg0"'
pv_is e.img vg_name,pv_attr "---"
refused 5 a.img lvol vgreduce vg0 a.img
ok lvol vgreduce -a vg0
vg_is vg0 pv_count,lv_count "1 1"
refused 5 vg0 lvol vgreduce -a vg0
ok lvol vgextend vg0 b.img c.img
ok lvol lvcreate -n broken -l 1 vg0 b.img
disks 64M b.img c.img
vg_is vg0 pv_count,vg_missing_pv_count,vg_attr "3 2 wz-pn-" 2>/dev/null
refused 5 vg0 lvol lvcreate -l 1 vg0
refused 5 broken lvol vgreduce --removemissing vg0
ok lvol vgreduce --removemissing -f vg0
says 'Logical volume "broken" successfully removed.'
says 'Wrote out consistent volume group vg0.'
same "LVs left" "$(show lvs lv_name)" lv
vg_is vg0 pv_count,vg_missing_pv_count "1 0"
ok lvol vgreduce --removemissing vg0
says 'Volume group "vg0" is already consistent.'

# --- vgrename ---

ok lvol vgrename vg0 vg1
says 'Volume group "vg0" successfully renamed to "vg1"'
lv_is vg1/lv lv_full_name vg1/lv
ok lvol vgrename "$(show vgs vg_uuid vg1)" vg0
ok lvol vgrename /dev/vg0 vg2
ok lvol vgrename vg2 vg0
ok lvol vgcreate other b.img
refused 5 other lvol vgrename vg0 other
refused 5 vg9 lvol vgrename vg9 vg8

# --- vgchange ---

disks 64M a.img b.img c.img d.img e.img
ok lvol vgcreate vg0 a.img b.img
ok lvol vgcreate vg1 c.img
ok lvol vgchange -s 1m -l 5 -p 9 --alloc anywhere --addtag one --addtag two vg0
says 'Volume group "vg0" successfully changed'
vg_is vg0 vg_extent_size,max_lv,max_pv,vg_allocation_policy,vg_tags "1048576 5 9 anywhere one,two"
ok lvol vgchange --deltag one -x n vg0
vg_is vg0 vg_tags,vg_extendable,vg_attr "two w---a-"
refused 5 vg0 lvol vgextend vg0 d.img
ok lvol vgchange -x y @two
vg_is vg0 vg_attr wz--a-
ok lvol vgchange --vgmetadatacopies 1 vg0
vg_is vg0 vg_mda_copies,vg_mda_used_count "1 1"
ok lvol vgchange --vgmetadatacopies all vg0
vg_is vg0 vg_mda_copies,vg_mda_used_count "unmanaged 2"
before=$(show vgs vg_uuid vg0)
ok lvol vgchange -u vg0
[ "$(show vgs vg_uuid vg0)" != "$before" ] || fail "vgchange -u left the UUID as it was"
ok lvol vgchange --setautoactivation n -S 'vg_name = vg0'
vg_is vg0 vg_autoactivation ""
vg_is vg1 vg_autoactivation enabled
refused 5 vg0 lvol vgchange --systemid elsewhere vg0
ok lvol vgchange -y --systemid elsewhere vg0
vg_is vg0 vg_systemid elsewhere
refused 5 elsewhere lvol vgchange --addtag three vg0
ok lvol vgchange --addtag all vg1
refused 3 "say what to change" lvol vgchange vg1

# --- vgexport, vgimport ---

disks 64M a.img b.img c.img d.img e.img
ok lvol vgcreate vg0 a.img
ok lvol vgcreate vg1 b.img
ok lvol vgcreate vg2 c.img
ok lvol vgexport vg0
says 'Volume group "vg0" successfully exported'
vg_is vg0 vg_attr,vg_exported "wzx-n- exported"
refused 5 vg0 lvol lvcreate -l 1 vg0
refused 5 vg0 lvol vgexport vg0
ok lvol vgexport -S 'vg_name = vg1'
ok lvol vgexport -a
vg_is vg2 vg_attr wzx-n-
ok lvol vgimport vg0
says 'Volume group "vg0" successfully imported'
vg_is vg0 vg_attr wz--n-
ok lvol vgimport -S 'vg_name = vg1'
vg_is vg1 vg_attr wz--n-
vg_is vg2 vg_attr wzx-n-
ok lvol vgimport --all
vg_is vg2 vg_attr wz--n-
refused 3 "--all" lvol vgexport -a vg0

# --- vgsplit, vgmerge ---

disks 64M a.img b.img c.img d.img e.img
ok lvol vgcreate vg0 a.img b.img c.img d.img
ok lvol lvcreate -n one -l 2 vg0 a.img
ok lvol lvcreate -n two -l 2 vg0 b.img
ok lvol lvcreate -n both -l 4 -i 2 vg0 c.img d.img
ok lvol vgsplit -l 7 -p 8 --alloc cling vg0 new a.img
says 'New volume group "new" successfully split from "vg0"'
vg_is new pv_count,lv_count,max_lv,max_pv,vg_allocation_policy "1 1 7 8 cling"
refused 5 both lvol vgsplit vg0 new c.img
ok lvol vgsplit -n two vg0 new
says 'Existing volume group "new" successfully split from "vg0"'
same "LVs after vgsplit -n" "$(show lvs lv_full_name -O lv_full_name | tr '\n' ' ')" "new/one new/two vg0/both "
ok lvol vgchange -s 1m new
refused 5 new lvol vgmerge vg0 new
ok lvol vgchange -s 4m new
ok lvol vgmerge vg0 new
says 'Volume group "new" successfully merged into "vg0"'
vg_is vg0 pv_count,lv_count "4 3"
same "VGs left" "$(show vgs vg_name)" vg0
refused 5 vg9 lvol vgmerge vg0 vg9
ok lvol vgck
same "vgck says" "$(cat "$dir/out" "$dir/err")" ""

# --- vgcfgbackup, vgcfgrestore, vgck ---

ok lvol vgcreate vg1 e.img
ok lvol vgcfgbackup
says 'Volume group "vg1" successfully backed up.'
[ -f "$LVM_SYSTEM_DIR/backup/vg0" ] || fail "no backup in lvm2's directory"
ok lvol vgcfgbackup -f 'of-%s.text' vg0
grep -q '^vg0 {' of-vg0.text || fail "the backup does not hold vg0"
refused 5 "%s" lvol vgcfgbackup -f same.text
ok lvol lvremove vg0
vg_is vg0 lv_count 0
ok lvol vgcfgrestore --file of-vg0.text vg0
says 'Restored volume group vg0.'
vg_is vg0 lv_count 3
ok lvol lvremove vg0/one
ok lvol vgcfgrestore vg0
vg_is vg0 lv_count 3
refused 5 vg9 lvol vgcfgrestore -f of-vg0.text vg9
# one copy of the metadata is damaged: vgck says so, and the next change mends it
dd if=/dev/zero of=a.img bs=4096 count=255 seek=1 conv=notrunc 2>/dev/null
lvol vgck vg0 >"$dir/out" 2>"$dir/err" || :
warns a.img
ok lvol vgchange --addtag mended vg0
ok lvol vgck vg0
same "vgck says" "$(cat "$dir/out" "$dir/err")" ""
# or that is all that is asked for
dd if=/dev/zero of=a.img bs=4096 count=255 seek=1 conv=notrunc 2>/dev/null
refused 5 a.img lvol vgck vg0
ok lvol vgck --updatemetadata vg0
ok lvol vgck vg0
same "vgck says" "$(cat "$dir/out" "$dir/err")" ""

all_options_used vgcreate vgremove vgextend vgreduce vgrename vgchange vgexport vgimport vgsplit vgmerge vgck \
	vgcfgbackup vgcfgrestore
