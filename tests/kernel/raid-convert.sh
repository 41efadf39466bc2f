#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Raids and mirrors that liblvol made, and those of lvm2 that it converted, are what the kernel finds: it has nothing to
# synchronise where liblvol says so, rebuilds the legs that are new, and no others, and the content stays. The rest is a series
# of conversions of one LV, in a random order: LVOL_TEST_SEED chooses it.
. "$(dirname "$0")/lib.sh"
requires_uml
requires_tool
for d in a b c d e f; do disk $d 48M; done
disks="$dir/a.img,$dir/b.img,$dir/c.img,$dir/d.img,$dir/e.img,$dir/f.img"
lvol() { "$LVOL_TOOL" -q --devices "$disks" "$@"; }
steps=2
[ -n "${LVOL_TEST_LONG:-}" ] && steps=40
seed=${LVOL_TEST_SEED:-7}
echo "seed $seed"
(
	cd "$dir"
	lvol pvcreate a.img b.img c.img d.img e.img f.img
	lvol vgcreate -s 512k vg0 a.img b.img c.img d.img e.img f.img
) >/dev/null
make() { name=$1; shift; lvol lvcreate -n "$name" -L 3m "$@" vg0; }
# in sync from the beginning
make n1 --type raid1 --nosync -R 64k
make nm --type mirror --nosync
# to be synchronised
make s5 --type raid5
# to be converted by liblvol after the kernel had them
make c1 --type raid1
make c5 --type raid5_ls -i 3
make c0 --type raid0_meta
make cm --type mirror
make cl
make walk -i 3
export LVOL_STEPS=$steps LVOL_SEED=$seed
guest raid-convert.guest -t 280 -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" -d "$dir/d.img" -d "$dir/e.img" \
	-d "$dir/f.img" || fail "see above"
for lv in c1 c5 c0 cm cl walk; do
	[ "$(lvol read vg0/$lv | sha256sum | cut -d' ' -f1)" = "$(cat "$OUT/$lv.sum")" ] ||
		fail "vg0/$lv reads otherwise than on the kernel"
done
