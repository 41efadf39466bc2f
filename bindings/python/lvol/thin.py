# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the metadata of a thin pool say: fill, volumes, ranges, differences, and a check."""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator, Optional

from ._call import Options, call, flags
from ._ffi import NULL, ffi, lib, own, text
from .enums import ThinChange, ThinKind, ThinWrong, known
from .error import StateError

if TYPE_CHECKING:
    from .backend import Backend
    from .lv import LV


@dataclass(frozen=True)
class ThinFill:
    """What a pool is like. Sizes in bytes."""

    block_bytes: int
    data_bytes: int
    data_used_bytes: int
    metadata_bytes: int
    metadata_used_bytes: int
    transaction_id: int
    expected_transaction_id: int
    time: int
    needs_check: bool
    has_reserved: bool
    is_reserved: bool


@dataclass(frozen=True)
class ThinOverprovision:
    """How much thin LVs promise and how much there is, in bytes; and whether lvm2 would warn."""

    thin_bytes: int
    pool_bytes: int
    vg_bytes: int
    vg_free_bytes: int
    pools: int
    exceeds_pools: bool
    exceeds_vg: bool
    exceeds_free: bool


def thin_overprovision(lv: LV) -> ThinOverprovision:
    """Of the pool that it is or is in; of all pools of the VG if that one is not enough. Raises InvalidError."""
    out = Options('lvol_thin_overprovision').p
    call(lib.lvol_thin_overprovision, lv._p, out)
    return ThinOverprovision(out.thin_bytes, out.pool_bytes, out.vg_bytes, out.vg_free_bytes, out.pools,
                             bool(out.warnings & lib.LVOL_THIN_WARN_POOL), bool(out.warnings & lib.LVOL_THIN_WARN_VG),
                             bool(out.warnings & lib.LVOL_THIN_WARN_FREE))


@dataclass(frozen=True)
class ThinDevice:
    """A device of a pool, and the LV that it is."""

    id: int
    lv: Optional[LV]
    mapped_bytes: int
    transaction_id: int
    creation_time: int
    snapshot_time: int


@dataclass(frozen=True)
class ThinRange:
    """A range of a thin volume in bytes; place and times only of what is mapped."""

    offset: int
    length: int
    kind: ThinKind | int
    data_offset: int
    time: int
    first_transaction: int
    last_transaction: int


@dataclass(frozen=True)
class ThinDiffRange:
    """A range in which two thin volumes differ."""

    offset: int
    length: int
    change: ThinChange | int


@dataclass(frozen=True)
class ThinFinding:
    """Something that is wrong with a pool's metadata. device is None when it is about none in particular."""

    kind: ThinWrong | int
    device: Optional[int]
    is_data: bool
    block: int
    block_count: int
    message: str


