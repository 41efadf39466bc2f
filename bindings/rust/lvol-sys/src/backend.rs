// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/backend.h>`

use crate::error::lvol_error;
use crate::types::{lvol_backend, lvol_ctx, lvol_table};
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_BACKEND_NO_MEMORY_LOCK: c_uint = 1 << 0;
pub const LVOL_DEVICE_INACTIVE: c_uint = 1 << 0;
pub const LVOL_DEVICE_NO_SYNC: c_uint = 1 << 1;
pub const LVOL_DEVICE_NO_FLUSH: c_uint = 1 << 2;
pub const LVOL_DEVICE_NO_FREEZE: c_uint = 1 << 3;
pub const LVOL_DEVICE_REMOVE_RETRY: c_uint = 1 << 4;
pub const LVOL_DEVICE_REMOVE_DEFERRED: c_uint = 1 << 5;
pub const LVOL_DEVICE_READ_ONLY: c_uint = 1 << 6;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_backend_opts {
    pub struct_size: usize,
    pub flags: u32,
    pub udev_timeout_ms: i32,
}

impl Default for lvol_backend_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_target {
    pub name: [c_char; 16],
    pub version: [u32; 3],
}

impl Default for lvol_target {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_device_name {
    pub name: [c_char; 128],
    pub uuid: [c_char; 129],
    pub major: u32,
    pub minor: u32,
}

impl Default for lvol_device_name {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_device_info {
    pub struct_size: usize,
    pub name: [c_char; 128],
    pub uuid: [c_char; 129],
    pub is_suspended: bool,
    pub is_read_only: bool,
    pub has_table: bool,
    pub has_inactive_table: bool,
    pub removes_itself: bool,
    pub open_count: u32,
    pub event_number: u32,
    pub major: u32,
    pub minor: u32,
}

impl Default for lvol_device_info {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_device_number {
    pub major: u32,
    pub minor: u32,
}

impl Default for lvol_device_number {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_device_create_opts {
    pub struct_size: usize,
    pub name: *const c_char,
    pub uuid: *const c_char,
    pub table: *const lvol_table,
    pub flags: u32,
    pub number_set: u32,
    pub minor: u32,
    pub udev_flags: u32,
    pub read_ahead_set: u32,
    pub read_ahead_sectors: u32,
}

impl Default for lvol_device_create_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_backend_open(
        ctx: *mut lvol_ctx,
        opts: *const lvol_backend_opts,
        out: *mut *mut lvol_backend,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_close(backend: *mut lvol_backend);
    pub fn lvol_backend_version(
        backend: *mut lvol_backend,
        version: *mut u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_targets(
        backend: *mut lvol_backend,
        list: *mut lvol_target,
        room: usize,
        count: *mut usize,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_devices(
        backend: *mut lvol_backend,
        uuid_prefix: *const c_char,
        list: *mut lvol_device_name,
        room: usize,
        count: *mut usize,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_info(
        backend: *mut lvol_backend,
        name: *const c_char,
        out: *mut lvol_device_info,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_table(
        backend: *mut lvol_backend,
        name: *const c_char,
        flags: u32,
        out: *mut *mut lvol_table,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_status(
        backend: *mut lvol_backend,
        name: *const c_char,
        flags: u32,
        text: *mut *mut c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_deps(
        backend: *mut lvol_backend,
        name: *const c_char,
        list: *mut lvol_device_number,
        room: usize,
        count: *mut usize,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_create(
        backend: *mut lvol_backend,
        opts: *const lvol_device_create_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_load(
        backend: *mut lvol_backend,
        name: *const c_char,
        table: *const lvol_table,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_clear(
        backend: *mut lvol_backend,
        name: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_suspend(
        backend: *mut lvol_backend,
        name: *const c_char,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_resume(
        backend: *mut lvol_backend,
        name: *const c_char,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_rename(
        backend: *mut lvol_backend,
        name: *const c_char,
        new_name: *const c_char,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_remove(
        backend: *mut lvol_backend,
        name: *const c_char,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_message(
        backend: *mut lvol_backend,
        name: *const c_char,
        sector: u64,
        text: *const c_char,
        reply: *mut *mut c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_wait(
        backend: *mut lvol_backend,
        name: *const c_char,
        event_number: u32,
        timeout_ms: i32,
        now: *mut u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_backend_sync(backend: *mut lvol_backend, err: *mut lvol_error) -> c_int;
}
