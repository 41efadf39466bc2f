#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A meson project outside of the tree takes the library as a subproject and links it statically.
. "$(dirname "$0")/lib.sh"
requires meson
mkdir -p "$dir/project/subprojects/liblvol"
cp "$LVOL_SRC/tests/install/outside.c" "$dir/project"
# what a release has; neither the builds nor the data of the tests
for part in meson.build meson_options.txt include liblvol bindings; do
	cp -R "$LVOL_SRC/$part" "$dir/project/subprojects/liblvol"
done
for part in "$LVOL_SRC"/*.in "$LVOL_SRC"/LICENSE* "$LVOL_SRC"/COPYING* "$LVOL_SRC"/README*; do
	[ -e "$part" ] && cp "$part" "$dir/project/subprojects/liblvol"
done
cat >"$dir/project/meson.build" <<'MESON'
project('outside', 'c', default_options : ['default_library=static'])
lvol = subproject('liblvol', default_options : ['tests=false', 'examples=false', 'python=disabled', 'nbdkit=disabled'])
executable('outside', 'outside.c', dependencies : lvol.get_variable('lvol_dep'))
MESON
{
	# unoptimized: this is about the build description, and the time goes into compiling
	meson setup --buildtype=plain "$dir/project/build" "$dir/project" && ninja -C "$dir/project/build" outside
} >"$dir/meson.log" 2>&1 || { tail -n 60 "$dir/meson.log" >&2; fail "meson"; }
said=$(LD_LIBRARY_PATH="$dir/project/build/subprojects/liblvol/liblvol" "$dir/project/build/outside") ||
	fail "the program ended with status $?"
case $said in
"liblvol "[0-9]*": "*) echo "$said" ;;
*) fail "the program says \"$said\"" ;;
esac
