#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Cache pools are made, caches attached, changed, split and removed, by lvm2 and by lvol: after each step the metadata are the
# same but for ids and times, and so is what lvs says. And what lvol cached, and wrote into the cache, the kernel reads.
. "$(dirname "$0")/lib.sh"
long_only
requires_uml
requires_tool
for d in a b c d e f; do disk $d 128M; done
LVOL_REPORT=lv_name,lv_attr,lv_size,seg_size,segtype,chunksize,metadata_lv,data_lv,pool_lv,origin,cachemode,cache_policy,cache_settings,lv_layout,lv_role
LVOL_STEPS=$LVOL_SRC/tests/kernel/cache-steps
export LVOL_REPORT LVOL_STEPS
lvol() { "$LVOL_TOOL" --devices "$dir/e.img,$dir/f.img" "$@"; }

# other disks, for what the kernel is to look at
on() { "$LVOL_TOOL" --devices "$dir/c.img,$dir/d.img" "$@" >/dev/null; }
on vgcreate -s 1M vg1 "$dir/c.img" "$dir/d.img"
for lv in pooled onvol; do
	on lvcreate -L 16M -n $lv vg1 "$dir/c.img"
	head -c 16777216 /dev/urandom >"$dir/data"
	on write vg1/$lv <"$dir/data"
done
on lvcreate --type cache-pool -L 8M -n pool vg1 "$dir/d.img"
on lvconvert -y --type cache --cachepool vg1/pool --cachemode writeback vg1/pooled
on lvcreate -L 16M -n vol vg1 "$dir/d.img"
on lvconvert -y --type cache --cachevol vg1/vol -c 32k --cachemode writeback vg1/onvol
for lv in pooled onvol; do
	head -c 5000000 /dev/urandom | on write --offset 1234567 vg1/$lv
	"$LVOL_TOOL" --devices "$dir/c.img,$dir/d.img" read vg1/$lv | sha256sum | cut -d' ' -f1 >"$OUT/$lv.sum"
done

guest cache-change.guest -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" -d "$dir/d.img" || fail "the guest"

slow=$dir/e.img fast=$dir/f.img
step() {
	lvol vgcfgbackup -f "$OUT/$1.lvol" vg0 >/dev/null
	lvol lvs -a --noheadings --separator '|' --units s -o "$LVOL_REPORT" vg0 >"$OUT/$1.lvol.lvs"
}
for command in vgcreate lvcreate lvconvert lvchange lvremove; do
	eval "$command() { lvol $command \"\$@\" >/dev/null; }"
done
. "$LVOL_STEPS"
# without ids, times, names of devices, counts of versions, and blanks
plain() {
	sed -e '1,/^vg0 {/d' -e 's/[[:blank:]]*#.*//' -e 's/^[[:blank:]]*//' -e 's/ *= */=/' "$1" |
		sed -e '/^\(id\|seqno\|creation_time\|creation_host\|device\)=/d' -e '/^$/d'
}
# lvm2 says what is active and open, and knows of active raids that they are in sync
inactive() { sed -e 's/^ *//' -e 's/^\([^|]*|....\)../\1--/' -e 's/^\([^|]*|\)I/\1i/' "$1" | sort; }
for file in "$OUT"/*.lvm2; do
	name=$(basename "$file" .lvm2)
	plain "$file" >"$dir/lvm2"
	plain "$OUT/$name.lvol" >"$dir/lvol"
	diff -u "$dir/lvm2" "$dir/lvol" >&2 || fail "metadata after $name (above: lvm2's, then lvol's)"
	inactive "$file.lvs" >"$dir/lvm2"
	inactive "$OUT/$name.lvol.lvs" >"$dir/lvol"
	diff -u "$dir/lvm2" "$dir/lvol" >&2 || fail "lvs after $name (above: lvm2's, then lvol's)"
done
