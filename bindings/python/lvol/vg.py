# SPDX-License-Identifier: LGPL-2.1-or-later
"""Volume groups."""
from __future__ import annotations

from typing import Any, Optional

from ._call import Options, c_string, call
from ._ffi import NULL, chain, ffi, lib, own, strings, take_text, text, uuid
from ._shared import Shared
from .enums import Alloc, known
from .error import NotFoundError
from .lv import LV
from .problem import Problem, problems
from .pv import PV


class VG:
    """An immutable snapshot of one metadata version. Its PVs, LVs and segments keep it alive, and it the devices."""

    __slots__ = ('_p', '_shared', '__weakref__')

    def __init__(self, p: Any, shared: Shared) -> None:
        self._p = p
        self._shared = shared

    @classmethod
    def take(cls, p: Any, shared: Shared) -> VG:
        """A VG object that owns a reference which the library gave."""
        return cls(own(p, lib.lvol_vg_unref, shared.keep), shared)

    def __repr__(self) -> str:
        return f'<lvol.VG {self.name} seqno {self.seqno}>'

    @property
    def name(self) -> str:
        """Name."""
        return text(lib.lvol_vg_name(self._p))

    @property
    def uuid(self) -> str:
        """UUID with hyphens."""
        return uuid(lib.lvol_vg_uuid, self._p)

    @property
    def seqno(self) -> int:
        """Version of the metadata, one more with every commit."""
        return int(lib.lvol_vg_seqno(self._p))

    @property
    def extent_bytes(self) -> int:
        """Size of an extent."""
        return int(lib.lvol_vg_extent_bytes(self._p))

    @property
    def size_extents(self) -> int:
        """Extents of all PVs."""
        return int(lib.lvol_vg_size_extents(self._p))

    @property
    def free_extents(self) -> int:
        """Free extents of all PVs, not allocatable ones too."""
        return int(lib.lvol_vg_free_extents(self._p))

    @property
    def size_bytes(self) -> int:
        """Size of all extents."""
        return self.size_extents * self.extent_bytes

    @property
    def free_bytes(self) -> int:
        """Size of all free extents."""
        return self.free_extents * self.extent_bytes

    @property
    def pv_count(self) -> int:
        """Number of PVs, missing ones too."""
        return int(lib.lvol_vg_pv_count(self._p))

    @property
    def lv_count(self) -> int:
        """Number of LVs, hidden ones too."""
        return int(lib.lvol_vg_lv_count(self._p))

    @property
    def missing_pv_count(self) -> int:
        """Number of PVs that are not among the devices."""
        return int(lib.lvol_vg_missing_pv_count(self._p))

    @property
    def max_lv(self) -> int:
        """Most LVs allowed, 0 for no limit."""
        return int(lib.lvol_vg_max_lv(self._p))

    @property
    def max_pv(self) -> int:
        """Most PVs allowed, 0 for no limit."""
        return int(lib.lvol_vg_max_pv(self._p))

    @property
    def metadata_copies(self) -> int:
        """Metadata copies wanted, 0 for unmanaged."""
        return int(lib.lvol_vg_metadata_copies(self._p))

    @property
    def alloc(self) -> Alloc | int:
        """Allocation policy, never INHERIT."""
        return known(Alloc, lib.lvol_vg_alloc(self._p))

    @property
    def system_id(self) -> str:
        """Owner's system id, "" for none."""
        return text(lib.lvol_vg_system_id(self._p))

    @property
    def lock_type(self) -> str:
        """Lock type ("sanlock", "dlm" ...), "" for none."""
        return text(lib.lvol_vg_lock_type(self._p))

    @property
    def is_exported(self) -> bool:
        """Whether the VG is exported."""
        return bool(lib.lvol_vg_is_exported(self._p))

    @property
    def is_resizeable(self) -> bool:
        """Whether PVs can be added and removed."""
        return bool(lib.lvol_vg_is_resizeable(self._p))

    @property
    def is_partial(self) -> bool:
        """Whether a PV is missing."""
        return bool(lib.lvol_vg_is_partial(self._p))

    @property
    def is_writable(self) -> bool:
        """Whether a transaction could begin on it; if not, the problems say why."""
        return bool(lib.lvol_vg_is_writable(self._p))

    @property
    def is_autoactivated(self) -> bool:
        """Whether its LVs are activated when the system starts."""
        return bool(lib.lvol_vg_is_autoactivated(self._p))

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags."""
        return strings(lib.lvol_vg_tag, self._p)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What a reader should know."""
        return problems(lib.lvol_vg_problem, self._p)

    @property
    def pvs(self) -> tuple[PV, ...]:
        """PVs in metadata order, missing ones too."""
        return tuple(PV(p, self) for p in chain(lib.lvol_pv_first(self._p), lib.lvol_pv_next))

    @property
    def lvs(self) -> tuple[LV, ...]:
        """LVs in metadata order, hidden ones too."""
        return tuple(LV(p, self) for p in chain(lib.lvol_lv_first(self._p), lib.lvol_lv_next))

    def pv(self, name: str) -> PV:
        """The PV on the device of that name, or of that UUID. Raises NotFoundError."""
        p = lib.lvol_pv_find(self._p, c_string(name))
        if p == NULL:
            raise NotFoundError(f'VG {self.name} has no PV {name}', name)
        return PV(p, self)

    def lv(self, name: str) -> LV:
        """The LV called @name ("home", not "vg0/home"), or of that UUID. Raises NotFoundError."""
        p = lib.lvol_lv_find(self._p, c_string(name))
        if p == NULL:
            raise NotFoundError(f'VG {self.name} has no LV {name}', f'{self.name}/{name}')
        return LV(p, self)

    def export_text(self) -> str:
        """The metadata as vgcfgbackup writes it."""
        out = ffi.new('char **')
        call(lib.lvol_vg_export_text, self._p, out)
        return take_text(out)

    def check(self) -> None:
        """Check the VG and the copies of its metadata on all devices, as vgck does. Raises CorruptError with the first
        finding; all of them are in problems."""
        with self._shared:
            call(lib.lvol_vg_check, self._p)

    def picture(self, *, svg: bool = False, colour: bool = False, width: Optional[int] = None,
                ascii: bool = False) -> str:
        """A picture of which LV lies where on which PV: text with @width columns (default 80, at least 40), or SVG with
        @width pixels (default 960)."""
        opts = Options('lvol_picture_opts', svg=svg, colour=colour, width=width, ascii=ascii)
        out = ffi.new('char **')
        call(lib.lvol_vg_picture, self._p, opts.p, out)
        return take_text(out)


def check_vg_name(name: str) -> None:
    """Raises InvalidError with the rule that @name breaks if it cannot be a VG's."""
    call(lib.lvol_vg_name_check, c_string(name))
