# SPDX-License-Identifier: LGPL-2.1-or-later
"""Devices written in Python."""
from __future__ import annotations


class Device:
    """A device made by the program: derive from it, then Context.add_device().

    Offsets and lengths are bytes, multiples of logical_block_bytes and within size_bytes. A transfer is done whole or
    it raises: an OSError with its errno, anything else is EIO, and the caller's Error has it as its __cause__. Methods
    may be called from any thread, several at once, and must not use the context that they are called for.

    Only pread() is required. Without pwrite() the device is read-only; without flush() there is nothing to do; without
    discard() it is ignored; without write_zeroes() zeroes are written. close() is called once, when the last user is
    gone; after it the object may be added again.
    """

    #: Size of the device.
    size_bytes: int = 0
    #: 512 or 4096.
    logical_block_bytes: int = 512

    def pread(self, buffer: memoryview, offset: int) -> int | None:
        """Fill all of @buffer, which is the library's memory: do not keep it or parts of it. Returning a number of
        bytes, as os.preadv() does, is fine; too few is an error."""
        raise NotImplementedError

    def pwrite(self, buffer: memoryview, offset: int) -> int | None:
        """Write all of @buffer; as pread()."""
        raise NotImplementedError

    def flush(self) -> None:
        """Let everything that was written survive a crash."""

    def discard(self, length: int, offset: int) -> None:
        """The content of the range is not needed any more."""
        raise NotImplementedError

    def write_zeroes(self, length: int, offset: int) -> None:
        """Make the range read as zero."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing uses the device any more."""
