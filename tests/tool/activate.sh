#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# lvchange and vgchange -a, beside lvm2. Where the kernel has no device-mapper only what is refused can be seen;
# tests/kernel/ runs this again in a guest that has it.
. "$(dirname "$0")/lib.sh"

# --- command lines that cannot be ---

disks 64M a.img
ok lvol vgcreate vg0 a.img
ok lvol lvcreate -n lv -L 4m vg0
for command in "vgchange" "lvchange"; do
	refused 3 "none of y, n, ay" lvol $command -a maybe vg0
	refused 3 "say -a y or -a n" lvol $command -K vg0
	refused 3 "none of partial" lvol $command -a y --activationmode some vg0
	refused 3 "without other changes" lvol $command -a y --addtag new vg0
	refused 3 "no --test" lvol $command -t -a y vg0
	refused 3 "go without that" lvol $command --refresh -a y vg0
	refused 3 "without other changes" lvol $command --refresh --addtag new vg0
done
echo "lvchange -ay vg0/lv" >script
refused 5 "no place in a script" lvol script script
"$LVOL_TOOL" dm version >/dev/null 2>&1 || {
	refused 5 "device-mapper" lvol vgchange -a y vg0
	skip "this kernel has no device-mapper"
}
refused 5 "is not a block device" lvol lvchange -a y vg0/lv
[ -b /dev/ubda ] || skip "runs in the guest of tests/kernel only"

# --- activated and deactivated, as lvm2 sees it ---

LVM_SYSTEM_DIR=/run/lvm-etc
devices=/dev/ubda,/dev/ubdb
active() { lvs --noheadings -o lv_name,lv_active vg0 | squeeze | tr '\n' ',' | sed 's/ ,/,/g'; }
ok lvol vgcreate vg0 /dev/ubda /dev/ubdb
ok lvol lvcreate -n kept -k y --ignoreactivationskip -L 4m vg0
same active "$(active)" "kept active,"
ok lvol lvremove -f vg0/kept
for lv in a b c; do ok lvol lvcreate -an -n $lv -L 4m vg0; done
ok lvol lvchange -k y vg0/b
ok lvol lvchange --setautoactivation n vg0/c
ok lvol vgchange -a ay vg0
says '1 logical volume(s) in volume group "vg0" now active'
same active "$(active)" "a active,b,c,"
ok lvol vgchange --activate y --activationmode complete vg0
says '2 logical volume(s)'
ok lvol vgchange -a y -K vg0
same active "$(active)" "a active,b active,c active,"
[ -b /dev/vg0/b ] || fail "no link of b"
exec 3</dev/vg0/a
refused 5 "open 1 times" lvol lvchange -a n vg0/a
exec 3<&-
ok lvol lvchange -a n vg0/a vg0/b
same active "$(active)" "a,b,c active,"
refused 5 "activation shall skip it" lvol lvchange -a y vg0/b
ok lvol lvchange -a y -K --activationmode degraded vg0/b
ok lvol lvchange -a ay vg0/a
same active "$(active)" "a active,b active,c active,"
ok lvol lvchange -a n -S 'lv_name = c'
same active "$(active)" "a active,b active,c,"
refused 5 "no such LV" lvol lvchange -a y vg0/none
ok lvol vgchange -a n vg0
says '0 logical volume(s)'
same active "$(active)" "a,b,c,"

# --- with a PV missing ---

ok lvol lvcreate -an -n two -L 180m vg0
devices=/dev/ubda
refused 5 "missing" lvol lvchange -a y vg0/two
ok lvol lvchange -a y --activationmode partial vg0/two
devices=/dev/ubda,/dev/ubdb
dmsetup table vg0-two | grep -q "^.* linear 98:16" && fail "the missing PV is in the table"
ok lvol lvchange --refresh vg0/two vg0/a
dmsetup table vg0-two | grep -q "^.* linear 98:16" || fail "--refresh did not take the PV: $(dmsetup table vg0-two)"
same active "$(active)" "a,b,c,two active,"
ok lvol vgchange --refresh --activationmode complete vg0
same active "$(active)" "a,b,c,two active,"
refused 5 "active in the kernel as device vg0-two" lvol read vg0/two
ok lvol lvchange -a n vg0/two
ok lvol read --length 512 vg0/two >/dev/null
ok lvol vgremove -y vg0
same "what is left" "$(dmsetup ls)" "No devices found"
for command in vgchange lvchange; do
	for option in "-a" "-K" "--activationmode" "--refresh"; do
		grep -q -e "^$command .*$option" "$dir/calls" || fail "$command $option was never used"
	done
done
