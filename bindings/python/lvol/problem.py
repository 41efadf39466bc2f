# SPDX-License-Identifier: LGPL-2.1-or-later
"""Findings about VGs and devices."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from ._ffi import ffi, text
from .enums import ProblemCode, known


@dataclass(frozen=True)
class Problem:
    """What a reader should know although the VG or device could be read.

    blocks_writing: no transaction on this VG before it is mended
    subject:        device, VG or LV
    """

    code: ProblemCode | int
    blocks_writing: bool
    subject: str
    message: str


def problems(function: Callable[..., bool], handle: Any) -> tuple[Problem, ...]:
    """All problems of a VG or scan."""
    found: list[Problem] = []
    out = ffi.new('struct lvol_problem *')
    while function(handle, len(found), out):
        found.append(Problem(known(ProblemCode, out.code), bool(out.blocks_writing), text(out.subject),
                             text(out.message)))
    return tuple(found)
