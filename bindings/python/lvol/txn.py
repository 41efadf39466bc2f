# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transactions: any number of changes to PVs, VGs and LVs that happen together or not at all."""
from __future__ import annotations

import threading
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Optional, Sequence

from ._call import Options, Strings, c_string, call
from ._ffi import NULL, ffi, lib, own, text
from ._shared import Shared, check_same
from .enums import ChangeKind, known
from .error import StateError
from .txn_cache import CacheOperations
from .txn_layer import LayerOperations
from .txn_lv import LvOperations
from .txn_move import MoveOperations
from .txn_pv import PvOperations
from .txn_raid import RaidOperations
from .txn_thin import ThinOperations
from .txn_vg import VgOperations
from .vg import VG

if TYPE_CHECKING:
    from .backend import Backend
    from .ctx import Context


@dataclass(frozen=True)
class Change:
    """One entry of the list of changes.

    object:  "pv", "vg" or "lv"
    subject: device, "vg" or "vg/lv"
    text:    what happens, for people: "create LV of 1.00 GiB, linear"
    """

    kind: ChangeKind | int
    object: str
    subject: str
    text: str


class Transaction(VgOperations, PvOperations, LvOperations, RaidOperations, ThinOperations, CacheOperations, LayerOperations, MoveOperations):
    """Changes that are made together. Made by Context.begin().

    As a context manager it commits at the end of the `with` block, or aborts when that is left by an exception. An
    operation lvol_lv_create(txn, ...) of the C interface is the method lv_create(...); one that fails leaves the
    transaction as it was. It belongs to the thread that began it: others get a StateError.

    LVs are named "vg/lv", or just "lv" when the transaction holds one VG; VG, PV and LV objects do as well.
    """

    def __init__(self, ctx: Context, vgs: Sequence[str | VG], unchanged: Sequence[VG], timeout: Optional[int],
                 backend: Optional[Backend], bits: int) -> None:
        shared = self._shared = ctx._shared
        self._thread = threading.get_ident()
        names = Strings([self._vg_name(vg) for vg in vgs])
        for vg in unchanged:
            check_same(shared, vg)
        handles = ffi.new('const struct lvol_vg *[]', [*(vg._p for vg in unchanged), NULL])
        self._backend = backend
        opts = Options('lvol_txn_opts', flags=bits, lock_timeout_ms=timeout, unchanged=handles,
                       backend=backend._handle() if backend else None)
        out = ffi.new('struct lvol_txn **')
        with shared:
            call(lib.lvol_txn_begin, ctx._handle(), names.p, opts.p, out)
        self._p = own(out[0], _Drop(shared))

    def __enter__(self) -> Transaction:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        if kind is not None:
            self.abort()
        elif not self._is_over:
            self.commit()

    _is_over = False

    def _check(self) -> Any:
        """Everything begins with it."""
        if threading.get_ident() != self._thread:
            raise StateError('the transaction belongs to the thread that began it')
        return self._p

    def _call(self, function: Callable[..., int], *args: Any) -> int:
        with self._shared:
            return call(function, self._check(), *args)

    def commit(self) -> None:
        """Write it all: one new metadata version for each VG that changed, nothing when nothing changed. After success
        or failure the transaction is over.

        Raises CorruptError (the result breaks a rule of the metadata; nothing was written), NoSpaceError and IoError
        (undone, or the message says what is left behind), ConflictError (somebody wrote the VG in spite of the lock;
        nothing was written), StateError (it is over already).
        """
        self._check()
        self._is_over = True
        self._call(lib.lvol_txn_commit)

    def abort(self) -> None:
        """Give up what was not committed, and the locks; a second time does nothing."""
        with self._shared:
            lib.lvol_txn_abort(self._check())
        self._is_over = True

    def preview(self, name: Optional[str] = None) -> VG:
        """A VG as it would be after the commit, with the next seqno; on no disk. @name may be None when the transaction
        holds one VG. Raises NotFoundError, StateError."""
        return self._vg(lib.lvol_txn_preview, name)

    def result(self, name: Optional[str] = None) -> VG:
        """After commit(): the VG as it was written; as preview()."""
        return self._vg(lib.lvol_txn_result, name)

    def _vg(self, function: Callable[..., int], name: Optional[str]) -> VG:
        out = ffi.new('struct lvol_vg **')
        self._call(function, NULL if name is None else c_string(name), out)
        return VG.take(out[0], self._shared)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the transaction would change so far, in order of the operations."""
        out = ffi.new('struct lvol_changes **')
        self._call(lib.lvol_txn_changes, out)
        changes = own(out[0], lib.lvol_changes_free)
        change = ffi.new('struct lvol_change *')
        found: list[Change] = []
        while lib.lvol_changes_get(changes, len(found), change):
            found.append(Change(known(ChangeKind, change.kind), text(change.object), text(change.subject),
                                text(change.text)))
        return tuple(found)


class _Drop:
    """Frees a transaction, which works on its context, when nobody else does."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def __call__(self, p: Any) -> None:
        self._shared.drop(lib.lvol_txn_free, p)
