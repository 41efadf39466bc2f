// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/ctx.h>`

use crate::error::lvol_error;
use crate::types::lvol_ctx;
use std::os::raw::{c_char, c_int, c_uint, c_void};

pub const LVOL_CTX_READ_ONLY: c_uint = 1 << 0;
pub const LVOL_CTX_SEEDED: c_uint = 1 << 1;
pub const LVOL_CTX_FIXED_TIME: c_uint = 1 << 2;
pub const LVOL_CTX_NO_SYSTEM_CONFIG: c_uint = 1 << 3;
pub const LVOL_CTX_NO_LOCKING: c_uint = 1 << 4;
pub const LVOL_WAIT_FOREVER: c_int = -1;
pub const LVOL_NO_WAIT: c_int = -2;

pub type lvol_log_level = c_uint;
pub const LVOL_LOG_ERROR: lvol_log_level = 0;
pub const LVOL_LOG_WARNING: lvol_log_level = 1;
pub const LVOL_LOG_NOTICE: lvol_log_level = 2;
pub const LVOL_LOG_DEBUG: lvol_log_level = 3;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_ctx_opts {
    pub struct_size: usize,
    pub flags: u32,
    pub lock_timeout_ms: i32,
    pub seed: u64,
    pub time_seconds: i64,
    pub system_dir: *const c_char,
    pub locking_dir: *const c_char,
    pub host_name: *const c_char,
    pub system_id: *const c_char,
    pub description: *const c_char,
    pub log: Option<
        unsafe extern "C" fn(
            arg: *mut c_void,
            level: c_int,
            subject: *const c_char,
            message: *const c_char,
        ),
    >,
    pub log_arg: *mut c_void,
    pub log_level: i32,
    pub reserved: i32,
}

impl Default for lvol_ctx_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_ctx_new(
        opts: *const lvol_ctx_opts,
        out: *mut *mut lvol_ctx,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_ctx_ref(ctx: *mut lvol_ctx) -> *mut lvol_ctx;
    pub fn lvol_ctx_unref(ctx: *mut lvol_ctx);
}
