#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Throughput of the plugin against nbdkit's own file plugin on the same image file: a linear LV is one run of extents, so
# at the right offset fio reads and writes the very same bytes through both.
#   sh bindings/nbdkit/bench.sh [SECONDS [SIZE-IN-MIB [ROUNDS]]]
# Default 2 seconds for each measurement, on 256 MiB, in 4 rounds of file, lvol, lvol, file. The best is printed, in
# MiB/s: what else the machine does only makes it slower. LVOL_BUILD: the build (default build/).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
: "${LVOL_BUILD:=$root/build}"
seconds=${1:-2} size=${2:-256} rounds=${3:-4}
plugin=$LVOL_BUILD/bindings/nbdkit/nbdkit-lvol-plugin.so
tool=$LVOL_BUILD/examples/lvol/lvol
for program in nbdkit nbdcopy fio jq; do
	command -v $program >/dev/null || { echo "$program is not installed" >&2; exit 77; }
done
dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/nbdkit-bench-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir"

truncate -s "$((size + 16))M" disk.img
"$tool" --devices disk.img vgcreate -q vg0 disk.img
"$tool" --devices disk.img lvcreate -q -n lv -L "${size}m" vg0
dd if=/dev/urandom bs=1M count="$size" status=none | "$tool" --devices disk.img write -q vg0/lv
start=$("$tool" --devices disk.img pvs --noheadings --nosuffix --units b -o pe_start disk.img | tr -d ' ')

# served PLUGIN COMMAND: with $uri
served() {
	case $1 in
	lvol) nbdkit -U - "$plugin" disk.img lv=vg0/lv --run "$2" ;;
	file) nbdkit -U - file disk.img --run "$2" ;;
	esac
}

# fio_rate PLUGIN RW BYTES DEPTH: MiB/s
fio_rate() {
	case $1 in
	lvol) offset=0 ;;
	file) offset=$start ;;
	esac
	served "$1" "fio --name=x --ioengine=nbd --uri=\"\$uri\" --rw=$2 --bs=$3 --iodepth=$4 --offset=$offset \
		--size=${size}m 		--time_based --runtime=$seconds --randrepeat=1 --output-format=json" >fio.json 2>fio.err ||
		{ cat fio.err >&2; exit 1; }
	# fio puts remarks in front
	sed -n '/^{/,$p' fio.json | jq '.jobs[0] | (.read.bw_bytes + .write.bw_bytes) / 1048576 * 10 | round / 10'
}

# copy_rate PLUGIN: nbdcopy of all to nowhere, as often as the time allows; the file has some more than the LV
copy_rate() {
	case $1 in
	lvol) copied=$size ;;
	file) copied=$((size + 16)) ;;
	esac
	served "$1" "
		begin=\$(date +%s%N) n=0
		while [ \$(( (\$(date +%s%N) - begin) / 1000000000 )) -lt $seconds ]; do
			nbdcopy --no-extents \"\$uri\" null:
			n=\$((n + 1))
		done
		echo \$(( n * $copied * 10000000000 / (\$(date +%s%N) - begin) ))" | sed 's/.$/.&/'
}

measure() {
	case $1 in
	nbdcopy) copy_rate "$2" ;;
	*) fio_rate "$2" "${1%% *}" "$(echo "$1" | cut -d' ' -f2)" "${1##* }" ;;
	esac
}

best() { sort -n | tail -n 1; }

printf '| %-28s | %10s | %10s | %5s |\n' "MiB/s" "file" "lvol" "ratio"
printf '| --- | ---: | ---: | ---: |\n'
for what in "read 1m 8" "write 1m 8" "randread 4k 16" "randwrite 4k 16" nbdcopy; do
	: >file.rates
	: >lvol.rates
	for _ in $(seq "$rounds"); do
		for which in file lvol lvol file; do
			measure "$what" $which >>$which.rates
		done
	done
	file=$(best <file.rates) lvol=$(best <lvol.rates)
	printf '| %-28s | %10s | %10s | %5s |\n' "$what" "$file" "$lvol" "$(awk "BEGIN { printf \"%.2f\", $lvol / $file }")"
done
