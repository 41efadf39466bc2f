#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The API reference is made from the headers without a warning, has every function, and a warning would fail it.
. "$(dirname "$0")/lib.sh"
requires_program doxygen
config=$LVOL_BUILD/docs/reference/Doxyfile
[ -e "$config" ] || skip "the build has no reference (meson option docs)"

# make_reference FOLDER [HEADER...]: as the build does it, but into FOLDER
make_reference() {
	folder=$1
	shift
	mkdir "$folder"
	{ cat "$config"; echo "OUTPUT_DIRECTORY = $folder"; echo "INPUT += $*"; } | doxygen - >"$folder/log" 2>&1
}

make_reference "$dir/all" || fail "doxygen: $(cat "$dir/all/log")"
cat "$dir"/all/html/*_8h.html >pages
sed -n 's/^	\(lvol_[a-z0-9_]*\);$/\1/p' "$LVOL_SRC/liblvol/liblvol.map" >functions
[ "$(wc -l <functions)" -ge 100 ] || fail "few functions in liblvol.map"
while read -r function; do
	grep -q "memname.*[> ]$function *</" pages || fail "the reference does not have $function()"
done <functions

# a function without a comment, and a comment that says @param of what there is not
printf '/** @file */\nint lvol_bare(int a);\n' >bare.h
printf '/** @file */\n/** Text.\n * @param b not there */\nint lvol_wrong(int a);\n' >wrong.h
for header in bare wrong; do
	if make_reference "$dir/$header" "$dir/work/$header.h"; then fail "$header.h makes no warning that fails"; fi
	grep -q "lvol_$header" "$dir/$header/log" || fail "doxygen says: $(cat "$dir/$header/log")"
done
echo "reference: $(wc -l <functions) functions"
