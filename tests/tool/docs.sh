#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the documents show works: the shell blocks of README.md ("The tool") and docs/tool.md are run in the order in
# which they stand, and README.md's C program is compiled and run.
. "$(dirname "$0")/lib.sh"
requires_program mke2fs

# blocks FILE [HEADING]: indented and ```sh blocks of a document, or of one chapter of it
blocks() {
	awk -v heading="${2:-}" '
		/^## / { inside = heading == "" || $0 == "## " heading }
		BEGIN { inside = heading == "" }
		/^```/ { fenced = fenced ? "" : $0; next }
		!inside || (fenced != "" && fenced != "```sh") { next }
		fenced == "```sh" { print; next }
		sub(/^    /, "")
	' "$1"
}

# run_blocks NAME: the blocks on standard input, in an empty folder; each command must succeed
run_blocks() {
	mkdir "$1"
	{ printf 'set -e\nlvol() { "$LVOL_TOOL" "$@"; }\n'; cat; } >"$1/script"
	(cd "$1" && sh script) >"$1.out" 2>"$1.err" || fail "the commands of $1: $(cat "$1.out" "$1.err")"
	same "standard error of $1" "$(cat "$1.err")" ""
}

# the README has a gigabyte for its images: sparse ones
blocks "$LVOL_SRC/README.md" "The tool" | sed 's|/usr/share/doc |docs |; /^mke2fs/i\
mkdir docs; cp "$LVOL_SRC"/docs/*.md docs' >readme
[ "$(grep -c '^lvol ' readme)" -ge 5 ] || fail "few commands in README.md: $(cat readme)"
run_blocks readme-tool <readme
grep -q 'root .*300.00m' readme-tool.out || fail "README.md: lvs shows $(cat readme-tool.out)"
devices=readme-tool/disk1.img,readme-tool/disk2.img
lvol read --length 300m vg0/root | cmp - readme-tool/fs.img || fail "README.md: the file system is not in the LV"

blocks "$LVOL_SRC/docs/tool.md" >tool
[ "$(grep -c '^ *v ' tool)" -ge 15 ] || fail "few commands in docs/tool.md: $(cat tool)"
run_blocks tool-guide <tool
grep -qx second tool-guide.out || fail "docs/tool.md: what was written is not read: $(cat tool-guide.out)"
devices=tool-guide/disk0.img,tool-guide/disk1.img
same "LVs that docs/tool.md leaves" "$(show lvs lv_name -O lv_name | tr '\n' ' ')" "home root swap "
# the example programs and the manual are where the documents say
grep -o '](\([a-z][a-zA-Z0-9_./-]*\))' "$LVOL_SRC/README.md" | sed 's/](\(.*\))/\1/' | while read -r file; do
	[ -e "$LVOL_SRC/$file" ] || fail "README.md points to $file, which is not there"
done

# --- the C program ---

sed -n '/^```c$/,/^```$/{/^```/d; p;}' "$LVOL_SRC/README.md" >program.c
grep -q 'int main' program.c || fail "README.md has no C program"
${CC:-cc} -std=c99 -Wall -Wextra -Werror program.c -I "$LVOL_SRC/include" -I "$LVOL_BUILD/include" \
	-L "$LVOL_BUILD/liblvol" -llvol -Wl,-rpath,"$LVOL_BUILD/liblvol" -o program || fail "README.md's program"
devices=
if ./program 2>err; then fail "README.md's program succeeds without a disk"; fi
grep -q disk1.img err || fail "README.md's program says $(cat err)"
disks 1G disk1.img
./program || fail "README.md's program fails"
lv_is vg0/root lv_size 314572800
