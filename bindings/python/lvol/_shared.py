# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a context shares with everything that was read through it."""
from __future__ import annotations

import threading
from collections import deque
from typing import Any, Callable

from .error import StateError


class Shared:
    """One thread at a time works on a context and its transactions: `with shared:` is its turn, others wait.

    keep: Python objects that the library points at: memory of devices, the log function. Every handle holds them.
    """

    def __init__(self) -> None:
        self.keep: list[Any] = []
        self._lock = threading.Lock()
        self._owner = 0
        self._dropped: deque[tuple[Callable[..., None], Any]] = deque()

    def __enter__(self) -> None:
        if self._owner == threading.get_ident():
            raise StateError('the context is in a call already: a callback may not use it')
        self._lock.acquire()
        self._owner = threading.get_ident()

    def __exit__(self, *_: object) -> None:
        self._free_dropped()
        self._owner = 0
        self._lock.release()

    def _free_dropped(self) -> None:
        while self._dropped:
            free, pointer = self._dropped.popleft()
            free(pointer)

    def drop(self, free: Callable[..., None], pointer: Any) -> None:
        """Free what is part of the context's state: now, or when the call under way is over. Never waits, so that
        the garbage collector may call it at any time."""
        self._dropped.append((free, pointer))
        while self._dropped and self._lock.acquire(blocking=False):
            self._free_dropped()
            self._lock.release()


def check_same(shared: Shared, other: Any) -> None:
    """Refuse a handle that was read through another context."""
    if other._shared is not shared:
        raise StateError(f'{other!r} was read through another context')
