#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Parameters that make no sense, and devices that are not what they should be, stop the server with the reason.
. "$(dirname "$0")/lib.sh"
make_vg 32M
lvol lvcreate -q -n lin -L 8m vg0

# no PATTERN PARAMETER...
no() {
	no_pattern=$1
	shift
	refused "$*" "$no_pattern" kit "$plugin" "$@" --run true
}
no 'say what to serve' a.img b.img
no 'names no LV; say lv=VG/LV' a.img lv=lin
no 'names no LV' a.img lv=vg0/
no 'names no LV' a.img lv=/lin
no 'names no LV' a.img lv=vg0/a/b
no 'names no VG' a.img vg=
no 'names no VG.*lv=VG/LV' a.img vg=vg0/lin
no 'once' a.img lv=vg0/lin vg=vg0
no 'no parameter colour' a.img lv=vg0/lin colour=red
no 'decipher boolean .perhaps' a.img lv=vg0/lin partial=perhaps
no 'none.img: No such file' none.img lv=vg0/lin
no 'neither a file nor a block device' /dev/null lv=vg0/lin
no 'no VG of this name' a.img b.img vg=vg1
no 'VG vg0 has no LV called root' a.img b.img lv=vg0/root
: >empty.img
no 'empty.img' empty.img lv=vg0/lin
truncate -s 32M blank.img
no 'no VG of this name' blank.img vg=vg0
# a UUID is no name of an export
uuid=$(lvol lvs --noheadings -o lv_uuid vg0/lin | tr -d ' ')
no 'has no LV called' a.img b.img "lv=vg0/$uuid"
kit "$plugin" "device=$dir/a.img" device=b.img lv=vg0/lin --run true || fail "device="
kit "$plugin" --dump-plugin | grep -q '^lvol_version=' || fail "--dump-plugin"
kit "$plugin" --help | grep -q 'lv=VG/LV' || fail "--help"
echo "parameters: all refused with their reason"
