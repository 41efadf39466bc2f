# SPDX-License-Identifier: LGPL-2.1-or-later
"""Contexts: a set of devices and the way to work on them."""
from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, Any, Optional, Sequence, Union

from . import _callbacks
from ._call import Options, c_string, call, flags, timeout_ms
from ._ffi import NULL, chain, encode, ffi, lib, own
from ._shared import Shared
from .dev import Dev
from .device import Device
from .enums import JobKind, LogLevel, member
from .error import NotFoundError, StateError
from .job import Job
from .lv import LV
from .scan import Scan
from .txn import Transaction
from .vg import VG

if TYPE_CHECKING:
    from .backend import Backend

Path = Union[str, bytes, 'os.PathLike[Any]']


class Context:
    """A set of devices. Two contexts share nothing. One thread at a time is inside a call; others wait for it.

    What was read through a context (VGs, LVs, scans, open LVs) stays usable after close(), and keeps the devices open.
    """

    def __init__(self, *paths: Path, read_only: bool = False, seed: Optional[int] = None,
                 time: Optional[int] = None, system_config: bool = True, locking: bool = True,
                 lock_timeout: Optional[float] = None, system_dir: Optional[Path] = None,
                 locking_dir: Optional[Path] = None, host_name: Optional[str] = None,
                 system_id: Optional[str] = None, description: Optional[str] = None,
                 log: Optional[_callbacks.LogFunction] = None, log_level: LogLevel | str = LogLevel.ERROR) -> None:
        """Make a context with the devices @paths, as add_path() does.

        read_only:     nothing is opened for writing, no transaction can begin
        seed, time:    UUIDs from this number, every change at this Unix time: for reproducible images
        system_config: read lvm.conf and the devices file of system_dir (default $LVM_SYSTEM_DIR, then /etc/lvm)
        locking:       False takes no lock that another program could see
        lock_timeout:  seconds; default 10, 0: do not wait, math.inf: without end
        locking_dir:   lvm2's lock files; default what lvm.conf says
        host_name, system_id, description: what is written into the metadata
        log:           called as log(level, subject, message) up to log_level, by the thread that makes the call

        Raises CorruptError (lvm.conf; the message has the line) and what add_path() raises.
        """
        self._shared = Shared()
        log_handle = None
        if log is not None:
            log_handle = ffi.new_handle(log)
            self._shared.keep += [log, log_handle]
        opts = Options(
            'lvol_ctx_opts', seed=seed, time_seconds=time, lock_timeout_ms=timeout_ms(lock_timeout),
            flags=flags(CTX_READ_ONLY=read_only, CTX_SEEDED=seed is not None, CTX_FIXED_TIME=time is not None,
                        CTX_NO_SYSTEM_CONFIG=not system_config, CTX_NO_LOCKING=not locking),
            system_dir=system_dir, locking_dir=locking_dir, host_name=host_name, system_id=system_id,
            description=description, log_level=member(LogLevel, log_level), log_arg=log_handle,
            log=None if log is None else lib.lvol_py_log)
        out = ffi.new('struct lvol_ctx **')
        call(lib.lvol_ctx_new, opts.p, out)
        self._p: Any = own(out[0], lib.lvol_ctx_unref, self._shared.keep)
        try:
            for path in paths:
                self.add_path(path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Context:
        self._handle()
        return self

    def __exit__(self, kind: Optional[type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Give up the context; a second time does nothing. Devices close when nothing uses them any more."""
        self._p = None
        self._shared = Shared()  # what was read through it has the old one, and with it memory and devices

    def _handle(self) -> Any:
        if self._p is None:
            raise StateError('the context is closed; make a new one')
        return self._p

    def _dev(self, p: Any) -> Dev:
        return Dev(p, self._p, self._shared)

    def add_path(self, path: Path, *, read_only: bool = False) -> Dev:
        """Add an image file or block device. The same file twice is the same device; a file that may only be read is
        opened read-only. Raises NotFoundError, PermissionDeniedError, InvalidError (neither file nor block device, or
        empty)."""
        out = ffi.new('const struct lvol_dev **')
        with self._shared:
            call(lib.lvol_ctx_add_path, self._handle(), c_string(path), flags(DEV_READ_ONLY=read_only), out)
        return self._dev(out[0])

    def add_fd(self, fd: Any, name: str, *, read_only: bool = False) -> Dev:
        """Add an open file (a descriptor, or an object with fileno()), which is duplicated. Raises InvalidError."""
        out = ffi.new('const struct lvol_dev **')
        number = fd if isinstance(fd, int) else fd.fileno()
        with self._shared:
            call(lib.lvol_ctx_add_fd, self._handle(), number, c_string(name), flags(DEV_READ_ONLY=read_only), out)
        return self._dev(out[0])

    def add_memory(self, name: str, memory: Any, *, logical_block_bytes: int = 512, read_only: bool = False) -> Dev:
        """Add memory as a device: a writable buffer (bytearray, mmap ...; one that is read-only needs read_only), which
        is used in place, or a number of bytes that the library allocates. Raises InvalidError."""
        buffer, size = None, memory
        if not isinstance(memory, int):
            buffer = ffi.from_buffer('char[]', memory, require_writable=not read_only)
            size = len(buffer)
        opts = Options('lvol_memory', data=buffer, size_bytes=size, logical_block_bytes=logical_block_bytes,
                       flags=flags(DEV_READ_ONLY=read_only))
        out = ffi.new('const struct lvol_dev **')
        with self._shared:
            call(lib.lvol_ctx_add_memory, self._handle(), c_string(name), opts.p, out)
        self._shared.keep.append(buffer)
        return self._dev(out[0])

    def add_device(self, device: Device, name: str) -> Dev:
        """Add a device written in Python. Raises InvalidError (its sizes; the name is taken)."""
        handle = _callbacks.DeviceHandle(device)
        out = ffi.new('const struct lvol_dev **')
        with self._shared:
            call(lib.lvol_ctx_add_ops, self._handle(), c_string(name), _callbacks.device_ops(device), handle.c, out)
            handle.hold()
        self._shared.keep.append(handle)
        return self._dev(out[0])

    def add_system(self) -> None:
        """Add the block devices of this system that lvm.conf lets lvm2 see. Raises CorruptError."""
        with self._shared:
            call(lib.lvol_ctx_add_system, self._handle())

    @property
    def devices(self) -> tuple[Dev, ...]:
        """The devices in the order of adding."""
        with self._shared:
            return tuple(map(self._dev, chain(lib.lvol_dev_first(self._handle()), lib.lvol_dev_next)))

    def device(self, name: Path) -> Dev:
        """The device of that path or name. Raises NotFoundError."""
        with self._shared:
            p = lib.lvol_dev_find(self._handle(), c_string(name))
        if p == NULL:
            raise NotFoundError(f'no device of the context is called {os.fsdecode(name)}', os.fsdecode(name))
        return self._dev(p)

    def scan(self) -> Scan:
        """Look at every device. Damage becomes problems, not an error."""
        out = ffi.new('struct lvol_scan **')
        with self._shared:
            call(lib.lvol_scan_new, self._handle(), out)
        return Scan(own(out[0], lib.lvol_scan_free, self._shared.keep), self._shared)

    def vg(self, name: str) -> VG:
        """Read the VG of that name or UUID. Raises NotFoundError, DuplicateError, CorruptError, IoError."""
        out = ffi.new('struct lvol_vg **')
        with self._shared:
            call(lib.lvol_vg_open, self._handle(), c_string(name), out)
        return VG.take(out[0], self._shared)

    def vg_from_text(self, text: str | bytes) -> VG:
        """Read a VG from metadata text, as VG.export_text() and vgcfgbackup give it. Raises CorruptError."""
        data = encode(text)
        out = ffi.new('struct lvol_vg **')
        with self._shared:
            call(lib.lvol_vg_open_text, self._handle(), data, len(data), out)
        return VG.take(out[0], self._shared)

    def job(self, lv: str | LV, kind: JobKind | str = JobKind.PENDING, backend: Optional[Backend] = None) -> Job:
        """Begin long work on an LV ("vg/lv"), or take it up where it was left; by default what it waits for.

        backend: what is active there the kernel works on, and the job looks how far it is; without, that is a BusyError

        Raises NotFoundError, StateError (there is no such work), NotSupportedError (LVs of its type have none), BusyError (it is
        active in the kernel, or in use by another program or context), MissingPvError, ReadOnlyError, CorruptError.
        """
        return Job(self, lv if isinstance(lv, str) else lv.full_name, kind, backend)

    def begin(self, *vgs: str | VG, unchanged: Sequence[VG] = (), lock_timeout: Optional[float] = None,
              backend: Optional[Backend] = None, activate_new: bool = False, activate_skipped: bool = False,
              allow_exported: bool = False, allow_partial: bool = False, allow_foreign: bool = False,
              allow_absent: bool = False, allow_damaged: bool = False) -> Transaction:
        """Begin a transaction on VGs (names, UUIDs or VG objects; none for one that only makes PVs or new VGs). Use it
        in a `with` statement: committed at its end, aborted by an exception.

        unchanged:    VGs that must still be as they were read, else ConflictError
        lock_timeout: seconds, as of the context
        backend:      the commit changes LVs that are active too; without one it raises BusyError if it would have to. Until
                      the transaction is over it is used by nobody else
        activate_new: the commit activates new LVs, but for those that activation skips; activate_skipped: those too
        allow_*:      begin although a VG is exported, has missing PVs, is another system's, is not there, or breaks a
                      rule of the metadata (for vg_restore() and vg_remove())

        Raises NotFoundError, LockedError, ConflictError; ExportedError, ForeignError, MissingPvError, ReadOnlyError,
        CorruptError, DuplicateError or NotSupportedError when a VG cannot be written as it is.
        """
        return Transaction(self, vgs, unchanged, timeout_ms(lock_timeout), backend, flags(
            TXN_ACTIVATE_NEW=activate_new, TXN_ACTIVATE_SKIPPED=activate_skipped, TXN_ALLOW_EXPORTED=allow_exported, TXN_ALLOW_PARTIAL=allow_partial, TXN_ALLOW_FOREIGN=allow_foreign,
            TXN_ALLOW_ABSENT=allow_absent, TXN_ALLOW_DAMAGED=allow_damaged))
