// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/job.h>`

use crate::error::lvol_error;
use crate::types::{lvol_backend, lvol_ctx, lvol_job};
use std::os::raw::{c_char, c_int, c_uint};

pub type lvol_job_kind = c_uint;
pub const LVOL_JOB_PENDING: lvol_job_kind = 0;
pub const LVOL_JOB_SYNC: lvol_job_kind = 1;
pub const LVOL_JOB_CHECK: lvol_job_kind = 2;
pub const LVOL_JOB_REPAIR: lvol_job_kind = 3;
pub const LVOL_JOB_MERGE: lvol_job_kind = 4;
pub const LVOL_JOB_MOVE: lvol_job_kind = 5;
pub const LVOL_JOB_FLUSH: lvol_job_kind = 6;
pub const LVOL_JOB_SPLITCACHE: lvol_job_kind = 7;
pub const LVOL_JOB_UNCACHE: lvol_job_kind = 8;

pub type lvol_job_state = c_uint;
pub const LVOL_JOB_RUNNING: lvol_job_state = 1;
pub const LVOL_JOB_DONE: lvol_job_state = 2;
pub const LVOL_JOB_ABORTED: lvol_job_state = 3;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_job_opts {
    pub struct_size: usize,
    pub kind: c_int,
    pub flags: u32,
    pub backend: *mut lvol_backend,
}

impl Default for lvol_job_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_job_status {
    pub struct_size: usize,
    pub kind: c_int,
    pub state: c_int,
    pub done_bytes: u64,
    pub total_bytes: u64,
    pub mismatched_bytes: u64,
}

impl Default for lvol_job_status {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_job_begin(
        ctx: *mut lvol_ctx,
        lv: *const c_char,
        opts: *const lvol_job_opts,
        out: *mut *mut lvol_job,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_job_step(
        job: *mut lvol_job,
        budget_bytes: u64,
        status: *mut lvol_job_status,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_job_status(
        job: *const lvol_job,
        out: *mut lvol_job_status,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_job_abort(job: *mut lvol_job, err: *mut lvol_error) -> c_int;
    pub fn lvol_job_free(job: *mut lvol_job);
}
