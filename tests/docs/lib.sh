# SPDX-License-Identifier: LGPL-2.1-or-later
# For the tests of this folder: what the documents say is so. A test works in $dir/work, which goes when it ends.
set -eu
: "${LVOL_SRC:=$(cd "$(dirname "$0")/../.." && pwd)}" "${LVOL_BUILD:=$LVOL_SRC/build}"
: "${LVOL_TOOL:=$LVOL_BUILD/examples/lvol/lvol}"
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C.UTF-8
export LVOL_SRC LVOL_BUILD LVOL_TOOL PATH LC_ALL

skip() { echo "SKIP: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
requires_program() { command -v "$1" >/dev/null || skip "$1 is not installed"; }

dir=$(mktemp -d "${LVOL_TEST_TMP:-${TMPDIR:-/tmp}}/docs-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$dir/work"
cd "$dir/work"
