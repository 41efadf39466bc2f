# SPDX-License-Identifier: LGPL-2.1-or-later
"""Errors: one class for each code of the library, all derived from Error.

Where Python has a word for the same thing the class is also one of those (NotFoundError is a LookupError, StateError a
ValueError, IoError an OSError, ...).
"""
from __future__ import annotations

import builtins

from ._ffi import ffi, lib, text

__all__ = [
    'BusyError', 'CancelledError', 'ConflictError', 'CorruptError', 'DuplicateError', 'Error', 'ExistsError',
    'ExportedError', 'ForeignError', 'InvalidError', 'IoError', 'LockedError', 'MissingPvError', 'NoMemoryError',
    'NoSpaceError', 'NotFoundError', 'NotSupportedError', 'PermissionDeniedError', 'RangeError', 'ReadOnlyError',
    'SignatureError', 'StateError',
]


class Error(Exception):
    """A call failed.

    message: what failed, on what, and what would help
    subject: the device, "vg" or "vg/lv" that it is about; may be ""
    errno:   errno behind it, or 0
    code:    the number, as in enum lvol_err
    """

    code: int = 0

    def __init__(self, message: str, subject: str = '', errno: int = 0) -> None:
        # not super(): OSError would take the arguments for its own
        Exception.__init__(self, message, subject, errno)
        self.message = message
        self.subject = subject
        self.errno = errno

    @property
    def name(self) -> str:
        """The code's name, such as "LVOL_E_BUSY"."""
        return text(lib.lvol_err_name(self.code))

    def __str__(self) -> str:
        return self.message


class InvalidError(Error, ValueError):
    """An argument breaks the rules of the call."""

    code: int = lib.LVOL_E_INVALID


class NoMemoryError(Error, MemoryError):
    """Out of memory; nothing was changed."""

    code: int = lib.LVOL_E_NO_MEMORY


class IoError(Error, OSError):
    """A device failed; errno tells how."""

    code: int = lib.LVOL_E_IO


class NotFoundError(Error, LookupError):
    """No device, PV, VG or LV of that name."""

    code: int = lib.LVOL_E_NOT_FOUND


class ExistsError(Error):
    """The name or id is taken."""

    code: int = lib.LVOL_E_EXISTS


class NoSpaceError(Error):
    """Not enough free extents, metadata room or disk."""

    code: int = lib.LVOL_E_NO_SPACE


class BusyError(Error):
    """In use: open, locked, or referred to."""

    code: int = lib.LVOL_E_BUSY


class CorruptError(Error):
    """On-disk data is damaged or contradicts itself."""

    code: int = lib.LVOL_E_CORRUPT


class NotSupportedError(Error):
    """Understood, but this build or version cannot do it."""

    code: int = lib.LVOL_E_NOT_SUPPORTED


class ReadOnlyError(Error):
    """Device, VG or handle may not be written."""

    code: int = lib.LVOL_E_READ_ONLY


class ConflictError(Error):
    """Changed by someone else since it was read."""

    code: int = lib.LVOL_E_CONFLICT


class LockedError(Error):
    """Somebody holds the lock and the time is over."""

    code: int = lib.LVOL_E_LOCKED


class MissingPvError(Error):
    """A PV of the VG is not among the devices."""

    code: int = lib.LVOL_E_MISSING_PV


class DuplicateError(Error):
    """Two devices or VGs claim to be the same one."""

    code: int = lib.LVOL_E_DUPLICATE


class ExportedError(Error):
    """The VG is exported; import it first."""

    code: int = lib.LVOL_E_EXPORTED


class ForeignError(Error):
    """The VG belongs to another system id."""

    code: int = lib.LVOL_E_FOREIGN


class PermissionDeniedError(Error, builtins.PermissionError):
    """The system refuses access."""

    code: int = lib.LVOL_E_PERMISSION


class CancelledError(Error):
    """Given up because the caller asked for it."""

    code: int = lib.LVOL_E_CANCELLED


class RangeError(Error, ValueError):
    """Offset or length beyond the end."""

    code: int = lib.LVOL_E_RANGE


class SignatureError(Error):
    """The device carries somebody else's data; see the wipe arguments."""

    code: int = lib.LVOL_E_SIGNATURE


class StateError(Error, ValueError):
    """The handle is not in a state that allows the call: closed, over, or another thread's."""

    code: int = lib.LVOL_E_STATE


_BY_CODE: dict[int, type[Error]] = {cls.code: cls for cls in Error.__subclasses__()}


def make(code: int, message: str, subject: str = '', errno: int = 0) -> Error:
    """The exception for a code of either sign; a code newer than this package gives a plain Error."""
    cls = _BY_CODE.get(abs(code), Error)
    error = cls(message, subject, errno)
    if cls is Error:
        error.code = abs(code)
    return error


def from_c(code: int, err: ffi.CData) -> Error:
    """The exception for what a call returned and wrote into its struct lvol_error."""
    message = text(err.message) or text(lib.lvol_err_text(code))
    return make(code, message, text(err.subject), err.sys_errno)
