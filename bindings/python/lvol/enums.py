# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library's enumerations."""
from __future__ import annotations

import enum
from typing import Any, TypeVar

from ._ffi import lib
from .error import InvalidError


class Alloc(enum.IntEnum):
    """Allocation policies, in the words of lvm2."""

    INHERIT = lib.LVOL_ALLOC_INHERIT
    CONTIGUOUS = lib.LVOL_ALLOC_CONTIGUOUS
    CLING = lib.LVOL_ALLOC_CLING
    NORMAL = lib.LVOL_ALLOC_NORMAL
    ANYWHERE = lib.LVOL_ALLOC_ANYWHERE


class MirrorLog(enum.IntEnum):
    """Where a mirror keeps which regions are in sync."""

    DEFAULT = lib.LVOL_MIRROR_LOG_DEFAULT
    DISK = lib.LVOL_MIRROR_LOG_DISK
    CORE = lib.LVOL_MIRROR_LOG_CORE


class IntegrityMode(enum.IntEnum):
    """How data and checksums are kept from differing after a crash."""

    DEFAULT = lib.LVOL_INTEGRITY_MODE_DEFAULT
    JOURNAL = lib.LVOL_INTEGRITY_JOURNAL
    BITMAP = lib.LVOL_INTEGRITY_BITMAP


class LogLevel(enum.IntEnum):
    """Levels of messages for the log function of a context."""

    ERROR = lib.LVOL_LOG_ERROR
    WARNING = lib.LVOL_LOG_WARNING
    NOTICE = lib.LVOL_LOG_NOTICE
    DEBUG = lib.LVOL_LOG_DEBUG


class ProblemCode(enum.IntEnum):
    """What a reader should know about a VG or device although it could be read."""

    STALE_COPY = lib.LVOL_PROBLEM_STALE_COPY
    DAMAGED_AREA = lib.LVOL_PROBLEM_DAMAGED_AREA
    DAMAGED_LABEL = lib.LVOL_PROBLEM_DAMAGED_LABEL
    MISSING_PV = lib.LVOL_PROBLEM_MISSING_PV
    DUPLICATE_PV = lib.LVOL_PROBLEM_DUPLICATE_PV
    DUPLICATE_VG = lib.LVOL_PROBLEM_DUPLICATE_VG
    OUTDATED_PV = lib.LVOL_PROBLEM_OUTDATED_PV
    CONFLICT = lib.LVOL_PROBLEM_CONFLICT
    EXPORTED = lib.LVOL_PROBLEM_EXPORTED
    FOREIGN = lib.LVOL_PROBLEM_FOREIGN
    SHARED = lib.LVOL_PROBLEM_SHARED
    UNKNOWN_SEGTYPE = lib.LVOL_PROBLEM_UNKNOWN_SEGTYPE
    INVALID = lib.LVOL_PROBLEM_INVALID
    NOT_WRITABLE = lib.LVOL_PROBLEM_NOT_WRITABLE
    PV_FLAGS = lib.LVOL_PROBLEM_PV_FLAGS
    DEVICE_SIZE = lib.LVOL_PROBLEM_DEVICE_SIZE
    UNKNOWN_VG = lib.LVOL_PROBLEM_UNKNOWN_VG
    INTERRUPTED = lib.LVOL_PROBLEM_INTERRUPTED
    IO = lib.LVOL_PROBLEM_IO


class CacheMode(enum.IntEnum):
    """Where writes to a cached LV go."""

    DEFAULT = lib.LVOL_CACHE_MODE_DEFAULT
    WRITETHROUGH = lib.LVOL_CACHE_WRITETHROUGH
    WRITEBACK = lib.LVOL_CACHE_WRITEBACK
    PASSTHROUGH = lib.LVOL_CACHE_PASSTHROUGH


class JobKind(enum.IntEnum):
    """What a job does; PENDING: what the LV waits for."""

    PENDING = lib.LVOL_JOB_PENDING
    SYNC = lib.LVOL_JOB_SYNC
    CHECK = lib.LVOL_JOB_CHECK
    REPAIR = lib.LVOL_JOB_REPAIR
    MERGE = lib.LVOL_JOB_MERGE
    MOVE = lib.LVOL_JOB_MOVE
    FLUSH = lib.LVOL_JOB_FLUSH
    SPLITCACHE = lib.LVOL_JOB_SPLITCACHE
    UNCACHE = lib.LVOL_JOB_UNCACHE


class JobState(enum.IntEnum):
    """Whether a job goes on."""

    RUNNING = lib.LVOL_JOB_RUNNING
    DONE = lib.LVOL_JOB_DONE
    ABORTED = lib.LVOL_JOB_ABORTED


