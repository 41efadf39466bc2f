// SPDX-License-Identifier: LGPL-2.1-or-later
//! Long work on LVs, in bounded steps.

use crate::backend::Backend;
use crate::call::{call, make};
use crate::ctx::Context;
use crate::enums::{JobKind, JobState};
use crate::error::Result;
use crate::names::{LvName, Name};
use std::fmt;
use std::os::raw::c_int;
use std::ptr::{self, NonNull};

/// How far a [`Job`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobStatus {
    /// What it does; never [`JobKind::Pending`].
    pub kind: JobKind,
    /// Whether it goes on.
    pub state: JobState,
    /// So much is done,
    pub done_bytes: u64,
    /// of so much. 0 of 0 before the first step.
    pub total_bytes: u64,
    /// Of a scrub: what was found to differ so far.
    pub mismatched_bytes: u64,
}

impl JobStatus {
    fn from_c(c: &sys::lvol_job_status) -> JobStatus {
        JobStatus {
            kind: JobKind::from_c(c.kind),
            state: JobState::from_c(c.state),
            done_bytes: c.done_bytes,
            total_bytes: c.total_bytes,
            mismatched_bytes: c.mismatched_bytes,
        }
    }
}

/// Bringing legs of mirrors and raids in sync, scrubbing, merging a snapshot, moving extents, writing back a cache. Made by
/// [`Context::job()`].
///
/// What is to be done, and how far it is, is kept on the devices: a job is paused by not stepping it, left by dropping it, and
/// taken up again by beginning it anew, by whichever program. It has its context to itself; LVs that are open stay open.
pub struct Job<'ctx> {
    p: NonNull<sys::lvol_job>,
    _ctx: &'ctx mut Context,
    _backend: Option<&'ctx mut Backend>,
}

// Safety: the library asks that one thread at a time uses a job.
unsafe impl Send for Job<'_> {}

impl Context {
    /// Begin a job on an LV ("vg/lv", or an [`Lv`](crate::Lv)), or take it up where it was left. Errors: `NotFound`, `State`
    /// (there is no such work on that LV), `NotSupported`, `Busy`, `MissingPv`, `Exported`, `Foreign`, `ReadOnly`, `Corrupt`.
    pub fn job(&mut self, lv: impl LvName, kind: JobKind) -> Result<Job<'_>> {
        self.begin_job(lv.to_name(), kind, None)
    }

    /// The same, where the LV may be active: then the kernel works, and the job looks how far it is, and changes metadata and
    /// devices in the end.
    pub fn live_job<'a>(
        &'a mut self,
        lv: impl LvName,
        kind: JobKind,
        backend: &'a mut Backend,
    ) -> Result<Job<'a>> {
        self.begin_job(lv.to_name(), kind, Some(backend))
    }

    fn begin_job<'a>(
        &'a mut self,
        lv: Name,
        kind: JobKind,
        backend: Option<&'a mut Backend>,
    ) -> Result<Job<'a>> {
        let lv = lv.for_context(self.origin())?;
        let c = sys::lvol_job_opts {
            kind: kind.to_c() as c_int,
            backend: backend.as_ref().map_or(ptr::null_mut(), |backend| backend.as_ptr()),
            ..Default::default()
        };
        let raw = self.as_ptr();
        let p = make(|out, err| unsafe { sys::lvol_job_begin(raw, lv, &c, out, err) })?;
        Ok(Job { p, _ctx: self, _backend: backend })
    }
}

impl Job<'_> {
    /// Do about so much of the work, but one piece of it at least. After an error it is as it was, and may be stepped again.
    /// Errors: `Io`, `Busy` (what is left is a change of metadata, and the LV is open), `State` (it was aborted), and those of
    /// the transaction at its end.
    pub fn step(&mut self, budget_bytes: u64) -> Result<JobStatus> {
        let mut c = sys::lvol_job_status::default();
        let p = self.p.as_ptr();
        call(|err| unsafe { sys::lvol_job_step(p, budget_bytes, &mut c, err) })?;
        Ok(JobStatus::from_c(&c))
    }

    /// All that is left. Of what the kernel works on, it only looks how far that is, so that this may spin: step there, and
    /// sleep between.
    pub fn run(&mut self) -> Result<JobStatus> {
        loop {
            let status = self.step(16 << 20)?;
            if status.state != JobState::Running {
                return Ok(status);
            }
        }
    }

    /// How far it is.
    pub fn status(&self) -> Result<JobStatus> {
        let mut c = sys::lvol_job_status::default();
        call(|err| unsafe { sys::lvol_job_status(self.p.as_ptr(), &mut c, err) })?;
        Ok(JobStatus::from_c(&c))
    }

    /// Give up what is not done. A move is undone. Errors: `NotSupported` (a merge cannot be given up), `State` (it is over),
    /// and as [`step()`](Job::step); then it is as it was.
    pub fn abort(&mut self) -> Result<()> {
        call(|err| unsafe { sys::lvol_job_abort(self.p.as_ptr(), err) }).map(drop)
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        // Safety: it is ours.
        unsafe { sys::lvol_job_free(self.p.as_ptr()) }
    }
}

impl fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Job({:?})", self.status())
    }
}
