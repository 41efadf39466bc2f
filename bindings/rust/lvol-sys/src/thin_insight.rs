// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/thin_insight.h>`

use crate::error::lvol_error;
use crate::types::{
    lvol_backend,
    lvol_lv,
    lvol_thin_diff,
    lvol_thin_findings,
    lvol_thin_ranges,
    lvol_thin_view,
};
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_THIN_VIEW_RESERVED: c_uint = 1 << 0;
pub const LVOL_THIN_VIEW_DROP_RESERVED: c_uint = 1 << 1;
pub const LVOL_THIN_DIFF_ALL: c_uint = 1 << 0;
pub const LVOL_THIN_NO_DEVICE: c_uint = 0xffffffff;

pub type lvol_thin_kind = c_uint;
pub const LVOL_THIN_MAPPED: lvol_thin_kind = 1;
pub const LVOL_THIN_ZERO: lvol_thin_kind = 2;
pub const LVOL_THIN_EXTERNAL: lvol_thin_kind = 3;

pub type lvol_thin_change = c_uint;
pub const LVOL_THIN_SAME: lvol_thin_change = 1;
pub const LVOL_THIN_CHANGED: lvol_thin_change = 2;
pub const LVOL_THIN_LEFT_ONLY: lvol_thin_change = 3;
pub const LVOL_THIN_RIGHT_ONLY: lvol_thin_change = 4;

pub type lvol_thin_wrong = c_uint;
pub const LVOL_THIN_WRONG_BLOCK: lvol_thin_wrong = 1;
pub const LVOL_THIN_WRONG_OUTSIDE: lvol_thin_wrong = 2;
pub const LVOL_THIN_WRONG_DEVICE: lvol_thin_wrong = 3;
pub const LVOL_THIN_WRONG_COUNT: lvol_thin_wrong = 4;
pub const LVOL_THIN_WRONG_LEAK: lvol_thin_wrong = 5;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_view_opts {
    pub struct_size: usize,
    pub flags: u32,
    pub reserved: u32,
    pub backend: *mut lvol_backend,
}

impl Default for lvol_thin_view_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_fill {
    pub struct_size: usize,
    pub block_bytes: u64,
    pub data_bytes: u64,
    pub data_used_bytes: u64,
    pub metadata_bytes: u64,
    pub metadata_used_bytes: u64,
    pub transaction_id: u64,
    pub expected_transaction_id: u64,
    pub time: u32,
    pub needs_check: bool,
    pub has_reserved: bool,
    pub is_reserved: bool,
}

impl Default for lvol_thin_fill {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_device {
    pub struct_size: usize,
    pub lv: *const lvol_lv,
    pub mapped_bytes: u64,
    pub transaction_id: u64,
    pub id: u32,
    pub creation_time: u32,
    pub snapshot_time: u32,
    pub reserved: u32,
}

impl Default for lvol_thin_device {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_range {
    pub offset: u64,
    pub length: u64,
    pub data_offset: u64,
    pub first_transaction: u64,
    pub last_transaction: u64,
    pub time: u32,
    pub kind: c_int,
}

impl Default for lvol_thin_range {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_diff_range {
    pub offset: u64,
    pub length: u64,
    pub change: c_int,
    pub reserved: u32,
}

impl Default for lvol_thin_diff_range {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_finding {
    pub kind: c_int,
    pub device: u32,
    pub is_data: bool,
    pub block: u64,
    pub block_count: u64,
    pub message: *const c_char,
}

impl Default for lvol_thin_finding {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

extern "C" {
    pub fn lvol_thin_view_open(
        pool: *const lvol_lv,
        opts: *const lvol_thin_view_opts,
        out: *mut *mut lvol_thin_view,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_view_release(view: *mut lvol_thin_view, err: *mut lvol_error) -> c_int;
    pub fn lvol_thin_view_close(view: *mut lvol_thin_view);
    pub fn lvol_thin_view_fill(
        view: *mut lvol_thin_view,
        out: *mut lvol_thin_fill,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_view_device(
        view: *mut lvol_thin_view,
        id: u32,
        out: *mut lvol_thin_device,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_view_lv(
        view: *mut lvol_thin_view,
        lv: *const lvol_lv,
        out: *mut lvol_thin_device,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_view_exclusive(
        view: *mut lvol_thin_view,
        id: u32,
        bytes: *mut u64,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_ranges_open(
        view: *mut lvol_thin_view,
        id: u32,
        offset: u64,
        out: *mut *mut lvol_thin_ranges,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_ranges_next(
        ranges: *mut lvol_thin_ranges,
        out: *mut lvol_thin_range,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_ranges_close(ranges: *mut lvol_thin_ranges);
    pub fn lvol_thin_diff_open(
        view: *mut lvol_thin_view,
        devices: *const u32,
        flags: u32,
        out: *mut *mut lvol_thin_diff,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_diff_next(
        diff: *mut lvol_thin_diff,
        out: *mut lvol_thin_diff_range,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_diff_close(diff: *mut lvol_thin_diff);
    pub fn lvol_thin_check(
        pool: *const lvol_lv,
        out: *mut *mut lvol_thin_findings,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_findings_count(findings: *const lvol_thin_findings) -> u64;
    pub fn lvol_thin_findings_get(
        findings: *const lvol_thin_findings,
        i: usize,
        out: *mut lvol_thin_finding,
    ) -> bool;
    pub fn lvol_thin_findings_free(findings: *mut lvol_thin_findings);
}
