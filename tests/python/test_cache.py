# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cache pools and caches: made, attached, changed, taken off; content stays."""
import lvol
import pytest
from conftest import MIB
from lvol import CacheMode, JobKind, JobState


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


def test_pool(world):
    world.add('lv', 4 * MIB)
    with world.begin() as txn:
        txn.cache_pool_create('pool', 2 * MIB, mode='writethrough', spare=False)
        txn.cache_attach('lv', 'pool', mode=CacheMode.WRITEBACK, policy='smq', settings='migration_threshold=4096')
    assert names(world) == ['lv', 'lv_corig', 'pool_cpool', 'pool_cpool_cdata', 'pool_cpool_cmeta']
    data = fill(world.vg.lv('lv'), 5)
    with pytest.raises(lvol.StateError), world.begin() as txn:
        txn.cache_change('lv', mode='passthrough')
    with world.ctx.job(f'{world.vg.name}/lv', JobKind.FLUSH) as job:
        assert job.finish().state == JobState.DONE
    with world.begin() as txn:
        txn.cache_change('lv', mode='passthrough', settings='migration_threshold=100')
    assert read(world.vg.lv('lv')) == data
    with world.ctx.job(f'{world.vg.name}/lv', JobKind.UNCACHE) as job:
        assert job.finish().state == JobState.DONE
    assert names(world) == ['lv'] and read(world.vg.lv('lv')) == data


def test_pool_convert(world):
    for name, size in ('data', 4), ('meta', 8), ('other', 4):
        world.add(name, size * MIB)
    with world.begin() as txn:
        txn.cache_pool_convert('data', 'meta', mode=CacheMode.WRITEBACK, policy='smq', chunk_bytes=65536, spare=False)
        txn.cache_pool_convert(world.vg.lv('other'), spare=False)
        with pytest.raises(lvol.NotFoundError):
            txn.cache_pool_convert('none')
    assert names(world) == ['data', 'data_cdata', 'data_cmeta', 'other', 'other_cdata', 'other_cmeta']


def test_cachevol(world):
    world.add('lv', 4 * MIB)
    world.add('fast', 4 * MIB)
    with world.begin() as txn:
        txn.cache_attach(world.vg.lv('lv'), 'fast', chunk_bytes=32768, metadata_bytes=MIB)
    data = fill(world.vg.lv('lv'), 6)
    with world.ctx.job(f'{world.vg.name}/lv', JobKind.SPLITCACHE) as job:
        job.finish()
    assert names(world) == ['fast', 'lv'] and read(world.vg.lv('lv')) == data
    with pytest.raises(lvol.NotSupportedError), world.begin() as txn:
        txn.cache_change('lv', policy='mq')
