// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/pv.h>`

use crate::error::lvol_error;
use crate::types::{lvol_dev, lvol_pv, lvol_segment, lvol_txn, lvol_vg};
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_PV_CREATE_WIPE: c_uint = 1 << 0;
pub const LVOL_PV_CREATE_FORCE_USED: c_uint = 1 << 1;
pub const LVOL_PV_REMOVE_FORCE_USED: c_uint = 1 << 0;
pub const LVOL_PV_CHANGE_ALLOCATABLE: c_uint = 1 << 0;
pub const LVOL_PV_CHANGE_METADATA_IGNORE: c_uint = 1 << 1;
pub const LVOL_PV_CHANGE_UUID: c_uint = 1 << 2;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_pv_run {
    pub start_extent: u32,
    pub count_extents: u32,
    pub segment: *const lvol_segment,
}

impl Default for lvol_pv_run {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_pv_create_opts {
    pub struct_size: usize,
    pub device: *const c_char,
    pub flags: u32,
    pub metadata_copies_set: u32,
    pub metadata_copies: u32,
    pub metadata_ignore: u32,
    pub metadata_bytes: u64,
    pub data_alignment_bytes: u64,
    pub data_alignment_offset_bytes: u64,
    pub bootloader_bytes: u64,
    pub size_bytes: u64,
    pub label_sector: u32,
    pub reserved: u32,
    pub uuid: *const c_char,
    pub restore_text: *const c_char,
}

impl Default for lvol_pv_create_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_pv_change_opts {
    pub struct_size: usize,
    pub what: u32,
    pub allocatable: u32,
    pub metadata_ignore: u32,
    pub reserved: u32,
    pub add_tags: *const *const c_char,
    pub remove_tags: *const *const c_char,
}

impl Default for lvol_pv_change_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_pv_first(vg: *const lvol_vg) -> *const lvol_pv;
    pub fn lvol_pv_next(pv: *const lvol_pv) -> *const lvol_pv;
    pub fn lvol_pv_find(vg: *const lvol_vg, name: *const c_char) -> *const lvol_pv;
    pub fn lvol_pv_vg(pv: *const lvol_pv) -> *mut lvol_vg;
    pub fn lvol_pv_name(pv: *const lvol_pv) -> *const c_char;
    pub fn lvol_pv_dev(pv: *const lvol_pv) -> *const lvol_dev;
    pub fn lvol_pv_device_hint(pv: *const lvol_pv) -> *const c_char;
    pub fn lvol_pv_uuid(pv: *const lvol_pv, out: *mut c_char) -> *const c_char;
    pub fn lvol_pv_size_bytes(pv: *const lvol_pv) -> u64;
    pub fn lvol_pv_dev_size_bytes(pv: *const lvol_pv) -> u64;
    pub fn lvol_pv_size_extents(pv: *const lvol_pv) -> u32;
    pub fn lvol_pv_used_extents(pv: *const lvol_pv) -> u32;
    pub fn lvol_pv_pe_start_bytes(pv: *const lvol_pv) -> u64;
    pub fn lvol_pv_ba_start_bytes(pv: *const lvol_pv) -> u64;
    pub fn lvol_pv_ba_size_bytes(pv: *const lvol_pv) -> u64;
    pub fn lvol_pv_is_allocatable(pv: *const lvol_pv) -> bool;
    pub fn lvol_pv_is_missing(pv: *const lvol_pv) -> bool;
    pub fn lvol_pv_is_in_use(pv: *const lvol_pv) -> bool;
    pub fn lvol_pv_is_duplicate(pv: *const lvol_pv) -> bool;
    pub fn lvol_pv_mda_count(pv: *const lvol_pv) -> u32;
    pub fn lvol_pv_mda_used_count(pv: *const lvol_pv) -> u32;
    pub fn lvol_pv_mda(
        pv: *const lvol_pv,
        i: u32,
        start_bytes: *mut u64,
        size_bytes: *mut u64,
    ) -> bool;
    pub fn lvol_pv_tag(pv: *const lvol_pv, i: usize) -> *const c_char;
    pub fn lvol_pv_run_at(pv: *const lvol_pv, at: u32, out: *mut lvol_pv_run) -> bool;
    pub fn lvol_pv_create(
        txn: *mut lvol_txn,
        opts: *const lvol_pv_create_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_pv_remove(
        txn: *mut lvol_txn,
        device: *const c_char,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_pv_resize(
        txn: *mut lvol_txn,
        device: *const c_char,
        size_bytes: u64,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_pv_change(
        txn: *mut lvol_txn,
        device: *const c_char,
        opts: *const lvol_pv_change_opts,
        err: *mut lvol_error,
    ) -> c_int;
}
