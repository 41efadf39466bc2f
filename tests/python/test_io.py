# SPDX-License-Identifier: LGPL-2.1-or-later
"""The bytes of an LV: at offsets, as a file, from many threads, and after it was closed."""
import array
import io
import os
import shutil
import threading

import lvol
import pytest
from conftest import MIB, context


@pytest.fixture
def lv(world):
    with world.begin() as txn:
        txn.lv_create('str', 8 * MIB, stripe_count=2, stripe_bytes=16 << 10)
        txn.lv_create('zero', 4 * MIB, segtype='zero')
        txn.lv_create('error', 4 * MIB, segtype='error')
        txn.lv_create('sealed', MIB, read_only=True)
    return txn.result().lv('str')


@pytest.fixture
def opened(lv):
    with lv.open(write=True) as file:
        yield file


def test_at_offsets(opened):
    data = os.urandom(100000)
    assert opened.pwrite(data, 12345) == len(data)
    assert opened.pread(len(data), 12345) == data and opened.pread(0, 0) == b''
    assert opened.pread(2, 12344) == b'\0' + data[:1]
    buffer = bytearray(len(data) + 10)
    assert opened.pread_into(memoryview(buffer)[10:], 12345) == len(data) and buffer[10:] == data
    numbers = array.array('I', bytes(64))
    assert opened.pread_into(numbers, 12345) == 64 and numbers.tobytes() == data[:64]
    assert opened.pwrite(memoryview(data)[5:10], 0) == 5 and opened.pread(5, 0) == data[5:10]
    opened.write_zeroes(50000, 20000)
    assert opened.pread(50001, 20000) == bytes(50000) + data[57655:57656]
    opened.discard(MIB, 4 * MIB)
    opened.flush()
    assert opened.size_bytes == 8 * MIB and opened.lv.name == 'str' and 'vg0/str' in repr(opened)


def test_range(opened):
    for use in (lambda: opened.pread(2, 8 * MIB - 1), lambda: opened.pread(1, -1), lambda: opened.pread(1 << 60, 0),
                lambda: opened.pread_into(bytearray(2), 1 << 64), lambda: opened.pwrite(b'xx', 8 * MIB - 1),
                lambda: opened.discard(1, 8 * MIB), lambda: opened.write_zeroes(-1, 0),
                lambda: opened.extent(8 * MIB)):
        with pytest.raises(lvol.RangeError) as e:
            use()
        assert isinstance(e.value, ValueError)
    with pytest.raises(lvol.InvalidError):
        opened.pread(-1, 0)


def test_buffers(opened):
    with pytest.raises((TypeError, BufferError)):
        opened.pread_into(bytes(10), 0)
    with pytest.raises((TypeError, BufferError)):
        opened.pread_into(memoryview(bytearray(10))[::2], 0)
    with pytest.raises(TypeError):
        opened.pwrite('text', 0)
    buffer = bytearray(2)
    with pytest.raises(lvol.RangeError) as e:
        opened.pread_into(buffer, 8 * MIB)
    buffer.extend(b'more')  # although e has the traceback
    assert e.value.subject == 'vg0/str'


def test_extents(opened):
    extents = list(opened.extents(8 * MIB - (48 << 10)))
    assert [(e.offset, e.length) for e in extents] == [(8 * MIB - (n << 14), 1 << 14) for n in (3, 2, 1)]
    assert [e.device.name for e in extents] == ['b.img', 'a.img', 'b.img']
    assert all(e.kind is lvol.ExtentKind.DATA for e in extents)
    opened.pwrite(b'here', extents[0].offset)
    opened.flush()
    with open('b.img', 'rb') as file:
        assert os.pread(file.fileno(), 4, extents[0].device_offset) == b'here'


def test_other_types(lv):
    with lv.vg.lv('zero').open() as zero:
        assert zero.pread(5, 100) == bytes(5)
        extent, = zero.extents()
        assert (extent.kind, extent.length, extent.device) == (lvol.ExtentKind.ZERO, 4 * MIB, None)
    with lv.vg.lv('error').open() as error:
        with pytest.raises(lvol.IoError) as e:
            error.pread(5, 100)
        assert isinstance(e.value, OSError) and e.value.errno and 'vg0/error' in str(e.value)
        assert next(error.extents()).kind is lvol.ExtentKind.ERROR


