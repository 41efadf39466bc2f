#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The bash completion: commands, options, values, files, and the names of VGs and LVs on the devices of the line.
. "$(dirname "$0")/lib.sh"
requires_program bash
disks 64M a.img b.img
ok lvol vgcreate vg0 a.img
ok lvol vgcreate other b.img
ok lvol lvcreate -n root -l 1 vg0
ok lvol lvcreate -n home -l 1 vg0
touch layout.txt
cat >complete.bash <<'END'
# complete.bash WORD...: what the completion offers for the last word, sorted, on one line
source "$LVOL_SRC/examples/lvol/lvol.bash-completion"
[[ $(complete -p lvol) == *_lvol* ]] || exit 1
compopt() { :; }  # only bash itself may call it, while it completes
COMP_WORDS=("$LVOL_TOOL" "$@")
COMP_CWORD=$(($# > 0 ? $# : 0))
_lvol
printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd ' '
END

# offers EXPECTED WORD...
offers() {
	offers_expected=$1
	shift
	same "lvol $* <TAB>" "$(bash complete.bash "$@")" "$offers_expected"
}
# includes "WORD WORD..." WORD...
includes() {
	includes_words=$1
	shift
	includes_found=$(bash complete.bash "$@")
	for word in $includes_words; do
		case " $includes_found " in *" $word "*) ;; *) fail "lvol $* <TAB> lacks $word: $includes_found" ;; esac
	done
}

# --- commands ---

commands=$("$LVOL_TOOL" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p')
offers "$(printf '%s\nhelp\n' "$commands" | LC_ALL=C sort | paste -sd ' ')" ""
offers "lvchange lvconvert lvcreate" lvc
offers "lvreduce lvremove lvrename lvresize" --devices a.img -y lvre
offers "vgexport vgextend" --devices=a.img vgex
offers "vgs vgsplit" help vgs

# --- options: those that --help shows ---

includes "--devices --test -t --seed --version" -
for command in $commands; do
	includes "$(options_of "$command" | sed 's/^- //; s/^\([^-]\) /-\1 /; s/ \([a-z]\)/ --\1/; s/^\([a-z]\{2\}\)/--\1/' |
		paste -sd ' ')" "$command" -
done
offers "--stripes --stripesize" lvcreate --stri

# --- values ---

offers "cling contiguous" lvcreate --alloc c
offers "n y" lvcreate --zero ""
offers "json" lvs --reportformat j
offers "raid5 raid5_la raid5_ls raid5_n raid5_ra raid5_rs" lvcreate --type "raid5"
offers "r rw" lvchange --permission ""

# --- files ---

offers "a.img" --devices a
offers "a.img,b.img" --devices a.img,b
offers "layout.txt" script la
offers "a.img" pvcreate a
offers "layout.txt" vgcfgrestore --file lay

# --- names on the devices of the line ---

offers "other vg0" --devices a.img,b.img vgs ""
offers "vg0" --devices a.img vgremove ""
offers "vg0" --devices = a.img vgremove v
offers "vg0/home vg0/root" --devices a.img --devices b.img lvremove vg0/
offers "vg0/root" --devices a.img read vg0/r
offers "vg0" --devices a.img lvcreate vg
offers "" --devices layout.txt vgs ""

# --- what dm does ---

offers "remove rename resume" dm re
offers "create" dm cr
