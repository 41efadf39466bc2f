# SPDX-License-Identifier: LGPL-2.1-or-later
"""Physical volumes."""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator, Optional

from ._ffi import NULL, ffi, lib, strings, text, uuid
from .dev import Dev
from .segment import Segment

if TYPE_CHECKING:
    from .scan import Scan
    from .vg import VG


@dataclass(frozen=True)
class Run:
    """A run of extents of a PV: used by a segment, or free (None)."""

    start_extent: int
    count_extents: int
    segment: Optional[Segment]


class PV:
    """A PV of a VG, or one of a scan that belongs to no VG. Immutable."""

    __slots__ = ('_p', '_owner')

    def __init__(self, p: Any, owner: VG | Scan) -> None:
        self._p = p
        self._owner = owner

    def __repr__(self) -> str:
        return f'<lvol.PV {self.name or self.uuid}>'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PV) and bool(self._p == other._p)

    def __hash__(self) -> int:
        return hash(self._p)

    @property
    def _shared(self) -> Any:
        return self._owner._shared

    @property
    def vg(self) -> Optional[VG]:
        """Its VG, or None when it belongs to none."""
        return None if lib.lvol_pv_vg(self._p) == NULL else self._owner  # type: ignore[return-value]

    @property
    def name(self) -> str:
        """Name of its device; "" when that is missing."""
        return text(lib.lvol_pv_name(self._p))

    @property
    def device(self) -> Optional[Dev]:
        """Its device, or None when it is missing."""
        dev = lib.lvol_pv_dev(self._p)
        return None if dev == NULL else Dev(dev, self._owner._p, self._shared)

    @property
    def device_hint(self) -> str:
        """Path that the metadata remembers from the last commit, "" for none."""
        return text(lib.lvol_pv_device_hint(self._p))

    @property
    def uuid(self) -> str:
        """UUID with hyphens."""
        return uuid(lib.lvol_pv_uuid, self._p)

    @property
    def size_bytes(self) -> int:
        """Size that can be used: extents times extent size; of a PV in no VG what lies behind the first extent."""
        return int(lib.lvol_pv_size_bytes(self._p))

    @property
    def dev_size_bytes(self) -> int:
        """Size of the device as the metadata (or label) has it."""
        return int(lib.lvol_pv_dev_size_bytes(self._p))

    @property
    def size_extents(self) -> int:
        """Extents; 0 when it belongs to no VG."""
        return int(lib.lvol_pv_size_extents(self._p))

    @property
    def used_extents(self) -> int:
        """Extents that LVs use."""
        return int(lib.lvol_pv_used_extents(self._p))

    @property
    def pe_start_bytes(self) -> int:
        """Offset of the first extent on the device."""
        return int(lib.lvol_pv_pe_start_bytes(self._p))

    @property
    def ba_start_bytes(self) -> int:
        """Offset of the bootloader area, 0 for none."""
        return int(lib.lvol_pv_ba_start_bytes(self._p))

    @property
    def ba_size_bytes(self) -> int:
        """Size of the bootloader area."""
        return int(lib.lvol_pv_ba_size_bytes(self._p))

    @property
    def is_allocatable(self) -> bool:
        """Whether new extents may be allocated on it."""
        return bool(lib.lvol_pv_is_allocatable(self._p))

    @property
    def is_missing(self) -> bool:
        """Whether it is not among the devices."""
        return bool(lib.lvol_pv_is_missing(self._p))

    @property
    def is_in_use(self) -> bool:
        """Whether its label says that a VG uses it."""
        return bool(lib.lvol_pv_is_in_use(self._p))

    @property
    def is_duplicate(self) -> bool:
        """Whether a second device carries the same id."""
        return bool(lib.lvol_pv_is_duplicate(self._p))

    @property
    def mda_count(self) -> int:
        """Number of metadata areas, ignored ones too."""
        return int(lib.lvol_pv_mda_count(self._p))

    @property
    def mda_used_count(self) -> int:
        """Number of metadata areas in use."""
        return int(lib.lvol_pv_mda_used_count(self._p))

    @property
    def mdas(self) -> tuple[tuple[int, int], ...]:
        """Start and size of each metadata area in bytes."""
        start, size = ffi.new('uint64_t *'), ffi.new('uint64_t *')
        found: list[tuple[int, int]] = []
        while lib.lvol_pv_mda(self._p, len(found), start, size):
            found.append((start[0], size[0]))
        return tuple(found)

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags."""
        return strings(lib.lvol_pv_tag, self._p)

    def runs(self, start_extent: int = 0) -> Iterator[Run]:
        """The runs of extents from @start_extent on, used and free, in order."""
        out = ffi.new('struct lvol_pv_run *')
        while start_extent < self.size_extents and lib.lvol_pv_run_at(self._p, start_extent, out):
            segment = None if out.segment == NULL else Segment(out.segment, self._owner)  # type: ignore[arg-type]
            yield Run(out.start_extent, out.count_extents, segment)
            start_extent = out.start_extent + out.count_extents
