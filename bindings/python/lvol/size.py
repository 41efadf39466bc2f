# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sizes of LVs: a number of bytes, Extents or a Percent."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

from .enums import PercentOf, member
from .error import InvalidError


@dataclass(frozen=True)
class Extents:
    """A size in extents of the VG."""

    count: int


@dataclass(frozen=True)
class Percent:
    """A share, rounded down to what fits: of "vg", "free" or "pvs", see PercentOf."""

    percent: int
    of: PercentOf | str = PercentOf.VG


Size = Union[int, Extents, Percent]


def set_size(out: Any, size: Size) -> None:
    """Fill in a struct lvol_size."""
    try:
        if isinstance(size, Extents):
            out.extents = size.count
        elif isinstance(size, Percent):
            out.percent = size.percent
            out.percent_of = member(PercentOf, size.of)
        else:
            out.bytes = size
    except OverflowError:
        raise InvalidError(f'a size cannot be {size}') from None
