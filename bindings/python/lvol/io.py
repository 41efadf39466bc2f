# SPDX-License-Identifier: LGPL-2.1-or-later
"""The bytes of an LV, through the device mapper in user space."""
from __future__ import annotations

import ctypes
import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator, Optional

from ._call import Key, call, flags
from ._ffi import NULL, ffi, lib, own
from .dev import Dev
from .enums import ExtentKind, known
from .error import InvalidError, RangeError, StateError
from .stream import Import
from .status import Status

if TYPE_CHECKING:
    from .lv import LV

_from_buffer = ffi.from_buffer
_CHARS = ffi.typeof('char[]')

# A bytes object whose content is not there yet: to be filled before anybody else sees it.
_new_bytes = ctypes.pythonapi.PyBytes_FromStringAndSize
_new_bytes.restype = ctypes.py_object
_new_bytes.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t]


def new_bytes(length: int) -> bytes:
    """Bytes for the library to read into."""
    return _new_bytes(None, length)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Extent:
    """A range of an LV in bytes, with one kind and, for DATA, one place on a device."""

    offset: int
    length: int
    kind: ExtentKind | int
    device: Optional[Dev]
    device_offset: int


class OpenLV(io.RawIOBase):
    """An LV open for I/O. Made by LV.open().

    pread() and its like take offsets, need no alignment, move all bytes or raise, and may be used from many threads at
    once. It is also a raw binary file with a position, for io.BufferedReader, shutil.copyfileobj() and so on; read()
    and write() may do less than asked for, as with any raw file.

    close() flushes what was written. A call that another thread is in goes on, and the LV is released after it.
    """

    _p: Any = None
    _lv: Optional[LV] = None
    _write = False

    def __init__(self, lv: LV, *, write: bool, partial: bool, force_read_only_lv: bool,
                 luks_key: bytes | bytearray | str | None = None) -> None:
        super().__init__()
        self._name = lv.full_name
        self._position = 0
        out = ffi.new('struct lvol_io **')
        how = flags(IO_WRITE=write, IO_PARTIAL=partial, IO_FORCE_READ_ONLY_LV=force_read_only_lv)
        if luks_key is None:
            call(lib.lvol_io_open, lv._p, how, out)
        else:
            key = Key(luks_key)
            call(lib.lvol_luks_open, lv._p, how, key.p, out)
        self._p = own(out[0], lib.lvol_io_close, lv._shared.keep)
        self._lv = lv
        self._write = write
        self._size = int(lib.lvol_io_size_bytes(self._p))

    def __repr__(self) -> str:
        return f'<lvol.OpenLV {self._name}{" closed" if self.closed else ""}>'

    def _handle(self) -> Any:
        if self._p is None:
            raise StateError(f'LV {self._name} is closed', self._name)
        return self._p

    def close(self) -> None:
        """Flush and close; a second time does nothing. Raises what flush() does; it is closed all the same."""
        try:
            super().close()
        finally:
            self._p = None

    @property
    def lv(self) -> LV:
        """The LV, as it was when it was opened. Raises StateError when it is closed."""
        self._handle()
        assert self._lv
        return self._lv

    @property
    def size_bytes(self) -> int:
        """Size."""
        self._handle()
        return self._size

    # --- at offsets ---

    def pread(self, length: int, offset: int) -> bytes:
        """Read @length bytes at @offset. Raises RangeError, IoError, MissingPvError."""
        if length < 0:
            raise InvalidError(f'cannot read {length} bytes')
        self._check_length(length, offset)
        data = new_bytes(length)
        call(lib.lvol_io_pread, self._handle(), _from_buffer(data), length, offset)
        return data

    def _check_length(self, length: int, offset: int) -> None:
        """What cannot be is not worth looking for memory."""
        if length > self._size:
            self._handle()
            raise RangeError(f'LV {self._name}: {length} bytes at offset {offset} are beyond its end '
                             f'({self._size} bytes)', self._name)

    def pread_into(self, buffer: Any, offset: int) -> int:
        """Fill all of @buffer (bytearray, memoryview, array ...) from @offset; the number of bytes. Nothing is copied
        on the way. Errors as pread()."""
        with _from_buffer(_CHARS, buffer, require_writable=True) as memory:
            call(lib.lvol_io_pread, self._handle(), memory, len(memory), offset)
            return len(memory)

    def pwrite(self, data: Any, offset: int) -> int:
        """Write all of @data (bytes or any buffer) at @offset; the number of bytes. Nothing is copied on the way.
        Errors as pread(), and ReadOnlyError, NoSpaceError."""
        with _from_buffer(_CHARS, data) as memory:
            call(lib.lvol_io_pwrite, self._handle(), memory, len(memory), offset)
            return len(memory)

    def write_zeroes(self, length: int, offset: int) -> None:
        """Make the range read as zero, without sending zeroes where the device can do it. Errors as pwrite()."""
        call(lib.lvol_io_write_zeroes, self._handle(), length, offset)

    def discard(self, length: int, offset: int) -> None:
        """Say that the content of the range is not needed any more; what it reads as is undefined. Errors as
        pwrite()."""
        call(lib.lvol_io_discard, self._handle(), length, offset)

    def flush(self) -> None:
        """What was written and completed before survives a crash once this returns. Raises IoError."""
        if self.closed:
            self._handle()
        elif self._write and self._p is not None:
            call(lib.lvol_io_flush, self._handle())

    def status(self) -> Status:
        """What the targets under it say: the same lines as Backend.lv_status() of an LV that is active in the kernel."""
        out = ffi.new('struct lvol_status **')
        call(lib.lvol_io_status, self._handle(), out)
        return Status.take(out[0])

    def extent(self, offset: int) -> Extent:
        """The longest range of one kind and place that begins at @offset. Raises RangeError."""
        out = ffi.new('struct lvol_io_extent *')
        call(lib.lvol_io_block_status, self._handle(), offset, out)
        dev = None if out.dev == NULL else Dev(out.dev, self.lv.vg._p, self.lv._shared)
        return Extent(out.offset, out.length, known(ExtentKind, out.kind), dev, out.dev_offset)

    def extents(self, offset: int = 0) -> Iterator[Extent]:
        """The ranges from @offset to the end."""
        while offset < self.size_bytes:
            extent = self.extent(offset)
            yield extent
            offset = extent.offset + extent.length

    def import_stream(self, *, content: Optional[str] = None, resume: Optional[str] = None, any_base: bool = False,
                      unchecked: bool = False) -> Import:
        """Import a stream of LV.export(), which is then written to what this returns; use it in a `with` statement.

        content:   name of what the LV holds now: Import.content of the last one
        resume:    an interrupted import goes on: Import.resume of that
        any_base:  take what changed since a content that is not known to be here
        unchecked: do not compare what changes with what it was

        Raises ReadOnlyError, InvalidError.
        """
        return Import(self, content=content, resume=resume, any_base=any_base, unchecked=unchecked)

    # --- as a file ---

    def readable(self) -> bool:
        self._handle()
        return True

    def writable(self) -> bool:
        self._handle()
        return self._write

    def seekable(self) -> bool:
        self._handle()
        return True

    def tell(self) -> int:
        self._handle()
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move the position. Raises InvalidError."""
        if whence not in (os.SEEK_SET, os.SEEK_CUR, os.SEEK_END):
            raise InvalidError(f'seek: {whence} is no whence', self._name)
        size = self.size_bytes
        position = offset + (0, self._position, size)[whence]
        if position < 0:
            raise InvalidError(f'seek: {position} is before the beginning', self._name)
        self._position = position
        return position

    def readinto(self, buffer: Any) -> int:
        """Fill @buffer from the position on, as far as the LV goes; the number of bytes, 0 at the end."""
        with memoryview(buffer).cast('B') as view:
            length = min(len(view), max(0, self.size_bytes - self._position))
            if length:
                with view[:length] as part:
                    self.pread_into(part, self._position)
        self._position += length
        return length

    def readall(self) -> bytes:
        """Everything from the position to the end."""
        length = max(0, self.size_bytes - self._position)
        data = self.pread(length, self._position) if length else b''
        self._position += length
        return data

    def write(self, data: Any) -> int:
        """Write from the position on, as far as the LV goes; the number of bytes. Raises RangeError at the end."""
        with memoryview(data).cast('B') as view:
            room = max(0, self.size_bytes - self._position)
            length = min(len(view), room) if room else len(view)
            with view[:length] as part:
                self.pwrite(part, self._position)
        self._position += length
        return length
