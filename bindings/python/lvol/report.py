# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reports in lvm2's words: rows of fields as text, and JSON in the shape of --reportformat json."""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator, Sequence

from ._call import Options, call, flags
from ._ffi import ffi, lib, own, take_text, text
from .enums import ReportKind, member

if TYPE_CHECKING:
    from .backend import Backend
    from .scan import Scan


@dataclass(frozen=True)
class Column:
    """A column: field name ("lv_name"), heading as lvm2 prints it ("LV"), alignment."""

    name: str
    heading: str
    is_right_aligned: bool


class Report(Sequence[dict]):  # type: ignore[type-arg]
    """Rows, each a dict of field name and text. Made by Scan.report()."""

    __slots__ = ('_p', 'columns')

    def __init__(self, scan: Scan, kind: ReportKind | str, *, names: Sequence[str] | None, all: bool, suffix: bool,
                 history: bool, backend: Backend | None, **texts: str | None) -> None:
        opts = Options('lvol_report_opts', kind=member(ReportKind, kind), names=names,
                       flags=flags(REPORT_ALL=all, REPORT_NO_SUFFIX=not suffix, REPORT_HISTORY=history), **texts)
        out = ffi.new('struct lvol_report **')
        if backend:
            backend._call_with(lib.lvol_report_new, scan._p, opts.p, out)
        else:
            call(lib.lvol_report_new, scan._p, opts.p, out)
        self._p = own(out[0], lib.lvol_report_free, scan._shared.keep)
        #: The columns from left to right.
        self.columns: tuple[Column, ...] = tuple(map(self._column, range(lib.lvol_report_column_count(self._p))))

    def _column(self, i: int) -> Column:
        return Column(text(lib.lvol_report_column_name(self._p, i)), text(lib.lvol_report_column_heading(self._p, i)),
                      bool(lib.lvol_report_column_is_right_aligned(self._p, i)))

    def __len__(self) -> int:
        return int(lib.lvol_report_row_count(self._p))

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        number = row + len(self) if row < 0 else row
        if not 0 <= number < len(self):
            raise IndexError(f'row {row} of {len(self)}')
        return {column.name: text(lib.lvol_report_cell(self._p, number, i)) for i, column in enumerate(self.columns)}

    def json(self) -> str:
        """This report alone, as report_json()."""
        return report_json([self])


def report_json(reports: Sequence[Report]) -> str:
    """Reports as one JSON text: {"report": [{"lv": [{"lv_name": "root", ...}]}]}. Raises NotSupportedError (built
    without json-c)."""
    array = ffi.new('const struct lvol_report *[]', [report._p for report in reports])
    out = ffi.new('char **')
    call(lib.lvol_report_json, array, len(reports), out)
    return take_text(out)


def report_fields(kind: ReportKind | str) -> Iterator[tuple[str, str]]:
    """The fields of a kind of report in lvm2's order: name and description."""
    number = member(ReportKind, kind)
    name, description = ffi.new('const char **'), ffi.new('const char **')
    i = 0
    while lib.lvol_report_field(number, i, name, description):
        yield text(name[0]), text(description[0])
        i += 1
