// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/stream.h>`

use crate::error::lvol_error;
use crate::types::{lvol_backend, lvol_export, lvol_import, lvol_io, lvol_lv};
use std::os::raw::{c_char, c_int, c_uint, c_void};

pub const LVOL_IMPORT_ANY_BASE: c_uint = 1 << 0;
pub const LVOL_IMPORT_UNCHECKED: c_uint = 1 << 1;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_export_opts {
    pub struct_size: usize,
    pub flags: u32,
    pub view_flags: u32,
    pub since: *const lvol_lv,
    pub resume: *const c_char,
    pub backend: *mut lvol_backend,
}

impl Default for lvol_export_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_import_opts {
    pub struct_size: usize,
    pub flags: u32,
    pub reserved: u32,
    pub content: *const c_char,
    pub resume: *const c_char,
}

impl Default for lvol_import_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_export_open(
        lv: *const lvol_lv,
        opts: *const lvol_export_opts,
        out: *mut *mut lvol_export,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_export_read(
        exporting: *mut lvol_export,
        buf: *mut c_void,
        len: usize,
        got: *mut usize,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_export_position(exporting: *const lvol_export) -> u64;
    pub fn lvol_export_content(exporting: *const lvol_export) -> *const c_char;
    pub fn lvol_export_close(exporting: *mut lvol_export);
    pub fn lvol_import_open(
        io: *mut lvol_io,
        opts: *const lvol_import_opts,
        out: *mut *mut lvol_import,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_import_write(
        importing: *mut lvol_import,
        buf: *const c_void,
        len: usize,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_import_finish(importing: *mut lvol_import, err: *mut lvol_error) -> c_int;
    pub fn lvol_import_position(importing: *const lvol_import) -> u64;
    pub fn lvol_import_content(importing: *const lvol_import) -> *const c_char;
    pub fn lvol_import_resume(importing: *const lvol_import) -> *const c_char;
    pub fn lvol_import_close(importing: *mut lvol_import);
}
