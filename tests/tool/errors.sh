#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Bad input of each kind: the exit status, a message that names the thing, and nothing written.
. "$(dirname "$0")/lib.sh"
requires_program python3
user=nobody

fresh() {
	devices=
	disks 64M a.img b.img c.img
	ok lvol vgcreate vg0 a.img b.img
	ok lvol lvcreate -n lv -l 2 vg0 a.img
}

# --- the command line: status 3 ---

fresh
before=$(sums)
refused 3 "a command is missing" lvol
refused 3 "nosuch" lvol nosuch
refused 3 "--nosuch" lvol vgs --nosuch
refused 3 "-Q" lvol vgs -Q
refused 3 "unknown or ambiguous" lvol lvs --no
refused 3 "needs a value" lvol lvcreate -L
refused 3 "takes no value" lvol vgs --noheadings=yes
refused 3 "something is missing" lvol vgcreate vg1
refused 3 "too much" lvol vgrename vg0 vg1 vg2
refused 3 "give a size" lvol lvcreate vg0
refused 3 "a size was given already" lvol lvcreate -L 8m -l 2 vg0
refused 3 "--metadatasize" lvol pvcreate --metadatasize much c.img
refused 3 "--allocatable" lvol pvchange -x maybe a.img
refused 3 "--alloc" lvol vgchange --alloc somewhere vg0
refused 3 "labelsector" lvol pvcreate --labelsector 4 c.img
refused 3 "--uuid" lvol pvcreate -u aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggggg c.img

# --- sizes: zero, no size at all, beyond the VG ---

refused 3 "a size of zero" lvol lvcreate -L 0 vg0
refused 3 '"0"' lvol lvcreate -l 0 vg0
refused 3 '"5x"' lvol lvcreate -l 5x vg0
refused 3 '"8q"' lvol lvcreate -L 8q vg0
refused 3 '"big"' lvol lvcreate -L big vg0
refused 3 "larger than anything" lvol lvcreate -L 99999999e vg0
refused 3 "%NO" lvol lvcreate -l 10%NO vg0
refused 5 "it needs 31 extents" lvol lvcreate -n x -l 31 vg0
refused 5 "it needs 262144 extents" lvol lvcreate -n x -L 1t vg0
refused 5 "vg0/lv" lvol lvextend -L 1t vg0/lv
refused 5 "vg0/lv" lvol lvreduce -L 4m vg0/lv
refused 5 "vg0/lv" lvol lvreduce -f -l -2 vg0/lv
refused 5 "vg0/lv" lvol lvresize -L 8m vg0/lv
refused 5 "extent" lvol vgcreate -s 3k vg1 c.img

# --- names ---

for name in bad/name 'bad name' -bad . .. "$(printf '%0128d' 7)" ''; do
	refused 3 "$(printf %.40s "$name")" lvol vgcreate -- "$name" c.img
done
for name in bad:name snapshot0 pvmove1 lv_mimage x_rmeta_0 'two words'; do
	refused 3 "$name" lvol lvcreate -l 1 -n "$name" vg0
	refused 5 "$name" lvol lvrename vg0/lv "$name"
done
refused 5 lv lvol lvcreate -n lv -l 1 vg0
refused 5 "bad tag" lvol lvchange --addtag "bad tag" vg0/lv

# --- things that are not there ---

refused 5 vg9 lvol vgremove vg9
refused 5 vg9 lvol lvcreate -l 1 vg9
refused 5 vg0/lv9 lvol lvremove vg0/lv9
refused 5 nosuch.img lvol pvcreate nosuch.img
refused 5 nosuch.img "$LVOL_TOOL" --devices nosuch.img vgs
refused 5 c.img lvol pvremove c.img
refused 5 c.img lvol pvchange -x n c.img
refused 5 c.img lvol vgreduce vg0 c.img
refused 5 c.img lvol lvcreate -l 1 vg0 c.img
refused 5 c.img lvol pvs c.img
refused 5 no/such.text lvol vgcfgrestore -f no/such.text vg0
same "after all that" "$(sums)" "$before"

# --- files that are no good: a directory, too short, read-only ---

