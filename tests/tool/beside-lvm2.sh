#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The same commands to lvol on image files and to the real lvm2 on loop devices, side by side: the same exit status, on
# success the same words on standard output, and the same state of all PVs, VGs and LVs after each. D0 to D3 stand for the devices.
. "$(dirname "$0")/../interop/lib.sh"
requires_root_and_loops
requires_tool
requires_program jq
LC_ALL=C.UTF-8
export LC_ALL
mkdir "$dir/lvm2-side" "$dir/lvol-side"

n=0
while [ $n -lt 4 ]; do
	truncate -s 64M "$dir/$n.img"
	attach "$dir/$n.img" >>"$dir/loops"
	n=$((n + 1))
done
# Images have names as long as those of the loop devices and in the same order, so that columns are as wide.
devices=
n=0
LC_ALL=C sort "$dir/loops" >"$dir/sorted"
while read -r loop; do
	image=disk$n$(printf '%*s' $((${#loop} - 5)) '' | tr ' ' _)
	truncate -s 64M "$dir/lvol-side/$image"
	devices=${devices:+$devices,}$image
	echo "s|D$n|$loop|g" >>"$dir/to-lvm2"
	printf 's|%s\\b|D%d|g\n' "$loop" "$n" >>"$dir/from-lvm2"  # loop1 is not in loop17
	echo "s|D$n|$image|g" >>"$dir/to-lvol"
	echo "s|$image|D$n|g" >>"$dir/from-lvol"
	n=$((n + 1))
done <"$dir/sorted"

# both COMMAND-LINE: statuses in $lvol_status and $lvm2_status, standard output in $dir/lvol.out and $dir/lvm2.out
both() {
	lvol_status=0 lvm2_status=0
	lvol_line=$(echo "$1" | sed -f "$dir/to-lvol")
	lvm2_line=$(echo "$1" | sed -f "$dir/to-lvm2")
	(cd "$dir/lvol-side" && eval "\"\$LVOL_TOOL\" --devices \"\$devices\" $lvol_line") \
		>"$dir/out" 2>"$dir/lvol.err" </dev/null || lvol_status=$?
	sed -f "$dir/from-lvol" "$dir/out" >"$dir/lvol.out"
	(cd "$dir/lvm2-side" && eval "lvm $lvm2_line") >"$dir/out" 2>"$dir/lvm2.err" </dev/null || lvm2_status=$?
	# without device-mapper lvm2 does not know whether an LV is active and open
	sed -f "$dir/from-lvm2" -e 's/ \([a-zA-Z-]\{4\}\)XX\([a-zA-Z-]\{4\}\)/ \1--\2/' "$dir/out" >"$dir/lvm2.out"
}

failed=0 compared=0
differ() {
	failed=$((failed + 1))
	echo "--- $1: $2"
	echo "lvol: status $lvol_status"; cat "$dir/lvol.out" "$dir/lvol.err"
	echo "lvm2: status $lvm2_status"; cat "$dir/lvm2.out"; grep -v 'Activation disabled' "$dir/lvm2.err" || :
}

# compare WHERE COMMAND-LINE
compare() {
	both "$2"
	compared=$((compared + 1))
	if [ "$lvol_status" != "$lvm2_status" ]; then
		differ "$1" "$2"
		return
	fi
	# the same values, laid out differently
	case $2 in *json*) for side in lvol lvm2; do jq . "$dir/$side.out" >"$dir/json" && mv "$dir/json" "$dir/$side.out"; done ;; esac
	if [ "$lvm2_status" = 0 ] && ! cmp -s "$dir/lvol.out" "$dir/lvm2.out"; then
		differ "$1" "$2"
	fi
}

# one row for each run of extents, with all that is known of the PV, the VG and the LV there
pvs=pv_attr,pv_size,pv_free,pv_used,pv_pe_count,pe_start,pv_mda_count,pv_mda_used_count,pv_ba_size,pv_tags,dev_size
vgs=vg_name,vg_attr,vg_size,vg_free,vg_extent_size,pv_count,lv_count,max_lv,max_pv,vg_tags,vg_mda_copies,vg_systemid
vgs=$vgs,vg_allocation_policy,vg_autoactivation,vg_mda_count,vg_mda_used_count
lvs=lv_name,lv_attr,lv_size,seg_start_pe,seg_size_pe,segtype,stripes,stripe_size,devices,lv_tags,lv_read_ahead
lvs=$lvs,lv_allocation_policy,lv_autoactivation,lv_skip_activation,pvseg_start,pvseg_size
state="pvs --segments --units b -o pv_name,$pvs,$vgs,$lvs"
# lvm2 lists no LVs of an exported VG
exported_state="pvs --units b -o pv_name,$pvs,$vgs"
while [ $failed = 0 ] && read -r line; do
	case $line in '' | '#'*) continue ;; esac
	compare "" "$line"
	case $line in
	pvs* | vgs* | lvs* | vgck* | vgcfgbackup*) continue ;;
	vgexport*) in_use=$state state=$exported_state ;;
	vgimport*) state=$in_use ;;
	esac
	compare "after $line" "$state"
