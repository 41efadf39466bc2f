#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The installed form: the plugin where an nbdkit of the same prefix looks, with its man page, and one symbol.
. "$(dirname "$0")/lib.sh"
requires meson readelf nm
DESTDIR=$dir/stage meson install -C "$LVOL_BUILD" --no-rebuild --quiet >install.log 2>&1 || fail "$(cat install.log)"
installed=$(find stage -name nbdkit-lvol-plugin.so)
case $installed in
*/lib*/nbdkit/plugins/nbdkit-lvol-plugin.so) ;;
*) fail "installed as \"$installed\"" ;;
esac
libdir=$dir/${installed%/nbdkit/plugins/*}
[ -e "$libdir/liblvol.so" ] || fail "liblvol.so is not in the libdir of the plugin"
LD_LIBRARY_PATH=$libdir kit "$dir/$installed" --dump-plugin | grep -q '^name=lvol$' || fail "it does not load"
symbols=$(nm -D --defined-only "$installed" | awk '{ print $3 }' | grep -v '^__' | tr '\n' ' ')
[ "$symbols" = "plugin_init " ] || fail "the plugin exports: $symbols"
readelf -d "$installed" | grep -Eq 'R(UN)?PATH' && fail "the plugin has a run path"
man=$(find stage -name nbdkit-lvol-plugin.1)
[ -n "$man" ] || fail "no man page is installed"
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$man" || fail "mandoc -T lint"
fi
echo "installed: plugin and man page"
