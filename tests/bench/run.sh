#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Builds an optimized library in build-bench/ and measures it; docs/performance.md says what the numbers mean.
#   sh tests/bench/run.sh [NAME...]
# NAME: list edit restore (against the real lvm2, as root) activate (beside lvm2 in User Mode Linux) many text alloc open io
# targets thin. Default: all of them.
# LVOL_BENCH_RUNS: how often each case is run. LVOL_BENCH_LVS: sizes of the VGs. LVOL_TEST_TMP: where scratch files go.
# `io` through the page cache is measured in /dev/shm where that is there; `targets` is not, because io_uring has threads of
# its own do all I/O on files there, and that is no limit for anybody.
set -u
LVOL_SRC=$(cd "$(dirname "$0")/../.." && pwd)
LVOL_BENCH=$LVOL_SRC/build-bench/tests/bench
export LVOL_SRC LVOL_BENCH
cd "$LVOL_SRC" || exit 1

build() {
	[ -e build-bench/build.ninja ] || meson setup build-bench -Dbuildtype=release -Doptimization=2 -Db_ndebug=true
	ninja -C build-bench bench
}
build >build-bench.log 2>&1 || { tail -n 40 build-bench.log; rm -f build-bench.log; exit 1; }
rm -f build-bench.log

bench_io() {
	"$LVOL_BENCH/bench-io" direct || return 1
	(
		[ -w /dev/shm ] && { LVOL_TEST_TMP=/dev/shm; export LVOL_TEST_TMP; }
		"$LVOL_BENCH/bench-io" cached
	)
}

bench_targets() (
	LVOL_BENCH_RUNS=${LVOL_BENCH_RUNS:-3}
	export LVOL_BENCH_RUNS
	"$LVOL_BENCH/bench-targets" cached && "$LVOL_BENCH/bench-targets" direct || exit 1
	[ -w /dev/shm ] && LVOL_TEST_TMP=/dev/shm "$LVOL_BENCH/bench-targets" cached "first write"
)

status=0
for name in ${*:-list edit restore activate many text alloc open io targets thin}; do
	case $name in
	list | edit | restore | activate | thin) sh "tests/bench/$name.sh" ;;
	many | text | alloc | open) "$LVOL_BENCH/bench-$name" ;;
	io) bench_io ;;
	targets) bench_targets ;;
	*) echo "run.sh: no measurement is called $name" >&2; false ;;
	esac || status=1
done
exit $status
