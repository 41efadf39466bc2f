# SPDX-License-Identifier: LGPL-2.1-or-later
"""Logical volumes."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from ._call import c_string, call
from ._ffi import chain, lib, strings, text, uuid
from .enums import Alloc, known
from .io import OpenLV
from .segment import Segment
from .stream import Export
from .thin import ThinFindings, ThinView

if TYPE_CHECKING:
    from .backend import Backend
    from .vg import VG

#: LV.read_ahead_bytes when the kernel chooses, or when there is none.
READ_AHEAD_AUTO: int = lib.LVOL_READ_AHEAD_AUTO
READ_AHEAD_NONE: int = lib.LVOL_READ_AHEAD_NONE


class LV:
    """An LV of a VG. Immutable: changes are made in a transaction and seen in the VG that is read after it."""

    __slots__ = ('_p', 'vg')

    def __init__(self, p: Any, vg: VG) -> None:
        self._p = p
        #: Its VG.
        self.vg: VG = vg

    def __repr__(self) -> str:
        return f'<lvol.LV {self.full_name} {self.size_bytes} bytes>'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LV) and bool(self._p == other._p)

    def __hash__(self) -> int:
        return hash(self._p)

    @property
    def _shared(self) -> Any:
        return self.vg._shared

    @property
    def name(self) -> str:
        """Name without the VG part."""
        return text(lib.lvol_lv_name(self._p))

    @property
    def full_name(self) -> str:
        """Name as "vg/lv"."""
        return f'{self.vg.name}/{self.name}'

    @property
    def uuid(self) -> str:
        """UUID with hyphens."""
        return uuid(lib.lvol_lv_uuid, self._p)

    @property
    def size_bytes(self) -> int:
        """Usable size, a multiple of VG.extent_bytes."""
        return int(lib.lvol_lv_size_bytes(self._p))

    @property
    def size_extents(self) -> int:
        """Size in extents."""
        return int(lib.lvol_lv_size_extents(self._p))

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Segments in logical order; only an unfinished pvmove has none."""
        return tuple(Segment(p, self.vg) for p in chain(lib.lvol_lv_segment_first(self._p), lib.lvol_segment_next))

    @property
    def segment_count(self) -> int:
        """Number of segments."""
        return int(lib.lvol_lv_segment_count(self._p))

    @property
    def is_visible(self) -> bool:
        """Whether it is a volume of its own, not a part of another."""
        return bool(lib.lvol_lv_is_visible(self._p))

    @property
    def is_writable(self) -> bool:
        """Whether it may be written to when active."""
        return bool(lib.lvol_lv_is_writable(self._p))

    @property
    def is_activation_skipped(self) -> bool:
        """Whether it is left out of activation unless asked for by name."""
        return bool(lib.lvol_lv_is_activation_skipped(self._p))

    @property
    def is_autoactivated(self) -> bool:
        """Whether it is activated when the system starts."""
        return bool(lib.lvol_lv_is_autoactivated(self._p))

    @property
    def is_partial(self) -> bool:
        """Whether a PV under it is missing."""
        return bool(lib.lvol_lv_is_partial(self._p))

    @property
    def alloc(self) -> Alloc | int:
        """Allocation policy; INHERIT when the VG's holds."""
        return known(Alloc, lib.lvol_lv_alloc(self._p))

    @property
    def read_ahead_bytes(self) -> int:
        """Read-ahead; READ_AHEAD_AUTO or READ_AHEAD_NONE."""
        return int(lib.lvol_lv_read_ahead_bytes(self._p))

    @property
    def creation_time(self) -> int:
        """Unix time of creation in seconds, 0 when it is not known."""
        return int(lib.lvol_lv_creation_time(self._p))

    @property
    def creation_host(self) -> str:
        """Host that created it, "" when that is not known."""
        return text(lib.lvol_lv_creation_host(self._p))

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags."""
        return strings(lib.lvol_lv_tag, self._p)

    def open(self, *, write: bool = False, partial: bool = False, force_read_only_lv: bool = False,
             luks_key: bytes | bytearray | str | None = None) -> OpenLV:
        """Open for I/O; use it in a `with` statement.

        write:              for reading and writing
        partial:            although PVs under it are missing: what lies there raises MissingPvError
        force_read_only_lv: with write, also when the LV's permission is read-only
        luks_key:           show what is decrypted of the LUKS volume on it; raises PermissionDeniedError (it opens no key slot),
                            CorruptError (there is none)

        Raises BusyError (another program writes it, or its metadata), ReadOnlyError, MissingPvError, NotSupportedError
        (no target in user space yet), ConflictError (the VG has changed so that this LV is not what it was).
        """
        return OpenLV(self, write=write, partial=partial, force_read_only_lv=force_read_only_lv, luks_key=luks_key)

    def thin_view(self, *, backend: Optional[Backend] = None, reserved: bool = False,
                  drop_reserved: bool = False) -> ThinView:
        """Look at what the metadata of this thin pool say, or of the pool of this thin LV; use it in a `with` statement.

        backend:       the kernel, where the pool may be active
        reserved:      look at the metadata snapshot that somebody else reserved
        drop_reserved: a metadata snapshot that is there was left by a program that died: give it back first

        Raises InvalidError (nothing to do with thin pools), BusyError, NotFoundError, CorruptError, NotSupportedError.
        """
        return ThinView(self, backend=backend, reserved=reserved, drop_reserved=drop_reserved)

    def export(self, *, since: Optional[LV] = None, resume: Optional[str] = None, backend: Optional[Backend] = None,
               reserved: bool = False, drop_reserved: bool = False) -> Export:
        """Export as a stream, a file to read from; see Import.

        since:   only what changed since this thin volume, of the same VG object
        resume:  from where an import stopped: Import.resume
        backend: the kernel, where the LV may be active
        reserved, drop_reserved: as thin_view(), of a thin volume

        Raises InvalidError (since is of another pool), ConflictError (what was interrupted had another content), BusyError,
        StateError (the pool is active in the kernel and the LV is not), MissingPvError, NotSupportedError, CorruptError.
        """
        return Export(self, since=since, resume=resume, backend=backend, reserved=reserved, drop_reserved=drop_reserved)

    def thin_check(self) -> ThinFindings:
        """Check the metadata of this thin pool, or of the pool of this thin LV, as thin_check does; what is wrong, or an
        empty list. Raises BusyError (the pool is in use), NotFoundError (it was never used)."""
        return ThinFindings(self)


def check_lv_name(vg_name: str, name: str) -> None:
    """Raises InvalidError with the rule that @name breaks if it cannot be chosen for an LV of VG @vg_name."""
    call(lib.lvol_lv_name_check, c_string(vg_name), c_string(name))
