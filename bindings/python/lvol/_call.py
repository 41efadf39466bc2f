# SPDX-License-Identifier: LGPL-2.1-or-later
"""How every call that can fail is made: call().

Handles are reference counted by Python: close() drops the object's own reference, and a thread that is inside a call
at that moment holds another one, so nothing is freed under its feet. That is why no function here keeps a handle in a
local variable while it raises: the traceback would keep it open.

Exceptions of callbacks (devices, log) cannot pass through C. They are noted for the thread that made the call, which
raises them again, or chains them to the error that the library made of them.
"""
from __future__ import annotations

import os
import sys
import threading
from typing import Any, Callable, Optional, Sequence

from ._ffi import encode, ffi, lib
from .error import InvalidError, RangeError, from_c


class _Thread(threading.local):
    raised: Optional[list[BaseException]] = None  # by callbacks of the call under way; None: there is none


_thread = _Thread()
_new = ffi.new
_ERROR = ffi.typeof('struct lvol_error *')


def note(exception: BaseException) -> bool:
    """Remember what a callback raised; False on a thread that is in no call of ours."""
    if _thread.raised is None:
        return False
    _thread.raised.append(exception)
    return True


def unraisable(exception: BaseException, where: Any) -> None:
    """Show an exception that no caller can get, as Python does with those of __del__."""
    sys.unraisablehook(_Unraisable(exception, where))  # type: ignore[arg-type]


class _Unraisable:
    err_msg = 'Exception ignored in a callback of liblvol'

    def __init__(self, exception: BaseException, where: Any) -> None:
        self.exc_type, self.exc_value, self.exc_traceback = type(exception), exception, exception.__traceback__
        self.object = where


def call(function: Callable[..., int], *args: Any) -> int:
    """function(*args, err) and what it returned; raises the Error when that is negative."""
    err = _new(_ERROR)
    outer, _thread.raised = _thread.raised, []
    try:
        result = function(*args, err)
    except OverflowError as e:
        del args
        raise RangeError(f'{e}') from None
    finally:
        raised, _thread.raised = _thread.raised, outer
    if raised or result < 0:
        del args
        _settle(function, result, err, raised)
    return result


def _settle(function: Any, result: int, err: Any, raised: list[BaseException]) -> None:
    for exception in raised:
        if not isinstance(exception, Exception):
            raise exception  # KeyboardInterrupt and the like
    if result < 0:
        raise from_c(result, err) from (raised[-1] if raised else None)
    for exception in raised:
        if not isinstance(exception, OSError):  # that one is a device's ordinary answer, and the library coped
            unraisable(exception, function)


def c_string(value: str | bytes | os.PathLike[Any]) -> Any:
    """A string for C."""
    data = encode(os.fspath(value))
    if b'\0' in data:
        raise InvalidError(f'{value!r} has a NUL character')
    return ffi.new('char[]', data)


class Strings:
    """A NULL-terminated array of strings for C, valid as long as this object."""

    def __init__(self, values: Sequence[str | bytes | os.PathLike[Any]]) -> None:
        if isinstance(values, (str, bytes)):
            raise TypeError(f'a list of names is wanted, not the name {values!r} alone')
        self._keep = [c_string(value) for value in values]
        self.p = ffi.new('const char *[]', [*self._keep, ffi.NULL])


class Key:
    """A key of a LUKS volume: bytes, a bytearray (which its owner can wipe) or a text; used where it lies, valid as long as
    this object."""

    def __init__(self, key: bytes | bytearray | str) -> None:
        self._keep = ffi.from_buffer('char[]', key.encode() if isinstance(key, str) else key)
        self.p = ffi.new('struct lvol_luks_key *', (self._keep, len(self._keep)))


class Options:
    """An option struct, valid as long as this object. None is left out: the library's default."""

    def __init__(self, struct: str, **fields: Any) -> None:
        self.p = ffi.new(f'struct {struct} *')
        self.p.struct_size = ffi.sizeof(f'struct {struct}')
        self._keep: list[Any] = []
        types = dict(ffi.typeof(f'struct {struct}').fields)
        for name, value in fields.items():
            if value is not None:
                self._set(name, types[name].type.cname, value)

    def _set(self, name: str, type_name: str, value: Any) -> None:
        if type_name == 'char * *' and not isinstance(value, ffi.CData):
            strings = Strings(value)
            self._keep.append(strings)
            value = strings.p
        elif isinstance(value, Key):
            self._keep.append(value)
            value = value.p
        elif isinstance(value, (str, bytes, os.PathLike)):
            value = c_string(value)
            self._keep.append(value)
        elif isinstance(value, bool):
            value = int(value)
        try:
            setattr(self.p, name, value)
        except OverflowError:
            raise InvalidError(f'{name} cannot be {value}') from None


def flags(**given: bool) -> int:
    """Those of LVOL_<name> that are true, together."""
    bits = 0
    for name, wanted in given.items():
        if wanted:
            bits |= getattr(lib, 'LVOL_' + name)
    return bits


def timeout_ms(seconds: Optional[float]) -> Optional[int]:
    """Seconds to wait for a lock, as the library wants them: None the default, 0 not at all, math.inf without end."""
    if seconds is None:
        return None
    if not seconds >= 0:
        raise InvalidError(f'cannot wait for {seconds} seconds')
    if seconds == 0:
        return int(lib.LVOL_NO_WAIT)
    if seconds * 1000 > 0x7fffffff:
        return int(lib.LVOL_WAIT_FOREVER)
    return max(1, int(seconds * 1000))
