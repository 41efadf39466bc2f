#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# pvs, vgs and lvs: which fields, rows and order, and how they are printed.
. "$(dirname "$0")/lib.sh"
requires_program python3
disks 64M a.img b.img c.img
ok lvol vgcreate --addtag first vg0 a.img b.img
ok lvol vgcreate vg1 c.img
ok lvol lvcreate -n small -l 1 --addtag x vg0
ok lvol lvcreate -n large -l 5 vg0
ok lvol lvcreate -n middle -l 3 --addtag x vg1
ok lvol lvextend -l +1 vg0/small

# --- -o: which columns ---

ok lvol lvs -o lv_name,lv_size
same "headings" "$(head -n 1 "$dir/out" | squeeze)" "LV LSize"
ok lvol lvs --options lv_name
same "headings" "$(head -n 1 "$dir/out" | squeeze)" "LV"
ok lvol lvs -o +lv_tags
usual=$(lvol lvs | head -n 1 | squeeze)
same "headings of -o +lv_tags" "$(head -n 1 "$dir/out" | squeeze)" "$usual LV Tags"
ok lvol lvs -o+seg_count,lv_uuid -o -lv_attr
case $(head -n 1 "$dir/out") in *Attr*) fail "-o -lv_attr leaves it there" ;; *'#Seg'*UUID*) ;; *) fail "-o +a -o -b" ;; esac
ok lvol vgs -o vg_name -o pv_count
same "headings of two -o" "$(head -n 1 "$dir/out" | squeeze)" "#PV"
for command in pvs vgs lvs; do
	ok lvol $command -o help
	[ "$(wc -l <"$dir/out")" -ge 20 ] || fail "$command -o help lists few fields"
	# each of them can be asked for
	sed -n 's/^  \([a-z0-9_]*\) .*/\1/p' "$dir/out" >fields
	split -l 12 fields fields.
	for part in fields.*; do
		ok lvol $command -o "$(grep -e "^${command%s}_" -e ^vg_name "$part" | paste -sd, -)"
	done
	rm -f fields.*
	refused 5 nosuch lvol $command -o nosuch
done

# the fields that are promised
promised="pv_name pv_uuid pv_fmt pv_attr pv_size pv_free pv_used pv_pe_count pv_pe_alloc_count pe_start pv_mda_count
pv_mda_used_count pv_mda_size pv_mda_free pv_ba_start pv_ba_size pv_tags pv_missing pv_in_use dev_size"
for field in $promised; do ok lvol pvs -o "$field"; done
promised="vg_name vg_uuid vg_attr vg_size vg_free vg_extent_size vg_extent_count vg_free_count vg_seqno vg_tags
vg_systemid vg_lock_type vg_missing_pv_count pv_count lv_count snap_count max_lv max_pv vg_mda_count vg_mda_used_count
vg_mda_copies vg_fmt"
for field in $promised; do ok lvol vgs -o "$field"; done
promised="lv_name lv_full_name lv_uuid lv_attr lv_size lv_path lv_dm_path lv_layout lv_role seg_count origin pool_lv
data_lv metadata_lv mirror_log move_pv lv_tags lv_time lv_host lv_permissions lv_allocation_policy lv_read_ahead
lv_parent lv_ancestors lv_descendants segtype stripes data_stripes stripe_size region_size chunk_size seg_start
seg_start_pe seg_size seg_size_pe seg_pe_ranges devices metadata_devices thin_id transaction_id discards zero"
for field in $promised; do ok lvol lvs -o "$field"; done

# --- -S, -O, names, tags: which rows, in which order ---

names() { show lvs lv_name "$@" | tr '\n' ' '; }
same "-O size" "$(names -O lv_size)" "small middle large "
same "-O -size" "$(names --sort -lv_size)" "large middle small "
same "-O two keys" "$(names -O vg_name,-lv_name)" "small large middle "
same "-S size" "$(names -O lv_name -S 'lv_size > 10m')" "large middle "
same "-S and" "$(names -S 'lv_tags = x && vg_name = vg0')" "small "
same "--select or" "$(names -O lv_name --select 'lv_name = large || lv_name =~ ^mid')" "large middle "
same "-S none" "$(names -S 'lv_name = nothing')" ""
same "a VG" "$(names vg1)" "middle "
same "an LV" "$(names vg0/large)" "large "
same "a tag" "$(names -O lv_name @x)" "middle small "
same "a tag of the VG" "$(show vgs vg_name @first)" "vg0"
refused 5 "nosuch" lvol lvs -S 'nosuch = 1'
refused 5 "" lvol lvs -S 'lv_size >'
refused 5 nosuch lvol lvs vg0/nosuch
refused 5 nosuch lvol vgs nosuch
refused 5 nosuch lvol pvs nosuch
refused 5 nosuch lvol lvs -O nosuch

