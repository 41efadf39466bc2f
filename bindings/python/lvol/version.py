# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library's version and what this build of it can do."""
from __future__ import annotations

from ._call import c_string
from ._ffi import lib, text


def version() -> str:
    """Version of the library in use, such as "0.1.0"."""
    return text(lib.lvol_version())


def version_info() -> tuple[int, int, int]:
    """Version of the library in use: major, minor, patch."""
    number = lib.lvol_version_number()
    return number >> 16, number >> 8 & 0xff, number & 0xff


def has_feature(name: str) -> bool:
    """Whether the library was built with "json", "blkid", "devmapper", "uring", "udev" or "libcrypto". What is missing raises
    NotSupportedError."""
    return bool(lib.lvol_has_feature(c_string(name)))
