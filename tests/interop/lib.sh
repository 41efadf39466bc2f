# SPDX-License-Identifier: LGPL-2.1-or-later
# For the tests of this folder: liblvol and the real lvm2 tools in turns, over loop devices. Source it first:
#     . "$(dirname "$0")/lib.sh"
#     requires_root_and_loops
#     truncate -s 64M "$dir/a.img"
#     loop=$(attach "$dir/a.img")
#     lvm2 pvcreate "$loop"
# lvm2 sees the devices that this test attached and no others, and keeps its configuration, locks and caches in $dir.
# Device-mapper is neither needed nor touched: volumes are never activated (`lvcreate -an -Zn -Wn`).
set -eu
: "${LVOL_SRC:=$(cd "$(dirname "$0")/../.." && pwd)}" "${LVOL_BUILD:=$LVOL_SRC/build}"
: "${LVOL_TOOL:=$LVOL_BUILD/examples/lvol/lvol}"
PATH=$PATH:/usr/sbin:/sbin
export LVOL_SRC LVOL_BUILD LVOL_TOOL PATH

skip() { echo "SKIP: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }

dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/interop-XXXXXX")
LVM_SYSTEM_DIR=$dir/lvm
LVM_SUPPRESS_FD_WARNINGS=1
export LVM_SYSTEM_DIR LVM_SUPPRESS_FD_WARNINGS
unset LVM_CONFIG_FILE LVM_VG_NAME LVM_RUN_BY_DMEVENTD 2>/dev/null || :
mkdir "$LVM_SYSTEM_DIR" "$dir/locks" "$dir/run"
: >"$dir/attached"

cleanup() {
	while read -r cleanup_loop; do
		losetup -d "$cleanup_loop" 2>/dev/null || :
	done <"$dir/attached"
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

# Writes lvm.conf for the devices attached so far.
configure() {
	configure_accept=
	while read -r configure_loop; do
		configure_accept="$configure_accept\"a|^$configure_loop\$|\", "
	done <"$dir/attached"
	cat >"$LVM_SYSTEM_DIR/lvm.conf" <<-CONF
	devices {
		dir = "/dev"
		scan = [ "/dev" ]
		filter = [ $configure_accept"r|.*|" ]
		global_filter = [ $configure_accept"r|.*|" ]
		use_devicesfile = 0
		obtain_device_list_from_udev = 0
		external_device_info_source = "none"
		hints = "none"
		multipath_component_detection = 0
		md_component_detection = 0
	}
	activation { udev_sync = 0 udev_rules = 0 monitoring = 0 }
	backup { backup = 0 archive = 0 }
	global {
		activation = 0
		locking_dir = "$dir/locks"
		use_lvmpolld = 0
		use_lvmlockd = 0
		etc = "$dir"
		io_memory_size = 65536
		system_id_source = "none"
	}
	log { verbose = 0 syslog = 0 }
	CONF
}
configure

requires_program() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

requires_tool() { [ -x "$LVOL_TOOL" ] || skip "the lvol tool is not built ($LVOL_TOOL)"; }

requires_lvm() { command -v lvm >/dev/null || skip "lvm is not installed (package lvm2)"; }

requires_root_and_loops() {
	[ "$(id -u)" = 0 ] || skip "needs root for loop devices"
	requires_lvm
	requires_program losetup
	truncate -s 1M "$dir/probe.img"
	probe=$(losetup -f --show "$dir/probe.img" 2>/dev/null) || skip "this system gives no loop devices"
	losetup -d "$probe"
	rm "$dir/probe.img"
}

# attach FILE [SECTOR_BYTES]: prints the loop device; from here on lvm2 sees it
attach() {
	attach_loop=$(losetup -f --show -b "${2:-512}" "$1") || fail "losetup $1"
	echo "$attach_loop" >>"$dir/attached"
	configure
	echo "$attach_loop"
}

# detach LOOP: what was written through the device is in the file afterwards
detach() {
	sync -f "$dir"
	losetup -d "$1"
	grep -vx "$1" "$dir/attached" >"$dir/attached.new" || :
	mv "$dir/attached.new" "$dir/attached"
	configure
}

# The file of an attached device was written to directly: forget what the device has cached.
refresh() { blockdev --flushbufs "$1"; }

# lvm2 COMMAND...: the real one. Its remarks on the configuration above are left out of standard error.
lvm2() {
	lvm2_status=0
	lvm "$@" 2>"$dir/lvm2.err" || lvm2_status=$?
	grep -v -e 'WARNING: Activation disabled. No device-mapper interaction will be attempted' \
		-e 'WARNING: This metadata update is NOT backed up' "$dir/lvm2.err" >&2 || :
	return $lvm2_status
}

# silent COMMAND...: succeeds and says nothing, as vgck and pvck do when all is well
silent() {
	silent_status=0
	"$@" >"$dir/silent" 2>&1 || silent_status=$?
	# pvck names the checksums it found good
	if [ $silent_status != 0 ] || grep -Eiq 'warning|error|fail|invalid|mismatch|corrupt|repair|missing' "$dir/silent"; then
		cat "$dir/silent" >&2
		fail "$* (status $silent_status)"
	fi
}

# lvm2 sees nothing wrong in any VG or PV
check_all() {
	silent lvm2 vgck
	while read -r check_loop; do
		# a device without a label is nobody's PV
		lvm2 pvs --noheadings "$check_loop" >/dev/null 2>&1 || continue
		silent lvm2 pvck "$check_loop"
	done <"$dir/attached"
}
