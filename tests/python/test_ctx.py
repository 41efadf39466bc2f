# SPDX-License-Identifier: LGPL-2.1-or-later
"""Contexts and their devices."""
import gc
import os
import pathlib
import pickle

import lvol
import pytest
from conftest import MIB, context, image


def test_devices(folder):
    with context(image('a.img'), pathlib.Path(image('b.img')), os.fsencode(image('c.img'))) as ctx:
        assert [dev.name for dev in ctx.devices] == ['a.img', 'b.img', 'c.img']
        dev = ctx.device('b.img')
        assert dev == ctx.devices[1] and dev != ctx.devices[0] and len({dev, ctx.devices[1]}) == 1
        assert (dev.size_bytes, dev.logical_block_bytes, dev.is_read_only) == (32 * MIB, 512, False)
        assert ctx.add_path('./a.img') == ctx.devices[0]
        with pytest.raises(lvol.NotFoundError) as e:
            ctx.device('d.img')
        assert e.value.subject == 'd.img' and isinstance(e.value, LookupError)


def test_no_such_path(folder):
    with pytest.raises(lvol.NotFoundError) as e:
        context('nowhere.img')
    assert e.value.errno == 2 and e.value.subject == 'nowhere.img' and 'nowhere.img' in str(e.value)
    assert e.value.name == 'LVOL_E_NOT_FOUND'
    again = pickle.loads(pickle.dumps(e.value))
    assert (type(again), str(again), again.errno) == (type(e.value), str(e.value), 2)


def test_not_a_device(folder):
    with context() as ctx:
        with pytest.raises(lvol.InvalidError):
            ctx.add_path('.')
        with pytest.raises(ValueError):
            ctx.add_path('a\0b')
        with pytest.raises(TypeError):
            ctx.add_path(7)


def test_fd(folder):
    with context() as ctx, open(image('a.img'), 'r+b') as file:
        assert ctx.add_fd(file, 'disk').size_bytes == 32 * MIB
        assert ctx.add_fd(file.fileno(), 'again', read_only=True).name in ('disk', 'again')
        with pytest.raises(lvol.RangeError):
            ctx.add_fd(2**40, 'much')


def test_memory():
    disk = bytearray(8 * MIB)
    with context() as ctx:
        assert ctx.add_memory('m', disk).size_bytes == 8 * MIB
        assert ctx.add_memory('own', 8 * MIB, logical_block_bytes=4096).logical_block_bytes == 4096
        with ctx.begin() as txn:
            txn.vg_create('vg0', ['m'])
            with pytest.raises(lvol.InvalidError, match='4096'):
                txn.vg_extend('vg0', ['own'])
        with pytest.raises(lvol.InvalidError):
            ctx.add_memory('m', 4096)
        with pytest.raises(lvol.InvalidError):
            ctx.add_memory('odd', 1000)
        with pytest.raises(BufferError):
            disk.extend(b'x')
        with pytest.raises((TypeError, BufferError)):
            ctx.add_memory('bytes', bytes(4096))
    assert disk[512:520] == b'LABELONE'
    del txn
    gc.collect()
    disk.extend(b'x')
    with context() as ctx:
        ctx.add_memory('copy', bytes(disk[:-1]), read_only=True)
        assert ctx.scan().vgs[0].name == 'vg0'


def test_memory_outlives_the_context():
    ctx = context()
    ctx.add_memory('m', bytearray(8 * MIB))
    with ctx.begin() as txn:
        txn.vg_create('vg0', ['m'])
        txn.lv_create('lv', lvol.Extents(1))
    vg = ctx.vg('vg0')
    dev = ctx.devices[0]
    ctx.close()
    del ctx, txn
    gc.collect()
    with vg.lv('lv').open(write=True) as lv:
        del vg
        lv.pwrite(b'still here', 1000)
        assert lv.pread(10, 1000) == b'still here'
    assert dev.name == 'm'


def test_read_only(folder):
    with context(image('a.img'), read_only=True) as ctx:
        with pytest.raises(lvol.ReadOnlyError):
            ctx.begin()
    with context() as ctx:
        assert ctx.add_path('a.img', read_only=True).is_read_only


def test_use_after_close(folder):
    ctx = context(image('a.img'))
    ctx.close()
    ctx.close()
    for use in (ctx.scan, ctx.begin, ctx.add_system, lambda: ctx.vg('v'), lambda: ctx.add_path('a.img'),
                lambda: ctx.devices, lambda: ctx.device('a.img'), lambda: ctx.add_memory('m', 4096), ctx.__enter__):
        with pytest.raises(lvol.StateError, match='closed'):
            use()


def test_bad_options():
    with pytest.raises(lvol.InvalidError):
        context(seed=-1)
    with pytest.raises(lvol.InvalidError):
        context(lock_timeout=-1)
    with pytest.raises(lvol.InvalidError, match='error, warning'):
        context(log_level='loud')
    with pytest.raises(TypeError):
        context(colour='blue')


def test_configuration(folder):
    os.mkdir('etc')
    pathlib.Path('etc/lvm.conf').write_text('global {\n\tbroken = [ 1,\n')
    with pytest.raises(lvol.CorruptError, match='line 3') as e:
        lvol.Context(system_dir='etc')
    assert e.value.subject == 'etc/lvm.conf'


def test_signature(folder):
    pathlib.Path('swap.img').write_bytes(bytes(4086) + b'SWAPSPACE2' + bytes(MIB))
    os.truncate('swap.img', MIB)
    with context('swap.img', image('a.img')) as ctx:
        if not lvol.has_feature('blkid'):
            with pytest.raises(lvol.NotSupportedError):
                ctx.devices[0].signature()
            return
        assert ctx.device('a.img').signature() == ''
        assert isinstance(ctx.device('swap.img').signature(), str)


def test_log(folder):
    messages = []
    image('a.img')
    with context('a.img') as ctx, ctx.begin() as txn:
        txn.vg_create('vg0', ['a.img'])
    with open('a.img', 'r+b') as file:  # damage the label's checksum
        file.seek(512 + 16)
        file.write(b'\xff\xff')
    with context('a.img', log=lambda *m: messages.append(m), log_level='debug') as ctx:
        problems = ctx.scan().problems
        assert [p.code for p in problems] == [lvol.ProblemCode.DAMAGED_LABEL] and problems[0].subject == 'a.img'
    assert all(isinstance(level, lvol.LogLevel) and isinstance(message, str) for level, _, message in messages)


def test_seeded_images(folder):
    def make(name):
        with context(seed=7, time=1700000000, host_name='host') as ctx:
            disk = bytearray(16 * MIB)
            ctx.add_memory('disk', disk)
            with ctx.begin() as txn:
                txn.vg_create(name, ['disk'], tags=['made'])
                txn.lv_create('root', lvol.Percent(50), tags=['one', 'two'])
            return bytes(disk), txn.result()

    one, vg = make('vg0')
    assert one == make('vg0')[0] and one != make('vg1')[0]
    assert vg.lv('root').creation_time == 1700000000 and vg.lv('root').creation_host == 'host'
