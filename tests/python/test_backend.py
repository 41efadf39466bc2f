# SPDX-License-Identifier: LGPL-2.1-or-later
"""Device-mapper tables, and devices where the kernel has device-mapper and we may use it (tests/kernel/ runs this so)."""
import os
import select
import threading

import lvol
import pytest
from conftest import context

LINES = '0 2048 zero\n2048 1024 error\n'


@pytest.fixture
def dm():
    with context() as ctx:
        try:
            backend = lvol.Backend(ctx, udev_timeout=20)
        except (lvol.NotSupportedError, lvol.PermissionDeniedError) as e:
            pytest.skip(str(e))
        if not os.path.exists('/dev/ubda'):
            pytest.skip('devices are made in the guest of tests/kernel only')
        with backend:
            yield backend
            assert backend.devices() == ()


def test_table():
    table = lvol.Table('# a comment\n0  2048\tzero\n\n2048 1024 error')
    assert str(table) == LINES
    assert table.size_sectors == 3072
    assert table.lines[1] == lvol.TableLine(2048, 1024, 'error', '')
    assert lvol.Table('0 8 linear  8:0   5').lines[0].arguments == '8:0 5'
    assert table == lvol.Table(LINES) and hash(table) == hash(lvol.Table(LINES)) and table != lvol.Table('0 8 zero')
    assert repr(table) == "<lvol.Table '0 2048 zero\\n2048 1024 error'>"


@pytest.mark.parametrize('text', ['', '0 8', '0 x zero', '8 8 zero', '0 8 zero\n9 8 zero', '0 0 zero', '-1 8 zero'])
def test_bad_table(text):
    with pytest.raises(lvol.InvalidError):
        lvol.Table(text)


def test_no_device_mapper_is_said(folder):
    with context() as ctx:
        try:
            lvol.Backend(ctx).close()
        except (lvol.NotSupportedError, lvol.PermissionDeniedError) as e:
            assert 'device-mapper' in str(e)


def test_device(dm):
    assert dm.version() >= (4, 0, 0)
    assert 'linear' in [target.name for target in dm.targets()]
    dm.create('one', lvol.Table(LINES), uuid='TEST-1', read_ahead_sectors=256)
    dm.create('two', uuid='other', read_only=True)
    assert dm.table('one') == lvol.Table(LINES)
    assert dm.status('one', flush=False) == LINES
    info = dm.info('one')
    assert (info.name, info.uuid, info.has_table, info.open_count) == ('one', 'TEST-1', True, 0)
    assert dm.devices('TEST-') == (lvol.DeviceName('one', 'TEST-1', info.major, info.minor),)
    assert len(dm.devices()) == 2
    with pytest.raises(lvol.ExistsError):
        dm.create('one', lvol.Table(LINES))
    with pytest.raises(lvol.StateError):
        dm.table('two')
    dm.load('two', lvol.Table('0 1024 linear /dev/mapper/one 0'))
    assert dm.table('two', inactive=True).lines[0].target == 'linear'
    dm.clear('two')
    dm.resume('two')
    assert not dm.info('two').has_table
    dm.load('two', lvol.Table('0 1024 linear /dev/mapper/one 0'), read_only=True)
    dm.suspend('two', flush=False, freeze=False)
    dm.resume('two', sync=False)
    dm.sync()
    assert dm.deps('two') == ((info.major, info.minor),)
    with pytest.raises(lvol.BusyError):
        dm.remove('one')
    dm.rename('two', 'three')
    with pytest.raises(lvol.NotFoundError):
        dm.info('two')
    with pytest.raises(lvol.InvalidError):
        dm.message('one', 'hello')
    assert dm.wait('one', info.event_number, timeout=0) == info.event_number
    dm.remove('three', retry=True)
    dm.remove('one', deferred=True)


def test_refused_table_leaves_nothing(dm):
    with pytest.raises(lvol.InvalidError, match='Invalid argument count'):
        dm.create('bad', lvol.Table('0 8 linear'))
    with pytest.raises(lvol.NotSupportedError, match='dm-nonesuch'):
        dm.create('bad', lvol.Table('0 8 nonesuch'))


