# SPDX-License-Identifier: LGPL-2.1-or-later
"""PVs: reading them, changing them."""
import lvol
import pytest
from conftest import MIB, context, image


def test_properties(world):
    lv = world.add('lv', 3 * MIB, pvs=['b.img:5-'])
    pv = lv.vg.pv('b.img')
    assert (pv.name, pv.device_hint, pv.size_bytes, pv.dev_size_bytes) == ('b.img', pv.device_hint, 31 * MIB, 32 * MIB)
    assert (pv.size_extents, pv.used_extents, pv.pe_start_bytes) == (31, 3, MIB)
    assert (pv.ba_start_bytes, pv.ba_size_bytes, pv.tags) == (0, 0, ())
    assert (pv.is_allocatable, pv.is_missing, pv.is_in_use, pv.is_duplicate) == (True, False, True, False)
    assert pv.mda_count == pv.mda_used_count == len(pv.mdas) == 1 and pv.mdas[0][0] == 4096
    assert pv == lv.vg.pv(pv.uuid) and pv != lv.vg.pv('a.img') and pv.vg is lv.vg
    assert pv.device == world.ctx.device('b.img')
    runs = [(run.start_extent, run.count_extents, run.segment.lv.name if run.segment else None) for run in pv.runs()]
    assert runs == [(0, 5, None), (5, 3, 'lv'), (8, 23, None)]
    assert [run.start_extent for run in pv.runs(6)] == [6, 8] and list(pv.runs(31)) == []


def test_create(folder):
    with context(image('a.img'), image('b.img'), image('small.img', 4096)) as ctx:
        with ctx.begin() as txn:
            txn.pv_create('a.img', metadata_copies=2, bootloader_bytes=MIB, label_sector=0, size_bytes=20 * MIB)
            txn.pv_create(ctx.device('b.img'), metadata_copies=0, data_alignment_bytes=2 * MIB,
                          data_alignment_offset_bytes=4096, uuid='abcdef-abcd-abcd-abcd-abcd-abcd-abcdef')
            with pytest.raises(lvol.NoSpaceError):
                txn.pv_create('small.img')
            with pytest.raises(lvol.NotFoundError):
                txn.pv_create('c.img')
            with pytest.raises(lvol.InvalidError):
                txn.pv_create('small.img', label_sector=4)
        a, b = sorted(ctx.scan().orphans, key=lambda pv: pv.name)
        assert a.mda_count == 2 and a.ba_size_bytes >= MIB and a.dev_size_bytes == 20 * MIB
        assert b.mdas == () and b.pe_start_bytes == 2 * MIB + 4096 and b.uuid.startswith('abcdef-')
        with ctx.begin() as txn:
            txn.pv_remove(a)
            txn.pv_change(b, new_uuid=True)
            with pytest.raises(lvol.NotFoundError):
                txn.pv_remove('small.img')
        pv, = ctx.scan().orphans
        assert pv.name == 'b.img' and not pv.uuid.startswith('abcdef-')


def test_of_a_vg(world):
    world.add('lv', 10 * MIB, pvs=['a.img'])
    with world.begin() as txn:
        with pytest.raises(lvol.BusyError, match='vg0'):
            txn.pv_create('a.img')
        with pytest.raises(lvol.BusyError, match='vg0'):
            txn.pv_remove('a.img')
        with pytest.raises(lvol.BusyError):
            txn.pv_resize('a.img', 5 * MIB)
        with pytest.raises(lvol.InvalidError):
            txn.pv_resize('a.img', 500 * MIB)
        with pytest.raises(lvol.RangeError):
            txn.pv_resize('a.img', -1)
        txn.pv_resize('a.img', 20 * MIB)
        txn.pv_change('b.img', allocatable=False, add_tags=['t1', 't2'])
        txn.pv_change('b.img', remove_tags=['t1'])
    vg = world.vg
    assert vg.pv('a.img').size_extents == 19 and vg.pv('b.img').tags == ('t2',)
    assert not vg.pv('b.img').is_allocatable
    with world.begin() as txn:
        txn.pv_resize(vg.pv('a.img'))
        txn.pv_change('b.img', metadata_ignore=True)
        with pytest.raises(lvol.InvalidError):
            txn.pv_change('a.img', metadata_ignore=True)
    assert world.vg.pv('a.img').size_extents == 31 and world.vg.pv('b.img').mda_used_count == 0


def test_restore(world):
    text, uuid = world.vg.export_text(), world.vg.pv('b.img').uuid
    world.ctx.close()
    image('b.img')
    with context('a.img', 'b.img') as ctx:
        assert ctx.vg('vg0').pv(uuid).is_missing
        with ctx.begin('vg0', allow_partial=True) as txn:
            txn.pv_create('b.img', uuid=uuid, restore_text=text)
            txn.vg_restore('vg0', text)
        assert not ctx.vg('vg0').is_partial


def test_signature(folder):
    if not lvol.has_feature('blkid'):
        pytest.skip('built without libblkid')
    with open(image('a.img'), 'r+b') as file:
        file.seek(4086)
        file.write(b'SWAPSPACE2')
        file.seek(1024)
        file.write((1).to_bytes(4, 'little') + (8000).to_bytes(4, 'little'))
    with context('a.img') as ctx:
        assert ctx.device('a.img').signature() == 'swap'
        with ctx.begin() as txn:
            with pytest.raises(lvol.SignatureError, match='swap'):
                txn.pv_create('a.img')
            txn.pv_create('a.img', wipe=True)
        assert ctx.device('a.img').signature() == ''
