#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Long runs of the fuzzers: builds them with clang in build-fuzz/ and runs each in turn.
#   sh tests/fuzz/run.sh [SECONDS [NAME...]]     each for SECONDS (default 60); names: label mda config metadata image conf ...
# What is found goes to tests/fuzz/NAME/findings/, where the suite replays it from then on: fix the bug, keep the file.
# New inputs that reach new code stay in build-fuzz/corpus-NAME/, for the next run. FUZZ_JOBS: processes at once
# (default 1); the load is kept low by nice.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 1
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- $(sed -n "s/^  '\([a-z_-]*\)' : .*/\1/p" tests/fuzz/meson.build)
command -v clang >/dev/null || { echo "SKIP: clang is not installed"; exit 77; }

build=build-fuzz
if [ ! -e $build/build.ninja ]; then
	CC=clang meson setup $build -Dfuzzers=true -Dexamples=false -Dbuildtype=debugoptimized \
		-Db_sanitize=address,undefined -Db_lundef=false \
		-Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=undefined' >$build.log 2>&1 ||
		{ tail -n 30 $build.log; rm -f $build.log; exit 1; }
	rm -f $build.log
fi
ninja -C $build fuzz-programs >$build/build.log 2>&1 || { tail -n 40 $build/build.log; exit 1; }

failed=0
for name; do
	here=tests/fuzz/$name
	new=$build/corpus-$name
	mkdir -p "$new"
	found=$new.found
	rm -rf "$found"
	mkdir -p "$found"
	dictionary=
	case $name in config | metadata | image | conf) dictionary=-dict=tests/fuzz/lvm2.dict ;; esac
	findings=
	[ -d "$here/findings" ] && findings=$here/findings
	echo "== $name"
	# shellcheck disable=SC2086 # options and folders without spaces
	nice -n 10 $build/tests/fuzz/"${name}_fuzzer" -max_total_time="$seconds" -max_len=65536 -timeout=10 \
		-rss_limit_mb=1024 -print_final_stats=1 -fork="${FUZZ_JOBS:-1}" -ignore_crashes=1 -ignore_timeouts=1 \
		-ignore_ooms=1 -artifact_prefix="$found/" $dictionary "$new" "$here/corpus" $findings >"$new.log" 2>&1
	grep -E 'ERROR|SUMMARY|^visit: |_fuzzer: |runtime error' "$new.log" | sort | uniq -c | sort -rn | head -n 10
	tail -n 1 "$new.log"
	for file in "$found"/*; do
		[ -e "$file" ] || continue
		mkdir -p "$here/findings"
		cp "$file" "$here/findings/"
		echo "found: $here/findings/${file##*/}"
		failed=1
	done
done
exit $failed
