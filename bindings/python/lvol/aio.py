# SPDX-License-Identifier: LGPL-2.1-or-later
"""I/O for asyncio."""
from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Callable, Optional

from ._ffi import ffi
from .error import InvalidError
from .io import OpenLV, new_bytes
from .queue import Queue, Request


class AsyncQueue:
    """A Queue whose requests are awaited in the event loop that it was made in:

        async with lvol.AsyncQueue() as queue:
            data = await queue.pread(lv, 4096, 0)

    When @depth requests are under way the next one waits. One whose await is cancelled goes on to its end, with the
    buffer kept; its result is dropped.
    """

    def __init__(self, depth: int = 128, *, threads: int = 4, uring: bool = True) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue = Queue(depth, threads=threads, uring=uring)
        self._slots = asyncio.Semaphore(depth)
        self._idle = asyncio.Event()
        self._idle.set()
        self._loop.add_reader(self._queue.fileno(), self._ready)

    async def __aenter__(self) -> AsyncQueue:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], value: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        await self.aclose()

    @property
    def engine(self) -> str:
        """"io_uring" or "threads"."""
        return self._queue.engine

    async def pread(self, lv: OpenLV, length: int, offset: int) -> bytes:
        """Read @length bytes at @offset. Errors as OpenLV.pread()."""
        if length < 0:
            raise InvalidError(f'cannot read {length} bytes')
        lv._check_length(length, offset)
        data = new_bytes(length)
        memory = ffi.from_buffer('char[]', data)
        await self._do(lambda done: self._queue._fill(lv, data, memory, offset, done))
        return data

    async def pread_into(self, lv: OpenLV, buffer: Any, offset: int) -> int:
        """Fill all of @buffer from @offset; the number of bytes. It must not change size until that is done."""
        return (await self._do(lambda done: self._queue.read(lv, buffer, offset, done))).length

    async def pwrite(self, lv: OpenLV, data: Any, offset: int) -> int:
        """Write all of @data at @offset; the number of bytes."""
        return (await self._do(lambda done: self._queue.write(lv, data, offset, done))).length

    async def flush(self, lv: OpenLV) -> None:
        """What was written and completed before survives a crash once this returns."""
        await self._do(lambda done: self._queue.flush(lv, done))

    async def discard(self, lv: OpenLV, length: int, offset: int) -> None:
        """As OpenLV.discard()."""
        await self._do(lambda done: self._queue.discard(lv, length, offset, done))

    async def write_zeroes(self, lv: OpenLV, length: int, offset: int) -> None:
        """As OpenLV.write_zeroes()."""
        await self._do(lambda done: self._queue.write_zeroes(lv, length, offset, done))

    async def _do(self, submit: Callable[[asyncio.Future[Request]], Request]) -> Request:
        await self._slots.acquire()
        done: asyncio.Future[Request] = self._loop.create_future()
        try:
            submit(done)
        except BaseException:
            self._slots.release()
            raise
        self._idle.clear()
        return await done

    def _ready(self) -> None:
        for request in self._queue.complete(timeout=0):
            self._slots.release()
            done: asyncio.Future[Request] = request.user
            if done.done():
                continue  # its await was cancelled
            if request.error:
                done.set_exception(request.error)
            else:
                done.set_result(request)
        if not self._queue.pending:
            self._idle.set()

    async def aclose(self) -> None:
        """Wait for what is under way and close; a second time does nothing."""
        if self._queue._p is None:
            return
        await self._idle.wait()
        if self._queue._p is not None:
            self._loop.remove_reader(self._queue.fileno())
            self._queue.close()
