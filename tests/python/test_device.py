# SPDX-License-Identifier: LGPL-2.1-or-later
"""Devices written in Python: what they are asked, and what becomes of exceptions in them."""
import errno
import gc
import sys
import threading

import lvol
import pytest
from conftest import MIB, context


class Store(lvol.Device):
    """Memory that can fail."""

    size_bytes = 16 * MIB

    def __init__(self):
        self.data = bytearray(self.size_bytes)
        self.calls = []
        self.fail = {}

    def answer(self, name):
        self.calls.append(name)
        if name in self.fail:
            raise self.fail[name]

    def pread(self, buffer, offset):
        self.answer('pread')
        buffer[:] = self.data[offset:offset + len(buffer)]
        return len(buffer)

    def pwrite(self, buffer, offset):
        self.answer('pwrite')
        self.data[offset:offset + len(buffer)] = buffer

    def flush(self):
        self.answer('flush')

    def discard(self, length, offset):
        self.answer('discard')

    def write_zeroes(self, length, offset):
        self.answer('write_zeroes')
        self.data[offset:offset + length] = bytes(length)

    def close(self):
        self.answer('close')


@pytest.fixture
def store():
    return Store()


def make(store):
    """An open LV on the device; the context is closed."""
    with context() as ctx:
        dev = ctx.add_device(store, 'store')
        assert (dev.name, dev.size_bytes, dev.is_read_only) == ('store', 16 * MIB, False)
        with ctx.begin() as txn:
            txn.vg_create('vg0', [dev])
            txn.lv_create('lv', 8 * MIB)
        return txn.result().lv('lv').open(write=True)


def test_calls(store):
    with make(store) as lv:
        lv.pwrite(b'hello', 5000)
        assert lv.pread(7, 4999) == b'\0hello\0'
        lv.write_zeroes(4096, 4096)
        lv.discard(4096, 4096)
        lv.flush()
        assert lv.pread(5, 5000) == bytes(5)
        assert lv.extent(0).device.name == 'store'
        assert {'pread', 'pwrite', 'flush', 'discard', 'write_zeroes'} == set(store.calls)
    del lv
    gc.collect()
    assert store.calls.count('close') == 1
    with context() as ctx:
        ctx.add_device(store, 'again')
        assert ctx.vg('vg0').lv('lv').size_bytes == 8 * MIB


def test_lives_as_long_as_it_is_used():
    """Nothing but the library remembers the device."""
    lv = make(Store())
    gc.collect()
    lv.pwrite(b'x' * 4096, 0)
    assert lv.pread(1, 0) == b'x'
    vg = lv.lv.vg
    lv.close()
    del lv
    gc.collect()
    assert vg.lv('lv').open().pread(1, 0) == b'x'


@pytest.mark.parametrize('name, call', [
    ('pread', lambda lv: lv.pread(10, 0)), ('pwrite', lambda lv: lv.pwrite(b'x', 0)),
    ('flush', lambda lv: (lv.pwrite(b'x', 0), lv.flush())), ('write_zeroes', lambda lv: lv.write_zeroes(4096, 0))])
def test_exceptions(store, name, call):
    with make(store) as lv:
        for exception, number in ((RuntimeError('broken'), errno.EIO), (OSError(errno.ENODEV, 'gone'), errno.ENODEV),
                                  (OSError('no number'), errno.EIO)):
            store.fail[name] = exception
            with pytest.raises(lvol.IoError) as e:
                call(lv)
            assert e.value.__cause__ is exception and e.value.errno == number
            assert 'store' in str(e.value)
        del store.fail[name]
        call(lv)


def test_interrupt(store):
    with make(store) as lv:
        store.fail['pread'] = KeyboardInterrupt()
        with pytest.raises(KeyboardInterrupt):
            lv.pread(10, 0)
        store.fail.clear()
        assert lv.pread(10, 0) == bytes(10)


def test_commit_fails_and_is_undone(store):
    with make(store):
        pass
    with context() as ctx:
        ctx.add_device(store, 'store')
        store.fail['pwrite'] = OSError(errno.ENOSPC, 'full')
        with pytest.raises(lvol.Error) as e:
            with ctx.begin('vg0') as txn:
                txn.lv_create('new', MIB)
        assert e.value.__cause__ is store.fail['pwrite']
        store.fail.clear()
        assert [lv.name for lv in ctx.vg('vg0').lvs] == ['lv']


