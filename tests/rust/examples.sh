#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The examples do what they say.
. "$(dirname "$0")/lib.sh"
[ -x "$LVOL_TOOL" ] || skip "the lvol tool is not built ($LVOL_TOOL)"
cargo_ build --quiet --package lvol --examples
examples=$CARGO_TARGET_DIR/debug/examples
LVM_SYSTEM_DIR=
export LVM_SYSTEM_DIR
cd "$dir"

lvol() { "$LVOL_TOOL" --devices disk1.img,disk2.img "$@"; }
# same WHAT FOUND EXPECTED
same() { [ "$2" = "$3" ] || fail "$1: found \"$2\", expected \"$3\""; }
# put OFFSET-MIB TEXT: into vg0/root
put() { echo "$2" | lvol write --offset "$1m" vg0/root; }
sum() { lvol read vg0/"$1" | sha256sum; }

# --- create-vg ---

truncate -s 1G disk1.img disk2.img
"$examples/create-vg" disk1.img disk2.img >created
grep -q 'vg0/root: 314572800 bytes' created || fail "create-vg says $(cat created)"
same "what create-vg wrote" "$(lvol read --offset 4096 --length 5 vg0/root)" hello
if "$examples/create-vg" disk1.img 2>said; then fail "create-vg makes vg0 twice"; fi
grep -q vg0 said || fail "create-vg says $(cat said)"

# --- incremental ---

backup() { "$examples/incremental" backup store vg0/root disk1.img disk2.img; }
# restored RUN LV SUM: into an LV that was full of something else
restored() {
	"$examples/incremental" restore store "$1" vg0/"$2" disk1.img disk2.img >said
	same "LV restored from run $1" "$(sum "$2")" "$3"
}

put 8 eight
put 299 last
first=$(sum root)
same "first run" "$(backup)" "run 1: 300 chunks, 3 stored"
same "size of its data" "$(stat -c %s store/0001.data)" $((3 << 20))
same "nothing changed" "$(backup)" "run 2: 300 chunks, 0 stored"
put 8 EIGHT
put 100 new
dd if=/dev/zero bs=1M count=1 status=none | lvol write --offset 299m vg0/root
third=$(sum root)
same "after changes" "$(backup)" "run 3: 300 chunks, 2 stored"
lvol lvextend -q -L +8m vg0/root
put 307 end
fourth=$(sum root)
same "after it has grown" "$(backup)" "run 4: 308 chunks, 1 stored"

lvol lvcreate -q -n old -L 300m vg0
lvol lvcreate -q -n new -L 308m vg0
dd if=/dev/urandom bs=1M count=308 status=none >noise
lvol write vg0/new <noise
head -c 300M noise | lvol write vg0/old
restored 1 old "$first"
restored 3 old "$third"
restored 4 new "$fourth"
same "a checksum of the manifest" "$(head -c 1M store/0001.data | sha256sum | cut -c 1-64)" \
	"$(sed -n 3p store/0001.manifest | cut -d ' ' -f 1)"
"$examples/incremental" list store >said
same "list" "$(cut -d , -f 3 said | tr -d '\n')" " 3 chunks stored 0 chunks stored 2 chunks stored 1 chunks stored"

# refuses WORD COMMAND...: with a message that has it
refuses() {
	word=$1
	shift
	if "$examples/incremental" "$@" >said 2>&1; then fail "incremental $* succeeds"; fi
	grep -q -e "$word" said || fail "incremental $*: says $(cat said)"
}
refuses usage backup store
refuses 'another LV' backup store vg0/new disk1.img disk2.img
refuses '322961408' restore store 4 vg0/old disk1.img disk2.img
refuses 'no LV home' restore store 1 vg0/home disk1.img disk2.img
refuses 'VG/LV' backup store vg0 disk1.img
refuses '0009.manifest' restore store 9 vg0/old disk1.img disk2.img
sed 2q store/0004.manifest >store/0005.manifest
refuses '0005.manifest is no manifest' restore store 5 vg0/new disk1.img disk2.img
rm store/0005.manifest
printf x | dd of=store/0001.data bs=1 seek=100 conv=notrunc status=none
refuses '0001.data: the chunk at offset 0 is damaged' restore store 1 vg0/old disk1.img disk2.img

# an LV with nothing in it is not read at all: a target of zeroes, and no room on the disks
lvol lvcreate -q -n nothing --type zero -L 64g vg0
"$examples/incremental" backup zeroes vg0/nothing disk1.img disk2.img >said
same "an LV of zeroes" "$(cat said)" "run 1: 65536 chunks, 0 stored"
echo "examples: fine"
