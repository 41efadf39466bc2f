# SPDX-License-Identifier: LGPL-2.1-or-later
# For measurements against the real lvm2: the devices and configuration of tests/interop/lib.sh, and a VG of many LVs.
. "$LVOL_SRC/tests/interop/lib.sh"
requires_root_and_loops
runs=${LVOL_BENCH_RUNS:-5}
op=$LVOL_BENCH/bench-op
extent=131072

compare() { "$LVOL_BENCH/bench-compare" "$runs" "$@"; }

# make_vg VG LVS [MORE]: on a loop device of its own, with room for MORE (1000) of them; sets $loop, and $bytes to the size of the text
make_vg() {
	make_more=${3:-1000}
	make_metadata=$((16 * 1024 * 1024 + ($2 + make_more) * 1280))
	truncate -s $((make_metadata + ($2 + make_more) * extent + $2 * 400 + 8388608)) "$dir/$1.img"
	loop=$(attach "$dir/$1.img")
	"$op" make "$1" "$2" $make_metadata $extent
	bytes=$("$op" backup "$1" "$dir/$1.backup")
}

drop_vg() {
	detach "$loop"
	rm -f "$dir/$1.img" "$dir/$1.backup"
}
