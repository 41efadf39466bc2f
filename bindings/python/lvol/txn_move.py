# SPDX-License-Identifier: LGPL-2.1-or-later
"""Operations that begin long work, and on snapshots. Every one may raise StateError and InvalidError as those on LVs."""
from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence

from ._call import Options, Strings, c_string, flags
from ._ffi import NULL, lib, text
from ._operations import Operations
from .enums import Alloc, member

if TYPE_CHECKING:
    from ._operations import LvName, PvName, VgName


class MoveOperations(Operations):
    """lvol_pv_move() and the lvol_snapshot_... calls."""

    def pv_move(self, pv: PvName, to: Optional[Sequence[PvName]] = None, *, lv: Optional[LvName] = None,
                vg: Optional[VgName] = None, alloc: Alloc | str | None = None, atomic: bool = False) -> str:
        """Begin to move extents to other PVs; the LV ("vg/pvmove0") on which Context.job() goes on with it is returned.

        pv:     what is to become free; as a string with ranges of extents if wished: "disk.img:0-99:200"
        to:     PVs, with ranges or tags; None for all others
        lv:     only what this LV has there
        alloc:  default as the VG; Alloc.ANYWHERE may stay on the same PV
        atomic: all at once, so that giving it up undoes all of it

        Raises NotFoundError, StateError (there is nothing to move), NoSpaceError, BusyError, MissingPvError, NotSupportedError.
        """
        places = None if to is None else Strings(self._pv_names(to) or [])
        opts = Options('lvol_pv_move_opts', pv=self._pv_name(pv), lv=None if lv is None else self._lv_name(lv),
                       vg=None if vg is None else self._vg_now(vg), alloc=None if alloc is None else member(Alloc, alloc),
                       to=None if places is None else places.p, flags=flags(PV_MOVE_ATOMIC=atomic))
        self._call(lib.lvol_pv_move, opts.p)
        made = Options('lvol_lv_glance').p
        self._call(lib.lvol_lv_glance, NULL, made)
        return f'{text(made.vg)}/{text(made.name)}'

    def snapshot_merge(self, snapshot: LvName) -> None:
        """Have a snapshot become its origin; a job copies the bytes. Raises NotFoundError, NotSupportedError (it is no such
        snapshot), BusyError (another one is being merged, or one of them is open)."""
        self._call(lib.lvol_snapshot_merge, c_string(self._lv_name(snapshot)))

    def snapshot_split(self, snapshot: LvName) -> None:
        """Take a snapshot off its origin: its store becomes an LV by itself. Raises as snapshot_merge()."""
        self._call(lib.lvol_snapshot_split, c_string(self._lv_name(snapshot)))

    def snapshot_attach(self, origin: LvName, store: LvName, *, chunk_bytes: Optional[int] = None,
                        empty: bool = False) -> None:
        """Make an LV a snapshot of another.

        chunk_bytes: what the exceptions in it were made with; default 4 KiB
        empty:       forget what is in it: the snapshot is what the origin is now

        Raises NotFoundError, NotSupportedError (one of them cannot be that), BusyError.
        """
        opts = Options('lvol_snapshot_attach_opts', origin=self._lv_name(origin), store=self._lv_name(store),
                       chunk_bytes=chunk_bytes, flags=flags(SNAPSHOT_ATTACH_EMPTY=empty))
        self._call(lib.lvol_snapshot_attach, opts.p)
