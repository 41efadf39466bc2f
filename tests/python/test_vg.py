# SPDX-License-Identifier: LGPL-2.1-or-later
"""VGs: reading them, changing them."""
import gc
import weakref

import lvol
import pytest
from conftest import MIB, context, image, layout


def test_properties(world):
    with world.begin() as txn:
        txn.vg_change('vg0', max_lv=5, max_pv=6, alloc='cling', add_tags=['x', 'y'], autoactivation=False)
        txn.lv_create('lv', 4 * MIB)
    vg = world.vg
    assert (vg.name, vg.seqno, vg.extent_bytes, vg.pv_count, vg.lv_count) == ('vg0', 2, MIB, 2, 1)
    assert (vg.size_extents, vg.free_extents, vg.size_bytes, vg.free_bytes) == (62, 58, 62 * MIB, 58 * MIB)
    assert (vg.max_lv, vg.max_pv, vg.metadata_copies, vg.missing_pv_count) == (5, 6, 0, 0)
    assert vg.alloc is lvol.Alloc.CLING and set(vg.tags) == {'x', 'y'}
    assert (vg.is_exported, vg.is_resizeable, vg.is_partial, vg.is_writable, vg.is_autoactivated) == (
        False, True, False, True, False)
    assert (vg.system_id, vg.lock_type, vg.problems) == ('', '', ())
    assert len(vg.uuid) == 38 and world.ctx.vg(vg.uuid).name == 'vg0'
    vg.check()


def test_snapshots_do_not_change(world):
    before = world.vg
    world.add('lv', MIB)
    assert before.lvs == () and before.seqno == 1 and world.vg.seqno == 2


def test_parts_keep_the_vg(world):
    lv = world.add('lv', MIB)
    gone = weakref.ref(lv.vg)
    area = lv.segments[0].areas[0]
    del lv
    gc.collect()
    assert gone() is not None and area.pv.vg is gone() and area.pv.device.name == 'a.img'
    del area
    gc.collect()
    assert gone() is None


def test_not_found(world):
    with pytest.raises(lvol.NotFoundError):
        world.ctx.vg('vg1')
    with pytest.raises(lvol.NotFoundError) as e:
        world.vg.lv('home')
    assert e.value.subject == 'vg0/home'
    with pytest.raises(lvol.NotFoundError):
        world.vg.pv('c.img')


def test_text(world):
    world.add('lv', 4 * MIB)
    text = world.vg.export_text()
    assert 'vg0 {' in text and world.ctx.vg_from_text(text).lv('lv').size_bytes == 4 * MIB
    with pytest.raises(lvol.CorruptError):
        world.ctx.vg_from_text('vg0 {')
    with world.begin() as txn:
        txn.lv_remove('lv')
    with world.begin() as txn:
        txn.vg_restore('vg0', text)
    assert world.vg.lv('lv').size_extents == 4 and world.vg.seqno > 3
    with pytest.raises(lvol.CorruptError), world.begin() as txn:
        txn.vg_restore('vg0', b'nonsense')


def test_picture(world):
    world.add('lv', 4 * MIB)
    assert 'a.img' in world.vg.picture(width=60, ascii=True)
    assert world.vg.picture(ascii=True).isascii()
    assert '<svg' in world.vg.picture(svg=True)
    with pytest.raises(lvol.InvalidError):
        world.vg.picture(width=7)


def test_names():
    lvol.check_vg_name('vg0')
    with pytest.raises(lvol.InvalidError):
        lvol.check_vg_name('..')
    with pytest.raises(lvol.InvalidError):
        lvol.check_vg_name('v' * 200)


def test_create_errors(world):
    image('c.img')
    world.ctx.add_path('c.img')
    with world.ctx.begin() as txn:
        with pytest.raises(lvol.ExistsError):
            txn.vg_create('vg0', ['c.img'])
        with pytest.raises(lvol.BusyError, match='vg0'):
            txn.vg_create('vg1', ['a.img'])
        with pytest.raises(lvol.NotFoundError):
            txn.vg_create('vg1', ['d.img'])
        with pytest.raises(lvol.InvalidError):
            txn.vg_create('vg1', ['c.img'], extent_bytes=1000)
        with pytest.raises(lvol.InvalidError):
            txn.vg_create('vg1', ['c.img'], extent_bytes=-1)
        with pytest.raises(lvol.NoSpaceError):
            txn.vg_create('vg1', ['c.img'], extent_bytes=1 << 30)
        with pytest.raises(TypeError):
            txn.vg_create('vg1', 'c.img')
        assert txn.changes == ()
        txn.vg_create('vg1', ['c.img'], metadata_copies=1, max_lv=3, tags=('t',))
    assert world.ctx.vg('vg1').tags == ('t',) and world.ctx.vg('vg1').metadata_copies == 1


