# SPDX-License-Identifier: LGPL-2.1-or-later
"""Long work on LVs in bounded steps: synchronising, scrubbing, merging, moving."""
from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Iterator, Optional

from ._call import Options, c_string, call
from ._ffi import ffi, lib, own
from .enums import JobKind, JobState, known, member
from .error import StateError

if TYPE_CHECKING:
    from .backend import Backend
    from .ctx import Context


@dataclass(frozen=True)
class JobStatus:
    """How far a job is."""

    kind: JobKind | int
    state: JobState | int
    done_bytes: int
    total_bytes: int
    mismatched_bytes: int


class Job:
    """Work on an LV. Made by Context.job(). What is to be done, and how far it is, is on the devices: a job is paused by not
    stepping it, and one that is closed can be taken up again by whoever makes another one."""

    def __init__(self, ctx: Context, lv: str, kind: JobKind | str, backend: Optional[Backend]) -> None:
        self._shared = ctx._shared
        opts = Options('lvol_job_opts', kind=member(JobKind, kind), flags=0,
                       backend=None if backend is None else backend._handle())
        self._backend = backend  # outlives the job
        out = ffi.new('struct lvol_job **')
        with self._shared:
            call(lib.lvol_job_begin, ctx._handle(), c_string(lv), opts.p, out)
        self._p: Any = own(out[0], lib.lvol_job_free)

    def __enter__(self) -> Job:
        self._handle()
        return self

    def __exit__(self, kind: Optional[type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Leave the work as it is; a second time does nothing."""
        self._p = None

    def _handle(self) -> Any:
        if self._p is None:
            raise StateError('the job is closed')
        return self._p

    def step(self, budget_bytes: int = 16 << 20) -> JobStatus:
        """Do about so much of it, or the change of metadata that ends it. Raises IoError (a device failed), BusyError (what is
        left is a change of metadata, and the LV is open), StateError (it was aborted) and what a commit raises; then it may be
        stepped again."""
        out = Options('lvol_job_status').p
        with self._shared:
            call(lib.lvol_job_step, self._handle(), budget_bytes, out)
        return _status(out)

    def run(self, budget_bytes: int = 16 << 20) -> Iterator[JobStatus]:
        """Steps until it is over, one for each status."""
        while True:
            status = self.step(budget_bytes)
            yield status
            if status.state != JobState.RUNNING:
                return

    def finish(self) -> JobStatus:
        """All the rest of it at once."""
        *_, last = self.run()
        return last

    @property
    def status(self) -> JobStatus:
        """How far it is."""
        out = Options('lvol_job_status').p
        call(lib.lvol_job_status, self._handle(), out)
        return _status(out)

    def abort(self) -> None:
        """Give up what is not done. Raises NotSupportedError (a merge) and StateError (it is over already)."""
        with self._shared:
            call(lib.lvol_job_abort, self._handle())


def _status(p: Any) -> JobStatus:
    return JobStatus(known(JobKind, p.kind), known(JobState, p.state), int(p.done_bytes), int(p.total_bytes),
                     int(p.mismatched_bytes))
