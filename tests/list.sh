#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# list.sh FOLDER EXTENSION...: the names of the files in FOLDER, for meson, which has no wildcards
folder=$1
shift
cd "$folder" 2>/dev/null || exit 0
for extension; do
	for file in *."$extension"; do
		[ -f "$file" ] && echo "$file"
	done
done
exit 0
