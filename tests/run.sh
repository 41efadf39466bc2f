#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Builds the library and runs its tests, in a normal build (build/) and one with ASan and UBSan (build-asan/); those of
# threads also in one with TSan (build-tsan/).
#   sh tests/run.sh [--long] [--coverage] [NAME]
# NAME runs only the tests whose name contains it. --long runs the long variants. --coverage runs an instrumented build
# (build-coverage/) instead, and prints how much of each room was executed.
# LVOL_TEST_TMP: where scratch files go (default: /dev/shm if it has room and can do direct I/O, else TMPDIR; removed in the
# end). LVOL_TEST_JOBS: how many tests and compilers at once (default: as many compilers as there are processors, and one
# test more).
# The last line is "N passed, N failed", followed by ", N skipped" if there are any. Exit status 0: nothing failed.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1

long= coverage= name= unexplained=
for argument; do
	case $argument in
	--long) long=1 ;;
	--coverage) coverage=1 ;;
	-h | --help) sed -n '3,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
	-*) echo "run.sh: unknown option $argument; see --help" >&2; exit 2 ;;
	*) name=$argument ;;
	esac
done

jobs=${LVOL_TEST_JOBS:-$(nproc 2>/dev/null || echo 2)}
# many tests wait: for a guest's clock, for each other's crates, for the kernel at the end of each thin_check
tests_at_once=${LVOL_TEST_JOBS:-$((jobs + 1))}
PATH=$PATH:/usr/sbin:/sbin
export PATH

# ends as all ways out of here must: with the line that says how it went
give_up() {
	echo "run.sh: $*" >&2
	echo "0 passed, 1 failed"
	exit 1
}

# --- what must be installed ---

. tests/packages.sh
install_packages "$root/tests/packages.txt"
for need in meson:meson ninja:ninja-build pkg-config:pkg-config python3:python3; do
	command -v "${need%:*}" >/dev/null || give_up "${need%:*} is needed and not installed (package ${need#*:})"
done
command -v "${CC:-cc}" >/dev/null || give_up "a C compiler is needed (package gcc)"
for need in check:check libisal:libisal-dev; do
	pkg-config --exists "${need%:*}" || give_up "${need%:*} is needed and not installed (package ${need#*:})"
done

# --- scratch ---

# Half of the time of many tests is waiting for a disk to say that it has everything. Power cuts have tests of their own.
in_memory() {
	[ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print ($4 >= 6 * 1024 * 1024) }')" = 1 ] || return
	memory=$(mktemp -d /dev/shm/lvol-tests-XXXXXX 2>/dev/null) || return
	dd if=/dev/zero of="$memory/direct" bs=4096 count=1 oflag=direct 2>/dev/null && rm "$memory/direct" && echo "$memory" ||
		{ rm -rf "$memory"; false; }
}
scratch=
[ -n "${LVOL_TEST_TMP:-}" ] || scratch=$(in_memory)
[ -n "$scratch" ] || scratch=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/lvol-tests-XXXXXX") ||
	give_up "no place for scratch files"
chmod 755 "$scratch"  # some tests try things as another user
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
LVOL_TEST_TMP=$scratch
LVOL_GOLDEN_CACHE=$root/build/golden
export LVOL_TEST_TMP LVOL_GOLDEN_CACHE
[ -n "$long" ] && { LVOL_TEST_LONG=1; export LVOL_TEST_LONG; }

# build FOLDER MESON-OPTION...: configure (again: new tests are found by that) and compile ($targets, if set)
targets=
build() {
	folder=$1
	shift
	echo "== building $folder"
	if [ -e "$folder/build.ninja" ]; then
		meson setup --reconfigure "$folder" "$@"
	else
		meson setup "$folder" "$@"
	fi >"$scratch/build.log" 2>&1 && ninja -C "$folder" -j "$jobs" $targets >>"$scratch/build.log" 2>&1 || {
		tail -n 60 "$scratch/build.log"
		give_up "$folder does not build"
	}
	# a test with a warning today is one with a bug tomorrow; show them, they are few
	grep -E 'warning:' "$scratch/build.log" | sort -u | head -n 20
}

# run FOLDER: its tests (of $suite, if set), as far as NAME selects them; the results are FOLDER/meson-logs/testlog.json
suite=
run() {
	rm -f "$1"/meson-logs/testlog*
	set -- "$1" --no-rebuild --num-processes "$tests_at_once" ${suite:+--suite "$suite"}
	[ -n "$long" ] && set -- "$@" --timeout-multiplier 20
	if [ -n "$name" ]; then
		# "project:suite / name"
		selected=$(meson test -C "$1" --list 2>/dev/null | sed 's|.* / ||' | grep -F -e "$name" | sort -u)
		[ -n "$selected" ] || return 0
		# shellcheck disable=SC2086 # names of tests have no spaces
		set -- "$@" $selected
	fi
	echo "== testing $1"
	meson test -C "$@" >"$scratch/test.log" 2>&1
	# one line per test; what failures printed comes in the report
	sed -n '/^Summary of Failures/q; /^ *[0-9][0-9]*\/[0-9][0-9]* /p' "$scratch/test.log"
	[ -e "$1/meson-logs/testlog.json" ] || { tail -n 40 "$scratch/test.log"; give_up "no tests were run in $1"; }
}

# add_guests FOLDER: what the guests of tests/kernel executed, to what the tests did outside of them
add_guests() {
	for guest in "$LVOL_GUEST_COUNTERS"/*"$root/$1"; do
		[ -d "$guest" ] || continue
		gcov-tool merge -o "$scratch/counters" "$1" "$guest" >/dev/null 2>&1 || give_up "gcov-tool cannot add $guest"
		cp -R "$scratch/counters/." "$1"
		rm -rf "$scratch/counters"
	done
}

# --- the runs ---

if [ -n "$coverage" ]; then
	build build-coverage -Db_coverage=true -Dbuildtype=debug
	find build-coverage -name '*.gcda' -exec rm -f {} +
	LVOL_GUEST_COUNTERS=$scratch/guests
	export LVOL_GUEST_COUNTERS
	run build-coverage
	add_guests build-coverage
	# of some tests alone, much is not reached
	python3 tests/coverage.py build-coverage || [ -n "$name" ] || unexplained=1
	exec_report() { python3 tests/report.py coverage=build-coverage && [ -z "$unexplained" ]; }
else
	build build
	build build-asan -Db_sanitize=address,undefined -Db_lundef=false
	run build
	run build-asan
	# only what has threads of its own, as far as it is asked for
	case race-threads in
	*"$name"*)
		targets=race-programs suite=race
		build build-tsan -Db_sanitize=thread -Db_lundef=false -Dexamples=false -Doptimization=1
		run build-tsan
		;;
	*) rm -f build-tsan/meson-logs/testlog* ;;
	esac
	exec_report() { python3 tests/report.py normal=build asan=build-asan tsan=build-tsan; }
fi
exec_report
