# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is on the devices of a context."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

from ._ffi import lib
from ._shared import Shared
from .enums import ReportKind
from .problem import Problem, problems
from .pv import PV
from .report import Report
from .vg import VG

if TYPE_CHECKING:
    from .backend import Backend


class Scan:
    """What a look at every device found; it never changes."""

    __slots__ = ('_p', '_shared')

    def __init__(self, p: Any, shared: Shared) -> None:
        self._p = p
        self._shared = shared

    def __repr__(self) -> str:
        return f'<lvol.Scan of {", ".join(vg.name for vg in self.vgs) or "no VG"}>'

    @property
    def vgs(self) -> tuple[VG, ...]:
        """The VGs, sorted by name."""
        count = lib.lvol_scan_vg_count(self._p)
        return tuple(VG.take(lib.lvol_vg_ref(lib.lvol_scan_vg(self._p, i)), self._shared) for i in range(count))

    @property
    def orphans(self) -> tuple[PV, ...]:
        """The PVs that belong to no VG."""
        return tuple(PV(lib.lvol_scan_orphan(self._p, i), self) for i in range(lib.lvol_scan_orphan_count(self._p)))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Problems that belong to no VG found."""
        return problems(lib.lvol_scan_problem, self._p)

    def report(self, kind: ReportKind | str, *, fields: str | None = None, sort: str | None = None,
               select: str | None = None, units: str | None = None, names: Sequence[str] | None = None,
               all: bool = False, suffix: bool = True, history: bool = False, backend: Backend | None = None) -> Report:
        """A report of it in lvm2's words.

        kind:    "pvs", "vgs", "lvs", "segs" or "pvsegs"
        fields:  "lv_name,lv_size"; "+field" adds to and "-field" takes from the default
        sort:    "-lv_size,lv_name"
        select:  lvm2's selection, "lv_size > 1g && lv_tags=x"
        units:   one letter of rhbskmgtpe or upper case, default "r"
        names:   only these VGs, "vg/lv" LVs, PV devices, or "@tag"
        all:     hidden LVs too, and for pvs every device
        suffix:  sizes with their unit
        history: historical LVs too
        backend: the kernel's device-mapper, asked what of the LVs runs; without it they are shown as not active

        Raises InvalidError (unknown field; selection, sort or unit), NotFoundError (one of names).
        """
        return Report(self, kind, fields=fields, sort=sort, select=select, units=units, names=names, all=all,
                      suffix=suffix, history=history, backend=backend)
