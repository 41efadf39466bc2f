#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Whole LVs in both directions, with nbdcopy and qemu-img; `lvol read` sees the same bytes.
. "$(dirname "$0")/lib.sh"
requires nbdcopy qemu-img
make_vg
lvol lvcreate -q -n lin -L 24m vg0
lvol lvcreate -q -n str -i 2 -I 16k -L 24m vg0
# data, a hole, data that ends inside of a block
random data.img 5
truncate -s 17M data.img
random more 2
cat more >>data.img
truncate -s 24M data.img

for lv in lin str; do
	serve lv=vg0/$lv 'nbdcopy --flush data.img "$uri"'
	same "nbdcopy into it" vg0/$lv data.img
	serve -r lv=vg0/$lv 'nbdcopy "$uri" out.img'
	cmp out.img data.img || fail "nbdcopy out of $lv"
	[ "$(sha256sum <out.img)" = "$(lvol read vg0/$lv | sha256sum)" ] || fail "sha256 of nbdcopy and lvol read differ"
	[ "$(du -k out.img | cut -f1)" -lt 12288 ] || fail "holes of $lv were not seen: $(du -k out.img)"
	rm out.img
done
for lv in lin str; do
	random other.img 24
	serve lv=vg0/$lv 'qemu-img convert -q -n -f raw -O raw -m 8 -W other.img "$uri"'
	same "qemu-img convert into it" vg0/$lv other.img
	serve -r lv=vg0/$lv 'qemu-img compare -q -f raw -F raw other.img "$uri"'
	serve -r lv=vg0/$lv 'qemu-img convert -q -f raw -O qcow2 "$uri" out.qcow2'
	qemu-img compare -q -f raw -F qcow2 other.img out.qcow2 || fail "qemu-img convert out of $lv"
	# what was there goes where the source has holes
	serve lv=vg0/$lv 'qemu-img convert -q -n -f raw -O raw data.img "$uri"'
	same "qemu-img convert of holes" vg0/$lv data.img
	serve -r lv=vg0/$lv 'qemu-img compare -q -f raw -F raw data.img "$uri"'
done
echo "nbdcopy and qemu-img: linear and striped, in and out"
