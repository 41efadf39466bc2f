# SPDX-License-Identifier: LGPL-2.1-or-later
# What check.sh and update.sh share. Expects $here.
root=$(cd "$here/../.." && pwd)
baseline=$here/liblvol.abi

# record LIBRARY FILE: only what the public headers declare, and no path of this machine
record() {
	abidw --suppressions "$here/private.suppr" --no-corpus-path --no-elf-needed \
		--no-comp-dir-path --no-show-locs --out-file "$2" "$1"
}

# compare LIBRARY [ABIDIFF_OPTION...]: abidiff's status, a bit mask: 1 error, 2 usage, 4 difference, 8 incompatible
# difference. Both sides are what record() writes, so that nothing that it leaves out shows as a difference.
compare() {
	built=$(mktemp "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/abi-XXXXXX")
	record "$1" "$built" || { rm -f "$built"; return 1; }
	shift
	difference=0
	abidiff --no-show-locs "$@" "$baseline" "$built" || difference=$?
	rm -f "$built"
	return $difference
}

# What a program that was built before would notice; new functions, fields at the end of option structs and enumerators
# it does not.
breaks() { compare "$1" --no-added-syms --suppressions "$here/growth.suppr"; }

# option_structs INCLUDE_DIR: the option structs that its headers have, a line each
option_structs() {
	sed -n 's/^#define LVOL_[A-Z0-9_]*_INIT LVOL_OPTS_INIT(struct \([a-z0-9_]*\)).*/\1/p' "$1"/lvol/*.h | sort
}
