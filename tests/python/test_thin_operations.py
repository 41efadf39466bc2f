# SPDX-License-Identifier: LGPL-2.1-or-later
"""Thin pools and thin LVs: made, snapshotted, merged, converted, repaired, removed."""
import lvol
import pytest
from conftest import MIB
from lvol import Thin, ThinDiscards


def fill(lv, byte):
    with lv.open(write=True) as io:
        io.pwrite(byte * 100000, 5000)


def read(lv):
    with lv.open() as io:
        return io.pread(100000, 5000)


def test_life(world):
    with world.begin() as txn:
        txn.lv_create('pool', 8 * MIB, thin=Thin(chunk_bytes=128 << 10, discards=ThinDiscards.NOPASSDOWN, spare=False))
        txn.lv_create('t', 50 * MIB, thin=Thin(pool='pool'))
        with pytest.raises(lvol.NotFoundError):
            txn.lv_create('x', MIB, thin=Thin(pool='none'))
    fill(world.vg.lv('t'), b'1')
    with world.begin() as txn:
        txn.lv_create('s', origin='t')
        txn.thin_pool_change('pool', zero=False, error_when_full=True, discards='ignore')
    fill(world.vg.lv('t'), b'2')
    assert read(world.vg.lv('s')) == b'1' * 100000
    promise = lvol.thin_overprovision(world.vg.lv('pool'))
    assert promise.thin_bytes == 100 * MIB and promise.pool_bytes == 8 * MIB and promise.exceeds_pools
    with world.begin() as txn:
        txn.thin_merge('s')
    assert read(world.vg.lv('t')) == b'1' * 100000
    with world.begin() as txn:
        txn.lv_remove('t')
        txn.lv_remove('pool')
    assert not world.vg.lvs


def test_convert(world):
    with world.begin() as txn:
        txn.lv_create('data', 6 * MIB)
        txn.lv_create('meta', 2 * MIB)
        txn.lv_create('lv', 3 * MIB)
    fill(world.vg.lv('lv'), b'3')
    with world.begin() as txn:
        txn.thin_pool_convert('data', 'meta', thin=Thin())
    with world.begin() as txn:
        txn.thin_convert('lv', 'data', 'lv_was')
    assert read(world.vg.lv('lv')) == b'3' * 100000 and not world.vg.lv('lv_was').is_writable
    with world.begin() as txn:
        found = txn.thin_pool_repair('data')
    assert found.backup == 'data_meta0' and found.lost_devices == found.lost_ranges == 0
    with world.begin() as txn:
        txn.thin_pool_swap_metadata('data', 'data_meta0')
    assert read(world.vg.lv('lv')) == b'3' * 100000
