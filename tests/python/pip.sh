#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# `pip install .` from an installed library: offline, with the setuptools, wheel and cffi that Debian has.
. "$(dirname "$0")/../install/lib.sh"
python=/usr/bin/python3
[ -x $python ] || skip "$python is not there"
for module in cffi setuptools wheel pip venv ensurepip; do
	$python -c "import $module" 2>/dev/null || skip "$python has no $module"
done
[ -e "$($python -c 'import sysconfig; print(sysconfig.get_paths()["include"])')/Python.h" ] ||
	skip "python3-dev is not installed"
install_library

# pip leaves a build folder in what it builds
mkdir "$dir/source"
(cd "$LVOL_SRC/bindings/python" && tar -cf - --exclude __pycache__ .) | tar -xf - -C "$dir/source"
$python -m venv --system-site-packages "$dir/venv"
"$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-index \
	"$dir/source" >"$dir/pip.log" 2>&1 || { tail -n 40 "$dir/pip.log" >&2; fail "pip install"; }

cd "$dir"
truncate -s 64M disk.img
unset PYTHONPATH
"$dir/venv/bin/python" - "$dir/venv" <<'END' || fail "the installed package does not work"
import os, sys
import lvol
assert lvol.__file__.startswith(sys.argv[1]), lvol.__file__
assert os.path.exists(os.path.join(os.path.dirname(lvol.__file__), 'py.typed'))
with lvol.Context('disk.img', system_config=False) as ctx:
    with ctx.begin() as txn:
        txn.vg_create('vg0', ['disk.img'])
    print('pip: lvol', lvol.version(), 'made', ctx.vg('vg0'))
END
