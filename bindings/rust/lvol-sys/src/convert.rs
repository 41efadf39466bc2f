// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/convert.h>`

use crate::error::lvol_error;
use crate::raid::lvol_raid_opts;
use crate::types::lvol_txn;
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_SPLIT_TRACK_CHANGES: c_uint = 1 << 0;
pub const LVOL_RAID_CHANGE_MIN_RECOVERY: c_uint = 1 << 0;
pub const LVOL_RAID_CHANGE_MAX_RECOVERY: c_uint = 1 << 1;
pub const LVOL_RAID_CHANGE_WRITE_BEHIND: c_uint = 1 << 2;
pub const LVOL_RAID_CHANGE_RESYNC: c_uint = 1 << 3;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_lv_convert_opts {
    pub struct_size: usize,
    pub segtype: *const c_char,
    pub pvs: *const *const c_char,
    pub raid: *const lvol_raid_opts,
    pub copies_sign: i32,
    pub alloc: u32,
    pub stripe_bytes: u32,
    pub reserved: u32,
}

impl Default for lvol_lv_convert_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_lv_replace_opts {
    pub struct_size: usize,
    pub from: *const *const c_char,
    pub pvs: *const *const c_char,
    pub alloc: u32,
    pub reserved: u32,
}

impl Default for lvol_lv_replace_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_lv_split_opts {
    pub struct_size: usize,
    pub new_name: *const c_char,
    pub pvs: *const *const c_char,
    pub count: u32,
    pub flags: u32,
}

impl Default for lvol_lv_split_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_raid_change_opts {
    pub struct_size: usize,
    pub what: u32,
    pub min_recovery_kib: u32,
    pub max_recovery_kib: u32,
    pub write_behind: u32,
    pub write_mostly: *const *const c_char,
    pub not_write_mostly: *const *const c_char,
    pub toggle_write_mostly: *const *const c_char,
    pub rebuild: *const *const c_char,
}

impl Default for lvol_raid_change_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_lv_convert(
        txn: *mut lvol_txn,
        name: *const c_char,
        opts: *const lvol_lv_convert_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_replace_legs(
        txn: *mut lvol_txn,
        name: *const c_char,
        opts: *const lvol_lv_replace_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_split_legs(
        txn: *mut lvol_txn,
        name: *const c_char,
        opts: *const lvol_lv_split_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_merge_leg(txn: *mut lvol_txn, leg: *const c_char, err: *mut lvol_error) -> c_int;
    pub fn lvol_raid_change(
        txn: *mut lvol_txn,
        name: *const c_char,
        opts: *const lvol_raid_change_opts,
        err: *mut lvol_error,
    ) -> c_int;
}
