#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The commands of logical volumes with each of their options.
. "$(dirname "$0")/lib.sh"
extent=4194304

fresh() {
	devices=
	disks 64M a.img b.img c.img
	ok lvol vgcreate vg0 a.img b.img c.img
}

# --- lvcreate ---

fresh
ok lvol lvcreate -n root -L 10 vg0
says 'Rounding up size to full physical extent 12.00 MiB'
says 'Logical volume "root" created.'
lv_is vg0/root lv_size,lv_attr,lv_layout,seg_count,devices "12582912 -wi------- linear 1 a.img(0)"
ok lvol lvcreate -l 1 vg0
lv_is vg0/lvol0 lv_size,devices "$extent a.img(3)"
refused 5 root lvol lvcreate -n root -l 1 vg0
ok lvol lvcreate -n vg0/other -l 2 vg0 c.img:5-6 b.img
lv_is vg0/other devices "c.img(5)"
ok lvol lvcreate -n percent -l 50%PVS vg0 c.img
# of what is free there
lv_is vg0/percent lv_size $((6 * extent))
ok lvol lvcreate --name striped --size 16m --stripes 2 --stripesize 16k vg0
seg_is vg0/striped segtype,stripes,stripe_size,devices "striped 2 16384 a.img(4),b.img(0)"
ok lvol lvcreate -n three -l 3 -i 3 -I 8 vg0
seg_is vg0/three stripes,stripe_size "3 8192"
ok lvol lvcreate -n typed --type striped -i 2 -l 2 vg0
seg_is vg0/typed segtype,stripe_size "striped 65536"
ok lvol lvcreate -n zeroes --type zero -L 1g vg0
ok lvol lvcreate -n errors --type error -L 1g vg0
seg_is vg0/zeroes segtype,devices zero
seg_is vg0/errors segtype,devices error
ok lvol lvremove vg0

ok lvol lvcreate -n all -l 100%FREE vg0
lv_is vg0/all lv_size $((45 * extent))
ok lvol lvremove vg0/all
ok lvol lvcreate -n third -l 33%VG vg0
lv_is vg0/third lv_size $((14 * extent))
ok lvol lvremove vg0
refused 5 "46" lvol lvcreate -l 46 vg0
refused 5 vg0 lvol lvcreate -l 16 --alloc contiguous vg0
refused 5 vg0 lvol lvcreate -l 16 -C y vg0
ok lvol lvcreate -n cling -l 2 --alloc cling vg0
ok lvol lvcreate -n near -l 2 --contiguous y vg0
lv_is vg0/cling lv_allocation_policy cling
lv_is vg0/near lv_allocation_policy contiguous

ok lvol lvcreate -n ro -l 1 -p r -r 128 --addtag one --addtag two -k y --setautoactivation n vg0
lv_is vg0/ro lv_permissions,lv_read_ahead,lv_tags,lv_skip_activation,lv_autoactivation \
	"read-only 65536 one,two skip activation"
ok lvol lvcreate -n ra -l 1 --readahead none --permission rw vg0
lv_is vg0/ra lv_attr,lv_read_ahead "-wi------- 0"
ok lvol lvcreate -n accepted -l 1 -W y -a n -r auto vg0
lv_is vg0/accepted lv_read_ahead auto

ok lvol lvcreate -s -n snap -l 1 vg0/ra
ok lvol lvcreate --snapshot --chunksize 64k -n chunks -l 1 vg0/ra
lv_is vg0/snap origin,chunk_size "ra 4096"
lv_is vg0/chunks origin,chunk_size "ra 65536"
ok lvol lvremove -y vg0/snap vg0/chunks

# the first 4 KiB become zeroes, unless -Z n
fresh
head -c 1048576 /dev/zero | tr '\0' x >xs
dd if=xs of=a.img bs=1M seek=1 conv=notrunc 2>/dev/null
ok lvol lvcreate -n kept -l 1 -Z n vg0
same "first byte with -Z n" "$(lvol read --length 1 vg0/kept)" x
ok lvol lvremove vg0/kept
ok lvol lvcreate -n wiped -l 1 -Z y vg0
same "first 4 KiB" "$(lvol read --length 4k vg0/wiped | tr -d '\0' | wc -c)" 0
same "what follows" "$(lvol read --offset 4k --length 4k vg0/wiped | tr -d x | wc -c)" 0

# --- lvremove ---

