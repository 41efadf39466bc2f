# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asynchronous I/O: a queue of requests, completed through a file descriptor."""
from __future__ import annotations

import atexit
import math
import threading
import weakref
from types import TracebackType
from typing import Any, Optional

from ._call import Options, call, flags
from ._callbacks import take_raised
from ._ffi import ffi, lib, own, text
from .enums import IoOp
from .error import Error, StateError, make
from .io import OpenLV

_live: weakref.WeakSet[Queue] = weakref.WeakSet()


class Request:
    """A request of a queue.

    buffer, length, offset: as submitted; user: whatever the program put there
    is_done:                whether it is over; error is what went wrong, None if nothing
    """

    __slots__ = ('op', 'lv_name', 'buffer', 'length', 'offset', 'user', 'is_done', 'error')

    def __init__(self, op: IoOp, lv: OpenLV, buffer: Any, length: int, offset: int, user: Any) -> None:
        self.op = op
        self.lv_name = lv._name
        self.buffer = buffer
        self.length = length
        self.offset = offset
        self.user = user
        self.is_done = False
        self.error: Optional[Error] = None

    def __repr__(self) -> str:
        state = f'failed: {self.error}' if self.error else 'done' if self.is_done else 'under way'
        return f'<lvol.Request {self._what()}, {state}>'

    def _what(self) -> str:
        where = '' if self.op == IoOp.FLUSH else f' {self.length} bytes at offset {self.offset}'
        return f'{self.op.name.lower()}{where} of LV {self.lv_name}'

    def check(self) -> None:
        """Raise its error, if there is one; StateError when it is not done."""
        if self.error:
            raise self.error
        if not self.is_done:
            raise StateError(f'{self._what()} is under way', self.lv_name)

    def finish(self, result: int, errno: int, cause: Optional[BaseException]) -> None:
        """It is over: the library's result."""
        self.is_done = True
        if result < 0:
            why = text(lib.lvol_err_text(result))
            self.error = make(result, f'{self._what()}: {why}', self.lv_name, errno)
            self.error.__cause__ = cause