done <<'END'
pvcreate D0 D1
pvcreate D0
pvs
pvs -a -o pv_name,pv_attr,pv_size,dev_size --units m D0 D1
pvchange -x n D0
pvchange --addtag one D0
pvremove D1
pvremove D1
pvcreate --dataalignment 4m D1
pvcreate -y --pvmetadatacopies 2 D1
pvcreate --metadatasize 3m D2
pvcreate --bootloaderareasize 2m D3
pvremove D1 D2 D3
pvresize D0
vgcreate vg0 D0 D1
vgcreate vg0 D2
vgcreate vg1 D0
vgcreate bad/name D2
vgcreate -s 3m vg1 D2
vgs
vgs nosuch
vgremove vg1
pvremove D2
pvresize D0
pvchange -x n D0
pvchange -x y D0
pvchange --addtag one --addtag two D0
pvchange --deltag one D0
pvchange --metadataignore y D1
pvchange --metadataignore n D1
lvcreate -an -Zn -n root -L 10m vg0
lvcreate -an -Zn -n root -l 1 vg0
lvcreate -an -Zn -l 1 vg0
lvcreate -an -Zn -n data -i 2 -l 3 vg0
lvcreate -an -Zn -n data2 -i 2 -I 16 -L 8m vg0
lvcreate -an -Zn -n half -l 50%FREE vg0
lvcreate -an -Zn -n pct -l 10%VG vg0
lvcreate -an -Zn -n there -l 50%PVS vg0 D1
lvcreate -an -Zn -n huge -L 1g vg0
lvcreate -an -Zn -n none -l 0 vg0
lvcreate -an -Zn -n many -i 9 -l 9 vg0
lvcreate -an -Zn -n snapshot -l 1 vg0
lvcreate -an -Zn -n bad:name -l 1 vg0
lvs
lvs -a -o +devices,seg_pe_ranges
lvs vg0/nosuch
lvs -o lv_name,lv_size --units g --nosuffix -O -lv_size
lvs --noheadings --separator : -o lv_name,seg_count,lv_tags vg0
lvs -S 'lv_size > 5m' -o lv_name
lvs --nameprefixes -o lv_name,lv_size vg0/root
lvs --nameprefixes --unquoted --noheadings -o lv_name,lv_size vg0/root
lvs --segments -o +seg_start_pe,seg_size_pe
lvs --reportformat json -o lv_name,lv_size,devices --units b
pvs --segments -o +pvseg_start,pvseg_size,lv_name
pvs --reportformat json -o pv_name,pv_size,vg_name --units s
vgs --reportformat json -o vg_name,vg_size,lv_count --units k
vgs -o +vg_tags,vg_extent_count
lvs --units B
lvs -o nosuch
lvremove -y vg0/pct vg0/there
lvremove -y vg0/nosuch
lvextend -L +4m vg0/root
lvextend -l +1 vg0/root
lvresize -l +50%FREE vg0/root
lvreduce -f -l -7%VG vg0/root
lvextend -l +33%FREE vg0/root
lvresize -f -l 31%VG vg0/root
lvreduce -f -l 29%VG vg0/root
lvextend -l 40%VG vg0/root
lvreduce -f -l 20%VG vg0/root
lvextend -L 4m vg0/root
lvextend -l 999 vg0/root
lvextend -l +2 vg0/root D1
lvextend -l +1 -i 1 vg0/data
lvextend -l +2 -i 2 -I 64 vg0/data
lvreduce -f -L 8m vg0/root
lvreduce -f -l -1 vg0/root
lvreduce -f -l 99 vg0/root
lvresize -l 2 -f vg0/half
lvrename vg0 root base
lvrename vg0/base data
lvrename vg0/base root
lvrename vg0 nosuch other
lvchange -p r vg0/root
lvchange --addtag t1 --addtag t2 vg0/root
lvchange --deltag t1 vg0/root
lvchange -r 256 vg0/root
lvchange --alloc cling vg0/root
lvchange -C y vg0/data
lvchange -k y vg0/data
lvchange --setautoactivation n vg0/data
lvs @t2
lvextend -l +1 --alloc contiguous vg0/half
vgextend vg0 D2
vgextend vg0 D2
vgchange -l 20 vg0
vgchange -p 10 vg0
vgchange -s 1m vg0
vgchange -s 4m vg0
vgchange --addtag v1 vg0
vgchange --alloc cling vg0
pvcreate D3
vgchange -x n vg0
vgextend vg0 D3
vgreduce vg0 D2
vgchange -x y vg0
vgreduce vg0 D0
vgreduce vg0 D2
vgextend vg0 D2 D3
vgreduce vg0 D2 D3
vgcreate --addtag other vg1 D2 D3
vgmerge vg0 vg1
lvcreate -an -Zn --type zero -n nothing -l 2 vg0
lvcreate -an -Zn --type error -n broken -l 2 vg0
vgsplit vg0 vg2 D2
vgsplit vg0 vg2 D0
vgs -o vg_name @other
vgrename vg2 vg0
vgrename vg2 vg3
vgexport vg3
vgexport vg3
lvcreate -an -Zn -l 1 vg3
vgs
vgimport vg3
vgcfgbackup -f backup-%s vg0
lvremove -y vg0
vgcfgrestore -f backup-vg0 vg0
lvs -o lv_name,lv_size,devices vg0
vgck vg0
vgck nosuch
vgremove vg3
vgremove -f vg3
vgremove -f vg0
pvremove D0 D1 D2 D3
pvs
lvs --nosuch
END
[ $failed = 0 ] || fail "$failed of $compared comparisons differ"
echo "$compared comparisons"