fresh
for name in a b c d; do ok lvol lvcreate -n $name -l 1 --addtag tag_$name vg0; done
ok lvol lvremove vg0/a
says 'Logical volume "a" successfully removed.'
ok lvol lvremove @tag_b
ok lvol lvremove -f -S 'lv_name = c'
same "LVs left" "$(show lvs lv_name)" d
refused 5 "vg0/a" lvol lvremove vg0/a
ok lvol lvremove vg0
vg_is vg0 lv_count,vg_free_count "0 45"

# --- lvrename ---

ok lvol lvcreate -n one -l 1 vg0
ok lvol lvcreate -n taken -l 1 vg0
ok lvol lvrename vg0 one two
says 'Renamed "one" to "two" in volume group "vg0"'
ok lvol lvrename vg0/two three
ok lvol lvrename /dev/vg0/three /dev/vg0/four
same "names" "$(show lvs lv_name -O lv_name | tr '\n' ' ')" "four taken "
refused 5 taken lvol lvrename vg0/four taken
refused 5 nothing lvol lvrename vg0/nothing new
refused 3 "which LV" lvol lvrename vg0 new
refused 3 "keeps its VG, vg0" lvol lvrename vg0/four vg1/five
refused 3 "keeps its VG, vg0" lvol lvrename vg0 four vg1/five
refused 3 "keeps its VG, vg0" lvol lvrename vg0 vg1/four five

# --- lvresize, lvextend, lvreduce: the LVs of a table go through all signs and units ---

fresh
ok lvol lvcreate -n lv -l 4 vg0
# resized TO COMMAND...: the size becomes TO extents
resized() {
	resized_to=$1
	shift
	ok lvol "$@"
	says 'Logical volume vg0/lv successfully resized.'
	lv_is vg0/lv lv_size $((resized_to * extent))
}
resized 6 lvresize -L 24m vg0/lv
resized 8 lvresize --size +8 vg0/lv
resized 10 lvresize -l 10 vg0/lv
resized 12 lvresize --extents +2 vg0/lv
resized 22 lvresize -l +30%FREE vg0/lv
refused 5 vg0/lv lvol lvresize -L -4m vg0/lv
resized 21 lvresize -f -L -4m vg0/lv
resized 22 lvextend -L 88m vg0/lv
resized 23 lvextend -l +1 vg0/lv
resized 24 lvextend -L +4m vg0/lv c.img
lv_is vg0/lv seg_count 3
refused 5 vg0/lv lvol lvextend -L 8m vg0/lv
refused 5 vg0/lv lvol lvreduce -L 8m vg0/lv
resized 20 lvreduce --force -L 80m vg0/lv
resized 18 lvreduce -y -l -2 vg0/lv
refused 5 vg0/lv lvol lvreduce -f -L 800m vg0/lv
refused 5 "it needs 981 extents" lvol lvextend -l 999 vg0/lv
ok lvol lvextend vg0/lv c.img
lv_is vg0/lv lv_size $((33 * extent))

# what is added can have stripes and a policy of its own
for command in lvresize lvextend; do
	fresh
	ok lvol lvcreate -n lv -l 2 vg0
	ok lvol $command -l +4 -i 2 -I 32k vg0/lv b.img c.img
	seg_is vg0/lv segtype,stripes,stripe_size,seg_size_pe "linear 1 0 2
striped 2 32768 4"
	ok lvol lvcreate -n short -l 1 vg0 a.img
	ok lvol lvcreate -n wall -l 1 vg0 a.img
	refused 5 vg0/short lvol $command -l +1 --alloc contiguous vg0/short
	ok lvol $command -f -l +1 --alloc anywhere vg0/short
	ok lvol $command -l +2 --stripes 2 --stripesize 8k vg0/lv
done
# accepted for making smaller as well, where they mean nothing
ok lvol lvreduce -f -l -2 -i 2 -I 8k --alloc normal vg0/lv

# --- thin pools ---

