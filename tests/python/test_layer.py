# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writecaches and integrity: what stands under an LV, and that its content stays."""
import lvol
import pytest
from conftest import MIB
from lvol import IntegrityMode, JobKind, JobState


def fill(lv, seed):
    data = bytes((seed + i) % 256 for i in range(4096)) * (lv.size_bytes // 4096)
    with lv.open(write=True) as io:
        io.pwrite(data, 0)
    return data


def read(lv):
    with lv.open() as io:
        return io.pread(io.size_bytes, 0)


def names(world):
    return sorted(lv.name for lv in world.vg.lvs)


@pytest.mark.parametrize('remove', [False, True])
def test_writecache(world, remove):
    world.add('lv', 4 * MIB)
    world.add('fast', 2 * MIB)
    with world.begin() as txn:
        txn.writecache_attach('lv', 'fast', block_bytes=512, settings=['high_watermark=70'])
    assert names(world) == ['fast_cvol', 'lv', 'lv_wcorig']
    data = fill(world.vg.lv('lv'), 5)
    with world.begin() as txn:
        txn.writecache_detach('lv', remove=remove)
    assert names(world) == (['lv'] if remove else ['fast', 'lv']) and read(world.vg.lv('lv')) == data


def test_writecache_refused(world):
    lv = world.add('lv', 4 * MIB)
    world.add('fast', 2 * MIB)
    with world.begin() as txn:
        with pytest.raises(lvol.InvalidError):
            txn.writecache_detach(lv, discard=True)
        with pytest.raises(lvol.InvalidError):
            txn.writecache_attach(lv, 'fast', settings=['nonsense=1'])
        with pytest.raises(TypeError):
            txn.writecache_attach(lv, 'fast', settings='high_watermark=70')
        with pytest.raises(lvol.NotSupportedError):
            txn.integrity_add(lv)


@pytest.mark.parametrize('mode', [None, 'bitmap', IntegrityMode.JOURNAL])
def test_integrity(world, mode):
    with world.begin() as txn:
        txn.lv_create('r', 4 * MIB, segtype='raid1')
        txn.integrity_add('r', mode=mode, block_bytes=4096)
    data = fill(world.vg.lv('r'), 7)
    with world.ctx.job('vg0/r', JobKind.SYNC) as job:
        assert job.finish().state == JobState.DONE
    assert read(world.vg.lv('r')) == data and 'r_rimage_1_imeta' in names(world)
    with world.begin() as txn:
        txn.integrity_remove('r')
    assert read(world.vg.lv('r')) == data and 'r_rimage_1_iorig' not in names(world)
