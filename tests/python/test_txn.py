# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transactions: commit and abort, preview, locks, and what becomes of wrong use."""
import gc
import threading

import lvol
import pytest
from conftest import MIB, World, context


def test_commit_and_result(world):
    with world.begin() as txn:
        txn.lv_create('lv', MIB)
        assert world.vg.lvs == ()
        with pytest.raises(lvol.StateError):
            txn.result()
    assert txn.result().seqno == 2 and txn.result('vg0').lv('lv') and world.vg.lv('lv')


def test_exception_aborts(world):
    with pytest.raises(ZeroDivisionError):
        with world.begin() as txn:
            txn.lv_create('lv', MIB)
            1 / 0
    assert world.vg.seqno == 1
    with pytest.raises(lvol.StateError):
        txn.result()
    with world.begin():  # its locks are gone
        pass
    assert world.vg.seqno == 1


def test_preview_and_changes(world):
    with world.begin() as txn:
        txn.lv_create('lv', 2 * MIB)
        preview = txn.preview()
        assert preview.seqno == 2 and preview.lv('lv').size_bytes == 2 * MIB
        change, = txn.changes
        assert (change.kind, change.object, change.subject) == (lvol.ChangeKind.CREATE, 'lv', 'vg0/lv')
        assert '2.00 MiB' in change.text
        with pytest.raises(lvol.NotFoundError):
            txn.preview('vg1')
        txn.abort()
    assert preview.lv('lv').name == 'lv' and world.vg.lvs == ()


def test_over_is_over(world):
    txn = world.begin()
    txn.commit()
    for use in (txn.commit, lambda: txn.lv_create('lv', MIB), lambda: txn.vg_rename('vg0', 'vg1')):
        with pytest.raises(lvol.StateError, match='over'):
            use()
    txn.abort()
    txn.abort()
    with world.begin() as txn:
        txn.commit()
    with world.begin() as txn:
        txn.abort()
        with pytest.raises(lvol.StateError, match='over'):
            txn.commit()


def test_forgotten(world):
    txn = world.begin()
    txn.lv_create('lv', MIB)
    with pytest.raises(lvol.LockedError):
        context(*world.disks).begin('vg0')
    del txn
    gc.collect()
    with world.begin():
        pass
    assert world.vg.seqno == 1


def test_begin_errors(world):
    with pytest.raises(lvol.NotFoundError):
        world.ctx.begin('vg1')
    with world.ctx.begin('vg1', allow_absent=True) as txn:
        assert txn.changes == ()
    old = world.vg
    world.add('lv', MIB)
    with pytest.raises(lvol.ConflictError):
        world.begin(unchanged=[old])
    with world.begin(unchanged=[world.vg]), pytest.raises(lvol.LockedError):
        context(*world.disks).begin('vg0', lock_timeout=0.01)


def test_threads_do_not_share(world):
    errors = []

    def use(call, *args):
        try:
            call(*args)
        except lvol.Error as e:
            errors.append(e)

    with world.begin() as txn:
        calls = [(txn.commit,), (txn.abort,), (txn.preview,), (txn.lv_create, 'lv', MIB), (txn.vg_export, 'vg0')]
        threads = [threading.Thread(target=use, args=call) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(errors) == len(calls)
        assert all(isinstance(e, lvol.StateError) and 'thread' in str(e) for e in errors)
        txn.lv_create('mine', MIB)
    assert [lv.name for lv in world.vg.lvs] == ['mine']


def test_threads_take_turns_on_a_context(world):
    world.add('lv', MIB)

    def read(errors):
        try:
            for _ in range(20):
                assert world.vg.lv('lv').size_bytes == MIB and world.ctx.scan().vgs
        except BaseException as e:
            errors.append(e)

    errors = []
    threads = [threading.Thread(target=read, args=(errors,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for i in range(10):
        world.add(f'lv{i}', MIB)
    for thread in threads:
        thread.join()
    assert errors == []


def test_dropped_in_another_thread(world):
    for _ in range(20):
        box = [world.begin()]
        thread = threading.Thread(target=box.clear)
        thread.start()
        world.ctx.scan()
        thread.join()


def test_handles_of_another_context(world):
    lv = world.add('lv', MIB)
    with context(*world.disks) as other:
        with pytest.raises(lvol.StateError, match='another context'):
            other.begin(lv.vg)
        with pytest.raises(lvol.StateError, match='another context'):
            other.begin('vg0', unchanged=[lv.vg])
        with other.begin('vg0') as txn:
            for use in (lambda: txn.lv_remove(lv), lambda: txn.vg_remove(lv.vg), lambda: txn.pv_resize(lv.vg.pvs[0]),
                        lambda: txn.lv_create('n', MIB, pvs=[lv.vg.pvs[0]]),
                        lambda: txn.pv_create(world.ctx.devices[0])):
                with pytest.raises(lvol.StateError, match='another context'):
                    use()


def test_closed_context(folder):
    world = World()
    txn = world.begin()
    world.ctx.close()
    txn.lv_create('lv', MIB)  # the transaction has what it needs of it
    txn.commit()
    assert txn.result().lv('lv').size_bytes == MIB


def test_new_lvs_are_only_activated_with_a_backend(world):
    with pytest.raises(lvol.InvalidError, match='backend'):
        world.ctx.begin('vg0', activate_new=True)
