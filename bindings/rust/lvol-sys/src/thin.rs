// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/thin.h>`

use crate::error::lvol_error;
use crate::types::{lvol_lv, lvol_txn};
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_THIN_NO_ZERO: c_uint = 1 << 0;
pub const LVOL_THIN_ERROR_WHEN_FULL: c_uint = 1 << 1;
pub const LVOL_THIN_NO_SPARE: c_uint = 1 << 2;
pub const LVOL_THIN_CHANGE_DISCARDS: c_uint = 1 << 0;
pub const LVOL_THIN_CHANGE_ZERO: c_uint = 1 << 1;
pub const LVOL_THIN_CHANGE_ERROR_WHEN_FULL: c_uint = 1 << 2;
pub const LVOL_THIN_WARN_POOL: c_uint = 1 << 0;
pub const LVOL_THIN_WARN_VG: c_uint = 1 << 1;
pub const LVOL_THIN_WARN_FREE: c_uint = 1 << 2;

pub type lvol_thin_discards = c_uint;
pub const LVOL_THIN_DISCARDS_DEFAULT: lvol_thin_discards = 0;
pub const LVOL_THIN_DISCARDS_PASSDOWN: lvol_thin_discards = 1;
pub const LVOL_THIN_DISCARDS_NOPASSDOWN: lvol_thin_discards = 2;
pub const LVOL_THIN_DISCARDS_IGNORE: lvol_thin_discards = 3;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_opts {
    pub struct_size: usize,
    pub pool: *const c_char,
    pub metadata_bytes: u64,
    pub chunk_bytes: u32,
    pub discards: u32,
    pub flags: u32,
    pub reserved: u32,
}

impl Default for lvol_thin_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_change_opts {
    pub struct_size: usize,
    pub what: u32,
    pub discards: u32,
    pub zero: u32,
    pub error_when_full: u32,
}

impl Default for lvol_thin_change_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_repair_report {
    pub struct_size: usize,
    pub lost_ranges: u64,
    pub lost_devices: u64,
    pub transaction_id: u64,
    pub backup: [c_char; 128],
}

impl Default for lvol_thin_repair_report {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_overprovision {
    pub struct_size: usize,
    pub thin_bytes: u64,
    pub pool_bytes: u64,
    pub vg_bytes: u64,
    pub vg_free_bytes: u64,
    pub pools: u32,
    pub warnings: u32,
}

impl Default for lvol_thin_overprovision {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_thin_pool_change(
        txn: *mut lvol_txn,
        name: *const c_char,
        opts: *const lvol_thin_change_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_pool_convert(
        txn: *mut lvol_txn,
        name: *const c_char,
        metadata: *const c_char,
        opts: *const lvol_thin_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_convert(
        txn: *mut lvol_txn,
        name: *const c_char,
        pool: *const c_char,
        origin_name: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_merge(
        txn: *mut lvol_txn,
        snapshot: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_pool_swap_metadata(
        txn: *mut lvol_txn,
        name: *const c_char,
        lv: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_pool_repair(
        txn: *mut lvol_txn,
        name: *const c_char,
        report: *mut lvol_thin_repair_report,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_thin_overprovision(
        lv: *const lvol_lv,
        out: *mut lvol_thin_overprovision,
        err: *mut lvol_error,
    ) -> c_int;
}
