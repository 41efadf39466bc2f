#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Many requests under way, on several connections: fio writes, trims and verifies.
. "$(dirname "$0")/lib.sh"
requires fio
fio --enghelp 2>/dev/null | grep -qw nbd || skip "this fio has no nbd engine"
make_vg
lvol lvcreate -q -n lin -L 32m vg0
lvol lvcreate -q -n str -i 2 -I 4k -L 32m vg0
start vg=vg0
for lv in lin str; do
	# odd sizes, so that requests cross stripes and blocks are shared
	for job in "randwrite 4k-64k" "randwrite 512-20k"; do
		fio --name=$lv --ioengine=nbd --uri="$(at $lv)" --rw="${job% *}" --bsrange="${job#* }" --iodepth=16 \
			--size=8m --numjobs=3 --offset_increment=8m --verify=crc32c --verify_fatal=1 --do_verify=1 \
			--fsync=64 --randseed=7 --thread --group_reporting >fio.log 2>&1 ||
			{ tail -n 30 fio.log server.log; fail "fio on $lv, $job"; }
	done
done
stop
echo "fio: verified"
