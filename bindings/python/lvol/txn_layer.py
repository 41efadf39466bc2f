# SPDX-License-Identifier: LGPL-2.1-or-later
"""Operations that put something under an LV, or take it away. Every one may raise StateError and InvalidError as those on LVs."""
from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence

from ._call import Options, Strings, c_string, flags
from ._ffi import lib
from ._operations import Operations
from .enums import IntegrityMode, member

if TYPE_CHECKING:
    from ._operations import LvName


class LayerOperations(Operations):
    """The lvol_writecache_... and lvol_integrity_... calls."""

    def writecache_attach(self, lv: LvName, fast: LvName, *, block_bytes: Optional[int] = None,
                          settings: Sequence[str] = ()) -> None:
        """Make an LV the writecache of another; what is in it is lost.

        block_bytes: 512 or 4096 (default); a file system with smaller blocks cannot be used any more
        settings:    as lvm2's --cachesettings: "high_watermark=60" ...

        Raises NotFoundError, NotSupportedError (one of them cannot be that), BusyError (one of them is open).
        """
        if isinstance(settings, (str, bytes)):
            raise TypeError(f'a list of settings is wanted, not {settings!r} alone')
        words = Strings(list(settings))
        opts = Options('lvol_writecache_opts', fast=self._lv_name(fast), block_bytes=block_bytes, settings=words.p)
        self._call(lib.lvol_writecache_attach, c_string(self._lv_name(lv)), opts.p)

    def writecache_detach(self, lv: LvName, *, remove: bool = False, discard: bool = False) -> None:
        """Detach the writecache of an LV; first what only the cache holds is written back, which may take long.

        remove:  the LV that was the cache too
        discard: write nothing back: what only the cache holds is lost

        Raises NotFoundError, BusyError (it is open, or active in the kernel), IoError, CorruptError, MissingPvError.
        """
        self._call(lib.lvol_writecache_detach, c_string(self._lv_name(lv)),
                   flags(WRITECACHE_DETACH_REMOVE=remove, WRITECACHE_DETACH_DISCARD=discard))

    def integrity_add(self, lv: LvName, *, mode: IntegrityMode | str | None = None,
                      block_bytes: Optional[int] = None) -> None:
        """Add checksums to all legs of a raid. Those of what is there are made afterwards: Context.job() with JobKind.SYNC.

        mode:        IntegrityMode.JOURNAL (default) or BITMAP
        block_bytes: what has one checksum: 512 to 4096; a file system with smaller blocks cannot be used any more

        Raises NotFoundError, NotSupportedError (it is no such raid), NoSpaceError, BusyError (it is open).
        """
        opts = Options('lvol_integrity_opts', mode=None if mode is None else member(IntegrityMode, mode),
                       block_bytes=block_bytes)
        self._call(lib.lvol_integrity_add, c_string(self._lv_name(lv)), opts.p)

    def integrity_remove(self, lv: LvName) -> None:
        """Remove checksums from all legs of a raid. Raises NotFoundError, BusyError (it is open), IoError, CorruptError."""
        self._call(lib.lvol_integrity_remove, c_string(self._lv_name(lv)))