mkdir folder
refused 5 folder "$LVOL_TOOL" --devices folder vgs
disks 64M tiny.img
: >tiny.img
refused 5 tiny.img lvol pvcreate tiny.img
truncate -s 100K tiny.img
refused 5 tiny.img lvol pvcreate tiny.img
devices=a.img,b.img,c.img
cp a.img long.img
truncate -s 32M a.img
refused 5 a.img lvol vgck
cp --sparse=always long.img a.img
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && id $user >/dev/null 2>&1; then
	# as one who may read the images only
	as_user() {
		setpriv --reuid=$user --regid="$(id -g $user)" --clear-groups "$LVOL_TOOL" --devices "$devices" "$@"
	}
	chmod 755 "$dir" "$dir/work"
	chmod 644 ./*.img
	if as_user --version >/dev/null 2>&1; then
		ok as_user lvs
		refused 5 a.img as_user vgchange --addtag x vg0
		refused 5 a.img as_user write -i layout vg0/lv
		chmod 600 b.img
		refused 5 b.img as_user vgs
	else
		echo "not shown: images that may not be written ($user cannot run the tool here)"
	fi
else
	chmod 444 ./*.img
	[ "$(id -u)" = 0 ] || refused 5 a.img lvol vgchange --addtag x vg0
	chmod 644 ./*.img
fi

# --- damage: label, metadata area, text ---

# poke FILE OFFSET TEXT
poke() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; }

fresh
poke a.img $((512 + 100)) XX
lvol pvs >"$dir/out" 2>"$dir/err" || :
warns a.img
refused 5 vg0 lvol lvcreate -l 1 vg0

fresh
poke a.img 4100 XXXX
lvol vgck >"$dir/out" 2>"$dir/err" || :
warns a.img
ok lvol vgchange --addtag mended vg0
ok lvol vgck
same "vgck after the next change says" "$(cat "$dir/err")" ""

fresh
for disk in a.img b.img; do
	at=$(LC_ALL=C grep -abo 'extent_size = ' $disk | tail -n 1 | cut -d : -f 1)
	poke $disk "$at" EXTENT
done
lvol vgs >"$dir/out" 2>"$dir/err" || :
warns a.img
refused 5 vg0 lvol vgchange --addtag x vg0

# a type of segment that nobody knows: readable, not writable, and the reason is told
fresh
ok lvol vgcfgbackup -f text vg0
sed 's/"striped"/"marvel"/' text >strange
refused 5 marvel lvol vgcfgrestore -f strange vg0
python3 - a.img b.img <<'END'
import struct, sys, zlib
def checksum(data):
    return zlib.crc32(data, 0xf597a6cf ^ 0xffffffff) ^ 0xffffffff
for name in sys.argv[1:]:
    with open(name, "r+b") as image:
        image.seek(4096)
        header = bytearray(image.read(512))
        offset, size = struct.unpack_from("<QQ", header, 40)
        image.seek(4096 + offset)
        text = image.read(size).replace(b'"striped"', b'"marvels"')
        struct.pack_into("<I", header, 56, checksum(text))
        struct.pack_into("<I", header, 0, checksum(bytes(header[4:])))
        image.seek(4096 + offset)
        image.write(text)
        image.seek(4096)
        image.write(header)
END
ok lvol lvs -a -o +segtype
says marvels
before=$(sums)
refused 5 marvel lvol lvcreate -l 1 vg0
refused 5 vg0/lv lvol read vg0/lv
same "a VG that cannot be written safely" "$(sums)" "$before"
fresh
printf 'vg0 {\nid = "x"\n' >broken
refused 5 broken lvol vgcfgrestore -f broken vg0
seq 100 >broken
refused 5 broken lvol vgcfgrestore -f broken vg0

# --- PVs that are missing, twice there, or of another VG of the same name ---

fresh
devices=b.img
refused 5 vg0 lvol lvcreate -l 1 vg0
warns a.img
ok lvol vgs
warns a.img
fresh
cp a.img copy.img
devices=a.img,b.img,copy.img
lvol pvs >"$dir/out" 2>"$dir/err" || :
warns copy.img
refused 5 "carries the same PV id" lvol lvcreate -l 1 vg0
devices=c.img
ok lvol vgcreate vg0 c.img
devices=a.img,b.img,c.img
refused 5 vg0 lvol lvcreate -l 1 vg0

# --- exported, foreign ---

fresh
ok lvol vgexport vg0
refused 5 exported lvol lvcreate -l 1 vg0
ok lvol vgimport vg0
ok lvol vgchange -y --systemid elsewhere vg0
refused 5 elsewhere lvol lvremove vg0

# --- locks: who holds it, and how long others wait ---

fresh
: >locker
python3 - a.img >locker 2>&1 <<'END' &
import fcntl, sys, time
image = open(sys.argv[1], "r+b")
fcntl.flock(image, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(30)
END
locker=$!
until grep -q locked locker; do sleep 0.05; done
refused 5 a.img lvol vgchange --lock-timeout 0 --addtag x vg0
echo "a lock of another program: $(cat "$dir/err")"
start=$(date +%s%N)
refused 5 a.img lvol vgchange --lock-timeout 1 --addtag x vg0
waited=$((($(date +%s%N) - start) / 1000000))
[ $waited -ge 900 ] || fail "--lock-timeout 1 waited $waited ms"
kill $locker
wait $locker 2>/dev/null || :
ok lvol vgchange --lock-timeout 0 --addtag x vg0

# --- the disk is full under a sparse image ---

if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=2m none small 2>/dev/null; then
	trap 'umount "$dir/work/small"; rm -rf "$dir"' EXIT
	devices=
	disks 64M small/a.img
	ok lvol vgcreate vg0 small/a.img
	ok lvol lvcreate -n lv -l 2 vg0
	head -c 8388608 /dev/zero | tr '\0' x >xs
	refused 5 small/a.img lvol write -i xs vg0/lv
	grep -qi 'no space' "$dir/err" || fail "a full disk: $(cat "$dir/err")"
	ok lvol vgck
	lv_is vg0/lv lv_size 8388608
else
	echo "not shown: a full disk (no tmpfs can be mounted here)"
fi
