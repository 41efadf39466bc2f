#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# lvol-sys declares what the headers declare, and the Rust compiler makes of it what the C compiler makes of them. A
# header that changes is noticed.
. "$(dirname "$0")/lib.sh"
python=/usr/bin/python3
[ -x $python ] || python=python3
$python -c 'import pycparser' 2>/dev/null || skip "pycparser is not installed (python3-pycparser)"
tools=$LVOL_SRC/bindings/rust/tools

$python "$tools/generate.py" --check "$LVOL_SRC" || fail "lvol-sys is not what the headers say"
cargo_ build --quiet --package lvol-sys --example layout
$python "$tools/layout.py" "$LVOL_SRC" "$CARGO_TARGET_DIR/debug/examples/layout"

# every exported call is there, as `pub fn NAME(`
sed -n 's/^[[:space:]]*\(lvol_[a-z0-9_]*\);$/\1/p' "$LVOL_SRC/liblvol/liblvol.map" | sort >"$dir/exported"
sed -n 's/^ *pub fn \(lvol_[a-z0-9_]*\)(.*/\1/p' "$LVOL_SRC"/bindings/rust/lvol-sys/src/*.rs | sort >"$dir/declared"
diff "$dir/exported" "$dir/declared" || fail "liblvol.map and lvol-sys list other calls"

# --- changes are noticed ---

mkdir -p "$dir/tree/bindings/rust"
cp -R "$LVOL_SRC/include" "$dir/tree"
cp -R "$LVOL_SRC/bindings/rust/lvol-sys" "$dir/tree/bindings/rust"
$python "$tools/generate.py" --check "$dir/tree" || fail "a copy of the tree is not like the tree"

# noticed HEADER SED-SCRIPT: by the declarations
noticed() {
	cp "$LVOL_SRC/include/lvol/$1.h" "$dir/tree/include/lvol"
	sed -i "$2" "$dir/tree/include/lvol/$1.h"
	cmp -s "$LVOL_SRC/include/lvol/$1.h" "$dir/tree/include/lvol/$1.h" && fail "nothing to notice: $1.h, $2"
	if said=$($python "$tools/generate.py" --check "$dir/tree"); then fail "not noticed: $1.h, $2"; fi
	case $said in
	*"src/$1.rs"*) ;;
	*) fail "$1.h, $2: says $said" ;;
	esac
	cp "$LVOL_SRC/include/lvol/$1.h" "$dir/tree/include/lvol"
}

noticed vg '/^LVOL_API void lvol_vg_unref/a LVOL_API int lvol_vg_new_call(const struct lvol_vg *vg);'
noticed vg '/^LVOL_API void lvol_vg_unref/d'
noticed vg 's/^LVOL_API uint32_t lvol_vg_seqno/LVOL_API uint64_t lvol_vg_seqno/'
noticed dev 's/const char \*path, uint32_t flags/const char *path, int flags/'
noticed io 's/^\tuint32_t depth; .*/\tuint64_t depth;/'
noticed io 's/^\tint result; .*/&\n\tint more;/'
noticed error 's/LVOL_E_STATE = 21/LVOL_E_STATE = 22/'
noticed txn 's/^#define LVOL_TXN_ALLOW_PARTIAL .*/#define LVOL_TXN_ALLOW_PARTIAL (1u << 7)/'

# what the compilers make of it differs even if somebody writes the declarations by hand
sed -i 's/^\tuint32_t depth; .*/\tuint64_t depth;/; s/LVOL_EXTENT_ZERO = 2/LVOL_EXTENT_ZERO = 9/' \
	"$dir/tree/include/lvol/io.h"
if $python "$tools/layout.py" "$dir/tree" "$CARGO_TARGET_DIR/debug/examples/layout" >"$dir/said"; then
	fail "layout.py finds nothing"
fi
for line in '-lvol_queue_opts size 32' '+lvol_queue_opts.depth at 8 size 4' '-LVOL_EXTENT_ZERO 9'; do
	grep -q -e "^$line" "$dir/said" || fail "layout.py does not say $line: $(cat "$dir/said")"
done
echo "lvol-sys: $(wc -l <"$dir/declared") calls"
