#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# examples/demo.sh in a copy of what the repository tracks, with a build of its own: by an ordinary user, and by root.
. "$(dirname "$0")/lib.sh"
for program in meson ninja pkg-config mke2fs e2fsck; do requires_program $program; done
user=nobody
if [ "$(id -u)" = 0 ]; then
	# the demo would get what is missing; a test installs nothing
	. "$LVOL_SRC/tests/packages.sh"
	missing=$(missing_packages "$LVOL_SRC/examples/packages.txt" | tr '\n' ' ')
	[ -z "$missing" ] || skip "not installed: $missing"
fi

# as a clone would be, but for what is not committed yet; the data of the tests is not needed
mkdir clone tmp
if git -C "$LVOL_SRC" rev-parse >/dev/null 2>&1; then
	(cd "$LVOL_SRC" && git ls-files -co --exclude-standard ':!tests/golden' |
		while read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done) >files
	tar -C "$LVOL_SRC" -cf - -T files | tar -C clone --no-same-owner -xf -
else
	tar -C "$LVOL_SRC" --exclude './build*' --exclude ./tests/golden -cf - . | tar -C clone -xf -
fi
TMPDIR=$dir/work/tmp
export TMPDIR
unset LVOL_BUILD

# check_demo WHO: its output is in out
check_demo() {
	for sign in 'so the first is not done either' 'Logical volume "root" created.' '"lv_name": *"root"' 'vg0: ' \
		'shown: '; do
		grep -q "$sign" out || fail "the demo of $1 does not show '$sign': $(tail -n 30 out)"
	done
	last=$(tail -n 1 out)
	case $last in '== shown: '*'ext4 written, read back and checked'*) ;; *) fail "the demo of $1 ends with '$last'" ;; esac
	[ -z "$(ls "$TMPDIR")" ] || fail "the demo of $1 leaves behind $(ls "$TMPDIR")"
	echo "$1: $last"
}

if [ "$(id -u)" != 0 ]; then
	sh clone/examples/demo.sh >out 2>&1 || fail "the demo: $(tail -n 30 out)"
	check_demo "$(id -un)"
	exit 0
fi

sh clone/examples/demo.sh >out 2>&1 || fail "the demo of root: $(tail -n 30 out)"
check_demo root
if command -v lvm >/dev/null && losetup -f >/dev/null 2>&1; then
	case $last in *'lvm2 lists the same VG' | *'no loop devices)') ;; *) fail "root's demo did not ask lvm2: $last" ;; esac
fi
[ -z "$(losetup -a | grep -F "$TMPDIR")" ] || fail "the demo leaves loop devices behind"

# The user finds the build of root, which he cannot write to, and makes his own in a temporary folder. To save the time
# of another build he is given root's.
command -v setpriv >/dev/null && id $user >/dev/null 2>&1 || { echo "not shown: $user (no setpriv, or no such user)"; exit 0; }
# the shims of some installations of Python are root's own
as_user() { setpriv --reuid=$user --regid="$(id -g $user)" --clear-groups env HOME="$TMPDIR" "$@"; }
chmod 755 "$dir" "$dir/work"
chown -R $user clone tmp
if as_user sh -c 'meson --version && ninja --version && test -r clone/meson.build' >/dev/null 2>&1; then
	as_user sh clone/examples/demo.sh >out 2>&1 || fail "the demo of $user: $(tail -n 30 out)"
	check_demo $user
	case $last in *'not root)'*) ;; *) fail "the demo of $user asked lvm2: $last" ;; esac
else
	echo "not shown: $user (cannot run meson and ninja here)"
fi
