#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# map: the picture of a VG as text and as SVG.
. "$(dirname "$0")/lib.sh"
requires_program python3
disks 64M a.img b.img c.img
ok lvol vgcreate vg0 a.img b.img
ok lvol vgcreate --addtag tagged vg1 c.img
ok lvol lvcreate -n root -L 8m vg0
ok lvol lvcreate -n striped -i 2 -l 4 vg0
ok lvol lvcreate -n 'a+b._-c' -l 1 vg1

# --- text ---

ok lvol map vg0
for word in vg0: a.img b.img root striped free '8.00 MiB' '16.00 MiB  on 2 PVs'; do says "$word"; done
grep -q 'c.img' "$dir/out" && fail "map vg0 shows another VG"
[ "$(tr -d '\33' <"$dir/out" | wc -c)" = "$(wc -c <"$dir/out")" ] || fail "colours without a terminal"
ok lvol map
says vg1:
says vg0:
ok lvol map @tagged
says a+b._-c
grep -q vg0 "$dir/out" && fail "map @tag shows another VG"
ok lvol map vg1 vg0

ok lvol map --ascii vg0
[ "$(LC_ALL=C tr -d '\12\40-\176' <"$dir/out" | wc -c)" = 0 ] || fail "--ascii prints more than ASCII"
says root
for width in 40 80 200; do
	ok lvol map --ascii --width $width vg0
	found=$(awk '/^[+|]/ { if (length > most) most = length } END { print most }' "$dir/out")
	[ "$found" -le $width ] || fail "--width $width makes lines of $found columns"
	[ $width = 40 ] || [ "$found" -gt $((width / 2)) ] || fail "--width $width makes lines of $found columns only"
done

# on a terminal: colours, unless NO_COLOR is there
if command -v script >/dev/null; then
	on_terminal() { script -qec "$LVOL_TOOL --devices $devices map vg0" /dev/null </dev/null; }
	on_terminal | grep -q "$(printf '\33')\[" || fail "no colours on a terminal"
	NO_COLOR=1 on_terminal | grep -q "$(printf '\33')\[" && fail "NO_COLOR is not obeyed"
fi

# --- SVG: well-formed, and what is drawn lies in the picture ---

check_svg() {
	python3 - "$@" <<-'END'
	import re, sys, xml.etree.ElementTree as tree
	root = tree.parse(sys.argv[1]).getroot()
	svg = "{http://www.w3.org/2000/svg}"
	assert root.tag == svg + "svg", root.tag
	words = "".join(root.itertext())
	for word in sys.argv[2:]:
	    assert word in words, word
	number = lambda text: float(re.match(r"[0-9.]+", text)[0])
	box = [float(x) for x in root.get("viewBox", "0 0 %s %s" % (number(root.get("width")), number(root.get("height")))).split()]
	boxes = [[float(item.get(name, 0)) for name in ("x", "y", "width", "height")]
	    for item in root.iter(svg + "rect") if "%" not in item.get("width")]
	assert len(boxes) >= 5, len(boxes)
	for x, y, width, height in boxes:
	    assert x >= box[0] - 1 and y >= box[1] - 1, (x, y)
	    assert x + width <= box[2] + 1 and y + height <= box[3] + 1, (x, y, width, height, box)
	END
}
ok lvol map --svg map.svg vg0
check_svg map.svg vg0 a.img b.img root striped || fail "map --svg"
ok lvol map --svg - vg0
cmp -s "$dir/out" map.svg || fail "map --svg - is another picture than map --svg FILE"
ok lvol map --svg wide.svg --width 1600 vg0
check_svg wide.svg root || fail "map --svg --width"
grep -q 'width="1600' wide.svg || fail "--width 1600 is not in $(head -n 3 wide.svg)"
disks 64M 'd<&">.img'
ok lvol vgcreate vg2 'd<&">.img'
ok lvol lvcreate -n lv -l 3 vg2
ok lvol map --svg odd.svg vg2
python3 -c 'import xml.etree.ElementTree as t; assert "d<&\">.img" in "".join(t.parse("odd.svg").getroot().itertext())' ||
	fail "the picture of odd names is no XML"

# --- what goes wrong ---

refused 5 "is for one VG" lvol map --svg both.svg
refused 5 "nosuch" lvol map nosuch
refused 5 "no/such/map.svg" lvol map --svg no/such/map.svg vg0
[ ! -w /dev/full ] || refused 5 /dev/full lvol map --svg /dev/full vg0
refused 3 "--width" lvol map --width wide vg0

all_options_used map