# --- rows of another kind ---

same "lvs --segments" "$(show lvs lv_name,seg_start_pe --segments vg0/small | tr '\n' ' ')" "small 0 small 1 "
same "pvs --segments" "$(show pvs pvseg_start,pvseg_size,lv_name --segments a.img | tr '\n' ' ')" \
	"0 1 small 1 5 large 6 1 small 7 8 "
disks 64M d.img
same "pvs" "$(show pvs pv_name | tr '\n' ' ')" "a.img b.img c.img "
same "pvs -a" "$(show pvs pv_name -a | tr '\n' ' ')" "a.img b.img c.img d.img "
ok lvol lvs -a
ok lvol lvs -H

# --- units ---

unit() { lvol lvs --noheadings -o lv_size --units "$1" vg0/large | squeeze; }
for pair in b=20971520B s=40960S k=20480.00k m=20.00m g=0.02g h=20.00m r=20.00m B=20971520B K=20971.52K M=20.97M G=0.02G \
	H=20.97M; do
	same "--units ${pair%=*}" "$(unit "${pair%=*}")" "${pair#*=}"
done
same "--nosuffix" "$(lvol lvs --noheadings -o lv_size --units m --nosuffix vg0/large | squeeze)" 20.00
refused 5 '"q" is no unit' lvol lvs --units q

# --- how rows are printed ---

ok lvol lvs --noheadings --separator : -o lv_name,vg_name,lv_tags vg0/large
same "--separator" "$(cat "$dir/out")" "  large:vg0:"
ok lvol lvs --separator ' | ' --aligned -o lv_name,seg_count -O lv_name
same "--aligned" "$(cat "$dir/out")" "  LV     | #Seg
  large  |    1
  middle |    1
  small  |    2"
ok lvol lvs --nameprefixes --noheadings -o lv_name,lv_tags vg0/small
same "--nameprefixes" "$(cat "$dir/out")" "  LVM2_LV_NAME='small' LVM2_LV_TAGS='x'"
ok lvol lvs --nameprefixes --unquoted --noheadings -o lv_name,lv_tags vg0/small
same "--unquoted" "$(cat "$dir/out")" "  LVM2_LV_NAME=small LVM2_LV_TAGS=x"
ok lvol pvs --nameprefixes --unquoted --noheadings --separator , --aligned --units b --nosuffix -o pv_name a.img
ok lvol vgs --nameprefixes --unquoted --noheadings --separator , --aligned --units b --nosuffix -o vg_name vg0

# --- JSON ---

ok lvol lvs --reportformat json --units b -o lv_name,lv_size,lv_tags,devices -O lv_name
python3 - "$dir/out" <<'END' || fail "lvs --reportformat json"
import json, sys
report = json.load(open(sys.argv[1]))
assert list(report) == ["report"] and len(report["report"]) == 1, report
rows = report["report"][0]["lv"]
assert [row["lv_name"] for row in rows] == ["large", "middle", "small", "small"], rows
assert rows[0] == {"lv_name": "large", "lv_size": "20971520B", "lv_tags": "", "devices": "a.img(1)"}, rows[0]
END
for pair in pvs=pv vgs=vg "lvs --segments=seg" "pvs --segments=pvseg"; do
	# shellcheck disable=SC2086 # two words
	ok lvol ${pair%=*} --reportformat json -o all
	python3 -c 'import json, sys; rows = json.load(open(sys.argv[1]))["report"][0][sys.argv[2]]; assert len(rows) > 1' \
		"$dir/out" "${pair#*=}" || fail "${pair%=*} --reportformat json"
done
# names of devices may hold anything
disks 64M 'quote"back\slash.img'
ok lvol pvcreate 'quote"back\slash.img'
ok lvol pvs --reportformat json -o pv_name -S 'pv_name =~ quote'
python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["report"][0]["pv"] == [{"pv_name": "quote\"back\\slash.img"}]' \
	"$dir/out" || fail "JSON of a name with a quote: $(cat "$dir/out")"
ok lvol lvs --reportformat json -S 'lv_name = nothing'
python3 -c 'import json, sys; assert json.load(open(sys.argv[1])) == {"report": [{"lv": []}]}' "$dir/out" ||
	fail "JSON without rows: $(cat "$dir/out")"
ok lvol lvs --reportformat basic
says LSize
refused 3 "--reportformat" lvol lvs --reportformat xml

for command in pvs vgs; do
	ok lvol $command -O ${command%s}_name -S "${command%s}_size > 0" --reportformat basic
done
all_options_used pvs vgs lvs
