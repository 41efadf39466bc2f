# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the targets of devices say of themselves while they work."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

from ._call import c_string, call
from ._ffi import NULL, ffi, lib, own, text
from .enums import ThinPoolMode

_SAYING = ('snapshot', 'thin_pool', 'thin', 'raid', 'mirror', 'cache', 'writecache', 'integrity')


@dataclass(frozen=True)
class StatusLine:
    """What one line of a table says. kind is "snapshot", "thin_pool", "thin", "raid", "mirror", "cache", "writecache" or
    "integrity", and values what lvol/status.h has for that kind, by name; None and empty for what says nothing."""

    device: str
    start_sectors: int
    length_sectors: int
    target: str
    text: str
    kind: Optional[str] = None
    values: Mapping[str, Any] = field(default_factory=dict)


def _value(name: str, kind: Any, value: Any) -> Any:
    if kind.kind == 'enum':
        return ThinPoolMode(value)
    if kind.kind == 'primitive':
        return value.decode() if kind.cname == 'char' else bool(value) if kind.cname == '_Bool' else int(value)
    if name != 'settings':
        return text(value)
    words = []
    while value[len(words)] != NULL:
        words.append(text(value[len(words)]))
    return dict(zip(words[::2], words[1::2]))


def _line(line: Any) -> StatusLine:
    said: tuple[Any, ...] = ()
    for kind in _SAYING:
        what = getattr(line, kind)
        if what != NULL:
            fields = ffi.typeof(what).item.fields
            said = (kind, {name: _value(name, of.type, getattr(what, name)) for name, of in fields})
    return StatusLine(text(line.device), int(line.start_sectors), int(line.length_sectors), text(line.target),
                      text(line.text), *said)


class Status:
    """The lines of a device, from text as `dmsetup status` prints it; of an LV, see LV.open().status() and
    Backend.lv_status(). It never changes."""

    __slots__ = ('lines',)

    def __init__(self, lines: str) -> None:
        """Raises InvalidError: a line is none, or not what its target says."""
        out = ffi.new('struct lvol_status **')
        call(lib.lvol_status_new, c_string(lines), out)
        self._fill(out[0])

    @classmethod
    def take(cls, p: Any) -> Status:
        """Of a C handle, which is owned from now on."""
        self = cls.__new__(cls)
        self._fill(p)
        return self

    def _fill(self, p: Any) -> None:
        handle = own(p, lib.lvol_status_free)
        #: The lines in order.
        self.lines: tuple[StatusLine, ...] = tuple(
            _line(lib.lvol_status_line(handle, i)) for i in range(lib.lvol_status_line_count(handle)))

    def first(self, kind: str) -> Optional[Mapping[str, Any]]:
        """The values of the first line of that kind; None: there is none."""
        return next((line.values for line in self.lines if line.kind == kind), None)

    def __repr__(self) -> str:
        return f'<lvol.Status of {len(self.lines)} lines>'
