# SPDX-License-Identifier: LGPL-2.1-or-later
# For the tests of this folder: the lvol tool on image files, as any user can run it. Source it first:
#     . "$(dirname "$0")/lib.sh"
#     disks 64M a.img b.img
#     ok lvol vgcreate vg0 a.img b.img
#     vg_is vg0 pv_count,vg_extent_size "2 4194304"
#     refused 5 "there is no such" lvol vgrename vg9 vg1
# A test works in $dir, which goes when it ends. Nothing of the system's LVM2 is read or written.
set -eu
: "${LVOL_SRC:=$(cd "$(dirname "$0")/../.." && pwd)}" "${LVOL_BUILD:=$LVOL_SRC/build}"
: "${LVOL_TOOL:=$LVOL_BUILD/examples/lvol/lvol}"
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C.UTF-8
export LVOL_SRC LVOL_BUILD LVOL_TOOL PATH LC_ALL
unset SOURCE_DATE_EPOCH NO_COLOR 2>/dev/null || :

skip() { echo "SKIP: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }

[ -x "$LVOL_TOOL" ] || skip "the lvol tool is not built ($LVOL_TOOL)"
dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/tool-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
LVM_SYSTEM_DIR=$dir/lvm
export LVM_SYSTEM_DIR
mkdir "$LVM_SYSTEM_DIR" "$dir/work"
cd "$dir/work"
devices=

requires_program() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# disks SIZE FILE...: sparse files, new or over again, which lvol sees from here on
disks() {
	disks_size=$1
	shift
	for disk; do
		rm -f "$disk"
		truncate -s "$disks_size" "$disk"
		case ,$devices, in *,"$disk",*) ;; *) devices=${devices:+$devices,}$disk ;; esac
	done
}

# The tool on $devices. What went well is noted for all_options_used.
lvol() {
	lvol_status=0
	"$LVOL_TOOL" ${devices:+--devices "$devices"} "$@" || lvol_status=$?
	[ $lvol_status != 0 ] || echo "$*" >>"$dir/calls"
	return $lvol_status
}

# ok COMMAND...: it succeeds; what it printed is in $dir/out and $dir/err
ok() {
	"$@" >"$dir/out" 2>"$dir/err" || {
		ok_status=$?
		cat "$dir/out" "$dir/err" >&2
		fail "$* (status $ok_status)"
	}
}

# refused STATUS TEXT COMMAND...: it ends with STATUS and says TEXT on standard error
refused() {
	refused_status=$1 refused_text=$2
	shift 2
	refused_found=0
	"$@" >"$dir/out" 2>"$dir/err" </dev/null || refused_found=$?
	[ $refused_found = "$refused_status" ] || {
		cat "$dir/out" "$dir/err" >&2
		fail "$*: status $refused_found, expected $refused_status"
	}
	grep -qF -e "$refused_text" "$dir/err" || fail "$* says '$(cat "$dir/err")', expected '$refused_text'"
}

# says TEXT: the last `ok` printed it; warns TEXT: on standard error
says() { grep -qF -e "$1" "$dir/out" || fail "expected '$1' in: $(cat "$dir/out")"; }
warns() { grep -qF -e "$1" "$dir/err" || fail "expected '$1' in: $(cat "$dir/err")"; }

# same WHAT FOUND EXPECTED
same() { [ "$2" = "$3" ] || fail "$1: '$2', expected '$3'"; }

# A line each, one space between words
squeeze() { sed 's/  */ /g; s/^ //; s/ $//'; }

# show pvs|vgs|lvs FIELDS [OPTION...] [NAME...]: values, in bytes
show() {
	show_what=$1 show_fields=$2
	shift 2
	lvol "$show_what" --noheadings --nosuffix --units b -o "$show_fields" "$@" | squeeze
}

# pv_is PV FIELDS VALUES, and the same for a VG and an LV
pv_is() { same "pvs -o $2 $1" "$(show pvs "$2" "$1")" "$3"; }
vg_is() { same "vgs -o $2 $1" "$(show vgs "$2" "$1")" "$3"; }
lv_is() { same "lvs -o $2 $1" "$(show lvs "$2" -a "$1")" "$3"; }
seg_is() { same "lvs --segments -o $2 $1" "$(show lvs "$2" --segments -a "$1")" "$3"; }

# sums: of all images, to see whether anything was written
sums() { sha256sum ./*.img; }

# options_of COMMAND ["Options of every command"]: what its --help lists, a line "LETTER LONG" each (letter - if none)
options_of() {
	"$LVOL_TOOL" "$1" --help | sed -n "/^${2:-Options}:/,/^\$/{
		s/^  -\\(.\\), --\\([a-z-]*\\).*/\\1 \\2/p
		s/^      --\\([a-z-]*\\).*/- \\1/p
	}"
}

# lvs_of FILE: LVs of a metadata text, one on a line (lvm2 forgets "recalculate" as soon as an active LV has it)
lvs_of() {
	sed -e 's/[ \t]*#.*//' -e 's/^[ \t]*//' "$1" | awk '
		/logical_volumes \{/ { depth = 1; next }
		!depth || /^$/ { next }
		/\{$/ { if (++depth == 2) { name = $1; line = "" } next }
		/^\}$/ { if (--depth == 1) print name line; if (!depth) exit; next }
		/^(id|creation_time|creation_host|segment_count|flags|start_extent|recalculate) = / { next }
		list != "" { list = list $0; if (/\]$/) { line = line " " list; list = "" } next }
		/\[$/ { list = $1 "=["; next }
		{ sub(/ = /, "="); line = line " " $0 }' | tr -d '"' | sed -e 's/, /,/g' -e 's/^/  /' | LC_ALL=C sort
}

# all_options_used COMMAND...: the successful calls of this test had each option that --help of these commands lists, or
# another test has it (what wants device-mapper is for guests, say)
all_options_used() {
	for command; do
		grep -q "^$command\\( \\|\$\\)" "$dir/calls" || fail "$command was never used"
		options_of "$command" >"$dir/options"
		while read -r letter long; do
			pattern="--$long([ =]|\$)"
			[ "$letter" = - ] || pattern="($pattern|-$letter)"
			grep -Eq "^$command (.* )?$pattern" "$dir/calls" || option_in_tests "$command" "$letter" "$long"
		done <"$dir/options"
	done
}

# option_in_tests COMMAND LETTER LONG: some test uses it
option_in_tests() {
	pattern="--$3([^a-z-]|\$)"
	[ "$2" = - ] || pattern="($pattern|-[a-zA-Z]*$2)"
	grep -rEqs -e "$1[\", ](.*[ \",])?$pattern" "$LVOL_SRC/tests/tool" "$LVOL_SRC/tests/kernel" "$LVOL_SRC/tests/interop" ||
		fail "$1 --$3 is used by no test"
}
