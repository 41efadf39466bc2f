# SPDX-License-Identifier: LGPL-2.1-or-later
# Lists all LVs of a VG: lvs of lvm2, the same report by liblvol, names and sizes from the handles, and reading the text
# from the device by hand.
. "$(dirname "$0")/lib.sh"

for lvs in ${LVOL_BENCH_LVS:-1000 10000 100000}; do
	make_vg bench $lvs
	compare "list: $lvs LVs, report" liblvol "$op report bench" lvm2 "lvm lvs bench" "read" "$op read $loop $bytes"
	compare "list: $lvs LVs, names and sizes" liblvol "$op list bench" lvm2 "lvm lvs --noheadings -o lv_name,vg_name,lv_size bench" \
		"read" "$op read $loop $bytes"
	drop_vg bench
done
