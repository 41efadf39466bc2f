#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The manual pages: mandoc finds nothing wrong with any of them, and lvol(3) is installed. (tests/tool/man.sh compares
# lvol(8) with the tool; blocks.sh runs their examples, names.py looks up what they name.)
. "$(dirname "$0")/lib.sh"
requires_program mandoc
for page in "$LVOL_SRC"/docs/*.[0-9] "$LVOL_SRC"/examples/lvol/*.[0-9] "$LVOL_SRC"/bindings/*/*.[0-9]; do
	mandoc -T lint -W warning "$page" >lint 2>&1 || fail "mandoc: $(cat lint)"
	[ ! -s lint ] || fail "mandoc says of $page: $(cat lint)"
done
page=$LVOL_SRC/docs/lvol.3
mandoc -T utf8 "$page" | sed 's/.\x08//g' >text
for header in ctx scan vg txn io queue report; do
	grep -q "struct lvol_$header" text || fail "lvol(3) does not speak of struct lvol_$header"
done
for section in 'RETURN VALUES' THREADS EXAMPLES 'SEE ALSO'; do
	grep -qx "$section" text || fail "lvol(3) has no section $section"
done
grep -rq 'lvol\.3' "$LVOL_SRC/docs/meson.build" || fail "lvol(3) is not installed"
# every .Fn of it is a function, which names.py cannot see
sed -n 's/^\.Fn \(lvol_[a-z_]*\).*/\1/p' "$page" | sort -u >functions
[ "$(wc -l <functions)" -ge 12 ] || fail "few functions in lvol(3)"
while read -r function; do
	grep -q "^	$function;" "$LVOL_SRC/liblvol/liblvol.map" || fail "lvol(3) names $function(), which there is not"
done <functions
echo "man: $(wc -l <text) lines of lvol(3)"