def test_members(world):
    image('c.img')
    world.ctx.add_path('c.img')
    lv = world.add('lv', 4 * MIB, pvs=['a.img'])
    with world.begin() as txn:
        txn.vg_extend('vg0', ['c.img'])
        with pytest.raises(lvol.ExistsError):
            txn.vg_extend('vg0', ['b.img'])
        with pytest.raises(lvol.BusyError):
            txn.vg_reduce('vg0', ['a.img'])
        with pytest.raises(lvol.NotFoundError):
            txn.vg_reduce('vg0', ['d.img'])
        txn.vg_reduce(lv.vg, [lv.vg.pv('b.img')])
    assert [pv.name for pv in world.vg.pvs] == ['a.img', 'c.img']
    assert [pv.name for pv in world.ctx.scan().orphans] == ['b.img'] and world.ctx.scan().orphans[0].vg is None


def test_rename_change_remove(world):
    world.add('lv', MIB)
    uuid = world.vg.uuid
    with world.begin() as txn:
        txn.vg_rename('vg0', 'vg1')
        txn.vg_change('vg1', new_uuid=True, extent_bytes=512 << 10, system_id='')
        txn.vg_change('vg1', resizeable=False)
        with pytest.raises(lvol.InvalidError):
            txn.vg_change('vg1', extent_bytes=3)
    vg = world.ctx.vg('vg1')
    assert vg.uuid != uuid and vg.extent_bytes == 512 << 10 and not vg.is_resizeable
    with world.ctx.begin(vg) as txn:
        txn.vg_change('vg1', rewrite=True)
    assert world.ctx.vg('vg1').seqno == vg.seqno + 1
    with world.ctx.begin('vg1') as txn:
        with pytest.raises(lvol.BusyError, match='lv'):
            txn.vg_remove('vg1')
        txn.vg_remove('vg1', remove_lvs=True)
    assert world.ctx.scan().vgs == () and len(world.ctx.scan().orphans) == 2


def test_export_import(world):
    with world.begin() as txn:
        txn.vg_export('vg0')
    assert world.vg.is_exported
    with pytest.raises(lvol.ExportedError):
        world.begin()
    with world.begin(allow_exported=True) as txn:
        txn.vg_import('vg0')
        with pytest.raises(lvol.StateError):
            txn.vg_import('vg0')
    assert not world.vg.is_exported


def test_split_merge(world):
    world.add('one', 2 * MIB, pvs=['a.img'])
    world.add('two', 2 * MIB, pvs=['b.img'])
    with world.begin() as txn:
        txn.vg_split('vg0', 'vg1', pvs=['b.img'])
    assert [lv.name for lv in world.ctx.vg('vg1').lvs] == ['two']
    with world.ctx.begin('vg0', 'vg1') as txn:
        txn.vg_merge('vg0', 'vg1')
    assert {lv.name for lv in world.vg.lvs} == {'one', 'two'} and layout(world.vg.lv('two')) == 'b.img:0+2'
    with world.begin() as txn:
        txn.vg_split('vg0', 'vg2', lv='two')
    assert [vg.name for vg in world.ctx.scan().vgs] == ['vg0', 'vg2']


def test_missing_pv(world):
    world.add('lv', 2 * MIB, pvs=['b.img'])
    world.ctx.close()
    with context('a.img') as ctx:
        vg = ctx.vg('vg0')
        assert vg.is_partial and vg.missing_pv_count == 1 and vg.lv('lv').is_partial
        missing = next(pv for pv in vg.pvs if pv.is_missing)
        assert missing.name == '' and missing.device is None and missing.uuid in repr(missing)
        assert lvol.ProblemCode.MISSING_PV in [p.code for p in vg.problems]
        with pytest.raises(lvol.MissingPvError):
            ctx.begin('vg0')
        with ctx.begin('vg0', allow_partial=True) as txn:
            with pytest.raises(lvol.BusyError, match='lv'):
                txn.vg_reduce_missing('vg0')
            txn.lv_remove('lv')
            txn.vg_reduce_missing('vg0')
        assert not ctx.vg('vg0').is_partial
