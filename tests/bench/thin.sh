# SPDX-License-Identifier: LGPL-2.1-or-later
# A thin volume beside qcow2 and a raw file, all on one disk; snapshots of a volume of 1 TiB and their difference beside
# thin_delta. LVOL_BENCH_THIN: how many blocks of 64 KiB are written (default 20000).
set -eu
PATH=$PATH:/usr/sbin:/sbin
for program in qemu-img thin_restore thin_delta; do
	command -v $program >/dev/null || { echo "thin: $program is not installed"; exit 0; }
done
dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/bench-thin-XXXXXX")
trap 'rm -rf "$dir"' EXIT
runs=${LVOL_BENCH_RUNS:-5}
count=${LVOL_BENCH_THIN:-20000}
thin=$LVOL_BENCH/bench-thin
compare() { "$LVOL_BENCH/bench-compare" "$runs" "$@"; }
bytes=$((count * 65536))

i=0
while [ $i -lt "$runs" ]; do
	truncate -s 16M "$dir/meta$i"
	truncate -s $bytes "$dir/data$i" "$dir/raw$i"
	qemu-img create -q -f qcow2 "$dir/qcow$i" $bytes
	i=$((i + 1))
done
compare "thin: $count writes of 64 KiB that provision" thin "$thin write $dir/meta{i} $dir/data{i} $count" \
	qcow2 "qemu-img bench -w -c $count -s 65536 -d 1 -f qcow2 $dir/qcow{i}" \
	raw "qemu-img bench -w -c $count -s 65536 -d 1 -f raw $dir/raw{i}"
i=1
while [ $i -lt "$runs" ]; do rm -f "$dir"/*$i; i=$((i + 1)); done
reads=$((count * 5 / 2))
compare "thin: $reads reads of 4 KiB of what is mapped, 32 at once" thin "$thin read $dir/meta0 $dir/data0 $reads" \
	qcow2 "qemu-img bench -c $reads -s 4096 -S $((1537 * 4096)) -d 32 -f qcow2 $dir/qcow0" \
	raw "qemu-img bench -c $reads -s 4096 -S $((1537 * 4096)) -d 32 -f raw $dir/raw0"
rm -f "$dir"/*0

# 1 TiB in blocks of 64 KiB, and one of 1 GiB
blocks=16777216
changed=$((blocks / 100))
cat >"$dir/xml" <<XML
<superblock uuid="" time="0" transaction="0" data_block_size="128" nr_data_blocks="$((blocks * 2))">
  <device dev_id="1" mapped_blocks="$blocks" transaction="0" creation_time="0" snap_time="0">
    <range_mapping origin_begin="0" data_begin="0" length="$blocks" time="0"/>
  </device>
  <device dev_id="2" mapped_blocks="16384" transaction="0" creation_time="0" snap_time="0">
    <range_mapping origin_begin="0" data_begin="$blocks" length="16384" time="0"/>
  </device>
</superblock>
XML
truncate -s 2G "$dir/tmeta"
thin_restore -i "$dir/xml" -o "$dir/tmeta" >/dev/null
for n in 1 2 3; do
	echo "thin: 1 GiB mapped: $("$thin" snap "$dir/tmeta" 1$n 2), 1 TiB mapped: $("$thin" snap "$dir/tmeta" 2$n 1)"
done
echo "thin: in runs of 64: $("$thin" change "$dir/tmeta" 21 $changed 6400 64)"
echo "thin: every 100th: $("$thin" change "$dir/tmeta" 22 $changed 100 1)"
compare "thin: difference of two snapshots of 1 TiB, 1% changed in runs of 64" thin "$thin diff $dir/tmeta 23 21" \
	thin_delta "thin_delta --thin1 23 --thin2 21 $dir/tmeta"
compare "thin: the same, every 100th block changed" thin "$thin diff $dir/tmeta 23 22" \
	thin_delta "thin_delta --thin1 23 --thin2 22 $dir/tmeta"
for n in 10000 1000000 10000000; do echo "thin: $("$thin" touch "$dir/tmeta" 1 $n)"; done
