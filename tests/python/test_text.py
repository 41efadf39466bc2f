# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example and the code in bindings/python/README.md do what they say."""
import os
import re
import subprocess
import sys

import lvol
import pytest
from conftest import MIB, SOURCE, context, image

HERE = SOURCE / 'bindings/python'
# but for those that say why they cannot be run everywhere
BLOCKS = re.findall(r'(?<!-->\n)^```python\n(.*?)^```$', (HERE / 'README.md').read_text(), re.M | re.S)


@pytest.mark.parametrize('code', BLOCKS, ids=range(1, len(BLOCKS) + 1))
def test_readme(folder, code):
    for name in ('disk1.img', 'disk2.img'):
        image(name, 1 << 30)
    if code is not BLOCKS[0]:
        with context('disk1.img', 'disk2.img') as ctx, ctx.begin() as txn:
            txn.vg_create('vg0', ['disk1.img', 'disk2.img'])
            txn.lv_create('root', 300 << 20)
    (folder / 'program.py').write_text(code)
    done = subprocess.run([sys.executable, 'program.py'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    with context('disk1.img', 'disk2.img') as ctx:
        assert ctx.vg('vg0').lv('root').size_bytes == 300 << 20


def run(*arguments, answer=''):
    return subprocess.run([sys.executable, HERE / 'examples/installer.py', *arguments], input=answer, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, 'LVM_SYSTEM_DIR': ''})


def test_installer(folder):
    disks = [image('one.img', 256 * MIB), image('two.img', 256 * MIB)]
    for arguments, answer in ((['-n'], 'y\n'), ([], 'n\n'), ([], '')):
        done = run(*arguments, *disks, answer=answer)
        assert done.returncode == 0 and 'Nothing was written' in done.stdout, done.stdout
        assert 'create LV' in done.stdout and 'one.img' in done.stdout
        with context(*disks) as ctx:
            assert ctx.scan().vgs == ()
    done = run(*disks, answer='y\n')
    assert done.returncode == 0 and 'Done' in done.stdout, done.stdout
    with context(*disks) as ctx:
        vg = ctx.vg('system')
        assert {'boot', 'swap', 'root', 'home'} == {lv.name for lv in vg.lvs}
        with vg.lv('swap').open() as swap:
            assert swap.pread(10, 4086) == b'SWAPSPACE2'
    done = run(*disks, answer='y\n')
    assert done.returncode == 1 and 'system' in done.stdout
    assert run().returncode == 2
    assert lvol.version()
