# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small world for the tests: image files in a scratch folder, VG "vg0" with extents of 1 MiB on them."""
import gc
import os
import pathlib
import shutil
import subprocess
import tempfile

import lvol
import pytest

MIB = 1 << 20
SOURCE = pathlib.Path(os.environ.get('LVOL_SRC') or pathlib.Path(__file__).parents[2])


@pytest.fixture
def folder():
    """The working directory of the test, removed after it."""
    before = os.getcwd()
    path = tempfile.mkdtemp(prefix='python-', dir=os.environ.get('LVOL_TEST_TMP'))
    os.chdir(path)
    yield pathlib.Path(path)
    os.chdir(before)
    gc.collect()
    shutil.rmtree(path)


def image(name, size=32 * MIB):
    """A sparse file."""
    with open(name, 'wb') as file:
        file.truncate(size)
    return name


def context(*paths, **options):
    """A context that reads nothing of the system and waits for nobody."""
    return lvol.Context(*paths, **{'system_config': False, 'lock_timeout': 0, **options})


class World:
    """Two disks of 31 extents each and a context; vg0 is there, empty."""

    def __init__(self):
        self.disks = [image('a.img'), image('b.img')]
        self.ctx = context(*self.disks)
        with self.ctx.begin() as txn:
            txn.vg_create('vg0', self.disks, extent_bytes=MIB)

    @property
    def vg(self):
        return self.ctx.vg('vg0')

    def begin(self, **options):
        return self.ctx.begin('vg0', **options)

    def add(self, name, size, **options):
        with self.begin() as txn:
            txn.lv_create(name, size, **options)
        return self.vg.lv(name)


@pytest.fixture
def world(folder):
    world = World()
    yield world
    world.ctx.close()


@pytest.fixture
def golden(folder):
    """golden(name): copies of the disks of a recorded scenario, see tests/golden."""
    cache = os.environ.get('LVOL_GOLDEN_CACHE') or os.path.join(os.environ.get('LVOL_BUILD', str(folder)), 'golden')

    def unpack(name):
        done = subprocess.run(['sh', SOURCE / 'tests/golden/unpack.sh', cache, name], stdout=subprocess.PIPE, text=True)
        if done.returncode == 77:
            pytest.skip(done.stdout.strip())
        assert done.returncode == 0
        disks = []
        for disk in sorted(pathlib.Path(cache, name).glob('disk*.img')):
            subprocess.run(['cp', '--sparse=always', '--no-preserve=mode', disk, folder], check=True)
            disks.append(disk.name)
        return disks

    return unpack


def layout(lv):
    """What an LV consists of: "a.img:0+4 b.img:0+4, ..." one group for each segment."""
    return ', '.join(
        ' '.join(f'{area.pv.name if area.pv else area.lv.name}:{area.start_extent}+{area.count_extents}'
                 for area in segment.areas) or f'{segment.type}+{segment.size_extents}'
        for segment in lv.segments)
