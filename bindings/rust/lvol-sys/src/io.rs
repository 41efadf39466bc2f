// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/io.h>`

use crate::error::lvol_error;
use crate::types::{lvol_dev, lvol_io, lvol_lv, lvol_queue};
use std::os::raw::{c_char, c_int, c_uint, c_void};

pub const LVOL_IO_WRITE: c_uint = 1 << 0;
pub const LVOL_IO_PARTIAL: c_uint = 1 << 1;
pub const LVOL_IO_FORCE_READ_ONLY_LV: c_uint = 1 << 2;
pub const LVOL_QUEUE_NO_URING: c_uint = 1 << 0;

pub type lvol_extent_kind = c_uint;
pub const LVOL_EXTENT_DATA: lvol_extent_kind = 1;
pub const LVOL_EXTENT_ZERO: lvol_extent_kind = 2;
pub const LVOL_EXTENT_ERROR: lvol_extent_kind = 3;

pub type lvol_io_op = c_uint;
pub const LVOL_IO_OP_READ: lvol_io_op = 1;
pub const LVOL_IO_OP_WRITE: lvol_io_op = 2;
pub const LVOL_IO_OP_FLUSH: lvol_io_op = 3;
pub const LVOL_IO_OP_DISCARD: lvol_io_op = 4;
pub const LVOL_IO_OP_ZERO: lvol_io_op = 5;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_io_extent {
    pub offset: u64,
    pub length: u64,
    pub kind: c_int,
    pub reserved: u32,
    pub dev: *const lvol_dev,
    pub dev_offset: u64,
}

impl Default for lvol_io_extent {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_io_request {
    pub io: *mut lvol_io,
    pub op: c_int,
    pub flags: u32,
    pub buf: *mut c_void,
    pub length: u64,
    pub offset: u64,
    pub user: *mut c_void,
}

impl Default for lvol_io_request {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_io_completion {
    pub user: *mut c_void,
    pub result: c_int,
    pub sys_errno: c_int,
}

impl Default for lvol_io_completion {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_queue_opts {
    pub struct_size: usize,
    pub depth: u32,
    pub flags: u32,
    pub threads: u32,
    pub reserved: u32,
}

impl Default for lvol_queue_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_io_open(
        lv: *const lvol_lv,
        flags: u32,
        out: *mut *mut lvol_io,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_io_close(io: *mut lvol_io);
    pub fn lvol_io_size_bytes(io: *const lvol_io) -> u64;
    pub fn lvol_io_pread(
        io: *mut lvol_io,
        buf: *mut c_void,
        len: usize,
        offset: u64,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_io_pwrite(
        io: *mut lvol_io,
        buf: *const c_void,
        len: usize,
        offset: u64,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_io_write_zeroes(
        io: *mut lvol_io,
        len: u64,
        offset: u64,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_io_discard(io: *mut lvol_io, len: u64, offset: u64, err: *mut lvol_error) -> c_int;
    pub fn lvol_io_flush(io: *mut lvol_io, err: *mut lvol_error) -> c_int;
    pub fn lvol_io_block_status(
        io: *mut lvol_io,
        offset: u64,
        out: *mut lvol_io_extent,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_queue_new(
        opts: *const lvol_queue_opts,
        out: *mut *mut lvol_queue,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_queue_free(queue: *mut lvol_queue);
    pub fn lvol_queue_engine(queue: *const lvol_queue) -> *const c_char;
    pub fn lvol_queue_submit(
        queue: *mut lvol_queue,
        request: *const lvol_io_request,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_queue_complete(
        queue: *mut lvol_queue,
        out: *mut lvol_io_completion,
        max: c_int,
        timeout_ms: c_int,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_queue_fd(queue: *const lvol_queue) -> c_int;
    pub fn lvol_queue_pending(queue: *const lvol_queue) -> u32;
}
