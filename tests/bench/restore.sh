# SPDX-License-Identifier: LGPL-2.1-or-later
# Restores a VG of many LVs from its backup, with vgcfgrestore of lvm2 and with liblvol, and creates 10,000 LVs in one
# transaction beside one lvcreate. Each is a process of its own.
. "$(dirname "$0")/lib.sh"

runs=${LVOL_BENCH_RUNS:-3}
for lvs in ${LVOL_BENCH_LVS:-10000 100000}; do
	make_vg bench $lvs
	compare "restore: $lvs LVs" liblvol "$op restore bench $dir/bench.backup" \
		lvm2 "lvm vgcfgrestore -qq -f $dir/bench.backup bench" "by hand" "$op write $loop $bytes"
	silent lvm2 vgck bench
	drop_vg bench
done
# each run leaves its own
make_vg bench 10 $((10100 * (runs + 2)))
compare "many: 10,000 LVs more at once" liblvol "$op many bench m{i}_ 10000" lvm2 "lvm lvcreate -qq -an -Zn -Wn -y -l1 -n one{i} bench"
drop_vg bench
