#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Without --devices the library looks at the system's block devices as lvm.conf says: filters, and the devices file.
. "$(dirname "$0")/lib.sh"
requires_root_and_loops
requires_tool
for n in 0 1 2; do
	truncate -s 32M "$dir/disk$n.img"
	eval "loop$n=\$(attach '$dir/disk$n.img')"
done
names() { "$LVOL_TOOL" pvs --noheadings -o pv_name | tr -s ' \n' ' '; }
# sorted as text: loop11 before loop8
sorted=$(printf '%s\n' "$loop0" "$loop1" "$loop2" | LC_ALL=C sort | tr '\n' ' ')

"$LVOL_TOOL" pvcreate "$loop0" "$loop1" "$loop2"
[ "$(names)" = " $sorted" ] || fail "pvs shows$(names)"
lvm2 vgcreate -q vg0 "$loop0" "$loop1"
"$LVOL_TOOL" vgextend vg0 "$loop2"
check_all

# the first pattern that matches decides
sed -i "s,\"a|^$loop1\\\$|\"\\, ,\"r|^$loop1\\\$|\"\\, ," "$LVM_SYSTEM_DIR/lvm.conf"
case $("$LVOL_TOOL" pvs --noheadings -o pv_name 2>/dev/null) in
*"$loop1"*) fail "a device that the filter rejects is used" ;;
*"$loop0"*"$loop2"* | *"$loop2"*"$loop0"*) ;;
*) fail "the others are not there" ;;
esac

# the devices file names a loop device by its backing file
configure
sed -i 's/use_devicesfile = 0/use_devicesfile = 1/' "$LVM_SYSTEM_DIR/lvm.conf"
mkdir -p "$LVM_SYSTEM_DIR/devices"
echo "IDTYPE=loop_file IDNAME=$dir/disk2.img DEVNAME=/dev/sdz PVID=x" >"$LVM_SYSTEM_DIR/devices/system.devices"
[ "$("$LVOL_TOOL" pvs --noheadings -o pv_name 2>/dev/null | grep -c /dev/loop)" = 1 ] || fail "the devices file is not followed"
"$LVOL_TOOL" pvs --noheadings -o pv_name 2>/dev/null | grep -q "$loop2" || fail "the wrong device is used"

# a filter that cannot be understood is named
configure
sed -i 's/global_filter = \[/global_filter = [ "x|y|",/' "$LVM_SYSTEM_DIR/lvm.conf"
if "$LVOL_TOOL" pvs >"$dir/out" 2>&1; then fail "a bad filter is accepted"; fi
grep -q 'x|y|' "$dir/out" || fail "the bad filter is not named: $(cat "$dir/out")"
configure
