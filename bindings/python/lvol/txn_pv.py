# SPDX-License-Identifier: LGPL-2.1-or-later
"""Operations on PVs. Every one may raise StateError (the transaction is over, or another thread's) and InvalidError."""
from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence

from ._call import Options, c_string, flags
from ._ffi import lib
from ._operations import Operations, changed, listed

if TYPE_CHECKING:
    from ._operations import PvName


class PvOperations(Operations):
    """The lvol_pv_... calls that take a transaction."""

    def pv_create(self, device: PvName, *, metadata_copies: Optional[int] = None, metadata_ignore: bool = False,
                  metadata_bytes: Optional[int] = None, data_alignment_bytes: Optional[int] = None,
                  data_alignment_offset_bytes: Optional[int] = None, bootloader_bytes: Optional[int] = None,
                  size_bytes: Optional[int] = None, label_sector: Optional[int] = None, uuid: Optional[str] = None,
                  restore_text: Optional[str] = None, wipe: bool = False, force_used: bool = False) -> None:
        """Make a device a PV.

        metadata_copies:      metadata areas: 0, 1 (the default) or 2
        metadata_ignore:      areas are made, but marked as ignored
        metadata_bytes:       least size of an area
        data_alignment_bytes: first extent on a multiple of it (default 1 MiB), and ..._offset_bytes further
        bootloader_bytes:     room kept in front of the first extent
        size_bytes:           use only so much of the device
        label_sector:         0 to 3, default 1
        restore_text:         backup text: the PV with @uuid gets the places that it had there
        wipe:                 overwrite signatures of others; their data is lost
        force_used:           although its label says that a VG uses it; that VG loses it

        Raises NotFoundError, BusyError (a PV of a VG), SignatureError, ExistsError (the uuid), NoSpaceError,
        ReadOnlyError.
        """
        opts = Options('lvol_pv_create_opts', device=self._pv_name(device), metadata_copies=metadata_copies,
                       metadata_copies_set=metadata_copies is not None, metadata_ignore=metadata_ignore,
                       metadata_bytes=metadata_bytes, data_alignment_bytes=data_alignment_bytes,
                       data_alignment_offset_bytes=data_alignment_offset_bytes, bootloader_bytes=bootloader_bytes,
                       size_bytes=size_bytes, label_sector=None if label_sector is None else label_sector + 1,
                       uuid=uuid, restore_text=restore_text,
                       flags=flags(PV_CREATE_WIPE=wipe, PV_CREATE_FORCE_USED=force_used))
        self._call(lib.lvol_pv_create, opts.p)

    def pv_remove(self, device: PvName, *, force_used: bool = False) -> None:
        """Make a PV an ordinary device again. force_used: also when its label says that a VG uses it but no such VG is
        found. Raises BusyError (it belongs to a VG), NotFoundError (not a PV)."""
        self._call(lib.lvol_pv_remove, c_string(self._pv_name(device)), flags(PV_REMOVE_FORCE_USED=force_used))

    def pv_resize(self, device: PvName, size_bytes: int = 0) -> None:
        """Fit a PV to its device, or to @size_bytes. Raises BusyError (extents past the new end are in use)."""
        self._call(lib.lvol_pv_resize, c_string(self._pv_name(device)), size_bytes)

    def pv_change(self, device: PvName, *, allocatable: Optional[bool] = None, metadata_ignore: Optional[bool] = None,
                  new_uuid: bool = False, add_tags: Sequence[str] = (), remove_tags: Sequence[str] = ()) -> None:
        """Change what is given."""
        what = changed(PV_CHANGE_ALLOCATABLE=allocatable, PV_CHANGE_METADATA_IGNORE=metadata_ignore)
        opts = Options('lvol_pv_change_opts', what=what | flags(PV_CHANGE_UUID=new_uuid), allocatable=allocatable,
                       metadata_ignore=metadata_ignore, add_tags=listed(add_tags), remove_tags=listed(remove_tags))
        self._call(lib.lvol_pv_change, c_string(self._pv_name(device)), opts.p)
