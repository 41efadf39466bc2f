# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the library calls: the log function and the devices written in Python. No exception leaves this file."""
from __future__ import annotations

import errno
import sys
import threading
import traceback
from collections import deque
from typing import Any, Callable, Optional

from . import _call
from ._ffi import ffi, lib, text
from .device import Device
from .enums import LogLevel, known

LogFunction = Callable[[LogLevel, str, str], Any]


class DeviceHandle:
    """The argument of a device's callbacks. It lives until the library calls close(), whatever Python forgets."""

    _live: dict[int, DeviceHandle] = {}
    _lock = threading.Lock()

    def __init__(self, device: Device) -> None:
        self.device = device
        self.c = ffi.new_handle(self)
        #: what was raised on threads of the library's own, for whoever fetches the completion
        self.raised: deque[BaseException] = deque(maxlen=16)

    def hold(self) -> None:
        """The library has it now."""
        with self._lock:
            self._live[id(self)] = self

    def let_go(self) -> None:
        """The library has it no longer."""
        with self._lock:
            self._live.pop(id(self), None)

    def fail(self, exception: BaseException) -> int:
        """Note what a method raised; the answer to the library."""
        if not _call.note(exception):
            self.raised.append(exception)
        number = exception.errno if isinstance(exception, OSError) else None
        return -number if isinstance(number, int) and number > 0 else -errno.EIO


def device_ops(device: Device) -> Any:
    """The struct lvol_dev_ops of a device; methods that it does not override are not given."""
    cls = type(device)
    ops = _call.Options('lvol_dev_ops', size_bytes=device.size_bytes,
                        logical_block_bytes=device.logical_block_bytes).p
    ops.pread = lib.lvol_py_pread
    for name in ('pwrite', 'flush', 'discard', 'write_zeroes'):
        if getattr(cls, name) is not getattr(Device, name):
            setattr(ops, name, getattr(lib, 'lvol_py_' + name))
    ops.close = lib.lvol_py_close
    return ops


def take_raised(handles: list[Any]) -> Optional[BaseException]:
    """What a device last raised on a thread of the library's own."""
    for handle in handles:
        if isinstance(handle, DeviceHandle) and handle.raised:
            return handle.raised.popleft()
    return None


def _transfer(arg: Any, name: str, buf: Any, length: int, offset: int) -> int:
    handle: DeviceHandle = ffi.from_handle(arg)
    memory = ffi.buffer(buf, length)
    view = memoryview(memory) if name == 'pread' else memoryview(memory).toreadonly()
    failure: Optional[BaseException] = None
    try:
        done = getattr(handle.device, name)(view, offset)
        if done is not None and done != length:
            raise OSError(errno.EIO, f'{name}() of {length} bytes at offset {offset} did {done}')
    except BaseException as e:
        failure = e
    if not _take_back(view, memory):
        if failure is None:
            failure = BufferError(f'{name}() kept a part of its buffer')
        else:
            traceback.clear_frames(failure.__traceback__)  # it may be they that keep it
    return 0 if failure is None else handle.fail(failure)


def _take_back(view: memoryview, memory: Any) -> bool:
    """The memory is the library's again: the view becomes unusable. Parts of it cannot be reached, but counted."""
    try:
        view.release()
    except BufferError:
        return False
    # one reference each: this function's, its caller's, getrefcount()'s
    return sys.getrefcount(memory) <= 3


def _simple(arg: Any, name: str, *args: int) -> int:
    handle: DeviceHandle = ffi.from_handle(arg)
    try:
        getattr(handle.device, name)(*args)
    except BaseException as e:
        return handle.fail(e)
    return 0


@ffi.def_extern(error=-errno.EIO)  # type: ignore[misc]
def lvol_py_pread(arg: Any, buf: Any, length: int, offset: int) -> int:
    return _transfer(arg, 'pread', buf, length, offset)


@ffi.def_extern(error=-errno.EIO)  # type: ignore[misc]
def lvol_py_pwrite(arg: Any, buf: Any, length: int, offset: int) -> int:
    return _transfer(arg, 'pwrite', buf, length, offset)


@ffi.def_extern(error=-errno.EIO)  # type: ignore[misc]
def lvol_py_flush(arg: Any) -> int:
    return _simple(arg, 'flush')


@ffi.def_extern(error=-errno.EIO)  # type: ignore[misc]
def lvol_py_discard(arg: Any, length: int, offset: int) -> int:
    return _simple(arg, 'discard', length, offset)


@ffi.def_extern(error=-errno.EIO)  # type: ignore[misc]
def lvol_py_write_zeroes(arg: Any, length: int, offset: int) -> int:
    return _simple(arg, 'write_zeroes', length, offset)


@ffi.def_extern()  # type: ignore[misc]
def lvol_py_close(arg: Any) -> None:
    handle: DeviceHandle = ffi.from_handle(arg)
    handle.let_go()
    try:
        handle.device.close()
    except BaseException as e:
        if not _call.note(e):
            _call.unraisable(e, handle.device)


@ffi.def_extern()  # type: ignore[misc]
def lvol_py_log(arg: Any, level: int, subject: Any, message: Any) -> None:
    function: LogFunction = ffi.from_handle(arg)
    try:
        function(known(LogLevel, level), text(subject) if subject else '', text(message))  # type: ignore[arg-type]
    except BaseException as e:
        if not _call.note(e):
            _call.unraisable(e, function)
