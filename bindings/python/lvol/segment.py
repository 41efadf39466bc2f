# SPDX-License-Identifier: LGPL-2.1-or-later
"""Segments: the runs of extents that an LV consists of, and what lies under them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Optional

from ._call import c_string
from ._ffi import NULL, ffi, lib, optional_text, text

if TYPE_CHECKING:
    from .lv import LV
    from .pv import PV
    from .vg import VG


@dataclass(frozen=True)
class Area:
    """Where an area lies: on a PV or an LV; both None when it is gone. start_extent is on that PV or LV."""

    pv: Optional[PV]
    lv: Optional[LV]
    start_extent: int
    count_extents: int


class Segment:
    """A segment of an LV. Immutable."""

    __slots__ = ('_p', '_vg')

    def __init__(self, p: Any, vg: VG) -> None:
        self._p = p
        self._vg = vg

    def __repr__(self) -> str:
        return f'<lvol.Segment {self.type} {self.start_extents}+{self.size_extents} of {self.lv.full_name}>'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Segment) and bool(self._p == other._p)

    def __hash__(self) -> int:
        return hash(self._p)

    @property
    def lv(self) -> LV:
        """Its LV."""
        from .lv import LV
        return LV(lib.lvol_segment_lv(self._p), self._vg)

    @property
    def type(self) -> str:
        """Type as lvm2 names it: "linear", "striped", "raid1", "thin-pool" ..."""
        return text(lib.lvol_segment_type(self._p))

    @property
    def start_extents(self) -> int:
        """First extent on the LV."""
        return int(lib.lvol_segment_start_extents(self._p))

    @property
    def size_extents(self) -> int:
        """Number of extents."""
        return int(lib.lvol_segment_size_extents(self._p))

    @property
    def start_bytes(self) -> int:
        """Offset on the LV."""
        return self.start_extents * self._vg.extent_bytes

    @property
    def size_bytes(self) -> int:
        """Size."""
        return self.size_extents * self._vg.extent_bytes

    @property
    def stripe_bytes(self) -> int:
        """Size of a stripe, 0 if it does not stripe."""
        return int(lib.lvol_segment_stripe_bytes(self._p))

    @property
    def region_bytes(self) -> int:
        """Size of a mirror's or raid's region, 0 if it has none."""
        return int(lib.lvol_segment_region_bytes(self._p))

    @property
    def chunk_bytes(self) -> int:
        """Size of a snapshot's, pool's or cache's chunk, 0 if it has none."""
        return int(lib.lvol_segment_chunk_bytes(self._p))

    @property
    def area_count(self) -> int:
        """Number of areas: stripes, mirror legs, raid images."""
        return int(lib.lvol_segment_area_count(self._p))

    @property
    def areas(self) -> tuple[Area, ...]:
        """Where the data lies: stripes, mirror legs, raid images."""
        return self._areas(lib.lvol_segment_area)

    @property
    def meta_areas(self) -> tuple[Area, ...]:
        """The metadata areas of raid."""
        return self._areas(lib.lvol_segment_meta_area)

    def _areas(self, function: Callable[..., bool]) -> tuple[Area, ...]:
        from .lv import LV
        from .pv import PV
        found: list[Area] = []
        out = ffi.new('struct lvol_area *')
        while function(self._p, len(found), out):
            found.append(Area(None if out.pv == NULL else PV(out.pv, self._vg),
                              None if out.lv == NULL else LV(out.lv, self._vg), out.start_extent, out.count_extents))
        return tuple(found)

    def ref(self, key: str) -> Optional[LV]:
        """An LV that the segment stands on or refers to, by the key that the metadata text uses: "origin", "pool",
        "metadata", "thin_pool" ..."""
        from .lv import LV
        p = lib.lvol_segment_ref(self._p, c_string(key))
        return None if p == NULL else LV(p, self._vg)

    def number(self, key: str) -> Optional[int]:
        """A number of the segment, by the key that the metadata text uses and in the text's unit."""
        out = ffi.new('uint64_t *')
        return int(out[0]) if lib.lvol_segment_number(self._p, c_string(key), out) else None

    def text(self, key: str) -> Optional[str]:
        """A word of the segment ("discards", "cache_mode" ...), by the key that the metadata text uses."""
        return optional_text(lib.lvol_segment_text(self._p, c_string(key)))
