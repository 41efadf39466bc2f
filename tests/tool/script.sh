#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# script: all lines or none, --plan writes nothing, quoting as in a shell, errors name file and line.
. "$(dirname "$0")/lib.sh"
disks 32M a.img b.img c.img

cat >layout <<'END'
# a comment
pvcreate a.img b.img   # and another
  vgcreate --addtag "one" --addtag t'w'o vg0 a.img b.img

lvcreate -n root -L 8m vg0
lvol lvcreate -n striped -i 2 -l 4 vg0
vgextend vg0 c.img
lvextend -L +4m vg0/root c.img
lvrename vg0 striped data
lvcreate -n gone -l 1 vg0
lvremove vg0/gone
END

# --- the plan ---

before=$(sums)
ok lvol script --plan layout
for line in '+ vg vg0' '+ lv vg0/root' '~ lv vg0/striped: rename LV to data' '- lv vg0/gone' '+ pv a.img' \
	'data    16.00 MiB'; do says "$line"; done
grep -q '^  gone' "$dir/out" && fail "the picture of the plan shows an LV that would not be"
same "after --plan" "$(sums)" "$before"
ok lvol script -t layout
same "after --test" "$(sums)" "$before"

# --- the same, done: one version of the VG ---

ok lvol script layout
says 'Logical volume "root" created.'
vg_is vg0 vg_seqno,pv_count,lv_count,vg_tags "1 3 2 one,two"
lv_is vg0/root lv_size,devices "12582912 a.img(0)
12582912 c.img(0)"
lv_is vg0/data devices "a.img(2),b.img(0)"
ok lvol vgck
printf 'lvcreate -n stdin -l 1 vg0\n' >more
ok lvol script - <more
lv_is vg0/stdin lv_name stdin
vg_is vg0 vg_seqno 2
: >empty
ok lvol script empty
ok lvol script --plan empty
says "nothing would change"

# --- quoting ---

cat >quotes <<'END'
lvchange --addtag "dou"ble --addtag 'sin'gle --addtag back\s"l\ash" "vg0/root"
END
ok lvol script quotes
lv_is vg0/root lv_tags backslash,double,single
printf 'vgchange --addtag "no end vg0\n' >bad
refused 5 'bad:1: a quote has no end' lvol script bad
printf 'vgchange --addtag with\\ space vg0\n' >bad
refused 5 'bad:1' lvol script bad
grep -q "with space" "$dir/err" || fail "a backslash does not keep the space: $(cat "$dir/err")"

# --- all or nothing: each way to fail, with the line that failed, and not a byte is written ---

before=$(sums)
# bad_line MESSAGE LINE: behind two good lines
bad_line() {
	printf 'lvcreate -n extra -l 1 vg0\nlvchange -p r vg0/data\n\n%s\nlvcreate -n never -l 1 vg0\n' "$2" >bad
	refused 5 "bad:4: $1" lvol script bad
	same "after the bad line '$2'" "$(sums)" "$before"
}
bad_line "" 'lvcreate -n huge -L 1t vg0'
bad_line "" 'lvcreate -n root -l 1 vg0'
bad_line "nosuch: no such command" 'nosuch'
bad_line "unknown option -9" 'lvcreate -9 vg0'
bad_line "lvs: changes no volumes" 'lvs'
bad_line "write: changes no volumes" 'write vg0/root'
bad_line "vgrename: something is missing" 'vgrename vg0'
bad_line "" 'vgextend vg0 nosuch.img'
bad_line "" 'lvremove vg0/nosuch'
bad_line "" 'pvcreate a.img'
bad_line "" 'vgremove vg0'
bad_line "" 'lvresize -L 4m vg0/root'
bad_line "" 'lvcreate -n bad/na/me -l 1 vg0'
# a VG that is not there is looked for when the transaction begins
printf 'lvcreate -n extra -l 1 vg0\nlvcreate -n extra -l 1 nosuch\n' >bad
refused 5 nosuch lvol script bad
same "after a VG that is not there" "$(sums)" "$before"
refused 5 nosuch lvol script nosuch
refused 3 script lvol script

# -y of one line is for that line; of the command line for all
printf 'lvresize -y -L 4m vg0/root\nvgchange --addtag shrunk vg0\n' >good
ok lvol script good
lv_is vg0/root lv_size 4194304
printf 'lvresize -L 8m vg0/root\nlvreduce -L 4m vg0/root\n' >good
refused 5 good:2 lvol script good
ok lvol script -y good

# --- many VGs, and a thousand lines, as one transaction ---

disks 64M a.img b.img c.img
printf 'vgcreate vg0 a.img\nvgcreate vg1 b.img c.img\nvgsplit vg1 vg2 c.img\nvgmerge vg0 vg2\nvgrename vg1 last\n' >many
ok lvol script many
same "VGs" "$(show vgs vg_name,pv_count,vg_seqno -O vg_name | tr '\n' ' ')" "last 1 1 vg0 2 1 "
{
	n=0
	echo 'vgchange -s 64k vg0'
	while [ $n -lt 1000 ]; do echo "lvcreate -n lv$n -l 1 vg0"; n=$((n + 1)); done
} >thousand
ok lvol script thousand
vg_is vg0 lv_count,vg_seqno "1000 2"
ok lvol vgck

all_options_used script
