# SPDX-License-Identifier: LGPL-2.1-or-later
"""The C library, and its strings."""
from __future__ import annotations

from typing import Any, Callable, Iterator, Optional

from . import _lvol

ffi: Any = _lvol.ffi
lib: Any = _lvol.lib
NULL: Any = ffi.NULL

# Names on disk are ASCII, paths are bytes: what is no UTF-8 survives the way here and back.
_ENCODING = ('utf-8', 'surrogateescape')


def text(chars: Any) -> str:
    """A C string, which must not be NULL."""
    return str(ffi.string(chars), *_ENCODING)


def optional_text(chars: Any) -> Optional[str]:
    """A C string, None for NULL."""
    return None if chars == NULL else text(chars)


def encode(string: str | bytes) -> bytes:
    """Bytes of a string for C, without the NUL."""
    return string if isinstance(string, bytes) else string.encode(*_ENCODING)


def take_text(out: Any) -> str:
    """The string that a call gave to the caller through a char **; it is freed."""
    try:
        return text(out[0])
    finally:
        lib.lvol_string_free(out[0])


def uuid(function: Callable[..., Any], handle: Any) -> str:
    """A UUID from a getter that writes it into 39 characters."""
    out = ffi.new('char[39]')
    function(handle, out)
    return text(out)


def strings(function: Callable[..., Any], handle: Any) -> tuple[str, ...]:
    """All strings of a getter that counts up to a NULL."""
    found: list[str] = []
    while True:
        chars = function(handle, len(found))
        if chars == NULL:
            return tuple(found)
        found.append(text(chars))


def chain(first: Any, following: Callable[..., Any]) -> Iterator[Any]:
    """The pointers of a list that ends with NULL."""
    while first != NULL:
        yield first
        first = following(first)


def own(pointer: Any, free: Callable[..., None], *keep: Any) -> Any:
    """A pointer that is freed with its last reference, and only then lets go of @keep."""
    if not keep:
        return ffi.gc(pointer, free)

    def drop(dying: Any, keep: tuple[Any, ...] = keep) -> None:
        free(dying)

    return ffi.gc(pointer, drop)
