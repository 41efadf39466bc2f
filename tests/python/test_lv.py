# SPDX-License-Identifier: LGPL-2.1-or-later
"""LVs: reading them, changing them."""
import lvol
import pytest
from conftest import MIB, layout
from lvol import Extents, Percent


def test_properties(world):
    lv = world.add('lv', 3 * MIB + 1, tags=['t'], read_only=True, activation_skip=True, autoactivation=False,
                   alloc='contiguous', read_ahead_bytes=lvol.READ_AHEAD_NONE)
    assert (lv.name, lv.full_name, lv.size_bytes, lv.size_extents) == ('lv', 'vg0/lv', 4 * MIB, 4)
    assert (lv.is_visible, lv.is_writable, lv.is_activation_skipped, lv.is_autoactivated, lv.is_partial) == (
        True, False, True, False, False)
    assert (lv.alloc, lv.read_ahead_bytes, lv.tags) == (lvol.Alloc.CONTIGUOUS, lvol.READ_AHEAD_NONE, ('t',))
    assert lv.creation_time > 1600000000 and lv.creation_host and len(lv.uuid) == 38
    assert lv == lv.vg.lv(lv.uuid) and hash(lv) == hash(lv.vg.lv('lv')) and lv != world.vg.lv('lv')
    assert world.add('other', MIB).read_ahead_bytes == lvol.READ_AHEAD_AUTO


def test_segments(world):
    lv = world.add('str', 8 * MIB, stripe_count=2, stripe_bytes=16 << 10)
    segment, = lv.segments
    assert lv.segment_count == 1 and segment.lv == lv and segment == lv.segments[0]
    assert (segment.type, segment.start_extents, segment.size_extents, segment.area_count) == ('striped', 0, 8, 2)
    assert (segment.start_bytes, segment.size_bytes) == (0, 8 * MIB)
    assert (segment.stripe_bytes, segment.region_bytes, segment.chunk_bytes) == (16 << 10, 0, 0)
    assert layout(lv) == 'a.img:0+4 b.img:0+4' and segment.meta_areas == ()
    assert segment.number('stripe_size') == 32 and segment.number('chunk_size') is None
    assert segment.ref('origin') is None and segment.text('policy') is None


def test_sizes(world):
    with world.begin() as txn:
        txn.lv_create('bytes', 1)
        txn.lv_create('extents', Extents(2))
        txn.lv_create('percent', Percent(50, 'free'), segtype='linear')
        txn.lv_create(None, Percent(10, lvol.PercentOf.VG))
        last = txn.lv_glance()
        assert (last.name, last.vg, last.is_visible) == ('lvol0', 'vg0', True) and last == txn.lv_glance('vg0/lvol0')
        assert txn.lv_glance('extents').size_bytes == 2 * MIB and len(last.uuid) == 38 and last.segment_count == 1
        txn.lv_create('pvs', Percent(100, 'pvs'), pvs=['b.img'])
        for size in (0, Extents(0), Percent(0), -1, Percent(50, 'wishes'), Extents(1 << 70)):
            with pytest.raises(lvol.InvalidError):
                txn.lv_create('no', size)
        with pytest.raises(lvol.NoSpaceError, match='extents'):
            txn.lv_create('no', 1 << 40)
        with pytest.raises(TypeError):
            txn.lv_create('no', '1g')
    sizes = {lv.name: lv.size_extents for lv in world.vg.lvs}
    assert sizes['bytes'] == 1 and sizes['extents'] == 2 and sizes['percent'] == 29 and sizes['lvol0'] == 6


def test_create_errors(world):
    world.add('lv', MIB)
    with world.begin() as txn:
        before = txn.changes
        for error, arguments in (
                (lvol.ExistsError, {'name': 'lv'}), (lvol.InvalidError, {'name': 'a/b'}),
                (lvol.InvalidError, {'name': 'no\0'}), (lvol.NotSupportedError, {'segtype': 'raid7'}),
                (lvol.NotFoundError, {'pvs': ['c.img']}),
                (lvol.InvalidError, {'stripe_bytes': 1000, 'stripe_count': 2}),
                (lvol.NotFoundError, {'vg': 'vg1'}), (lvol.InvalidError, {'alloc': 'everywhere'}),
                (lvol.InvalidError, {'tags': ['no tag!?']}), (lvol.InvalidError, {'stripe_count': -1})):
            with pytest.raises(error):
                txn.lv_create(**{'name': 'new', 'size': MIB, **arguments})
        assert txn.changes == before


def test_resize(world):
    world.add('lv', 4 * MIB, pvs=['a.img'])
    with world.begin() as txn:
        txn.lv_resize('lv', grow=2 * MIB, pvs=['b.img'])
        assert layout(txn.preview().lv('lv')) == 'a.img:0+4, b.img:0+2'
        with pytest.raises(lvol.InvalidError, match='SHRINK'):
            txn.lv_resize('vg0/lv', Extents(1))
        txn.lv_resize('lv', shrink=Extents(3), may_shrink=True)
        assert layout(txn.preview().lv('lv')) == 'a.img:0+3'
        txn.lv_resize('lv', Percent(100, 'free'))
        for bad in ({}, {'size': 1, 'grow': 1}):
            with pytest.raises(lvol.InvalidError):
                txn.lv_resize('lv', **bad)
        with pytest.raises(lvol.NotFoundError):
            txn.lv_resize('home', MIB)
        with pytest.raises(lvol.NoSpaceError):
            txn.lv_resize('lv', grow=Extents(1000))


def test_rename_change_remove(world):
    lv = world.add('lv', MIB)
    world.add('other', MIB)
    with world.begin() as txn:
        with pytest.raises(lvol.ExistsError):
            txn.lv_rename(lv, 'other')
        txn.lv_rename(lv, 'new')
        txn.lv_change('new', writable=False, activation_skip=True, autoactivation=False, alloc=lvol.Alloc.ANYWHERE,
                      read_ahead_bytes=64 << 10, add_tags=['x'])
        with pytest.raises(lvol.InvalidError):
            txn.lv_change('new', read_ahead_bytes=1000)
        with pytest.raises(lvol.NotFoundError):
            txn.lv_remove(lv)
        txn.lv_remove('other')
    new, = world.vg.lvs
    assert new.name == 'new' and new.uuid == lv.uuid and new.tags == ('x',) and new.read_ahead_bytes == 64 << 10
    assert (new.is_writable, new.is_activation_skipped, new.is_autoactivated) == (False, True, False)
    with world.begin() as txn:
        txn.lv_change(new, remove_tags=['x'], writable=True)
    assert world.vg.lv('new').tags == () and world.vg.lv('new').is_activation_skipped


def test_open_lvs_stay(world):
    lv = world.add('lv', 2 * MIB)
    with lv.open():
        with world.begin() as txn:
            with pytest.raises(lvol.BusyError):
                txn.lv_remove('lv')
            with pytest.raises(lvol.BusyError):
                txn.lv_resize('lv', MIB, may_shrink=True)
    with world.begin() as txn:
        txn.lv_remove('lv')


def test_names():
    lvol.check_lv_name('vg0', 'root')
    with pytest.raises(lvol.InvalidError):
        lvol.check_lv_name('vg0', 'pvmove0')
