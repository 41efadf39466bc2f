#!/bin/sh
# SPDX-License-Identifier: MIT
# What liblvol does, shown with the lvol tool on three sparse files, as any user can: PVs, a VG, linear and striped LVs
# in one transaction, a file system put into an LV and read back, growth, a picture, JSON. As root, and where lvm2 and
# loop devices are there, real lvm then lists the same VG. Ends with exit status 0 when all of it was right.
#
#   sh examples/demo.sh          builds into build/ (or $LVOL_BUILD), works in a temporary directory and removes it
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=${LVOL_BUILD:-$top/build}
work=$(mktemp -d "${TMPDIR:-/tmp}/lvol-demo.XXXXXX")
loops=
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C.UTF-8
export PATH LC_ALL

cleanup() {
	for loop in $loops; do
		losetup -d "$loop" 2>/dev/null || true
	done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

say() {
	printf '\n== %s\n' "$*"
}

fail() {
	echo "demo: $*" >&2
	exit 1
}

quiet() {
	"$lvol" --devices d0.img,d1.img,d2.img "$@" 2>/dev/null
}

# Show the command as one would type it, then do it.
v() {
	printf '\n$ lvol --devices d0.img,d1.img,d2.img %s\n' "$*"
	"$lvol" --devices d0.img,d1.img,d2.img "$@"
}

get_tools() {
	# shellcheck source=tests/packages.sh
	. "$top/tests/packages.sh"
	install_packages "$top/examples/packages.txt"
	for tool in meson ninja pkg-config cc mke2fs e2fsck; do
		command -v "$tool" >/dev/null || fail "$tool is missing (packages: examples/packages.txt)"
	done
}

# The tests need the library check; without it they are left out, in a folder of its own.
build_tool() {
	options=
	if [ ! -e "$build/build.ninja" ] && ! pkg-config --exists check; then
		build=$build-demo options=-Dtests=false
	fi
	if [ -e "$build" ] && [ ! -w "$build" ] || { [ ! -e "$build" ] && [ ! -w "$(dirname "$build")" ]; }; then
		build=$work/build options=-Dtests=false
	fi
	say "building into $build"
	# shellcheck disable=SC2086 # no option or one
	[ -f "$build/build.ninja" ] || meson setup $options "$build" "$top" >"$work/log" 2>&1 ||
		{ cat "$work/log"; fail "meson setup failed"; }
	ninja -C "$build" examples/lvol/lvol >"$work/log" 2>&1 || { cat "$work/log"; fail "the build failed"; }
	lvol=$build/examples/lvol/lvol
	"$lvol" --version
}

make_volumes() {
	say "three sparse files of 64 MiB"
	truncate -s 64M d0.img d1.img d2.img

	say "a VG with linear and striped LVs as one transaction: first the plan, which writes nothing"
	cat >layout <<-END
		pvcreate d0.img d1.img d2.img
		vgcreate --addtag demo vg0 d0.img d1.img d2.img
		lvcreate -n root -L 32m vg0 d0.img
		lvcreate -n data -i 3 -I 16k -L 48m vg0
		lvcreate -n swap -l 50%FREE vg0
	END
	cat layout
	v script --plan layout
	[ -z "$(quiet vgs --noheadings -o vg_name)" ] || fail "the plan has written something"

	say "and now for real"
	v script layout

	say "all or nothing: the second line cannot be done, so the first is not done either"
	printf 'lvcreate -n extra -L 4m vg0\nlvcreate -n huge -L 1t vg0\n' >bad
	if v script bad; then fail "a script with an impossible line went through"; fi
	if quiet lvs vg0/extra >/dev/null; then fail "half a script was done"; fi
}

# put_file_system LV SIZE: ext4 with a few files, made without mounting, into the LV, back, and checked
put_file_system() {
	mkdir -p tree/docs
	cp "$top/README.md" "$top"/docs/*.md tree/docs/ 2>/dev/null || true
	head -c 3000000 /dev/urandom >tree/random
	mke2fs -q -t ext4 -d tree "$1.ext4" "$2"
	v write -i "$1.ext4" "vg0/$1"
	v read -o "$1.back" "vg0/$1"
	cmp "$1.ext4" "$1.back" || fail "vg0/$1 reads back differently"
	e2fsck -fn "$1.back" || fail "e2fsck finds faults in vg0/$1"
}

fill_volumes() {
	say "an ext4 into the linear LV, read back, checked"
	put_file_system root 32m

	say "the same with the striped one"
	put_file_system data 48m
}

grow_volume() {
	say "growth: the old data stays where it was"
	v lvextend -L +8m vg0/root
	v read --length 32m -o root.grown vg0/root
	cmp root.grown root.ext4 || fail "growth changed the data"
}

show_volumes() {
	say "what lies where"
	v pvs
	v vgs
	v lvs -o +devices
	v map vg0
	v map --svg map.svg vg0
	grep -q '</svg>' map.svg || fail "the SVG picture is not whole"

	say "JSON in lvm2's shape"
	v lvs --reportformat json --units b -o lv_name,lv_size,segtype,devices
	v vgck vg0
}

# Fails where there are no loop devices.
make_loops() {
	for disk in d0 d1 d2; do
		loop=$(losetup -f --show "$work/$disk.img" 2>/dev/null) || return 1
		loops="$loops $loop"
	done
}

# To list a VG, lvm2 needs no device-mapper; where there is none it complains of that on standard error.
real_lvm() {
	"$@" 2>>lvm.log || { cat lvm.log; fail "$* failed"; }
}

ask_lvm2() {
	[ "$(id -u)" = 0 ] || { seen=", not asked lvm2 (not root)"; return 0; }
	for tool in lvm losetup; do
		command -v $tool >/dev/null || { seen=", not asked lvm2 ($tool is missing)"; return 0; }
	done
	make_loops || { seen=", not asked lvm2 (no loop devices)"; return 0; }
	say "real lvm2 on the same files over loop devices"
	filter=$(for loop in $loops; do printf '"a|^%s$|", ' "$loop"; done)
	mkdir lvm lock
	cat >lvm/lvm.conf <<-END
		devices { filter = [ $filter"r|.*|" ] use_devicesfile = 0 global_filter = [ "a|.*|" ] hints = "none" }
		global { locking_dir = "$work/lock" use_lvmlockd = 0 use_lvmpolld = 0 }
		backup { backup = 0 archive = 0 }
		activation { udev_sync = 0 udev_rules = 0 monitoring = 0 }
	END
	LVM_SYSTEM_DIR=$work/lvm LVM_SUPPRESS_FD_WARNINGS=1
	export LVM_SYSTEM_DIR LVM_SUPPRESS_FD_WARNINGS
	real_lvm lvm vgck vg0
	real_lvm lvm pvs
	real_lvm lvm vgs
	real_lvm lvm lvs -o +devices
	[ "$(lvm lvs --noheadings -o lv_name,lv_size --units b vg0 2>/dev/null)" = \
		"$(quiet lvs --noheadings -o lv_name,lv_size --units b vg0)" ] ||
		fail "lvm2 and lvol do not agree on the LVs"
	seen=", and lvm2 lists the same VG"
}

get_tools
build_tool
cd "$work"
make_volumes
fill_volumes
grow_volume
show_volumes
ask_lvm2
say "shown: transaction with plan, linear and striped LVs, ext4 written, read back and checked, growth, picture, JSON$seen"