def test_permissions(world, lv):
    with lv.open() as file:
        for use in (lambda: file.pwrite(b'x', 0), lambda: file.discard(1, 0), lambda: file.write_zeroes(1, 0)):
            with pytest.raises(lvol.ReadOnlyError):
                use()
        assert not file.writable() and file.readable() and file.seekable()
        file.flush()
    sealed = lv.vg.lv('sealed')
    with pytest.raises(lvol.ReadOnlyError, match='sealed'):
        sealed.open(write=True)
    with sealed.open(write=True, force_read_only_lv=True) as file:
        file.pwrite(b'x', 0)
    with context(*world.disks, read_only=True) as ctx, pytest.raises(lvol.ReadOnlyError):
        ctx.vg('vg0').lv('str').open(write=True)


def test_one_writer(world, lv):
    with lv.open(write=True), context(*world.disks) as other:
        with pytest.raises(lvol.BusyError):
            other.vg('vg0').lv('str').open(write=True)
    lv.open(write=True).close()


def test_changed_lv(world, lv):
    with world.begin() as txn:
        txn.lv_remove('str')
    with pytest.raises(lvol.ConflictError):
        lv.open()


def test_missing_pv(world, lv):
    world.ctx.close()
    with context('a.img') as ctx:
        with pytest.raises(lvol.MissingPvError):
            ctx.vg('vg0').lv('str').open()
        with ctx.vg('vg0').lv('str').open(partial=True) as file:
            file.pread(16 << 10, 0)
            with pytest.raises(lvol.MissingPvError):
                file.pread(1, 16 << 10)


def test_as_a_file(opened):
    data = os.urandom(3 * MIB)
    assert shutil.copyfileobj(io.BytesIO(data), opened, 100000) is None
    assert opened.tell() == len(data) and opened.seek(-10, os.SEEK_CUR) == len(data) - 10
    assert opened.read(10) == data[-10:] and opened.seek(0) == 0
    reader = io.BufferedReader(opened, 70000)
    assert reader.read(len(data)) == data and reader.detach() is opened
    assert opened.seek(-5, os.SEEK_END) == 8 * MIB - 5 and opened.read(100) == bytes(5)
    assert opened.read(5) == b'' and opened.readall() == b'' and opened.readinto(bytearray(9)) == 0
    opened.seek(-3, os.SEEK_END)
    assert opened.write(b'abcdef') == 3
    with pytest.raises(lvol.RangeError):
        opened.write(b'def')
    opened.seek(-3, os.SEEK_END)
    assert opened.readall() == b'abc'
    for bad in ((-1, 0), (0, 7)):
        with pytest.raises(lvol.InvalidError):
            opened.seek(*bad)
    assert opened.seek(9 * MIB) == 9 * MIB and opened.read(1) == b''
    with pytest.raises(io.UnsupportedOperation):
        opened.truncate(5)


def test_use_after_close(lv):
    file = lv.open(write=True)
    file.pwrite(b'x', 0)
    file.close()
    file.close()
    uses = [lambda: file.pread(1, 0), lambda: file.pread_into(bytearray(1), 0), lambda: file.pwrite(b'x', 0),
            lambda: file.discard(1, 0), lambda: file.write_zeroes(1, 0), file.flush, lambda: file.extent(0),
            lambda: file.size_bytes, lambda: file.lv, file.tell, lambda: file.seek(0), lambda: file.read(1),
            lambda: file.write(b'x'), file.readall, lambda: next(file.extents())]
    for use in uses:
        with pytest.raises(ValueError, match='closed') as e:
            use()
        assert isinstance(e.value, lvol.StateError)
    assert 'closed' in repr(file)


def test_tracebacks_do_not_keep_it_open(world, lv):
    file = lv.open(write=True)
    with pytest.raises(lvol.RangeError) as kept:
        file.pread_into(bytearray(1), 1 << 40)
    with pytest.raises(lvol.RangeError) as kept2:
        file.pwrite(b'x', -1)
    file.close()
    with world.begin() as txn:
        txn.lv_remove('str')
    assert kept.value.__traceback__ and kept2.value.__traceback__


