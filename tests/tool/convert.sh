#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# lvconvert from end to end on image files, with the options that the tests of single families leave out.
. "$(dirname "$0")/lib.sh"
disks 256M a.img b.img c.img
ok lvol vgcreate vg0 a.img b.img c.img
head -c 16777216 /dev/urandom >data
holds() { lvol read "vg0/$1" | cmp - data || fail "vg0/$1 does not hold what was written"; }

# --- caches ---

ok lvol lvcreate -n lin -L 16m vg0
ok lvol write -i data vg0/lin
ok lvol lvcreate -n cp --type cache-pool -L 8m --cachepolicy smq --cachemetadataformat 1 --cachemode writeback vg0
lv_is vg0/cp segtype cache-pool
ok lvol lvconvert -y --type cache --cachepool cp --cachepolicy mq --cachemetadataformat 2 vg0/lin
lv_is vg0/lin segtype,cache_policy,cache_metadata_format "cache mq 2"
holds lin
ok lvol lvchange --cachepolicy smq --cachesettings migration_threshold=4096 vg0/lin
lv_is vg0/lin cache_policy smq
ok lvol lvconvert -y --force --uncache vg0/lin
lv_is vg0/lin segtype linear
holds lin
ok lvol lvcreate -n cp2 --type cache-pool -L 8m --cachesettings migration_threshold=4096 vg0
ok lvol lvremove -f vg0/cp2

# --- mirrors, raids, integrity ---

ok lvol lvconvert --type mirror -m 1 --corelog --alloc normal vg0/lin
lv_is vg0/lin segtype,mirror_log "mirror"
holds lin
ok lvol lvcreate -n ri -m1 -L 16m vg0
ok lvol write -i data vg0/ri
ok lvol lvchange --poll y vg0/ri
ok lvol lvconvert --raidintegrity y --raidintegritymode bitmap --raidintegrityblocksize 512 vg0/ri
seg_is vg0/ri segtype raid1
holds ri
ok lvol lvconvert --raidintegrity n vg0/ri
holds ri
ok lvol lvcreate -n r3 -m2 -L 16m vg0
ok lvol write -i data vg0/r3
ok lvol lvchange --poll y vg0/r3
ok lvol lvconvert -y --splitmirrors 1 --trackchanges vg0/r3
ok lvol lvconvert --mergemirrors vg0/r3_rimage_2
holds r3
ok lvol lvremove -f vg0/r3 vg0/ri
ok lvol lvcreate -n two -i 2 -L 16m vg0
ok lvol write -i data vg0/two
ok lvol lvconvert -y --type raid5_n --stripesize 64k vg0/two
lv_is vg0/two segtype raid5_n
holds two

# --- thin ---

ok lvol lvcreate -n tp -L 16m vg0
ok lvol lvconvert -y --thinpool vg0/tp --poolmetadataspare n --discards ignore --errorwhenfull y
lv_is vg0/tp discards,lv_when_full "ignore error"
ok lvol lvcreate -n ext -L 16m vg0
ok lvol write -i data vg0/ext
ok lvol lvchange -p r vg0/ext
ok lvol lvconvert -y --thin --thinpool tp --originname e0 vg0/ext
lv_is vg0/ext origin,segtype "e0 thin"
holds ext

# --- file systems, which want a device ---

echo key >key
refused 5 "not active" lvol lvresize -L +4m -r vg0/lin
refused 5 "not active" lvol lvextend -L +4m --resizefs --key-file key --force vg0/lin
refused 5 "not active" lvol lvreduce -L 4m --resizefs --key-file key vg0/ext
holds ext
ok lvol vgck