class Queue:
    """Requests under way at once, by io_uring where the kernel has it, else by threads. It serves any number of LVs,
    and one thread at a time; buffers and LVs are kept until their requests are over."""

    def __init__(self, depth: int = 128, *, threads: int = 4, uring: bool = True) -> None:
        """@depth: requests under way at once, at most 4096. @threads: of the pool where io_uring is not used.
        @uring False: use the pool in any case."""
        # key -> the request, and what the library points at
        self._pending: dict[int, tuple[Request, Any, Any, list[Any]]] = {}
        self._next = 1
        self._turn = threading.Lock()
        out = ffi.new('struct lvol_queue **')
        opts = Options('lvol_queue_opts', depth=depth, threads=threads, flags=flags(QUEUE_NO_URING=not uring))
        call(lib.lvol_queue_new, opts.p, out)
        # it waits for what is under way, which needs its buffers until then
        self._p: Any = own(out[0], lib.lvol_queue_free, self._pending)
        _live.add(self)

    def __enter__(self) -> Queue:
        self._handle()
        return self

    def __exit__(self, kind: Optional[type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Wait for what is under way and close; a second time does nothing. Requests whose completion was not fetched
        get a CancelledError."""
        with _Turn(self):
            self._p = None
            for request, *_ in self._pending.values():
                request.finish(-lib.LVOL_E_CANCELLED, 0, None)
            self._pending.clear()

    def _handle(self) -> Any:
        if self._p is None:
            raise StateError('the queue is closed')
        return self._p

    @property
    def engine(self) -> str:
        """"io_uring" or "threads"."""
        return text(lib.lvol_queue_engine(self._handle()))

    @property
    def pending(self) -> int:
        """Requests under way, or done and not fetched."""
        return int(lib.lvol_queue_pending(self._handle()))

    def fileno(self) -> int:
        """A file descriptor that polls readable while completions can be fetched. It stays the queue's."""
        with _Turn(self):
            return int(lib.lvol_queue_fd(self._handle()))

    def read(self, lv: OpenLV, buffer: Any, offset: int, user: Any = None) -> Request:
        """Submit reading into all of @buffer. Like every submission it raises BusyError (too many are under way: fetch
        completions first), RangeError, ReadOnlyError and InvalidError; nothing was submitted then."""
        return self._buffer(IoOp.READ, lv, buffer, offset, user)

    def write(self, lv: OpenLV, data: Any, offset: int, user: Any = None) -> Request:
        """Submit writing all of @data."""
        return self._buffer(IoOp.WRITE, lv, data, offset, user)

    def flush(self, lv: OpenLV, user: Any = None) -> Request:
        """Submit a flush of what was written and completed before."""
        return self._submit(Request(IoOp.FLUSH, lv, None, 0, 0, user), lv)

    def discard(self, lv: OpenLV, length: int, offset: int, user: Any = None) -> Request:
        """Submit a discard."""
        return self._submit(Request(IoOp.DISCARD, lv, None, length, offset, user), lv)

    def write_zeroes(self, lv: OpenLV, length: int, offset: int, user: Any = None) -> Request:
        """Submit writing zeroes."""
        return self._submit(Request(IoOp.ZERO, lv, None, length, offset, user), lv)

    def _buffer(self, op: IoOp, lv: OpenLV, buffer: Any, offset: int, user: Any) -> Request:
        memory = ffi.from_buffer('char[]', buffer, require_writable=op == IoOp.READ)
        return self._submit(Request(op, lv, buffer, len(memory), offset, user), lv, memory)

    def _fill(self, lv: OpenLV, data: bytes, memory: Any, offset: int, user: Any) -> Request:
        """Submit reading into bytes that nobody else has seen yet."""
        return self._submit(Request(IoOp.READ, lv, data, len(data), offset, user), lv, memory)

    def _submit(self, request: Request, lv: OpenLV, memory: Any = ffi.NULL) -> Request:
        with _Turn(self):
            key = self._next
            self._next += 1
            c = ffi.new('struct lvol_io_request *')
            try:
                c.io, c.op, c.buf, c.user = lv._handle(), request.op, memory, ffi.cast('void *', key)
                c.length, c.offset = request.length, request.offset
            except OverflowError as e:
                raise make(lib.LVOL_E_RANGE, str(e), request.lv_name) from None
            self._pending[key] = (request, memory, lv._handle(), lv.lv._shared.keep)
            try:
                call(lib.lvol_queue_submit, self._handle(), c)
            except BaseException:
                del self._pending[key]
                raise
        return request

    def complete(self, max: int = 64, timeout: float = math.inf) -> list[Request]:
        """Fetch up to @max requests that are over; waits until there is one, at most @timeout seconds (0: do not wait).
        Empty when the time is over or nothing is under way."""
        out = ffi.new('struct lvol_io_completion[]', max)
        milliseconds = -1 if timeout * 1000 > 0x7fffffff else int(timeout * 1000)
        with _Turn(self):
            count = call(lib.lvol_queue_complete, self._handle(), out, max, milliseconds)
            return [self._finish(out[i]) for i in range(count)]

    def _finish(self, completion: Any) -> Request:
        request, _, _, keep = self._pending.pop(int(ffi.cast('uintptr_t', completion.user)))
        cause = take_raised(keep) if completion.result < 0 else None
        request.finish(completion.result, completion.sys_errno, cause)
        return request


class _Turn:
    """The library lets one thread at a time work with a queue; so do we, and say so."""

    __slots__ = ('_lock',)

    def __init__(self, queue: Queue) -> None:
        self._lock = queue._turn

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise StateError('the queue is in use by another thread')

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@atexit.register
def _close_all() -> None:
    """While Python can still run the devices that are written in it."""
    for queue in list(_live):
        try:
            queue.close()
        except StateError:
            pass  # a thread that nobody waited for is in it
