# SPDX-License-Identifier: LGPL-2.1-or-later
"""Volumes of a thin pool are exported, and imported elsewhere."""
import shutil

import lvol
import pytest
from conftest import MIB, context, image


@pytest.fixture
def places(golden):
    """The VG of a golden pool, and an LV to import into."""
    with context(*golden('thin-basic'), image('b.img', 80 * MIB)) as ctx:
        with ctx.begin() as txn:
            txn.vg_create('backup', ['b.img'], extent_bytes=MIB)
        with ctx.begin('backup') as txn:
            txn.lv_create('copy', 64 * MIB)
        yield ctx.vg('vg0'), ctx.vg('backup').lv('copy')


def content(lv):
    with lv.open() as opened:
        return opened.readall()


def test_whole_and_changed(places):
    vg, copy = places
    with copy.open(write=True) as target:
        with vg.lv('s1').export() as source, target.import_stream() as taking:
            shutil.copyfileobj(source, taking, 100000)
            assert source.position == 64 * MIB
            assert source.content == taking.content
        held = taking.content
        assert content(vg.lv('s1')) == target.readall()
        stream = vg.lv('t1').export(since=vg.lv('s1')).readall()
        assert len(stream) < 10 * MIB
        with pytest.raises(lvol.ConflictError, match='not known'):
            target.import_stream().write(stream)
        with target.import_stream(content=held) as taking:
            assert taking.write(stream) == len(stream)
            assert taking.position == 64 * MIB
        assert target.pread(64 * MIB, 0) == content(vg.lv('t1'))
        with pytest.raises(lvol.ConflictError, match='holds'):
            target.import_stream(content='nothing').write(stream)
        with target.import_stream(any_base=True, unchecked=True) as taking:
            taking.write(stream)


def test_interrupted(places):
    vg, copy = places
    stream = vg.lv('s1').export().readall()
    with copy.open(write=True) as target:
        taking = target.import_stream()
        assert taking.resume == '' and taking.content == ''
        taking.write(stream[:len(stream) // 2])
        with pytest.raises(lvol.StateError, match='too early'):
            taking.finish()
        where = taking.resume
        with target.import_stream(resume=where) as taking:
            shutil.copyfileobj(vg.lv('s1').export(resume=where), taking)
        assert target.readall() == content(vg.lv('s1'))
        with pytest.raises(lvol.CorruptError):
            target.import_stream().write(b'x' * 1000)
        with pytest.raises(lvol.InvalidError):
            vg.lv('s1').export(resume='nonsense')
        with pytest.raises(lvol.InvalidError):
            vg.lv('s1').export(since=vg.lv('pool'))
    closed = vg.lv('s1').export()
    closed.close()
    with pytest.raises(lvol.StateError):
        closed.position