def test_threads_take_turns(dm):
    def work(i):
        for _ in range(5):
            dm.create(f'thread{i}', lvol.Table(LINES))
            dm.remove(f'thread{i}', retry=True)

    threads = [threading.Thread(target=work, args=[i]) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_closed(dm):
    with context() as ctx:
        other = lvol.Backend(ctx, memory_lock=False)
    other.close()
    other.close()
    with pytest.raises(lvol.StateError):
        other.version()


def test_lvs(dm):
    with context('/dev/ubda') as ctx:
        with ctx.begin() as txn:
            txn.vg_create('vg0', ['/dev/ubda'], extent_bytes=1 << 20)
            for name in ('a', 'b'):
                txn.lv_create(name, 4 << 20)
        vg = ctx.vg('vg0')
        lv = vg.lv('a')
        assert dm.device(lv) is None
        dm.activate(lv, read_only=True)
        assert dm.device(lv).name == 'vg0-a' and dm.device(lv).is_read_only
        dm.refresh(lv)
        assert not dm.device(lv).is_read_only
        dm.activate(vg, auto=True)
        assert len(dm.devices('LVM-')) == 2
        assert [(line.device, line.target) for line in dm.lv_status(lv).lines] == [('vg0-a', 'linear')]
        assert [row['lv_active'] for row in ctx.scan().report('lvs', fields='lv_active', backend=dm)] == ['active'] * 2
        with pytest.raises(lvol.BusyError, match='active in the kernel as device vg0-a'):
            lv.open()
        with open('/dev/vg0/b', 'rb'), pytest.raises(lvol.BusyError):
            dm.deactivate(vg, retry=False)
        dm.deactivate(lv)
        with pytest.raises(lvol.NotFoundError):
            dm.lv_status(lv)
        with lv.open() as file:
            assert file.pread(1, 0) == b'\0'
        dm.deactivate(vg)
        with ctx.begin('vg0') as txn:
            txn.vg_remove('vg0', remove_lvs=True)


def test_live_transaction(dm):
    with context('/dev/ubda') as ctx:
        with ctx.begin(backend=dm, activate_new=True) as txn:
            txn.vg_create('pyvg', ['/dev/ubda'])
            txn.lv_create('lv', 8 << 20, vg='pyvg')
        assert [d.name for d in dm.devices()] == ['pyvg-lv']
        with pytest.raises(lvol.BusyError, match='pyvg/lv'):
            with ctx.begin('pyvg') as txn:
                txn.lv_resize('lv', 12 << 20)
        with ctx.begin('pyvg', backend=dm) as txn:
            txn.lv_resize('lv', 12 << 20)
        assert dm.table('pyvg-lv').size_sectors == 12 << 11
        with ctx.begin('pyvg', backend=dm) as txn:
            txn.vg_remove('pyvg', remove_lvs=True)
            txn.pv_remove('/dev/ubda')
    assert dm.devices() == ()


def test_events(dm):
    with context('/dev/ubda') as ctx:
        with ctx.begin() as txn:
            txn.vg_create('vg0', ['/dev/ubda'], extent_bytes=1 << 20)
            txn.lv_create('org', 8 << 20)
        with ctx.begin('vg0') as txn:
            txn.lv_create('snap', 4 << 20, origin='vg0/org')
        vg = ctx.vg('vg0')
        snap = vg.lv('snap')
        with lvol.Events(dm, fill_percent=50, look_ms=100) as events:
            events.watch(snap)
            with pytest.raises(lvol.ExistsError):
                events.watch(snap)
            assert list(events) == []
            dm.activate(vg)
            assert list(events) == [] and select.select([events], [], [], 5)[0]
            with open('/dev/vg0/org', 'r+b', buffering=0) as file:
                file.write(os.urandom(3 << 20))
                os.fsync(file.fileno())
            seen = []
            while not any(event.kind == lvol.EventKind.FILL for event in seen):
                assert select.select([events], [], [], 5)[0]
                seen += events
            assert seen[-1].lv == 'snap' and seen[-1].percent >= 50
            assert dm.autoextend(ctx, snap, threshold_percent=50, grow_percent=100)
            assert not dm.autoextend(ctx, snap, threshold_percent=100)
            assert ctx.vg('vg0').lv('snap').size_bytes == 8 << 20
            events.unwatch(snap)
            with pytest.raises(lvol.NotFoundError):
                events.unwatch(snap)
        with pytest.raises(lvol.StateError):
            events.fileno()
        dm.deactivate(ctx.vg('vg0'))
        with ctx.begin('vg0') as txn:
            txn.vg_remove('vg0', remove_lvs=True)
