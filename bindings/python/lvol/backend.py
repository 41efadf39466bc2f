# SPDX-License-Identifier: LGPL-2.1-or-later
"""The kernel's device-mapper: devices from tables, as dmsetup makes them, and LVs as block devices."""
from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Callable, Optional

from ._call import Key, Options, c_string, call, flags, timeout_ms
from ._ffi import NULL, ffi, lib, own, take_text, text
from .ctx import Context
from .error import NotFoundError, StateError
from .lv import LV
from .status import Status
from .table import Table
from .vg import VG


@dataclass(frozen=True)
class Target:
    """A target that the kernel knows, with its version."""

    name: str
    version: tuple[int, int, int]


@dataclass(frozen=True)
class DeviceName:
    """A device, as a list has it."""

    name: str
    uuid: str
    major: int
    minor: int


@dataclass(frozen=True)
class DeviceInfo:
    """What a device is at one moment."""

    name: str
    uuid: str
    is_suspended: bool
    is_read_only: bool
    has_table: bool
    has_inactive_table: bool
    removes_itself: bool
    open_count: int
    event_number: int
    major: int
    minor: int


class Backend:
    """The kernel's device-mapper; needs root. One thread at a time is inside a call, others wait for it.

    A device is known by its name. Calls on a name that no device has raise NotFoundError. Those that change a device
    return when udev has made its nodes, unless sync=False; sync() waits for all of those together.
    """

    def __init__(self, ctx: Context, *, udev_timeout: Optional[float] = None, memory_lock: bool = True) -> None:
        """Open it. ctx: its log function gets the steps; udev_timeout: seconds, default 30, math.inf: without end;
        memory_lock: lock memory while devices are suspended.

        Raises NotSupportedError (no device-mapper in this kernel or this build), PermissionDeniedError.
        """
        self._lock = threading.Lock()
        milliseconds = None if udev_timeout is None else -1 if udev_timeout == math.inf else max(1, int(udev_timeout * 1000))
        opts = Options('lvol_backend_opts', flags=0 if memory_lock else lib.LVOL_BACKEND_NO_MEMORY_LOCK,
                       udev_timeout_ms=milliseconds)
        out = ffi.new('struct lvol_backend **')
        with ctx._shared:
            call(lib.lvol_backend_open, ctx._handle(), opts.p, out)
        self._p: Any = own(out[0], lib.lvol_backend_close, ctx._shared.keep)

    def __enter__(self) -> Backend:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Close; devices stay as they are. A second time does nothing."""
        with self._lock:
            self._p = None

    def _handle(self) -> Any:
        if self._p is None:
            raise StateError('the backend is closed')
        return self._p

    def _call(self, function: Callable[..., int], *args: Any) -> None:
        with self._lock:
            if self._p is None:
                raise StateError('the backend is closed')
            call(function, self._p, *args)

    def _list(self, function: Callable[..., int], struct: str, *args: Any) -> list[Any]:
        """All of a list that may grow while we ask."""
        count, room = ffi.new('size_t *'), 0
        while True:
            found = ffi.new(f'struct {struct}[]', room) if room else NULL
            self._call(function, *args, found, room, count)
            if count[0] <= room:
                return [found[i] for i in range(count[0])]
            room = int(count[0])

    def version(self) -> tuple[int, int, int]:
        """Of the kernel's driver."""
        out = ffi.new('uint32_t[3]')
        self._call(lib.lvol_backend_version, out)
        return out[0], out[1], out[2]

    def targets(self) -> tuple[Target, ...]:
        """Those that the kernel knows now; it loads others when a table asks for them."""
        return tuple(Target(text(t.name), (t.version[0], t.version[1], t.version[2]))
                     for t in self._list(lib.lvol_backend_targets, 'lvol_target'))

    def devices(self, uuid_prefix: Optional[str] = None) -> tuple[DeviceName, ...]:
        """All devices, or those whose uuid begins so."""
        prefix = NULL if uuid_prefix is None else c_string(uuid_prefix)
        return tuple(DeviceName(text(d.name), text(d.uuid), d.major, d.minor)
                     for d in self._list(lib.lvol_backend_devices, 'lvol_device_name', prefix))

    def info(self, name: str) -> DeviceInfo:
        """What the device is now."""
        out = Options('lvol_device_info').p
        self._call(lib.lvol_backend_info, c_string(name), out)
        return self._info(out)

    @staticmethod
    def _info(out: Any) -> DeviceInfo:
        return DeviceInfo(text(out.name), text(out.uuid), bool(out.is_suspended), bool(out.is_read_only),
                          bool(out.has_table), bool(out.has_inactive_table), bool(out.removes_itself),
                          int(out.open_count), int(out.event_number), int(out.major), int(out.minor))

    def table(self, name: str, *, inactive: bool = False) -> Table:
        """Its table; the one that waits if inactive. Raises StateError: it has none."""
        out = ffi.new('struct lvol_table **')
        self._call(lib.lvol_backend_table, c_string(name), flags(DEVICE_INACTIVE=inactive), out)
        return Table.take(out[0])

    def status(self, name: str, *, inactive: bool = False, flush: bool = True) -> str:
        """What its targets say, as `dmsetup status` prints it. flush=False: nothing is written to make it exact."""
        out = ffi.new('char **')
        self._call(lib.lvol_backend_status, c_string(name),
                   flags(DEVICE_INACTIVE=inactive, DEVICE_NO_FLUSH=not flush), out)
        return take_text(out)

    def deps(self, name: str) -> tuple[tuple[int, int], ...]:
        """Major and minor numbers of the devices that it stands on."""
        return tuple((n.major, n.minor)
                     for n in self._list(lib.lvol_backend_deps, 'lvol_device_number', c_string(name)))

    def create(self, name: str, table: Optional[Table] = None, *, uuid: Optional[str] = None, read_only: bool = False,
               minor: Optional[int] = None, udev_flags: int = 0, read_ahead_sectors: Optional[int] = None,
               sync: bool = True) -> None:
        """Make a device; an empty one without a table. If it fails nothing is left.

        Raises ExistsError, InvalidError (the kernel refuses the table and says why), NotSupportedError (a target is
        missing), BusyError.
        """
        opts = Options('lvol_device_create_opts', name=name, uuid=uuid, table=table._p if table else None,
                       flags=flags(DEVICE_READ_ONLY=read_only, DEVICE_NO_SYNC=not sync), number_set=minor is not None,
                       minor=minor, udev_flags=udev_flags, read_ahead_set=read_ahead_sectors is not None,
                       read_ahead_sectors=read_ahead_sectors)
        self._call(lib.lvol_backend_create, opts.p)

    def load(self, name: str, table: Table, *, read_only: bool = False) -> None:
        """Give it a table that waits for resume(). Errors as create()."""
        self._call(lib.lvol_backend_load, c_string(name), table._p, flags(DEVICE_READ_ONLY=read_only))

    def clear(self, name: str) -> None:
        """Forget the table that waits."""
        self._call(lib.lvol_backend_clear, c_string(name))

    def suspend(self, name: str, *, flush: bool = True, freeze: bool = True) -> None:
        """Let requests wait. freeze: the file system on it is made whole first."""
        self._call(lib.lvol_backend_suspend, c_string(name),
                   flags(DEVICE_NO_FLUSH=not flush, DEVICE_NO_FREEZE=not freeze))

    def resume(self, name: str, *, flush: bool = True, freeze: bool = True, sync: bool = True) -> None:
        """Take the table that waits into use, if there is one, and go on."""
        self._call(lib.lvol_backend_resume, c_string(name),
                   flags(DEVICE_NO_FLUSH=not flush, DEVICE_NO_FREEZE=not freeze, DEVICE_NO_SYNC=not sync))

    def rename(self, name: str, new_name: str, *, sync: bool = True) -> None:
        """Give it another name. Raises ExistsError."""
        self._call(lib.lvol_backend_rename, c_string(name), c_string(new_name), flags(DEVICE_NO_SYNC=not sync))

    def remove(self, name: str, *, retry: bool = False, deferred: bool = False, sync: bool = True) -> None:
        """Remove it. retry: while it is open, try for up to 5 s; deferred: when it is closed, if not now.

        Raises BusyError.
        """
        self._call(lib.lvol_backend_remove, c_string(name),
                   flags(DEVICE_REMOVE_RETRY=retry, DEVICE_REMOVE_DEFERRED=deferred, DEVICE_NO_SYNC=not sync))

    def message(self, name: str, message: str, *, sector: int = 0) -> str:
        """Send a message to the target at that sector; its reply, which mostly is empty. Raises InvalidError."""
        out = ffi.new('char **')
        self._call(lib.lvol_backend_message, c_string(name), sector, c_string(message), out)
        return take_text(out)

    def wait(self, name: str, event_number: int, timeout: float = math.inf) -> int:
        """Wait until there was an event after that one, or for so many seconds; the event number then."""
        out = ffi.new('uint32_t *')
        self._call(lib.lvol_backend_wait, c_string(name), event_number, timeout_ms(timeout), out)
        return int(out[0])

    def sync(self) -> None:
        """Wait for udev after calls with sync=False. Raises IoError (ETIMEDOUT)."""
        self._call(lib.lvol_backend_sync)

    # --- LVs ---

    def _call_on(self, function: Callable[..., int], handle: Any, *args: Any) -> None:
        with self._lock:
            if self._p is None:
                raise StateError('the backend is closed')
            call(function, handle, self._p, *args)

    def _guard(self, function: Callable[..., int], *args: Any) -> int:
        """Of a handle that stands on the backend."""
        with self._lock:
            if self._p is None:
                raise StateError('the backend is closed')
            return call(function, *args)

    def _call_with(self, function: Callable[..., int], handle: Any, opts: Any, out: Any) -> None:
        """With options that take the backend."""
        with self._lock:
            if self._p is None:
                raise StateError('the backend is closed')
            opts.backend = self._p
            call(function, handle, opts, out)

    def activate(self, what: LV | VG, *, read_only: bool = False, partial: bool = False, complete: bool = False,
                 skipped: bool = False, auto: bool = False) -> None:
        """Make the devices of an LV, or of all LVs of a VG, as lvm2 does. Not while a transaction on the VG is open.

        read_only: nothing can be written through them
        partial:   although PVs are missing; complete: only with all PVs; default: a raid may lack what it can do without
        skipped:   LVs too that say that activation shall skip them
        auto:      of a VG: only LVs that are activated when the system starts

        Raises StateError (activation skips it), MissingPvError, ExportedError, ForeignError, InvalidError (a hidden part
        of another LV), ConflictError (it has changed since it was read), BusyError (open in user space), ExistsError,
        NotSupportedError, LockedError.
        """
        self._call_on(lib.lvol_vg_activate if isinstance(what, VG) else lib.lvol_lv_activate, what._p, flags(
            ACTIVATE_READ_ONLY=read_only, ACTIVATE_PARTIAL=partial, ACTIVATE_COMPLETE=complete,
            ACTIVATE_SKIPPED=skipped, ACTIVATE_AUTO=auto))

    def deactivate(self, what: LV | VG, *, retry: bool = True, deferred: bool = False) -> None:
        """Remove the devices of an LV, or of all LVs of a VG. retry, deferred: as remove(). Raises BusyError."""
        self._call_on(lib.lvol_vg_deactivate if isinstance(what, VG) else lib.lvol_lv_deactivate, what._p,
                      flags(DEACTIVATE_NO_RETRY=not retry, DEACTIVATE_DEFERRED=deferred))

    def refresh(self, lv: LV, *, read_only: bool = False, partial: bool = False, complete: bool = False) -> None:
        """Load the tables of an active LV anew. Raises ConflictError (it is not active), and as activate()."""
        self._call_on(lib.lvol_lv_refresh, lv._p, flags(
            ACTIVATE_READ_ONLY=read_only, ACTIVATE_PARTIAL=partial, ACTIVATE_COMPLETE=complete))

    def lv_status(self, lv: LV) -> Status:
        """What the targets of an active LV say: the lines of its device, and of the layer behind it. Raises
        NotFoundError: it is not active."""
        out = ffi.new('struct lvol_status **')
        self._call_on(lib.lvol_lv_status, lv._p, out)
        return Status.take(out[0])

    def autoextend(self, ctx: Context, lv: LV, *, threshold_percent: int, grow_percent: Optional[int] = None) -> bool:
        """Extend an active snapshot or thin pool that is fuller than the threshold (50 to 100) by grow_percent of its size
        (default 20), in a transaction of its own on ctx, where it was read; whether it was extended. Raises
        NotFoundError (it is not active), InvalidError (neither a snapshot nor a thin pool), and as
        Transaction.lv_resize() and commit()."""
        opts = Options('lvol_autoextend_opts', threshold_percent=threshold_percent, grow_percent=grow_percent)
        with ctx._shared, self._lock:
            if self._p is None:
                raise StateError('the backend is closed')
            return call(lib.lvol_lv_autoextend, lv._p, ctx._handle(), self._p, opts.p) == 1

    def device(self, lv: LV) -> Optional[DeviceInfo]:
        """What the device of an LV is now; None: it is not active."""
        out = Options('lvol_device_info').p
        try:
            self._call_on(lib.lvol_lv_device, lv._p, out)
        except NotFoundError:
            return None
        return self._info(out)

    # --- LUKS ---

    def luks_activate(self, lv: LV, key: bytes | bytearray | str, name: Optional[str] = None, *, read_only: bool = False,
                      allow_discards: bool = False) -> None:
        """Make a device of the LUKS volume on an active LV: /dev/mapper/NAME, by default "luks-" and its uuid.

        Raises NotFoundError (the LV is not active), PermissionDeniedError (the key opens no key slot), CorruptError (there is no
        LUKS volume), ExistsError, BusyError.
        """
        keep = Key(key)
        opts = Options('lvol_luks_activate_opts', name=name,
                       flags=flags(LUKS_READ_ONLY=read_only, LUKS_ALLOW_DISCARDS=allow_discards))
        self._call_on(lib.lvol_luks_activate, lv._p, keep.p, opts.p)

    def luks_deactivate(self, name: str) -> None:
        """Remove such a device. Raises NotFoundError, BusyError."""
        self._call(lib.lvol_luks_deactivate, c_string(name))

    def luks_resize(self, name: str, size_bytes: int = 0, key: bytes | bytearray | str | None = None) -> None:
        """Fit such a device to its LV, or to a number of bytes of content. A LUKS2 volume needs its key for that.

        Raises NotFoundError, PermissionDeniedError.
        """
        keep = None if key is None else Key(key)
        self._call(lib.lvol_luks_resize, c_string(name), size_bytes, keep.p if keep else NULL)
