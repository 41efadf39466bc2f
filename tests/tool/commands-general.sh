#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What every command understands, the help texts, and that the tests of this folder know every command.
. "$(dirname "$0")/lib.sh"
here=$LVOL_SRC/tests/tool

# --- help, version ---

ok "$LVOL_TOOL" --help
cp "$dir/out" help
ok "$LVOL_TOOL" -h
cmp -s "$dir/out" help || fail "-h and --help differ"
ok "$LVOL_TOOL" help
cmp -s "$dir/out" help || fail "help and --help differ"
refused 3 "nosuch: no such command" "$LVOL_TOOL" help nosuch
refused 3 "nosuch: no such command" "$LVOL_TOOL" nosuch --help
commands=$(sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p' help)
[ "$(echo "$commands" | wc -l)" -gt 25 ] || fail "--help lists few commands: $commands"
for command in $commands; do
	ok "$LVOL_TOOL" "$command" --help
	says "Usage: lvol $command"
	cp "$dir/out" help-of
	for way in "help $command" "$command -h" "--help $command"; do
		# shellcheck disable=SC2086 # two words
		ok "$LVOL_TOOL" $way
		cmp -s "$dir/out" help-of || fail "lvol $way is not lvol $command --help"
	done
	[ "$(awk 'length > 120' help-of)" = "" ] || fail "lines of more than 120 columns in lvol $command --help"
	grep -h -A 1 'all_options_used ' "$here"/*.sh | grep -qw "$command" && continue
	options_of "$command" >options
	while read -r letter long; do option_in_tests "$command" "$letter" "$long"; done <options
done
ok "$LVOL_TOOL" --version
says "lvol $("$LVOL_TOOL" --version | sed 's/lvol //')"
grep -Eq '^lvol [0-9]+\.[0-9]+' "$dir/out" || fail "--version says $(cat "$dir/out")"

# --- options of every command, in front and behind ---

disks 64M a.img b.img
ok "$LVOL_TOOL" --devices a.img --devices b.img vgcreate vg0 a.img b.img
ok "$LVOL_TOOL" --devices=a.img,b.img vgs vg0
ok "$LVOL_TOOL" vgs --devices a.img,b.img vg0
refused 5 a.img "$LVOL_TOOL" --devices b.img vgextend vg0 a.img
# an empty list is a mistake, and not all devices of this system
refused 3 "names nothing" "$LVOL_TOOL" --devices "" vgs
refused 3 "names nothing" "$LVOL_TOOL" --devices , vgs

before=$(sums)
ok lvol vgchange -t --addtag new vg0
says vg0
ok lvol lvcreate --test -n lv -l 1 vg0
says '+ lv'
same "after --test" "$(sums)" "$before"
ok lvol lvcreate -n lv -l 1 vg0
refused 5 vg0 lvol vgremove vg0
ok lvol vgremove --yes vg0
ok lvol vgcreate vg0 a.img b.img

ok lvol vgchange -v --addtag new vg0
ok lvol vgchange -vv --deltag new vg0
ok lvol vgchange -q --addtag new vg0
same "-q prints" "$(cat "$dir/out" "$dir/err")" ""
ok lvol vgchange --verbose --quiet --addtag newer vg0
ok lvol vgchange --seed 5 --addtag seeded vg0
vg_is vg0 vg_tags new,newer,seeded

# --- locks: a writer keeps others out for as long as they wish, and --nolocking looks away ---

ok lvol lvcreate -n lv -L 8m vg0
mkfifo data
"$LVOL_TOOL" --devices "$devices" write vg0/lv <data &
writer=$!
exec 3>data
# more than a pipe holds: once it is taken, the writer has the LV open
head -c 1048576 /dev/zero >&3
refused 5 lv lvol write --length 0 vg0/lv
refused 5 vg0/lv lvol lvremove --lock-timeout 0 vg0/lv
ok lvol vgs --nolocking vg0
exec 3>&-
wait $writer || fail "the writer failed"
ok lvol lvremove --lock-timeout 0 vg0/lv
ok lvol lvcreate --lock-timeout forever -n lv -l 1 vg0
ok lvol lvremove --nolocking vg0/lv
refused 3 "--lock-timeout" lvol vgs --lock-timeout soon
refused 3 "--seed" lvol vgs --seed abc

for used in test yes nolocking lock-timeout seed verbose quiet; do
	grep -q -e "--$used" "$dir/calls" || fail "--$used was never used"
done
