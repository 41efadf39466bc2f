#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every block of code in the documentation is compiled or run against an installation; see blocks.py.
#   blocks.sh [DOCUMENT...]
. "$(dirname "$0")/../install/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
: "${LVOL_TOOL:=$LVOL_BUILD/examples/lvol/lvol}"
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C.UTF-8
LVM_SYSTEM_DIR=$dir/lvm
PYTHONPATH=$LVOL_BUILD/bindings/python
export LVOL_SRC LVOL_BUILD LVOL_TOOL PATH LC_ALL LVM_SYSTEM_DIR PYTHONPATH
unset SOURCE_DATE_EPOCH
requires meson
requires pkg-config
[ -x "$LVOL_TOOL" ] || skip "the lvol tool is not built ($LVOL_TOOL)"
install_library
mkdir "$LVM_SYSTEM_DIR" "$dir/work"
for python in python3 /usr/bin/python3; do
	"$python" -c 'import lvol' 2>/dev/null && break
	python=
done
DOCS_PYTHON=$python
# Debian's Rust is the oldest that is supported
DOCS_CARGO=/usr/bin/cargo
[ -x $DOCS_CARGO ] || DOCS_CARGO=$(command -v cargo) || :
[ -d "$LVOL_SRC/bindings/rust/lvol" ] || DOCS_CARGO=
CARGO_TARGET_DIR=$dir/cargo
CARGO_HOME=$dir/cargo-home
RUSTFLAGS='-D warnings'
export DOCS_PYTHON DOCS_CARGO CARGO_TARGET_DIR CARGO_HOME RUSTFLAGS
PYTHONDONTWRITEBYTECODE=1 python3 "$here/blocks.py" "$dir/work" "$@"
