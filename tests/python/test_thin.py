# SPDX-License-Identifier: LGPL-2.1-or-later
"""Views of thin pools that the kernel filled, and of one that is open here."""
import lvol
import pytest
from conftest import context


def test_view(golden):
    with context(*golden('thin-basic'), read_only=True) as ctx:
        vg = ctx.vg('vg0')
        with vg.lv('pool').thin_view() as view:
            fill = view.fill
            assert fill.block_bytes == 65536 and fill.data_used_bytes == 190 * 65536 and not fill.needs_check
            assert fill.transaction_id == fill.expected_transaction_id == 11 and not fill.is_reserved
            assert 0 < fill.metadata_used_bytes < fill.metadata_bytes and fill.time == 5 and not fill.has_reserved
            devices = {device.lv.name: device for device in view.devices()}
            assert devices['t1'].mapped_bytes == 72 * 65536 and devices['t1'].snapshot_time == 5
            assert view.device(vg.lv('s1')) == devices['s1']
            for device in devices.values():
                ranges = list(view.ranges(device.lv))
                mapped = [r for r in ranges if r.kind == lvol.ThinKind.MAPPED]
                assert sum(r.length for r in mapped) == device.mapped_bytes
                assert sum(r.length for r in ranges) == device.lv.size_bytes
                assert all(0 <= r.first_transaction <= r.last_transaction <= 11 for r in mapped)
                assert view.exclusive_bytes(device.id) <= device.mapped_bytes
            some = list(view.diff(vg.lv('t1'), vg.lv('s1')))
            every = list(view.diff(devices['t1'].id, devices['s1'].id, all=True))
            assert some and [d for d in every if d.change != lvol.ThinChange.SAME] == some
        assert vg.lv('t1').thin_check() == []


def test_errors(golden):
    with context(*golden('thin-external'), read_only=True) as ctx:
        vg = ctx.vg('vg0')
        with pytest.raises(lvol.InvalidError, match='neither a thin pool'):
            vg.lv('base').thin_view()
        with pytest.raises(lvol.NotFoundError, match='no metadata snapshot'):
            vg.lv('pool').thin_view(reserved=True)
        view = vg.lv('pool').thin_view()
        with pytest.raises(lvol.NotFoundError, match='77'):
            view.exclusive_bytes(77)
        kinds = {r.kind for r in view.ranges(vg.lv('e2'))}
        assert kinds == {lvol.ThinKind.MAPPED, lvol.ThinKind.ZERO, lvol.ThinKind.EXTERNAL}
        going = view.ranges(vg.lv('e2'))
        next(going)
        view.close()
        view.close()
        with pytest.raises(lvol.StateError):
            next(going)
        with pytest.raises(lvol.StateError):
            view.fill


def test_in_use(golden):
    with context(*golden('thin-basic')) as ctx:
        vg = ctx.vg('vg0')
        with vg.lv('t1').open(write=True) as lv:
            lv.pwrite(b'x' * 100000, 1 << 20)
            with vg.lv('pool').thin_view() as view:
                assert view.fill.is_reserved
                before = [(r.offset, r.length) for r in view.ranges(vg.lv('t1'))]
                lv.pwrite(b'y' * 3000000, 40 << 20)
                assert [(r.offset, r.length) for r in view.ranges(vg.lv('t1'))] == before
                with pytest.raises(lvol.BusyError):
                    vg.lv('pool').thin_view()
                with vg.lv('pool').thin_view(reserved=True) as other:
                    assert other.fill.is_reserved
            with vg.lv('pool').thin_view(drop_reserved=True) as view:
                assert [(r.offset, r.length) for r in view.ranges(vg.lv('t1'))] != before
            with pytest.raises(lvol.BusyError):
                vg.lv('pool').thin_check()
        found = vg.lv('pool').thin_check()
        assert found == [] and found.count == 0


def test_damage(golden):
    disks = golden('thin-basic')
    with context(*disks) as ctx:
        with ctx.vg('vg0').lv('pool_tmeta').open() as meta:
            place = meta.extent(0)
            name, offset = place.device.name, place.device_offset
    with open(name, 'r+b') as disk:
        disk.seek(offset + 50)
        disk.write(b'x')
    with context(*disks) as ctx:
        found = ctx.vg('vg0').lv('pool').thin_check()
        assert found.count == 1 and found[0].kind == lvol.ThinWrong.BLOCK and found[0].device is None
        assert found[0].block == 0 and found[0].block_count == 1 and not found[0].is_data and 'superblock' in found[0].message
        with pytest.raises(lvol.CorruptError):
            ctx.vg('vg0').lv('pool').thin_view()
