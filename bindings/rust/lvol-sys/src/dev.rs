// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/dev.h>`

use crate::error::lvol_error;
use crate::types::{lvol_ctx, lvol_dev};
use std::os::raw::{c_char, c_int, c_uint, c_void};

pub const LVOL_DEV_READ_ONLY: c_uint = 1 << 0;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_dev_ops {
    pub struct_size: usize,
    pub size_bytes: u64,
    pub logical_block_bytes: u32,
    pub reserved: u32,
    pub pread: Option<
        unsafe extern "C" fn(arg: *mut c_void, buf: *mut c_void, len: usize, offset: u64) -> c_int,
    >,
    pub pwrite: Option<
        unsafe extern "C" fn(
            arg: *mut c_void,
            buf: *const c_void,
            len: usize,
            offset: u64,
        ) -> c_int,
    >,
    pub flush: Option<unsafe extern "C" fn(arg: *mut c_void) -> c_int>,
    pub discard: Option<unsafe extern "C" fn(arg: *mut c_void, len: u64, offset: u64) -> c_int>,
    pub write_zeroes: Option<
        unsafe extern "C" fn(arg: *mut c_void, len: u64, offset: u64) -> c_int,
    >,
    pub close: Option<unsafe extern "C" fn(arg: *mut c_void)>,
}

impl Default for lvol_dev_ops {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_memory {
    pub struct_size: usize,
    pub data: *mut c_void,
    pub size_bytes: u64,
    pub logical_block_bytes: u32,
    pub flags: u32,
}

impl Default for lvol_memory {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_ctx_add_path(
        ctx: *mut lvol_ctx,
        path: *const c_char,
        flags: u32,
        out: *mut *const lvol_dev,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_ctx_add_fd(
        ctx: *mut lvol_ctx,
        fd: c_int,
        name: *const c_char,
        flags: u32,
        out: *mut *const lvol_dev,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_ctx_add_memory(
        ctx: *mut lvol_ctx,
        name: *const c_char,
        memory: *const lvol_memory,
        out: *mut *const lvol_dev,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_ctx_add_ops(
        ctx: *mut lvol_ctx,
        name: *const c_char,
        ops: *const lvol_dev_ops,
        arg: *mut c_void,
        out: *mut *const lvol_dev,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_ctx_add_system(ctx: *mut lvol_ctx, err: *mut lvol_error) -> c_int;
    pub fn lvol_dev_first(ctx: *const lvol_ctx) -> *const lvol_dev;
    pub fn lvol_dev_next(dev: *const lvol_dev) -> *const lvol_dev;
    pub fn lvol_dev_find(ctx: *const lvol_ctx, name: *const c_char) -> *const lvol_dev;
    pub fn lvol_dev_name(dev: *const lvol_dev) -> *const c_char;
    pub fn lvol_dev_size_bytes(dev: *const lvol_dev) -> u64;
    pub fn lvol_dev_logical_block_bytes(dev: *const lvol_dev) -> u32;
    pub fn lvol_dev_is_read_only(dev: *const lvol_dev) -> bool;
    pub fn lvol_dev_signature(
        dev: *const lvol_dev,
        type_: *mut c_char,
        type_len: usize,
        err: *mut lvol_error,
    ) -> c_int;
}
