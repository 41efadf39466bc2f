#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Unpacks golden scenarios into a cache, each once, however many tests ask for it at the same time.
#   unpack.sh CACHE [NAME...]     without names: all of them
# Afterwards CACHE/NAME/disk0.img ... exist. They are read-only: tests that write work on a copy.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { echo "usage: unpack.sh CACHE [NAME...]" >&2; exit 2; }
cache=$1
shift
mkdir -p "$cache"
if [ $# = 0 ]; then
	for archive in "$here"/*.tar.zst; do
		name=${archive##*/}
		set -- "$@" "${name%.tar.zst}"
	done
fi
command -v zstd >/dev/null || { echo "SKIP: zstd is not installed"; exit 77; }

part=
drop_part() {
	[ -z "$part" ] && return 0
	chmod -R u+w "$part" && rm -rf "$part"
	part=
}
trap drop_part EXIT
trap 'exit 1' HUP INT TERM

for name; do
	archive=$here/$name.tar.zst
	[ -f "$archive" ] || { echo "unpack.sh: no scenario called $name" >&2; exit 1; }
	# the archive's own time tells a changed scenario from the one in the cache
	[ -d "$cache/$name" ] && [ ! "$archive" -nt "$cache/$name/.unpacked" ] && continue
	part=$(mktemp -d "$cache/.part-XXXXXX")
	zstd -dcq "$archive" | tar -C "$part" -xSf -
	chmod a-w "$part/$name"/*.img
	touch "$part/$name/.unpacked"
	# a rename makes it visible all at once; who comes second throws his own away
	if [ -d "$cache/$name" ] && [ "$archive" -nt "$cache/$name/.unpacked" ]; then
		mv "$cache/$name" "$part/old" 2>/dev/null || :
	fi
	mv -T "$part/$name" "$cache/$name" 2>/dev/null || [ -e "$cache/$name/.unpacked" ]
	drop_part
done
