#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# No words of unfinished work, no paths of the machine that somebody happened to build on, a licence in each source.
#   words.sh [SOURCE_ROOT]
set -u
root=$(cd "${1:-.}" && pwd)
cd "$root" || exit 1
failed=0

# complain WHAT LINES: prints the lines, if there are any, under a heading
complain() {
	[ -z "$2" ] && return
	printf '%s:\n%s\n' "$1" "$2"
	failed=1
}

existing=
for folder in liblvol include examples bindings docs tests meson.build README.md; do
	[ -e "$folder" ] && existing="$existing $folder"
done

# written so that this file does not find itself
unfinished='\b(TO''DO|FIX''ME|XX''X)\b'
complain "words of unfinished work" "$(
	for folder in liblvol include examples bindings; do
		[ -d "$folder" ] && grep -rnIE "$unfinished" "$folder"
	done
)"

# The data of tests/golden is evidence and stays as it was recorded.
find_text() {
	# shellcheck disable=SC2086 # a list of words
	grep -rnI --exclude-dir=golden --exclude-dir=corpus --exclude-dir=__pycache__ "$@" $existing
}

complain "somebody's home directory" "$(find_text -E '(^|[^[:alnum:]_/.$}-])/(home|Users)/[[:alnum:]_.-]+/')"
# where this tree lies right now, unless that is a place that any text may name
case $root in
/*/*) complain "the path of this very source tree" "$(find_text -F -e "$root/")" ;;
esac

complain "no SPDX-License-Identifier" "$(
	for folder in liblvol include examples bindings tests; do
		[ -d "$folder" ] && find "$folder" \( -name '*.[ch]' -o -name '*.py' -o -name '*.sh' -o -name '*.rs' \) \
			-type f ! -path '*/target/*' -exec grep -L 'SPDX-License-Identifier:' {} +
	done
)"

[ "$failed" = 0 ] && echo "words: fine"
exit "$failed"
