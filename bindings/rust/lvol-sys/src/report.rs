// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/report.h>`

use crate::error::lvol_error;
use crate::types::{lvol_backend, lvol_report, lvol_scan, lvol_vg};
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_REPORT_ALL: c_uint = 1 << 0;
pub const LVOL_REPORT_NO_SUFFIX: c_uint = 1 << 1;
pub const LVOL_REPORT_HISTORY: c_uint = 1 << 2;

pub type lvol_report_kind = c_uint;
pub const LVOL_REPORT_PVS: lvol_report_kind = 1;
pub const LVOL_REPORT_VGS: lvol_report_kind = 2;
pub const LVOL_REPORT_LVS: lvol_report_kind = 3;
pub const LVOL_REPORT_SEGS: lvol_report_kind = 4;
pub const LVOL_REPORT_PVSEGS: lvol_report_kind = 5;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_report_opts {
    pub struct_size: usize,
    pub kind: u32,
    pub flags: u32,
    pub fields: *const c_char,
    pub sort: *const c_char,
    pub select: *const c_char,
    pub units: *const c_char,
    pub names: *const *const c_char,
    pub backend: *mut lvol_backend,
}

impl Default for lvol_report_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_picture_opts {
    pub struct_size: usize,
    pub svg: u32,
    pub colour: u32,
    pub width: u32,
    pub ascii: u32,
}

impl Default for lvol_picture_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_report_new(
        scan: *const lvol_scan,
        opts: *const lvol_report_opts,
        out: *mut *mut lvol_report,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_report_free(report: *mut lvol_report);
    pub fn lvol_report_row_count(report: *const lvol_report) -> usize;
    pub fn lvol_report_column_count(report: *const lvol_report) -> usize;
    pub fn lvol_report_column_name(report: *const lvol_report, column: usize) -> *const c_char;
    pub fn lvol_report_column_heading(report: *const lvol_report, column: usize) -> *const c_char;
    pub fn lvol_report_column_is_right_aligned(report: *const lvol_report, column: usize) -> bool;
    pub fn lvol_report_cell(report: *const lvol_report, row: usize, column: usize) -> *const c_char;
    pub fn lvol_report_field(
        kind: lvol_report_kind,
        i: usize,
        name: *mut *const c_char,
        description: *mut *const c_char,
    ) -> bool;
    pub fn lvol_report_json(
        reports: *const *const lvol_report,
        count: usize,
        json: *mut *mut c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_picture(
        vg: *const lvol_vg,
        opts: *const lvol_picture_opts,
        text: *mut *mut c_char,
        err: *mut lvol_error,
    ) -> c_int;
}
