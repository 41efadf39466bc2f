#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs that know less or more of the option structs than the library: options.c, built against the headers of the
# last release and against today's.
#   options.sh [BUILD_DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
build=$(cd "${1:-${LVOL_BUILD:-$root/build}}" && pwd)
dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/options-XXXXXX")
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
[ -e "$build/liblvol/liblvol.so" ] || fail "$build/liblvol/liblvol.so is not built"

option_structs "$root/include" >"$dir/structs"
[ "$(wc -l <"$dir/structs")" -ge 14 ] || fail "few option structs: $(cat "$dir/structs")"
# those of devices need a kernel with device-mapper; tests/kernel uses them. What calls fill in is no option
grep -v -e '^lvol_device_' -e '^lvol_events_' -e '^lvol_autoextend_' -e '^lvol_thin_fill$' -e '^lvol_thin_device$' -e '^lvol_thin_repair_report$' -e '^lvol_thin_overprovision$' -e '^lvol_job_status$' -e '^lvol_lv_glance$' -e '^lvol_luks_activate_' "$dir/structs" | while read -r struct; do
	grep -q "STRUCT($struct," "$here/options.c" || fail "options.c does not try struct $struct"
done

for headers in "$here/baseline/include" "$root/include"; do
	known=
	for struct in $(option_structs "$headers"); do known="$known -DHAVE_$struct"; done
	# shellcheck disable=SC2086 # a list of words; ASan knows where each struct ends
	${CC:-cc} -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Werror $known -g -fsanitize=address \
		-o "$dir/options" "$here/options.c" -I "$headers" -L "$build/liblvol" -llvol \
		-Wl,-rpath,"$build/liblvol"
	ASAN_OPTIONS=detect_leaks=0 "$dir/options" || fail "with the headers of $headers"
done
