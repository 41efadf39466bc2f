#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A program outside of the tree, built with pkg-config from an installation: shared, static, as C99 and as C++17.
. "$(dirname "$0")/lib.sh"
requires meson
requires pkg-config
install_library
[ -n "$(find "$dir/stage" -path '*/man3/lvol.3*')" ] || fail "lvol(3) is not installed"
cc=${CC:-cc}
outside=$LVOL_SRC/tests/install/outside.c

for header in "$LVOL_SRC"/include/lvol/*.h; do
	[ -e "$prefix/include/lvol/${header##*/}" ] || fail "<lvol/${header##*/}> is not installed"
done

# shellcheck disable=SC2046 # pkg-config's words are meant to be split
$cc -std=c99 -Wall -Wextra -Werror $(pkg-config --cflags lvol) -o "$dir/shared" "$outside" $(pkg-config --libs lvol)
runs "$dir/shared"
if command -v readelf >/dev/null; then
	readelf -d "$dir/shared" | grep -q 'NEEDED.*\[liblvol\.so\.[0-9]' || fail "the program does not need liblvol.so.N"
	# opened when they are needed, which a note says, or linked with
	for late in libcrypto libcryptsetup; do
		needed=$(readelf -d "$libdir/liblvol.so" | grep -c "NEEDED.*\[$late\.so\." || :)
		noted=$(readelf -p .note.dlopen "$libdir/liblvol.so" 2>/dev/null | grep -c "\"$late\.so\." || :)
		[ $((needed + noted)) -le 1 ] || fail "liblvol.so opens $late when it needs it, and has it loaded at its start, too"
	done
fi

if command -v c++ >/dev/null; then
	c++ -std=c++17 -Wall -Wextra -Werror $(pkg-config --cflags lvol) -o "$dir/shared-c++" -x c++ "$outside" -x none \
		$(pkg-config --libs lvol)
	runs "$dir/shared-c++"
fi

[ -e "$libdir/liblvol.a" ] || fail "no liblvol.a is installed"
# the library itself from the archive; what it needs (libblkid ...) as the system has it
$cc -std=c99 $(pkg-config --cflags lvol) -o "$dir/static" "$outside" \
	$(pkg-config --static --libs lvol | sed 's/-llvol\b/-l:liblvol.a/')
LD_LIBRARY_PATH= runs "$dir/static"
echo "pkg-config: shared and static"