class ExtentKind(enum.IntEnum):
    """What a range of an LV is: data on a device, zeroes that take no room, or an error."""

    DATA = lib.LVOL_EXTENT_DATA
    ZERO = lib.LVOL_EXTENT_ZERO
    ERROR = lib.LVOL_EXTENT_ERROR


class IoOp(enum.IntEnum):
    """What a request of a queue does."""

    READ = lib.LVOL_IO_OP_READ
    WRITE = lib.LVOL_IO_OP_WRITE
    FLUSH = lib.LVOL_IO_OP_FLUSH
    DISCARD = lib.LVOL_IO_OP_DISCARD
    ZERO = lib.LVOL_IO_OP_ZERO


class ChangeKind(enum.IntEnum):
    """What happens to a thing in a transaction."""

    CREATE = lib.LVOL_CHANGE_CREATE
    REMOVE = lib.LVOL_CHANGE_REMOVE
    MODIFY = lib.LVOL_CHANGE_MODIFY


class PercentOf(enum.IntEnum):
    """What a Percent is a percentage of: all extents of the VG, its free ones, or the free ones of the given PVs."""

    VG = lib.LVOL_PERCENT_VG
    FREE = lib.LVOL_PERCENT_FREE
    PVS = lib.LVOL_PERCENT_PVS
    ORIGIN = lib.LVOL_PERCENT_ORIGIN


class ReportKind(enum.IntEnum):
    """What a row of a report is."""

    PVS = lib.LVOL_REPORT_PVS
    VGS = lib.LVOL_REPORT_VGS
    LVS = lib.LVOL_REPORT_LVS
    SEGS = lib.LVOL_REPORT_SEGS
    PVSEGS = lib.LVOL_REPORT_PVSEGS


class ThinKind(enum.IntEnum):
    """What a range of a thin volume is: mapped in the pool, nowhere (zeroes), or in its external origin."""

    MAPPED = lib.LVOL_THIN_MAPPED
    ZERO = lib.LVOL_THIN_ZERO
    EXTERNAL = lib.LVOL_THIN_EXTERNAL


class ThinChange(enum.IntEnum):
    """How a range of two thin volumes differs."""

    SAME = lib.LVOL_THIN_SAME
    CHANGED = lib.LVOL_THIN_CHANGED
    LEFT_ONLY = lib.LVOL_THIN_LEFT_ONLY
    RIGHT_ONLY = lib.LVOL_THIN_RIGHT_ONLY


class EventKind(enum.IntEnum):
    """What has happened to an LV that is watched."""

    FILL = lib.LVOL_EVENT_FILL
    FAILED = lib.LVOL_EVENT_FAILED
    SYNCED = lib.LVOL_EVENT_SYNCED
    GONE = lib.LVOL_EVENT_GONE
    CHANGED = lib.LVOL_EVENT_CHANGED


class ThinPoolMode(enum.IntEnum):
    """What a thin pool can do at the moment."""

    READ_WRITE = lib.LVOL_THIN_POOL_READ_WRITE
    OUT_OF_SPACE = lib.LVOL_THIN_POOL_OUT_OF_SPACE
    READ_ONLY = lib.LVOL_THIN_POOL_READ_ONLY
    FAILED = lib.LVOL_THIN_POOL_FAILED


class ThinDiscards(enum.IntEnum):
    """What a thin pool does with discards."""

    DEFAULT = lib.LVOL_THIN_DISCARDS_DEFAULT
    PASSDOWN = lib.LVOL_THIN_DISCARDS_PASSDOWN
    NOPASSDOWN = lib.LVOL_THIN_DISCARDS_NOPASSDOWN
    IGNORE = lib.LVOL_THIN_DISCARDS_IGNORE


class ThinWrong(enum.IntEnum):
    """What is wrong with a thin pool's metadata."""

    BLOCK = lib.LVOL_THIN_WRONG_BLOCK
    OUTSIDE = lib.LVOL_THIN_WRONG_OUTSIDE
    DEVICE = lib.LVOL_THIN_WRONG_DEVICE
    COUNT = lib.LVOL_THIN_WRONG_COUNT
    LEAK = lib.LVOL_THIN_WRONG_LEAK


E = TypeVar('E', bound=enum.IntEnum)


def known(cls: type[E], value: int) -> E | int:
    """The member of that value; a value newer than this package stays a number."""
    try:
        return cls(value)
    except ValueError:
        return value


def member(cls: type[E], value: Any) -> int:
    """The value of a member, which may be given by its name in lower case."""
    if isinstance(value, str):
        try:
            return int(cls[value.upper()])
        except KeyError:
            names = ', '.join(m.name.lower() for m in cls)
            raise InvalidError(f'"{value}" is none of {names}') from None
    return int(value)
