# SPDX-License-Identifier: LGPL-2.1-or-later
"""Raids and mirrors: made, converted, their legs replaced and split off; what they hold stays."""
import lvol
import pytest
from conftest import MIB
from lvol import JobKind, MirrorLog, Raid


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


def sync(world, name):
    with world.ctx.job(f'vg0/{name}', JobKind.SYNC) as job:
        job.finish()


def test_create(world):
    with world.begin() as txn:
        txn.lv_create('r', 4 * MIB, raid=Raid(copies=2, region_bytes=64 << 10, no_sync=True))
        txn.lv_create('m', 4 * MIB, segtype='mirror', raid=Raid(log='core'))
        with pytest.raises(lvol.InvalidError):
            txn.lv_create('x', 4 * MIB, segtype='linear', raid=Raid(copies=2))
    assert names(world) == ['m', 'm_mimage_0', 'm_mimage_1', 'r', 'r_rimage_0', 'r_rimage_1', 'r_rmeta_0', 'r_rmeta_1']


def test_convert_and_split(world):
    world.add('lv', 4 * MIB)
    data = fill(world.vg.lv('lv'), 3)
    with world.begin() as txn:
        txn.lv_convert('lv', add_copies=1, raid=Raid(region_bytes=64 << 10))
    sync(world, 'lv')
    with world.begin() as txn:
        txn.lv_convert('lv', 'mirror', raid=Raid(log=MirrorLog.CORE))
    assert read(world.vg.lv('lv')) == data
    with world.begin() as txn:
        txn.lv_convert('lv', 'raid1')
    sync(world, 'lv')
    with world.begin() as txn:
        txn.lv_split_legs('lv', track_changes=True)
        with pytest.raises(lvol.InvalidError):
            txn.lv_merge_leg('lv')
        txn.lv_merge_leg('lv_rimage_1')
    sync(world, 'lv')
    with world.begin() as txn:
        txn.lv_split_legs('lv', 'other')
    assert names(world) == ['lv', 'other']
    assert read(world.vg.lv('lv')) == read(world.vg.lv('other')) == data


def test_change(world):
    world.add('lv', 4 * MIB, segtype='raid1')
    sync(world, 'lv')
    data = read(world.vg.lv('lv'))
    pv = world.vg.pvs[0]
    with world.begin() as txn:
        txn.raid_change('lv', max_recovery_kib=100, write_behind=64, write_mostly=[pv])
    with world.begin() as txn:
        txn.raid_change('lv', toggle_write_mostly=[pv])
        txn.raid_change('lv', not_write_mostly=[pv], min_recovery_kib=10)
        with pytest.raises(lvol.InvalidError):
            txn.raid_change('lv', min_recovery_kib=1000)
        with pytest.raises(lvol.InvalidError):
            txn.raid_change('lv', rebuild=[pv], resync=True)
        txn.raid_change('lv', rebuild=[pv])
    sync(world, 'lv')
    with world.begin() as txn:
        txn.raid_change('lv', resync=True)
    sync(world, 'lv')
    assert read(world.vg.lv('lv')) == data


def test_replace(world):
    world.add('lv', 4 * MIB)
    with world.begin() as txn:
        with pytest.raises(lvol.InvalidError):
            txn.lv_replace_legs('lv')
        with pytest.raises(lvol.NotSupportedError):
            txn.lv_convert('lv', 'raid5')
