# SPDX-License-Identifier: LGPL-2.1-or-later
# For the tests of this folder: NAME.sh runs on the host, makes disks, and sends NAME.guest into a guest.
set -eu
: "${LVOL_SRC:=$(cd "$(dirname "$0")/../.." && pwd)}" "${LVOL_BUILD:=$LVOL_SRC/build}"
: "${LVOL_TOOL:=$LVOL_BUILD/examples/lvol/lvol}"
export LVOL_SRC LVOL_BUILD LVOL_TOOL

skip() { echo "SKIP: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }

# the guest mounts its own over what is there of the host
case ${LVOL_TEST_TMP:-} in /dev/* | /run/* | /proc/* | /sys/*) LVOL_TEST_TMP=${TMPDIR:-/tmp}; export LVOL_TEST_TMP ;; esac
# where the disks lie and where $OUT of the guests is; gone when the test ends
dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/kernel-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
OUT=$dir/out
export OUT
mkdir "$OUT"

requires_uml() {
	command -v linux.uml >/dev/null || skip "linux.uml is not installed (package user-mode-linux)"
	for need in modprobe:kmod lvm:lvm2 dmsetup:dmsetup; do
		PATH=$PATH:/usr/sbin:/sbin command -v "${need%:*}" >/dev/null ||
			skip "${need%:*} is not installed (package ${need#*:})"
	done
}

# what others show in part: with tests/run.sh --long
long_only() { [ -n "${LVOL_TEST_LONG:-}" ] || skip "takes long and shows little that other tests here do not: --long"; }

requires_udev() {
	[ -x /lib/systemd/systemd-udevd ] || skip "udev is not installed (package udev)"
}

requires_tool() { [ -x "$LVOL_TOOL" ] || skip "the lvol tool is not built ($LVOL_TOOL)"; }

# disk NAME SIZE: a sparse file $dir/NAME.img
disk() { truncate -s "$2" "$dir/$1.img"; }

# guest SCRIPT [uml-run's options]: runs SCRIPT from this folder
guest() {
	guest_script=$LVOL_SRC/tests/kernel/$1
	shift
	"$LVOL_SRC/tests/kernel/uml-run" "$@" "$guest_script"
}

# run_programs NAME...: in one guest with four disks, each a program of programs/, NAME.sh of tests/tool/ or NAME.py of
# tests/python/
run_programs() {
	[ -x "$LVOL_BUILD/tests/kernel/kernel-control" ] || skip "the programs are not built ($LVOL_BUILD/tests/kernel)"
	for disk in a b c d; do disk $disk 128M; done
	LVOL_GUEST_PROGRAMS=$*
	export LVOL_GUEST_PROGRAMS
	guest programs.guest -t 280 -d "$dir/a.img" -d "$dir/b.img" -d "$dir/c.img" -d "$dir/d.img" || fail "see above"
}
