# SPDX-License-Identifier: LGPL-2.1-or-later
"""LVM2 volume management in process, without root where none is needed: liblvol for Python.

    with lvol.Context('disk1.img', 'disk2.img') as ctx:
        with ctx.begin() as txn:
            txn.vg_create('vg0', ['disk1.img', 'disk2.img'])
            txn.lv_create('root', 300 << 20)
        with ctx.vg('vg0').lv('root').open(write=True) as lv:
            lv.pwrite(b'hello', 0)

Sizes are in bytes, or in extents where the name says so. What fails raises a class of lvol.Error.
"""
from . import _callbacks  # noqa: F401 (the library calls it)
from .aio import AsyncQueue
from .backend import Backend, DeviceInfo, DeviceName, Target
from .ctx import Context
from .dev import Dev
from .device import Device
from .enums import (Alloc, CacheMode, ChangeKind, EventKind, ExtentKind, IntegrityMode, IoOp, JobKind, JobState,
                    LogLevel, MirrorLog, PercentOf, ProblemCode, ReportKind, ThinChange, ThinDiscards, ThinKind, ThinPoolMode, ThinWrong)
from .error import (BusyError, CancelledError, ConflictError, CorruptError, DuplicateError, Error, ExistsError,
                    ExportedError, ForeignError, InvalidError, IoError, LockedError, MissingPvError, NoMemoryError,
                    NoSpaceError, NotFoundError, NotSupportedError, PermissionDeniedError, RangeError, ReadOnlyError,
                    SignatureError, StateError)
from .events import Event, Events
from .io import Extent, OpenLV
from .job import Job, JobStatus
from .lv import LV, READ_AHEAD_AUTO, READ_AHEAD_NONE, check_lv_name
from .problem import Problem
from .pv import PV, Run
from .queue import Queue, Request
from .report import Column, Report, report_fields, report_json
from .scan import Scan
from .segment import Area, Segment
from .size import Extents, Percent, Size
from .status import Status, StatusLine
from .stream import Export, Import
from .table import Table, TableLine
from .thin import (ThinDevice, ThinDiffRange, ThinFill, ThinFinding, ThinFindings, ThinOverprovision, ThinRange, ThinView,
                   thin_overprovision)
from .txn import Change, Transaction
from .txn_lv import LvGlance
from .txn_raid import Raid
from .txn_thin import Thin, ThinRepair
from .version import has_feature, version, version_info
from .vg import VG, check_vg_name

__version__ = '0.1.0'
__all__ = [
    'Alloc', 'Area', 'AsyncQueue', 'Backend', 'BusyError', 'CacheMode', 'CancelledError', 'Change', 'ChangeKind',
    'Column', 'ConflictError', 'Context', 'CorruptError', 'Dev', 'Device', 'DeviceInfo', 'DeviceName',
    'DuplicateError', 'Error', 'Event', 'EventKind', 'Events', 'ExistsError', 'Export', 'ExportedError', 'Extent',
    'ExtentKind', 'Extents', 'ForeignError', 'Import', 'IntegrityMode', 'InvalidError', 'IoError', 'IoOp', 'Job',
    'JobKind', 'JobState', 'JobStatus', 'LV', 'LockedError', 'LogLevel', 'LvGlance', 'MirrorLog', 'MissingPvError',
    'NoMemoryError', 'NoSpaceError', 'NotFoundError', 'NotSupportedError', 'OpenLV', 'PV', 'Percent', 'PercentOf',
    'PermissionDeniedError', 'Problem', 'ProblemCode', 'Queue', 'READ_AHEAD_AUTO', 'READ_AHEAD_NONE', 'Raid', 'RangeError',
    'ReadOnlyError', 'Report', 'ReportKind', 'Request', 'Run', 'Scan', 'Segment', 'SignatureError', 'Size',
    'StateError', 'Status', 'StatusLine', 'Table', 'TableLine', 'Target', 'Thin', 'ThinChange', 'ThinDevice',
    'ThinDiffRange', 'ThinDiscards', 'ThinFill', 'ThinFinding', 'ThinFindings', 'ThinKind', 'ThinOverprovision',
    'ThinPoolMode', 'ThinRange', 'ThinRepair', 'ThinView', 'ThinWrong', 'Transaction', 'VG', 'check_lv_name', 'check_vg_name', 'has_feature', 'report_fields',
    'report_json', 'thin_overprovision', 'version', 'version_info',
]
