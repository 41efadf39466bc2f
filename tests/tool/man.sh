#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The manual page: mandoc finds nothing wrong, and it tells of the same commands and options as --help.
. "$(dirname "$0")/lib.sh"
page=$LVOL_SRC/examples/lvol/lvol.8
requires_program mandoc

mandoc -T lint -W warning "$page" >lint 2>&1 || fail "mandoc: $(cat lint)"
same "mandoc says" "$(cat lint)" ""
mandoc -T ascii "$page" | col -b >text 2>/dev/null || mandoc -T ascii "$page" | sed 's/.\x08//g' >text

# --- commands: those of --help, in its order ---

"$LVOL_TOOL" --help >help
sed -n '/^Commands/,/^$/s/^  \([a-z-]*\) .*/\1/p' help | LC_ALL=C sort >commands
sed -n '/^\.Sh COMMANDS/,/^\.Sh ENVIRONMENT/s/^\.It Cm \([a-z-]*\).*/\1/p' "$page" | LC_ALL=C sort -u >in-page
cmp -s commands in-page || fail "commands of --help and of the manual: $(diff commands in-page)"

# --- options of every command ---

sed -n '/^Options of every command/,/^$/s/^  .*--\([a-z-]*\).*/\1/p' help | LC_ALL=C sort >options
sed -n '/^\.Ss Options of every command/,/^\.Ss Sizes/s/^\.It Fl \(. , \)\{0,1\}-\([a-z-]*\).*/\2/p' "$page" | LC_ALL=C sort >in-page
cmp -s options in-page || fail "options of --help and of the manual: $(diff options in-page)"
[ "$(wc -l <options)" -ge 10 ] || fail "few options: $(cat options)"

# --- options of one command: the page says nothing that the tool does not know ---

"$LVOL_TOOL" --help >all-options
while read -r command; do "$LVOL_TOOL" "$command" --help; done <commands >>all-options
sed -n '/^\.Sh COMMANDS/,/^\.Sh ENVIRONMENT/p' "$page" | grep -o 'Fl -\{0,1\}[a-zA-Z][a-z-]*' | sort -u | sed 's/^Fl //' |
	while read -r option; do
		case $option in
		-*) grep -q -e "-$option[ ,]" -e "-$option\$" all-options || fail "the manual knows an option -$option" ;;
		ff) ;;
		*) grep -q -e "-$option, --" all-options || fail "the manual knows an option -$option" ;;
		esac
	done
for variable in SOURCE_DATE_EPOCH LVM_SYSTEM_DIR NO_COLOR; do grep -q "$variable" text || fail "$variable is not explained"; done
# the statuses
grep -q '0 when it was done, 5 when it failed, 3 for a bad command line' text || fail "no exit statuses in the manual"

# --- the examples of the page work ---

requires_program mke2fs
mkdir tree
echo hello >tree/hello
printf 'set -e\nlvol() { "$LVOL_TOOL" "$@"; }\nv() { lvol --devices disk0.img,disk1.img "$@"; }\nPATH=$PATH:/usr/sbin:/sbin\n' >examples
# the alias is for a shell that talks to somebody; the function above stands for it
sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$page" | sed -n '/^\.Bd/,/^\.Ed/{/^\.[BE]d/d; /^alias/d; p;}' |
	sed 's/^cat >layout/rm -f disk?.img; truncate -s 256M disk0.img disk1.img\n&/' >>examples
grep -q 'v script layout' examples || fail "no examples in the manual"
sh examples >out 2>&1 || fail "the examples of the manual: $(cat out)"