def test_many_threads_and_a_close(lv):
    """Threads read and write while one closes: each call is done whole, or says that the LV is closed."""
    for _ in range(5):
        file = lv.open(write=True)
        others = []

        def work(number, file=file, others=others):
            buffer = bytearray(64 << 10)
            try:
                for i in range(10000):
                    file.pwrite(bytes([number]) * 4096, number * 65536)
                    file.pread_into(buffer, number * 65536)
                    assert buffer[:4096] == bytes([number]) * 4096
            except lvol.StateError:
                pass
            except BaseException as e:
                others.append(e)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        threading.Event().wait(0.02)
        file.close()
        for thread in threads:
            thread.join()
        assert others == []


def test_status(world):
    with world.begin() as txn:
        txn.lv_create('org', 8 * MIB)
        txn.lv_create('plain', 4 * MIB, stripe_count=2)
    with world.begin() as txn:
        txn.lv_create('snap', 4 * MIB, origin='vg0/org')
    vg = txn.result()
    with vg.lv('plain').open() as file:
        status = file.status()
        assert [(line.target, line.kind) for line in status.lines] == [('striped', None)]
        assert status.first('raid') is None and repr(status) == '<lvol.Status of 1 lines>'
    with vg.lv('org').open(write=True) as origin, vg.lv('snap').open(write=True) as snap:
        before = snap.status().first('snapshot')
        origin.pwrite(b'x', 0)
        after = snap.status().first('snapshot')
        assert before['used_sectors'] < after['used_sectors'] < after['total_sectors'] == 8192
        assert not after['is_invalid']
        assert [line.device for line in snap.status().lines] == ['vg0-snap', 'vg0-snap-cow']
    with pytest.raises(lvol.StateError):
        file.status()


def test_status_text():
    text = ('0 8 cache 8 9/1280 128 0/112 0 0 0 0 0 0 0 3 metadata2 writeback no_discard_passdown 2 '
            'migration_threshold 4096 smq 0 rw -\n8 8 thin-pool 1 2/3 4/5 - out_of_data_space discard_passdown\n'
            '16 8 raid raid1 2 Aa 4/8 recover 0 0 -\n')
    status = lvol.Status(text)
    assert [line.kind for line in status.lines] == ['cache', 'thin_pool', 'raid']
    assert status.first('cache')['settings'] == {'migration_threshold': '4096'}
    assert status.first('cache')['passes_discards'] is False
    assert status.first('thin_pool')['mode'] == lvol.ThinPoolMode.OUT_OF_SPACE
    assert status.first('raid')['health'] == 'Aa' and status.first('raid')['journal'] == '-'
    assert status.lines[2].start_sectors == 16 and status.lines[2].device == ''
    with pytest.raises(lvol.InvalidError):
        lvol.Status('0 8 raid raid1')


@pytest.mark.skipif(not lvol.has_feature('cryptsetup'), reason='this build lacks libcryptsetup')
def test_luks(world):
    with world.begin() as txn:
        txn.lv_create('enc', 20 * MIB)
        txn.luks_format('enc', 'secret', pbkdf='pbkdf2', pbkdf_iterations=1000, label='home', volume_key_bits=256)
        with pytest.raises(lvol.ExistsError):
            txn.luks_format('enc', b'secret')
        txn.commit()
    lv = world.vg.lv('enc')
    with lv.open(write=True, luks_key=b'secret') as io:
        assert io.size_bytes == 4 * MIB
        io.pwrite(b'hidden', 1000)
    with lv.open(luks_key=bytearray(b'secret')) as io:
        assert io.pread(6, 1000) == b'hidden'
    with lv.open() as io:
        assert io.pread(4, 0) == b'LUKS' and io.pread(6, 16 * MIB + 1000) != b'hidden'
    with pytest.raises(lvol.PermissionDeniedError):
        lv.open(luks_key='wrong')
    with pytest.raises(lvol.InvalidError):
        with world.begin() as txn:
            txn.luks_format('enc', 'again')
