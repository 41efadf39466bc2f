# SPDX-License-Identifier: LGPL-2.1-or-later
"""Operations on VGs. Every one may raise StateError (the transaction is over, or another thread's) and InvalidError."""
from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence

from ._call import Options, Strings, c_string, flags
from ._ffi import NULL, encode, lib
from ._operations import Operations, changed, listed
from .enums import Alloc, member

if TYPE_CHECKING:
    from ._operations import LvName, PvName, VgName


class VgOperations(Operations):
    """The lvol_vg_... calls that take a transaction."""

    def vg_create(self, name: str, pvs: Sequence[PvName], *, extent_bytes: Optional[int] = None, max_lv: int = 0,
                  max_pv: int = 0, alloc: Alloc | str = Alloc.NORMAL, metadata_copies: int = 0,
                  tags: Sequence[str] = (), system_id: Optional[str] = None, autoactivation: bool = True,
                  wipe: bool = False) -> None:
        """Add a new VG.

        pvs:             device names or PV UUIDs; a device that is not a PV yet becomes one
        extent_bytes:    default 4 MiB
        max_lv, max_pv:  0 for no limit
        metadata_copies: copies to keep in use; 0: every area
        system_id:       default the context's; "" for none
        wipe:            devices that become PVs lose what else they carry

        Raises ExistsError, NotFoundError, BusyError (a PV of another VG), SignatureError, NoSpaceError.
        """
        opts = Options('lvol_vg_create_opts', name=name, pvs=self._pv_names(pvs), extent_bytes=extent_bytes,
                       max_lv=max_lv, max_pv=max_pv, alloc=member(Alloc, alloc), metadata_copies=metadata_copies,
                       tags=listed(tags), system_id=system_id,
                       no_autoactivation=not autoactivation, flags=flags(PV_CREATE_WIPE=wipe))
        self._call(lib.lvol_vg_create, opts.p)

    def vg_remove(self, name: VgName, *, remove_lvs: bool = False) -> None:
        """Remove a VG: its PVs become free. Raises NotFoundError, BusyError (it has LVs; remove_lvs removes them, and
        their data is lost)."""
        self._call(lib.lvol_vg_remove, c_string(self._vg_now(name)), flags(VG_REMOVE_LVS=remove_lvs))

    def vg_extend(self, name: VgName, pvs: Sequence[PvName], *, wipe: bool = False) -> None:
        """Add PVs; a device that is not a PV yet becomes one. Raises BusyError (of another VG), ExistsError (of this
        one), SignatureError."""
        names = Strings(self._pv_names(pvs) or [])
        self._call(lib.lvol_vg_extend, c_string(self._vg_now(name)), names.p, flags(PV_CREATE_WIPE=wipe))

    def vg_reduce(self, name: VgName, pvs: Sequence[PvName]) -> None:
        """Take PVs out; they stay PVs. Raises BusyError (extents in use), NotFoundError."""
        names = Strings(self._pv_names(pvs) or [])
        self._call(lib.lvol_vg_reduce, c_string(self._vg_now(name)), names.p)

    def vg_reduce_missing(self, name: VgName) -> None:
        """Forget the PVs that are missing and not used by any LV. Raises BusyError."""
        self._call(lib.lvol_vg_reduce_missing, c_string(self._vg_now(name)))

    def vg_rename(self, name: VgName, new_name: str) -> None:
        """Rename. Raises ExistsError."""
        self._call(lib.lvol_vg_rename, c_string(self._vg_now(name)), c_string(new_name))

    def vg_change(self, name: VgName, *, alloc: Alloc | str | None = None, max_lv: Optional[int] = None,
                  max_pv: Optional[int] = None, metadata_copies: Optional[int] = None,
                  resizeable: Optional[bool] = None, autoactivation: Optional[bool] = None,
                  extent_bytes: Optional[int] = None, system_id: Optional[str] = None, new_uuid: bool = False,
                  rewrite: bool = False,
                  add_tags: Sequence[str] = (), remove_tags: Sequence[str] = ()) -> None:
        """Change what is given; the meaning is that of vg_create(). @rewrite: a new version is written in any case, which
        mends copies that are old or damaged."""
        what = changed(VG_CHANGE_ALLOC=alloc, VG_CHANGE_MAX_LV=max_lv, VG_CHANGE_MAX_PV=max_pv,
                       VG_CHANGE_METADATA_COPIES=metadata_copies, VG_CHANGE_RESIZEABLE=resizeable,
                       VG_CHANGE_AUTOACTIVATION=autoactivation, VG_CHANGE_EXTENT_BYTES=extent_bytes,
                       VG_CHANGE_SYSTEM_ID=system_id) | flags(VG_CHANGE_UUID=new_uuid, VG_CHANGE_NOTHING=rewrite)
        opts = Options('lvol_vg_change_opts', what=what, alloc=None if alloc is None else member(Alloc, alloc),
                       max_lv=max_lv, max_pv=max_pv, metadata_copies=metadata_copies, resizeable=resizeable,
                       autoactivation=autoactivation, extent_bytes=extent_bytes, system_id=system_id,
                       add_tags=listed(add_tags), remove_tags=listed(remove_tags))
        self._call(lib.lvol_vg_change, c_string(self._vg_now(name)), opts.p)

    def vg_export(self, name: VgName) -> None:
        """Mark as exported: no system uses it until it is imported. Raises ExportedError."""
        self._call(lib.lvol_vg_export, c_string(self._vg_now(name)))

    def vg_import(self, name: VgName) -> None:
        """Take an exported VG into use; begin with allow_exported. Raises StateError when it is not exported."""
        self._call(lib.lvol_vg_import, c_string(self._vg_now(name)))

    def vg_split(self, name: VgName, to: str, *, pvs: Optional[Sequence[PvName]] = None,
                 lv: Optional[LvName] = None) -> None:
        """Move PVs, and the LVs on them, or instead the PVs of an LV, to another VG, which is made if the transaction
        does not hold it. Raises BusyError (an LV lies on PVs of both sides)."""
        names = None if pvs is None else Strings(self._pv_names(pvs) or [])
        self._call(lib.lvol_vg_split, c_string(self._vg_now(name)), c_string(to), names.p if names else NULL,
                   NULL if lv is None else c_string(self._lv_name(lv)))

    def vg_merge(self, into: VgName, name: VgName) -> None:
        """Merge VG @name into VG @into; both are in the transaction. Raises ExistsError (LVs of one name)."""
        self._call(lib.lvol_vg_merge, c_string(self._vg_now(into)), c_string(self._vg_now(name)))

    def vg_restore(self, name: VgName, text: str | bytes) -> None:
        """Put back a VG as a backup text has it, with the next seqno. Raises CorruptError (no such text; the message
        has the line), MissingPvError."""
        data = encode(text)
        self._call(lib.lvol_vg_restore, c_string(self._vg_now(name)), data, len(data))
