# SPDX-License-Identifier: LGPL-2.1-or-later
"""Disks that real LVM2 made, as recorded in tests/golden."""
import hashlib
import json

import lvol
import pytest
from conftest import SOURCE, context


def manifest(name):
    return json.loads((SOURCE / f'tests/golden/{name}.json').read_text())


def rows(data):
    """The rows of a recorded report."""
    if isinstance(data, dict):
        return next((found for value in data.values() if (found := rows(value))), [])
    if data and isinstance(data, list) and isinstance(data[0], dict) and any('_name' in key for key in data[0]):
        return data
    return next((found for value in data if (found := rows(value))), []) if isinstance(data, list) else []


@pytest.mark.parametrize('name', ['linear-basic', 'striped', 'mixed-segments', 'snapshot-basic', 'raid1', 'thin-basic'])
def test_contents(golden, name):
    with context(*golden(name), read_only=True) as ctx:
        read = 0
        vgs = {vg.name: vg for vg in ctx.scan().vgs}
        for volume in manifest(name)['volumes']:
            if not volume.get('vg') or not volume['sha256']:
                continue
            with vgs[volume['vg']].lv(volume['lv']).open() as lv:
                assert lv.size_bytes == volume['size']
                assert hashlib.sha256(lv.readall()).hexdigest() == volume['sha256']
                read += 1
        assert read


@pytest.mark.parametrize('name', ['linear-basic', 'raid1', 'thin-external', 'snapshot-basic'])
def test_reports(golden, name):
    with context(*golden(name), read_only=True) as ctx:
        scan = ctx.scan()
        report = scan.report('lvs', fields='vg_name,lv_name,lv_uuid,lv_size,segtype', units='b', all=True)
        mine = {(row['lv_uuid'], row['lv_name']) for row in report}
        for row in rows(manifest(name)['reports']['lvs']):
            if row.get('lv_uuid'):
                assert (row['lv_uuid'], row['lv_name']) in mine
        for vg in scan.vgs:
            for lv in vg.lvs:
                assert sum(segment.size_extents for segment in lv.segments) == lv.size_extents
                assert all(area.pv or area.lv for segment in lv.segments for area in segment.areas)
            for pv in vg.pvs:
                assert sum(run.count_extents for run in pv.runs() if run.segment) == pv.used_extents
            vg.picture()
            assert ctx.vg_from_text(vg.export_text()).uuid == vg.uuid


def test_raid(golden):
    with context(*golden('raid1'), read_only=True) as ctx:
        segment = next(lv.segments[0] for lv in ctx.scan().vgs[0].lvs if lv.segments[0].type == 'raid1')
        assert all(area.lv and not area.lv.is_visible for area in segment.areas + segment.meta_areas)
        assert segment.region_bytes > 0 and len(segment.meta_areas) == len(segment.areas)


def test_no_device(golden):
    """A cache pool has no device of its own."""
    with context(*golden('cache-pool-writeback'), read_only=True) as ctx:
        lvs = [lv for vg in ctx.scan().vgs for lv in vg.lvs]
        pool = next(lv for lv in lvs if lv.segments[0].type == 'cache-pool')
        with pytest.raises(lvol.NotSupportedError, match='cache-pool'):
            pool.open()
        with next(lv for lv in lvs if lv.segments[0].type == 'cache').open() as io:
            assert len(io.pread(512, 0)) == 512


def test_thin(golden):
    with context(*golden('thin-external'), read_only=True) as ctx:
        segments = [segment for lv in ctx.scan().vgs[0].lvs for segment in lv.segments]
        pool = next(segment for segment in segments if segment.type == 'thin-pool')
        thin = next(segment for segment in segments if segment.type == 'thin')
        assert pool.chunk_bytes and pool.text('discards') and pool.ref('metadata')
        assert thin.ref('thin_pool') == pool.lv and thin.number('device_id') is not None


def test_exported_and_foreign(golden):
    disks = golden('exported-vg')
    with context(*disks, read_only=True) as ctx:
        assert any(vg.is_exported for vg in ctx.scan().vgs)
    with context(*golden('systemid'), read_only=True) as ctx:
        assert any(vg.system_id for vg in ctx.scan().vgs)


def test_changes_on_a_copy(golden):
    with context(*golden('linear-basic')) as ctx:
        vg = ctx.scan().vgs[0]
        with ctx.begin(vg) as txn:
            txn.lv_create('python', lvol.Extents(1))
        assert txn.result().seqno == vg.seqno + 1
        assert {lv.name for lv in vg.lvs} | {'python'} == {lv.name for lv in ctx.vg(vg.name).lvs}
