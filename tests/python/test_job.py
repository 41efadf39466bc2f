# SPDX-License-Identifier: LGPL-2.1-or-later
"""Moves and merges: begun in a transaction, finished by a job."""
import lvol
import pytest
from conftest import MIB, layout
from lvol import JobKind, JobState


def fill(lv, seed):
    with lv.open(write=True) as io:
        data = bytes((seed + i) % 256 for i in range(4096)) * (io.size_bytes // 4096)
        io.pwrite(data, 0)
    return data


def read(lv):
    with lv.open() as io:
        return io.pread(io.size_bytes, 0)


def test_move(world):
    data = fill(world.add('lv', 3 * MIB, pvs=['a.img']), 1)
    with world.begin() as txn:
        name = txn.pv_move('a.img', ['b.img'])
        assert name == 'vg0/pvmove0'
    assert read(world.vg.lv('lv')) == data
    with world.ctx.job(name) as job:
        first = job.status
        assert (first.kind, first.state, first.done_bytes) == (JobKind.MOVE, JobState.RUNNING, 0)
        states = list(job.run(MIB))
        assert states[-1].state == JobState.DONE and states[-1].done_bytes == states[-1].total_bytes == 3 * MIB
        assert job.finish().state == JobState.DONE
        with pytest.raises(lvol.StateError):
            job.abort()
    assert layout(world.vg.lv('lv')) == 'b.img:0+3' and read(world.vg.lv('lv')) == data
    with pytest.raises(lvol.StateError):
        job.step()


def test_move_given_up(world):
    lv = world.add('lv', 3 * MIB, pvs=['a.img'])
    with world.begin() as txn:
        name = txn.pv_move('a.img:0-1', lv=lv, vg='vg0', alloc='normal', atomic=True)
    job = world.ctx.job(name, 'move')
    job.abort()
    assert job.status.state == JobState.ABORTED and layout(world.vg.lv('lv')) == 'a.img:0+3'
    with pytest.raises(lvol.NotFoundError):
        world.ctx.job(name)
    with world.begin() as txn, pytest.raises(lvol.StateError):
        txn.pv_move('b.img')


def test_snapshots(world):
    fill(world.add('org', 2 * MIB), 1)
    world.add('snap', 4 * MIB, origin='org', chunk_bytes=8192)
    data = fill(world.vg.lv('snap'), 2)
    with world.begin() as txn:
        txn.snapshot_split('snap')
        txn.snapshot_attach('org', 'snap', chunk_bytes=8192)
    assert read(world.vg.lv('snap')) == data
    with world.begin() as txn:
        txn.snapshot_merge(world.vg.lv('snap'))
        with pytest.raises(lvol.NotSupportedError):
            txn.snapshot_merge('snap')
    assert read(world.vg.lv('org')) == data
    job = world.ctx.job(world.vg.lv('org'), JobKind.MERGE)
    with pytest.raises(lvol.NotSupportedError):
        job.abort()
    assert job.finish().state == JobState.DONE
    assert [lv.name for lv in world.vg.lvs] == ['org'] and read(world.vg.lv('org')) == data
    other = world.add('other', MIB)
    with world.begin() as txn:
        txn.snapshot_attach('org', other, empty=True)
    assert read(world.vg.lv('other')) == data


def test_refused(world):
    lv = world.add('lv', MIB)
    for kind, error in ((JobKind.SYNC, lvol.NotSupportedError), ('check', lvol.NotSupportedError),
                        ('repair', lvol.NotSupportedError), ('merge', lvol.StateError), ('pending', lvol.StateError)):
        with pytest.raises(error):
            world.ctx.job(lv, kind)
    with pytest.raises(lvol.InvalidError):
        world.ctx.job('lv')
