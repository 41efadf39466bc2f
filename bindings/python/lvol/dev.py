# SPDX-License-Identifier: LGPL-2.1-or-later
"""The devices of a context."""
from __future__ import annotations

from typing import Any

from ._call import call
from ._ffi import ffi, lib, text
from ._shared import Shared


class Dev:
    """A device of a context: an image file, a block device, memory, or one written in Python (Device).

    It keeps what it was read from open: the context, even when that was closed, or the VG.
    """

    __slots__ = ('_p', '_keep', '_shared')

    def __init__(self, p: Any, keep: Any, shared: Shared) -> None:
        self._p = p
        self._keep = keep
        self._shared = shared

    def __repr__(self) -> str:
        return f'<lvol.Dev {self.name}>'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dev) and bool(self._p == other._p)

    def __hash__(self) -> int:
        return hash(self._p)

    @property
    def name(self) -> str:
        """Path or name that it was added by."""
        return text(lib.lvol_dev_name(self._p))

    @property
    def size_bytes(self) -> int:
        """Size when it was added."""
        return int(lib.lvol_dev_size_bytes(self._p))

    @property
    def logical_block_bytes(self) -> int:
        """512 or 4096."""
        return int(lib.lvol_dev_logical_block_bytes(self._p))

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written to it."""
        return bool(lib.lvol_dev_is_read_only(self._p))

    def signature(self) -> str:
        """What else is on the device, as libblkid names it ("ext4", "gpt" ...), "" for nothing. A PV label is not
        reported. Raises NotSupportedError (built without libblkid), IoError."""
        out = ffi.new('char[64]')
        with self._shared:
            call(lib.lvol_dev_signature, self._p, out, len(out))
        return text(out)