def test_what_nobody_gets_is_shown(store, capsys, monkeypatch):
    shown = []
    monkeypatch.setattr(sys, 'unraisablehook', lambda info: shown.append(info.exc_value))
    with context() as ctx:
        ctx.add_device(store, 'store')
        store.fail['pread'] = TypeError('a mistake')
        assert ctx.scan().vgs == ()  # the library copes with a device that cannot be read
        assert shown and shown[0] is store.fail['pread']
        del shown[:]
        store.fail['pread'] = OSError(errno.EIO, 'an answer')
        ctx.scan()
        assert shown == []
        store.fail = {'close': ValueError('at the end')}
    gc.collect()
    assert [type(e) for e in shown] == [ValueError]


def test_log_that_raises(store, monkeypatch):
    shown = []
    monkeypatch.setattr(sys, 'unraisablehook', lambda info: shown.append(info.exc_value))

    def log(level, subject, message):
        raise ValueError(message)

    store.fail['pread'] = OSError(errno.EIO, 'broken')
    with context(log=log, log_level='debug') as ctx:
        ctx.add_device(store, 'store')
        ctx.scan()
        with pytest.raises(lvol.Error):
            ctx.vg('vg0')
    assert all(isinstance(e, ValueError) for e in shown)


def test_buffers_are_taken_back():
    class Keeper(Store):
        kept, part = None, None

        def pread(self, buffer, offset):
            self.kept = buffer
            super().pread(buffer, offset)

        def pwrite(self, buffer, offset):
            assert buffer.readonly
            super().pwrite(buffer, offset)

    class Part(Keeper):
        keep = False

        def pread(self, buffer, offset):
            if self.keep:
                self.part = buffer[:5]
            else:
                super().pread(buffer, offset)

    store = Keeper()
    with make(store) as lv:
        lv.pread(10, 0)
        with pytest.raises(ValueError, match='released'):
            bytes(store.kept)
    store = Part()
    with make(store) as lv:
        store.keep = True
        with pytest.raises(lvol.IoError) as e:
            lv.pread(10, 0)
        assert isinstance(e.value.__cause__, BufferError) and 'kept' in str(e.value.__cause__)
        store.part = None


def test_short_and_odd_answers():
    class Odd(Store):
        result = None

        def pread(self, buffer, offset):
            super().pread(buffer, offset)
            return self.result

    store = Odd()
    with make(store) as lv:
        for store.result in (0, 5, 'many', -1):
            with pytest.raises(lvol.IoError) as e:
                lv.pread(4096, 0)
            assert 'did' in str(e.value.__cause__)
        store.result = None


def test_minimal():
    class Minimal(lvol.Device):
        size_bytes = 8 * MIB

        def pread(self, buffer, offset):
            buffer[:] = bytes(len(buffer))

    with context() as ctx:
        assert ctx.add_device(Minimal(), 'zero').is_read_only
        with ctx.begin() as txn, pytest.raises(lvol.ReadOnlyError):
            txn.pv_create('zero')
        with pytest.raises(lvol.InvalidError):
            ctx.add_device(Minimal(), 'zero')
        with pytest.raises(lvol.InvalidError):
            ctx.add_device(lvol.Device(), 'no size')


def test_no_way_back_into_the_context(store):
    """A device that uses its own context is told so, and nothing hangs."""
    with context() as ctx:
        ctx.add_device(store, 'store')
        with ctx.begin() as txn:
            txn.vg_create('vg0', ['store'])
        said = []

        def scan(name):
            try:
                ctx.scan()
            except lvol.StateError as e:
                said.append(str(e))

        store.answer = scan
        assert ctx.vg('vg0').name == 'vg0'
        assert said and 'callback' in said[0]


def test_from_many_threads(store):
    with make(store) as lv:
        def work(number):
            for i in range(100):
                lv.pwrite(bytes([number]) * 512, number * 4096)
                assert lv.pread(512, number * 4096) == bytes([number]) * 512

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [lv.pread(1, n * 4096)[0] for n in range(8)] == list(range(8))
