# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asynchronous I/O: queues, their file descriptor, and asyncio."""
import asyncio
import gc
import os
import select
import threading

import lvol
import pytest
from conftest import MIB

BLOCK = 64 << 10
ENGINES = pytest.mark.parametrize('uring', [True, False], ids=['uring', 'threads'])


@pytest.fixture
def opened(world):
    with world.add('lv', 8 * MIB, stripe_count=2).open(write=True) as file:
        yield file


@ENGINES
def test_requests(opened, uring):
    with lvol.Queue(depth=32, uring=uring) as queue:
        assert queue.engine in ('io_uring', 'threads') and (uring or queue.engine == 'threads')
        blocks = [os.urandom(BLOCK) for _ in range(20)]
        for i, block in enumerate(blocks):
            queue.write(opened, block, i * BLOCK, user=i)
        done = []
        while queue.pending:
            done += queue.complete()
        assert sorted(request.user for request in done) == list(range(20))
        for request in done:
            request.check()
            assert request.is_done and request.op is lvol.IoOp.WRITE and 'done' in repr(request)
        buffers = [bytearray(BLOCK) for _ in blocks]
        requests = [queue.read(opened, buffer, i * BLOCK) for i, buffer in enumerate(buffers)]
        while queue.complete(max=3):
            pass
        assert buffers == blocks and all(request.is_done for request in requests)
        for submit in (lambda: queue.flush(opened), lambda: queue.discard(opened, BLOCK, 0),
                       lambda: queue.write_zeroes(opened, BLOCK, BLOCK)):
            request = submit()
            assert queue.complete() == [request] and request.error is None
        assert opened.pread(BLOCK, BLOCK) == bytes(BLOCK)
        assert queue.complete(timeout=0) == [] and queue.complete() == []


@ENGINES
def test_file_descriptor(opened, uring):
    with lvol.Queue(uring=uring) as queue:
        assert select.select([queue], [], [], 0)[0] == []
        queue.write(opened, b'x' * 100, 50)
        assert select.select([queue], [], [], 10)[0] == [queue]
        assert len(queue.complete(timeout=0)) == 1
        assert select.select([queue], [], [], 0)[0] == []


def test_errors(world, opened):
    with lvol.Queue(depth=2) as queue:
        for bad in (lambda: queue.read(opened, bytearray(2), 8 * MIB - 1), lambda: queue.write(opened, b'x', -1),
                    lambda: queue.discard(opened, 1 << 65, 0)):
            with pytest.raises(lvol.RangeError):
                bad()
        with pytest.raises((TypeError, BufferError)):
            queue.read(opened, bytes(5), 0)
        request = queue.read(opened, bytearray(5), 0)
        queue.read(opened, bytearray(5), 0)
        with pytest.raises(lvol.BusyError):
            queue.flush(opened)
        with pytest.raises(lvol.StateError, match='under way'):
            request.check()
        while queue.complete():
            pass
        assert queue.pending == 0
    with pytest.raises(lvol.InvalidError):
        lvol.Queue(depth=5000)
    with pytest.raises(lvol.InvalidError):
        lvol.Queue(depth=-5)
    with world.add('error', MIB, segtype='error').open() as error, lvol.Queue() as queue:
        queue.read(error, bytearray(5), 7)
        request, = queue.complete()
        with pytest.raises(lvol.IoError, match='read 5 bytes at offset 7 of LV vg0/error'):
            request.check()


def test_use_after_close(opened):
    queue = lvol.Queue()
    request = queue.read(opened, bytearray(MIB), 0)
    queue.close()
    queue.close()
    assert isinstance(request.error, lvol.CancelledError)
    for use in (lambda: queue.read(opened, bytearray(1), 0), queue.complete, queue.fileno, lambda: queue.engine,
                lambda: queue.pending, queue.__enter__):
        with pytest.raises(lvol.StateError, match='closed'):
            use()
    opened.close()
    with lvol.Queue() as queue, pytest.raises(lvol.StateError, match='closed'):
        queue.flush(opened)


@ENGINES
def test_nothing_is_freed_too_early(opened, uring):
    """Buffers, LV and queue go out of sight while requests are under way."""
    for _ in range(10):
        queue = lvol.Queue(uring=uring)
        for i in range(50):
            queue.read(opened, bytearray(BLOCK), i * BLOCK)
            queue.write(opened, bytes(BLOCK), (50 + i) * BLOCK)
        del queue
        gc.collect()
    with lvol.Queue(uring=uring) as queue:
        queue.read(opened, bytearray(MIB), 0)
        opened.close()
        request, = queue.complete()
        request.check()


