#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# examples/subproject, a meson project outside of the tree, takes the library along through its wrap file, links it
# statically, and installs a program that needs nothing else of it; with an installed library it takes that one.
. "$(dirname "$0")/lib.sh"
requires meson
requires git
mkdir "$dir/upstream"
cp -R "$LVOL_SRC/examples/subproject" "$dir/project"

# a repository with what a release has; neither the builds nor the data of the tests
for part in meson.build meson_options.txt include liblvol docs bindings; do
	cp -R "$LVOL_SRC/$part" "$dir/upstream"
done
for part in "$LVOL_SRC"/*.in "$LVOL_SRC"/LICENSE* "$LVOL_SRC"/COPYING* "$LVOL_SRC"/README*; do
	[ -e "$part" ] && cp "$part" "$dir/upstream"
done
rm -rf "$dir/upstream/bindings/rust/target"
{
	git -C "$dir/upstream" init -q
	git -C "$dir/upstream" add .
	git -C "$dir/upstream" -c user.name=test -c user.email=test@localhost -c commit.gpgsign=false commit -q -m release
} >"$dir/git.log" 2>&1 || { cat "$dir/git.log" >&2; fail "git"; }

wrap=$dir/project/subprojects/liblvol.wrap
grep -q '^url = https://' "$wrap" || fail "the wrap file has no url to put in"
sed -i "s|^url = .*|url = file://$dir/upstream|" "$wrap"
{
	# unoptimized: this is about the build description, and the time goes into compiling; a library that the system may
	# have is not looked for
	PKG_CONFIG_LIBDIR=$(pkg-config --variable pc_path pkg-config) meson setup --buildtype=plain \
		--force-fallback-for=lvol "$dir/project/build" "$dir/project" && ninja -C "$dir/project/build" outside
} >"$dir/meson.log" 2>&1 || { tail -n 60 "$dir/meson.log" >&2; fail "meson"; }
[ -d "$dir/project/subprojects/liblvol/include" ] || fail "the wrap was not used: $(ls "$dir/project/subprojects")"
grep -q 'Dependency lvol found: YES' "$dir/meson.log" || fail "meson says: $(cat "$dir/meson.log")"

said=$("$dir/project/build/outside") || fail "the program ended with status $?"
case $said in
"liblvol "[0-9]*": "*) echo "$said" ;;
*) fail "the program says \"$said\"" ;;
esac
if command -v readelf >/dev/null; then
	if readelf -d "$dir/project/build/outside" | grep -q 'NEEDED.*liblvol'; then fail "it is not linked statically"; fi
fi

# the same project, unchanged, with an installation
install_library
meson setup --wrap-mode=default "$dir/project/installed" "$dir/project" >"$dir/meson.log" 2>&1 &&
	ninja -C "$dir/project/installed" outside >>"$dir/meson.log" 2>&1 || { cat "$dir/meson.log" >&2; fail "with an installation"; }
runs "$dir/project/installed/outside"
[ ! -e "$dir/project/installed/subprojects/liblvol/liblvol" ] || fail "the subproject was built although lvol is installed"
