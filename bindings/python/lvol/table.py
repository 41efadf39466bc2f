# SPDX-License-Identifier: LGPL-2.1-or-later
"""Device-mapper tables: what a device consists of, a line for each range."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._call import c_string, call
from ._ffi import ffi, lib, own, text


@dataclass(frozen=True)
class TableLine:
    """A range of a device, in sectors of 512 bytes, its target and the target's arguments."""

    start_sectors: int
    length_sectors: int
    target: str
    arguments: str


class Table:
    """A table, from text as `dmsetup table` prints it: Table('0 8192 linear 8:16 2048'). It never changes."""

    __slots__ = ('_p', 'lines')

    def __init__(self, lines: str) -> None:
        """Raises InvalidError: a line is not "START LENGTH TARGET ARGUMENT...", or leaves a gap."""
        out = ffi.new('struct lvol_table **')
        call(lib.lvol_table_new, c_string(lines), out)
        self._fill(out[0])

    @classmethod
    def take(cls, p: Any) -> Table:
        """Of a C handle, which is owned from now on."""
        self = cls.__new__(cls)
        self._fill(p)
        return self

    def _fill(self, p: Any) -> None:
        self._p = own(p, lib.lvol_table_free)
        #: The lines in order.
        self.lines: tuple[TableLine, ...] = tuple(map(self._line, range(lib.lvol_table_line_count(self._p))))

    def _line(self, i: int) -> TableLine:
        out = ffi.new('struct lvol_table_line *')
        lib.lvol_table_line(self._p, i, out)
        return TableLine(int(out.start_sectors), int(out.length_sectors), text(out.target), text(out.arguments))

    def __repr__(self) -> str:
        return f'<lvol.Table {str(self).rstrip()!r}>'

    def __str__(self) -> str:
        return text(lib.lvol_table_text(self._p))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    @property
    def size_sectors(self) -> int:
        """Size of a device with this table."""
        return int(lib.lvol_table_size_sectors(self._p))