class ThinView:
    """A thin pool's metadata as they are at one moment. Made by LV.thin_view(); use it in a `with` statement."""

    __slots__ = ('_p', '_lv', '_backend')

    def __init__(self, lv: LV, *, backend: Backend | None, reserved: bool, drop_reserved: bool) -> None:
        opts = Options('lvol_thin_view_opts', backend=NULL if backend is None else backend._p,
                       flags=flags(THIN_VIEW_RESERVED=reserved, THIN_VIEW_DROP_RESERVED=drop_reserved))
        out = ffi.new('struct lvol_thin_view **')
        call(lib.lvol_thin_view_open, lv._p, opts.p, out)
        self._p = own(out[0], lib.lvol_thin_view_close, lv._shared.keep, backend)
        self._lv = lv
        self._backend = backend

    def __enter__(self) -> ThinView:
        return self

    def __exit__(self, *exc: Any) -> None:
        self.close()

    def _handle(self) -> Any:
        if self._p is None:
            raise StateError(f'the view of {self._lv.full_name} is closed', self._lv.full_name)
        return self._p

    def close(self) -> None:
        """Give back a metadata snapshot that was reserved, and close; a second time does nothing. Raises IoError; it is
        closed all the same."""
        handle, self._p = self._p, None
        if handle is not None:
            call(lib.lvol_thin_view_release, handle)

    @property
    def fill(self) -> ThinFill:
        """How full the pool is, and in which state."""
        out = Options('lvol_thin_fill').p
        call(lib.lvol_thin_view_fill, self._handle(), out)
        return ThinFill(*(getattr(out, name) for name in ThinFill.__dataclass_fields__))

    def _device(self, c: Any) -> ThinDevice:
        lv = None if c.lv == NULL else self._lv.vg.lv(text(lib.lvol_lv_name(c.lv)))
        return ThinDevice(c.id, lv, c.mapped_bytes, c.transaction_id, c.creation_time, c.snapshot_time)

    def devices(self) -> Iterator[ThinDevice]:
        """All devices in the order of their ids. Raises CorruptError."""
        out = Options('lvol_thin_device').p
        number = 0
        while call(lib.lvol_thin_view_device, self._handle(), number, out):
            yield self._device(out)
            number = out.id + 1

    def device(self, lv: LV) -> ThinDevice:
        """The device that is a thin LV. Raises InvalidError (it is none of this pool), NotFoundError."""
        out = Options('lvol_thin_device').p
        call(lib.lvol_thin_view_lv, self._handle(), lv._p, out)
        return self._device(out)

    def _id(self, which: LV | int) -> int:
        return which if isinstance(which, int) else self.device(which).id

    def exclusive_bytes(self, which: LV | int) -> int:
        """What removing a device (an LV or an id) would free. Raises NotFoundError, CorruptError."""
        out = ffi.new('uint64_t *')
        call(lib.lvol_thin_view_exclusive, self._handle(), self._id(which), out)
        return int(out[0])

    def ranges(self, which: LV | int, offset: int = 0) -> Iterator[ThinRange]:
        """The ranges of a device from @offset to its end: mapped, zero, or in the external origin. Raises NotFoundError,
        CorruptError."""
        out = ffi.new('struct lvol_thin_ranges **')
        view = self._handle()
        call(lib.lvol_thin_ranges_open, view, self._id(which), offset, out)
        ranges = own(out[0], lib.lvol_thin_ranges_close, view)
        c = ffi.new('struct lvol_thin_range *')
        while call(lib.lvol_thin_ranges_next, ranges, c):
            yield ThinRange(c.offset, c.length, known(ThinKind, c.kind), c.data_offset, c.time, c.first_transaction,
                            c.last_transaction)

    def diff(self, left: LV | int, right: LV | int, *, all: bool = False) -> Iterator[ThinDiffRange]:
        """Where two devices differ; with all, also what is the same. Raises NotFoundError, CorruptError."""
        out = ffi.new('struct lvol_thin_diff **')
        view = self._handle()
        ids = ffi.new('uint32_t[2]', [self._id(left), self._id(right)])
        call(lib.lvol_thin_diff_open, view, ids, flags(THIN_DIFF_ALL=all), out)
        diff = own(out[0], lib.lvol_thin_diff_close, view)
        c = ffi.new('struct lvol_thin_diff_range *')
        while call(lib.lvol_thin_diff_next, diff, c):
            yield ThinDiffRange(c.offset, c.length, known(ThinChange, c.change))


class ThinFindings(list):  # type: ignore[type-arg]
    """What is wrong with a pool, a list of ThinFinding; of more than 10,000 it has the first ones."""

    def __init__(self, lv: LV) -> None:
        super().__init__()
        out = ffi.new('struct lvol_thin_findings **')
        call(lib.lvol_thin_check, lv._p, out)
        findings = own(out[0], lib.lvol_thin_findings_free)
        #: How much was found in all.
        self.count = int(lib.lvol_thin_findings_count(findings))
        c = ffi.new('struct lvol_thin_finding *')
        while lib.lvol_thin_findings_get(findings, len(self), c):
            device = None if c.device == lib.LVOL_THIN_NO_DEVICE else int(c.device)
            self.append(ThinFinding(known(ThinWrong, c.kind), device, bool(c.is_data), c.block, c.block_count,
                                    text(c.message)))
