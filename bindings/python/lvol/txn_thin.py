# SPDX-License-Identifier: LGPL-2.1-or-later
"""Operations on thin pools and thin LVs. Every one may raise StateError and InvalidError as those on LVs."""
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional

from ._call import Options, c_string, flags
from ._ffi import NULL, lib, text
from ._operations import Operations
from .enums import ThinDiscards, member

if TYPE_CHECKING:
    from ._operations import LvName


class Thin(NamedTuple):
    """What thin pools and thin LVs have beside their size; None is the default.

    pool:            of a thin LV: the pool that it is made in; all others are of a pool
    metadata_bytes:  size of its metadata; default 64 bytes for each chunk, and 2 MiB at least
    chunk_bytes:     what is given out at once, a multiple of 64 KiB; default 64 KiB, or more for large pools
    discards:        ThinDiscards.PASSDOWN (default), NOPASSDOWN or IGNORE
    zero:            new chunks are zeroed
    error_when_full: writes fail at once when there is no room, and do not wait
    spare:           keep room in the VG to repair the metadata
    """
    pool: Optional[str] = None
    metadata_bytes: Optional[int] = None
    chunk_bytes: Optional[int] = None
    discards: ThinDiscards | str | None = None
    zero: bool = True
    error_when_full: bool = False
    spare: bool = True

    def _opts(self) -> Options:
        return Options('lvol_thin_opts', pool=self.pool, metadata_bytes=self.metadata_bytes, chunk_bytes=self.chunk_bytes,
                       discards=None if self.discards is None else member(ThinDiscards, self.discards),
                       flags=flags(THIN_NO_ZERO=not self.zero, THIN_ERROR_WHEN_FULL=self.error_when_full,
                                   THIN_NO_SPARE=not self.spare))


class ThinRepair(NamedTuple):
    """What a repair of a pool's metadata found."""
    lost_ranges: int
    lost_devices: int
    transaction_id: int
    backup: str


class ThinOperations(Operations):
    """The lvol_thin_... calls that take a transaction."""

    def thin_pool_change(self, name: LvName, *, discards: ThinDiscards | str | None = None, zero: Optional[bool] = None,
                         error_when_full: Optional[bool] = None) -> None:
        """Change settings of a thin pool; None stays. Raises NotFoundError, InvalidError (it is no thin pool)."""
        opts = Options('lvol_thin_change_opts', discards=None if discards is None else member(ThinDiscards, discards),
                       zero=zero, error_when_full=error_when_full,
                       what=flags(THIN_CHANGE_DISCARDS=discards is not None, THIN_CHANGE_ZERO=zero is not None,
                                  THIN_CHANGE_ERROR_WHEN_FULL=error_when_full is not None))
        self._call(lib.lvol_thin_pool_change, c_string(self._lv_name(name)), opts.p)

    def thin_pool_convert(self, name: LvName, metadata: Optional[LvName] = None, *, thin: Optional[Thin] = None) -> None:
        """Have an LV become the data of a thin pool of its name, and @metadata (default a new LV) the pool's metadata. What
        they hold is lost. Raises NotFoundError, NotSupportedError, BusyError (open), NoSpaceError."""
        family = None if thin is None else thin._opts()
        self._call(lib.lvol_thin_pool_convert, c_string(self._lv_name(name)),
                   NULL if metadata is None else c_string(self._lv_name(metadata)), NULL if family is None else family.p)

    def thin_convert(self, name: LvName, pool: LvName, origin_name: Optional[str] = None) -> None:
        """Have an LV become a thin one whose blocks come from what it was, which is read-only from now on and called
        @origin_name. Raises NotFoundError, ExistsError, NotSupportedError, BusyError (open)."""
        self._call(lib.lvol_thin_convert, c_string(self._lv_name(name)), c_string(self._lv_name(pool)),
                   NULL if origin_name is None else c_string(origin_name))

    def thin_merge(self, snapshot: LvName) -> None:
        """Have a thin snapshot take the place of its origin. Raises NotFoundError, NotSupportedError, BusyError (open)."""
        self._call(lib.lvol_thin_merge, c_string(self._lv_name(snapshot)))

    def thin_pool_swap_metadata(self, name: LvName, lv: LvName) -> None:
        """Exchange a pool's metadata and an LV. Raises NotFoundError, NotSupportedError, BusyError (open)."""
        self._call(lib.lvol_thin_pool_swap_metadata, c_string(self._lv_name(name)), c_string(self._lv_name(lv)))

    def thin_pool_repair(self, name: LvName) -> ThinRepair:
        """Make new metadata from what can be read of a pool's, into the VG's spare; the old ones become an LV, `backup`.
        Raises NotFoundError (no spare), CorruptError (there is nothing to begin with), NoSpaceError, BusyError (open)."""
        report = Options('lvol_thin_repair_report').p
        self._call(lib.lvol_thin_pool_repair, c_string(self._lv_name(name)), report)
        return ThinRepair(report.lost_ranges, report.lost_devices, report.transaction_id, text(report.backup))
