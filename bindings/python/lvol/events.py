# SPDX-License-Identifier: LGPL-2.1-or-later
"""Being told when something happens to an active LV."""
from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Iterator, Optional

from ._call import Options, call
from ._ffi import ffi, lib, own, text
from .backend import Backend
from .enums import EventKind, known
from .error import StateError
from .lv import LV


@dataclass(frozen=True)
class Event:
    """What has happened to which LV; percent is that of EventKind.FILL."""

    kind: EventKind | int
    vg: str
    lv: str
    percent: int


class Events:
    """Events of the LVs that are watched. For select() and asyncio it has a fileno(); when that is readable, iterate.

        with lvol.Backend(ctx) as backend, lvol.Events(backend) as events:
            events.watch(lv)
            loop.add_reader(events, lambda: [print(event) for event in events])
    """

    __slots__ = ('_p', '_backend')

    def __init__(self, backend: Backend, *, fill_percent: Optional[int] = None, look_ms: Optional[int] = None) -> None:
        """fill_percent: EventKind.FILL from here on and at each 5 % more, default 80; look_ms: how often it is looked how
        full snapshots and pools are, default 10000. Raises NotSupportedError: an old kernel."""
        out = ffi.new('struct lvol_events **')
        opts = Options('lvol_events_opts', fill_percent=fill_percent, look_ms=look_ms)
        backend._call(lib.lvol_events_open, opts.p, out)
        self._p = own(out[0], lib.lvol_events_close, backend)
        self._backend = backend

    def __enter__(self) -> Events:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], value: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Watch no more; a second time does nothing."""
        self._p = None

    def _handle(self) -> Any:
        if self._p is None:
            raise StateError('the events are closed')
        return self._p

    def fileno(self) -> int:
        """A file descriptor that polls readable when there may be events."""
        return int(lib.lvol_events_fd(self._handle()))

    def watch(self, lv: LV) -> None:
        """Watch an LV as well. Raises ExistsError."""
        call(lib.lvol_events_watch, self._handle(), lv._p)

    def unwatch(self, lv: LV) -> None:
        """Do not watch an LV any more. Raises NotFoundError."""
        call(lib.lvol_events_unwatch, self._handle(), lv._p)

    def next(self) -> Optional[Event]:
        """What has happened, without waiting; None: nothing more."""
        out = ffi.new('const struct lvol_event **')
        if not self._backend._guard(lib.lvol_events_next, self._handle(), out):
            return None
        event = out[0]
        return Event(known(EventKind, event.kind), text(event.vg), text(event.lv), int(event.percent))

    def __iter__(self) -> Iterator[Event]:
        return iter(self.next, None)