fresh
ok lvol lvcreate --type thin-pool -n pool -L 16m --poolmetadatasize 4m --poolmetadataspare n --discards nopassdown --errorwhenfull y vg0
lv_is vg0/pool lv_size,discards,zero,lv_when_full,chunk_size "16777216 nopassdown zero error 65536"
ok lvol lvcreate --thin --virtualsize 100m -n t vg0/pool
says 'Logical volume "t" created.'
ok lvol lvcreate -s -n s vg0/t
lv_is vg0/s origin,pool_lv,lv_skip_activation "t pool skip activation"
ok lvol lvcreate -V 1g --thinpool pool -n big vg0
refused 5 "no thin pool" lvol lvcreate -V 1g --thinpool t -n big2 vg0
refused 3 "is passdown" lvol lvcreate -T --discards all -L 8m vg0/x
ok lvol lvchange --zero n --discards ignore --errorwhenfull n vg0/pool
lv_is vg0/pool discards,zero,lv_when_full "ignore queue"
for command in lvresize lvextend; do ok lvol $command --poolmetadatasize +4m vg0/pool; done
lv_is vg0/pool lv_metadata_size 12582912
refused 5 "" lvol lvreduce -f -L 40m --poolmetadatasize 16m vg0/t
ok lvol lvreduce -f -L 40m vg0/t
refused 5 "used by LV" lvol lvremove vg0/pool
ok lvol lvremove -f vg0/pool
lv_is vg0 lv_name ""

# --- raids and mirrors ---

fresh
ok lvol lvcreate -n r -L 8m -m 1 -R 64k --nosync --minrecoveryrate 100k --maxrecoveryrate 1m vg0
lv_is vg0/r segtype,region_size,raid_min_recovery_rate "raid1 65536 100"
ok lvol lvcreate -n m -L 8m --type mirror --mirrorlog disk vg0
ok lvol lvcreate -n n -L 8m --type mirror --corelog vg0
refused 3 "disk or core" lvol lvcreate -L 8m --type mirror --mirrorlog both vg0
refused 3 "deprecated" lvol lvcreate -L 8m --type mirror --mirrorlog mirrored vg0
refused 5 "synchronising it" lvol lvconvert -m +1 vg0/r
ok lvol lvcreate -n lin -L 8m vg0
ok lvol lvconvert --type mirror -m 1 --mirrorlog core -R 128k vg0/lin
lv_is vg0/lin segtype,region_size "mirror 131072"
ok lvol lvremove -y vg0

# --- lvchange ---

fresh
ok lvol lvcreate -n lv -l 1 vg0
ok lvol lvcreate -n other -l 1 vg0
ok lvol lvchange -p r -r 256k --alloc cling --addtag one --addtag two -k y --setautoactivation n vg0/lv
says 'Logical volume vg0/lv changed.'
lv_is vg0/lv lv_permissions,lv_read_ahead,lv_allocation_policy,lv_tags,lv_skip_activation,lv_autoactivation \
	"read-only 262144 cling one,two skip activation"
ok lvol lvchange --deltag one --permission rw -C y --readahead auto @two
lv_is vg0/lv lv_attr,lv_read_ahead,lv_allocation_policy,lv_tags "-wc------k auto contiguous two"
ok lvol lvchange -C n --setactivationskip n --setautoactivation y vg0/lv
lv_is vg0/lv lv_allocation_policy,lv_skip_activation,lv_autoactivation "inherit enabled"
ok lvol lvchange --addtag chosen -S 'lv_name = other'
lv_is vg0/other lv_tags chosen
ok lvol lvchange --addtag all vg0
lv_is vg0/lv lv_tags all,two
lv_is vg0/other lv_tags all,chosen
refused 3 "say what to change" lvol lvchange vg0/lv
ok lvol vgck

# --- thin pools that promise more than they have, in lvm2's words ---

disks 129M thin.img
devices=thin.img
ok lvol pvcreate thin.img
ok lvol vgcreate -s 1m vgt thin.img
ok lvol lvcreate -L 20m -T vgt/p
ok lvol lvcreate -V 10m -n t1 -T vgt/p
! grep -q WARNING "$dir/out" || fail "a warning without need: $(cat "$dir/out")"
ok lvol lvcreate -V 30m -n t2 -T vgt/p
says "WARNING: Sum of all thin volume sizes (40.00 MiB) exceeds the size of thin pool vgt/p (20.00 MiB)."
ok lvol lvcreate -V 80m -n t3 -T vgt/p
says "WARNING: Sum of all thin volume sizes (120.00 MiB) exceeds the size of thin pool vgt/p and the amount of free space in volume group (104.00 MiB)."
ok lvol lvcreate -V 80m -n t4 -T vgt/p
says "WARNING: Sum of all thin volume sizes (200.00 MiB) exceeds the size of thin pool vgt/p and the size of whole volume group (128.00 MiB)."

all_options_used lvcreate lvremove lvrename lvresize lvextend lvreduce lvchange
