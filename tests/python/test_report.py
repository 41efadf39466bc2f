# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reports as rows and as JSON."""
import json

import lvol
import pytest
from conftest import MIB


def test_rows(world):
    world.add('one', 4 * MIB, tags=['t'])
    world.add('two', 8 * MIB, stripe_count=2)
    report = world.ctx.scan().report('lvs', fields='lv_name,lv_size', units='m', suffix=False, sort='-lv_size')
    assert [row['lv_name'] for row in report] == ['two', 'one'] and len(report) == 2
    assert report[-1] == {'lv_name': 'one', 'lv_size': '4.00'} and report[:1] == [report[0]]
    assert [(c.name, c.heading, c.is_right_aligned) for c in report.columns] == [
        ('lv_name', 'LV', False), ('lv_size', 'LSize', True)]
    with pytest.raises(IndexError):
        report[2]
    scan = world.ctx.scan()
    assert [row['lv_name'] for row in scan.report('lvs', select='lv_tags=t')] == ['one']
    assert [row['lv_name'] for row in scan.report(lvol.ReportKind.LVS, names=['vg0/two'])] == ['two']
    assert len(scan.report('pvs', all=True)) == 2 and len(scan.report('pvsegs')) > 2
    assert scan.report('vgs', history=True)[0]['vg_name'] == 'vg0'


def test_errors(world):
    scan = world.ctx.scan()
    for bad in ({'fields': 'colour'}, {'select': 'lv_size >'}, {'units': 'x'}, {'sort': 'colour'}):
        with pytest.raises(lvol.InvalidError):
            scan.report('lvs', **bad)
    with pytest.raises(lvol.NotFoundError, match='vg1'):
        scan.report('vgs', names=['vg1'])
    with pytest.raises(lvol.InvalidError, match='pvsegs'):
        scan.report('everything')
    with pytest.raises(lvol.InvalidError):
        scan.report(99)
    with pytest.raises(TypeError):
        scan.report('vgs', names='vg0')


def test_json(world):
    world.add('lv', MIB)
    scan = world.ctx.scan()
    reports = [scan.report('vgs'), scan.report('lvs', fields='lv_name')]
    del scan
    if not lvol.has_feature('json'):
        with pytest.raises(lvol.NotSupportedError):
            lvol.report_json(reports)
        return
    data = json.loads(lvol.report_json(reports))
    text = json.dumps(data)
    assert '"vg_name": "vg0"' in text and '"lv_name": "lv"' in text
    assert json.loads(reports[1].json())['report'][0]['lv'] == [{'lv_name': 'lv'}]


def test_fields():
    fields = dict(lvol.report_fields('lvs'))
    assert 'lv_name' in fields and all(fields.values())
