# SPDX-License-Identifier: LGPL-2.1-or-later
# For the tests of this folder: nbdkit with the plugin of this build, and VG vg0 on two image files. Source it first:
#     . "$(dirname "$0")/lib.sh"
#     requires nbdcopy
#     make_vg
#     lvol lvcreate -n lin -L 32m vg0
#     serve lv=vg0/lin 'nbdcopy "$uri" out.img'
# Everything is done in $dir. With a plugin that was built with ASan, its runtime is loaded into nbdkit first.
set -eu
: "${LVOL_SRC:=$(cd "$(dirname "$0")/../.." && pwd)}" "${LVOL_BUILD:=$LVOL_SRC/build}"
: "${LVOL_TOOL:=$LVOL_BUILD/examples/lvol/lvol}"
PATH=$PATH:/usr/sbin:/sbin
export PATH
plugin=$LVOL_BUILD/bindings/nbdkit/nbdkit-lvol-plugin.so
preload= settle=:

skip() { echo "SKIP: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }

# requires PROGRAM...: these and what every test here needs
requires() {
	for requires_program in nbdkit "$@"; do
		command -v "$requires_program" >/dev/null || skip "$requires_program is not installed"
	done
}

requires
[ -e "$plugin" ] || skip "the plugin is not built (nbdkit-plugin-dev)"
[ -x "$LVOL_TOOL" ] || skip "the lvol tool is not built ($LVOL_TOOL)"
if command -v readelf >/dev/null && readelf -d "$plugin" | grep -q 'NEEDED.*libasan'; then
	preload=$(cc -print-file-name=libasan.so)
	# what nbdkit itself does not free when it is stopped while a client goes would be told as a leak
	settle='sleep 0.3'
fi

dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/nbdkit-XXXXXX")
server=
cleanup() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || :
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
cd "$dir"

lvol() { "$LVOL_TOOL" --devices a.img,b.img "$@"; }

# make_vg [SIZE]: VG vg0 on a.img and b.img
make_vg() {
	truncate -s "${1:-128M}" a.img b.img
	lvol vgcreate -q vg0 a.img b.img
}

# random FILE MEBIBYTES
random() { dd if=/dev/urandom of="$1" bs=1M count="$2" status=none; }

# kit ARGUMENT...: nbdkit, fit to load the plugin; not "-U -", whose folder stays if the plugin refuses its parameters
kit() {
	rm -f "$dir/socket"
	LD_PRELOAD=$preload nbdkit -U "$dir/socket" "$@"
}

# serve [OPTION|PARAMETER]... COMMAND: run COMMAND with $uri while the LVs are served; parameters as of the plugin
serve() {
	serve_options= serve_parameters=
	while [ $# -gt 1 ]; do
		case $1 in
		-*) serve_options="$serve_options $1" ;;
		*) serve_parameters="$serve_parameters $1" ;;
		esac
		shift
	done
	# shellcheck disable=SC2086 # lists of words
	kit $serve_options "$plugin" a.img b.img $serve_parameters --run "
		unset LD_PRELOAD
		$1
		status=\$?
		$settle
		exit \$status"
}

# start [OPTION|PARAMETER]...: the same, but go on; the exports are at "$(at NAME)", what it says is in server.log
start() {
	start_options= start_parameters=
	for start_word; do
		case $start_word in
		-*) start_options="$start_options $start_word" ;;
		*) start_parameters="$start_parameters $start_word" ;;
		esac
	done
	rm -f pid
	# shellcheck disable=SC2086 # lists of words
	LD_PRELOAD=$preload nbdkit -f -U "$dir/sock" -P pid $start_options "$plugin" \
		a.img b.img $start_parameters 2>server.log &
	server=$!
	wait_for "the server" test -s pid
}

at() { echo "nbd+unix:///${1:-}?socket=$dir/sock"; }

# stop: the server ends in good order
stop() {
	$settle
	kill "$server"
	stop_status=0
	wait "$server" || stop_status=$?
	server=
	[ "$stop_status" = 0 ] || { cat server.log >&2; fail "nbdkit ended with status $stop_status"; }
	rm -f sock
}

# wait_for WHAT COMMAND...: until it succeeds, at most 10 s
wait_for() {
	wait_what=$1
	shift
	for _ in $(seq 100); do
		"$@" && return
		sleep 0.1
	done
	[ ! -e server.log ] || cat server.log >&2
	fail "waited in vain for $wait_what"
}

# connect NAME: a client that stays, until `disconnect`
connect() {
	rm -f client.in client.out
	mkfifo client.in
	qemu-io ${2:-} -f raw "$(at "$1")" <client.in >client.out 2>&1 &
	client=$!
	exec 9>client.in
	echo length >&9
	wait_for "the client" grep -q iB client.out
}

disconnect() {
	exec 9>&-
	wait "$client" || :
}

# same WHAT LV FILE: the LV has the content of FILE
same() {
	lvol read "$2" | cmp - "$3" || fail "$1: $2 differs from $3"
}

# refused WHAT PATTERN COMMAND...: it fails, and says so
refused() {
	refused_what=$1 refused_pattern=$2
	shift 2
	if "$@" >refused.out 2>&1; then
		cat refused.out >&2
		fail "$refused_what was not refused"
	fi
	grep -Eq -e "$refused_pattern" refused.out ||
		fail "$refused_what: said \"$(cat refused.out)\", expected $refused_pattern"
}
