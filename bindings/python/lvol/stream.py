# SPDX-License-Identifier: LGPL-2.1-or-later
"""The content of an LV as a stream: all of it, or what changed since another thin volume."""
from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Optional

from ._call import Options, call, flags
from ._ffi import NULL, ffi, lib, own, text
from .error import StateError

if TYPE_CHECKING:
    from .backend import Backend
    from .io import OpenLV
    from .lv import LV

_CHARS = ffi.typeof('char[]')


class Export(io.RawIOBase):
    """An export of an LV, a raw binary file that can be read once. Made by LV.export()."""

    _p: Any = None

    def __init__(self, lv: LV, *, since: LV | None, resume: str | None, backend: Backend | None, reserved: bool,
                 drop_reserved: bool) -> None:
        super().__init__()
        opts = Options('lvol_export_opts', flags=0, since=NULL if since is None else since._p, resume=resume,
                       backend=NULL if backend is None else backend._p,
                       view_flags=flags(THIN_VIEW_RESERVED=reserved, THIN_VIEW_DROP_RESERVED=drop_reserved))
        out = ffi.new('struct lvol_export **')
        call(lib.lvol_export_open, lv._p, opts.p, out)
        self._p = own(out[0], lib.lvol_export_close, lv.vg._p, lv._shared.keep, backend)

    def _handle(self) -> Any:
        if self._p is None:
            raise StateError('the export is closed')
        return self._p

    def close(self) -> None:
        """Close; a second time does nothing."""
        super().close()
        self._p = None

    @property
    def position(self) -> int:
        """How far in the LV it has come."""
        return int(lib.lvol_export_position(self._handle()))

    @property
    def content(self) -> str:
        """Name of the content."""
        return text(lib.lvol_export_content(self._handle()))

    def readable(self) -> bool:
        self._handle()
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill @buffer with what follows of the stream; the number of bytes, 0 at its end. Raises IoError, CorruptError,
        MissingPvError."""
        got = ffi.new('size_t *')
        with ffi.from_buffer(_CHARS, buffer, require_writable=True) as memory:
            call(lib.lvol_export_read, self._handle(), memory, len(memory), got)
        return int(got[0])


class Import:
    """An import into an open LV. Made by OpenLV.import_stream(); use it in a `with` statement, which finishes it."""

    __slots__ = ('_p', '_lv')

    def __init__(self, lv: OpenLV, *, content: str | None, resume: str | None, any_base: bool, unchecked: bool) -> None:
        opts = Options('lvol_import_opts', content=content, resume=resume,
                       flags=flags(IMPORT_ANY_BASE=any_base, IMPORT_UNCHECKED=unchecked))
        out = ffi.new('struct lvol_import **')
        call(lib.lvol_import_open, lv._handle(), opts.p, out)
        self._p = own(out[0], lib.lvol_import_close, lv._handle())
        self._lv: Optional[OpenLV] = lv

    def __enter__(self) -> Import:
        return self

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        if kind is None:
            self.finish()

    def write(self, data: Any) -> int:
        """Take the next bytes of the stream, and write what they say; the number of bytes. Raises CorruptError,
        ConflictError (the LV does not hold the base), RangeError (it is too small), NotSupportedError, IoError, NoSpaceError."""
        with ffi.from_buffer(_CHARS, data) as memory:
            call(lib.lvol_import_write, self._p, memory, len(memory))
            return len(memory)

    def finish(self) -> None:
        """The stream is over. Raises StateError when it ended too early."""
        call(lib.lvol_import_finish, self._p)

    @property
    def position(self) -> int:
        """How far in the LV it has come."""
        return int(lib.lvol_import_position(self._p))

    @property
    def content(self) -> str:
        """Name of the content that the stream brings; "" before its head was taken."""
        return text(lib.lvol_import_content(self._p))

    @property
    def resume(self) -> str:
        """From where an interrupted import can go on, for LV.export() and OpenLV.import_stream(); "" before the head was
        taken."""
        return text(lib.lvol_import_resume(self._p))