def test_threads_do_not_share(folder):
    """One thread waits for a completion that a device holds back: no other may use the queue."""
    held, release = threading.Event(), threading.Event()

    class Slow(lvol.Device):
        size_bytes = 8 * MIB

        def pread(self, buffer, offset):
            if threading.current_thread() is not threading.main_thread():
                held.set()
                release.wait(10)

        def pwrite(self, buffer, offset):
            pass

    ctx = lvol.Context(system_config=False)
    ctx.add_memory('memory', 8 * MIB)
    ctx.add_device(Slow(), 'slow')
    with ctx.begin() as txn:
        txn.vg_create('vg0', ['memory', 'slow'])
        txn.lv_create('lv', 4 * MIB, pvs=['slow'])
    with txn.result().lv('lv').open() as opened, lvol.Queue() as queue:
        queue.read(opened, bytearray(10), 0)
        thread = threading.Thread(target=queue.complete)
        thread.start()
        assert held.wait(10)
        while not queue._turn.locked():
            pass
        for use in (queue.complete, queue.close, queue.fileno, lambda: queue.flush(opened)):
            with pytest.raises(lvol.StateError, match='another thread'):
                use()
        release.set()
        thread.join()


@ENGINES
def test_asyncio(opened, uring):
    async def one(queue, i):
        block = bytes([i % 251]) * BLOCK
        assert await queue.pwrite(opened, block, i * BLOCK) == BLOCK
        assert await queue.pread(opened, BLOCK, i * BLOCK) == block
        buffer = bytearray(10)
        assert await queue.pread_into(opened, buffer, i * BLOCK) == 10 and buffer == block[:10]

    async def main():
        async with lvol.AsyncQueue(depth=8, uring=uring) as queue:
            assert queue.engine
            await asyncio.gather(*(one(queue, i) for i in range(64)))
            await queue.flush(opened)
            await queue.discard(opened, BLOCK, 0)
            await queue.write_zeroes(opened, BLOCK, 0)
            assert await queue.pread(opened, 9, BLOCK - 9) == bytes(9)
            with pytest.raises(lvol.RangeError):
                await queue.pread(opened, 1 << 50, 0)
            with pytest.raises(lvol.RangeError):
                await queue.pwrite(opened, b'xx', 8 * MIB - 1)
            with pytest.raises(lvol.InvalidError):
                await queue.pread(opened, -1, 0)
        await queue.aclose()
        with pytest.raises(lvol.StateError):
            await queue.flush(opened)

    asyncio.run(main())


def test_asyncio_cancelled(opened):
    async def main():
        async with lvol.AsyncQueue(depth=4) as queue:
            tasks = [asyncio.create_task(queue.pread(opened, MIB, 0)) for _ in range(16)]
            await asyncio.sleep(0)
            for task in tasks[::2]:
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            assert [d for d in done[1::2] if d != bytes(MIB)] == []
            assert await queue.pread(opened, 3, 0) == bytes(3)  # every slot came back
            await asyncio.gather(*(queue.pread(opened, 1, i) for i in range(10)))

    asyncio.run(main())


def test_asyncio_device_that_raises():
    class Broken(lvol.Device):
        size_bytes = 16 * MIB
        broken = False

        def __init__(self):
            self.data = bytearray(self.size_bytes)

        def pread(self, buffer, offset):
            if self.broken:
                raise RuntimeError('no more')
            buffer[:] = self.data[offset:offset + len(buffer)]

        def pwrite(self, buffer, offset):
            self.data[offset:offset + len(buffer)] = buffer

    async def main(lv):
        async with lvol.AsyncQueue() as queue:
            await queue.pwrite(lv, b'hello', 3)
            assert await queue.pread(lv, 5, 3) == b'hello'
            device.broken = True
            with pytest.raises(lvol.IoError) as e:
                await queue.pread(lv, 5, 3)
            assert isinstance(e.value.__cause__, RuntimeError)

    device = Broken()
    ctx = lvol.Context(system_config=False)
    ctx.add_device(device, 'broken')
    with ctx.begin() as txn:
        txn.vg_create('vg0', ['broken'])
        txn.lv_create('lv', 4 * MIB)
    with txn.result().lv('lv').open(write=True) as lv:
        asyncio.run(main(lv))
        device.broken = False
