// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/lv.h>`

use crate::cache::lvol_cache_opts;
use crate::error::lvol_error;
use crate::raid::lvol_raid_opts;
use crate::thin::lvol_thin_opts;
use crate::types::{lvol_alloc, lvol_lv, lvol_segment, lvol_txn, lvol_vg};
use std::os::raw::{c_char, c_int, c_uint, c_void};

pub const LVOL_READ_AHEAD_AUTO: c_int = 0;
pub const LVOL_READ_AHEAD_NONE: c_int = -1;
pub const LVOL_LV_CREATE_READ_ONLY: c_uint = 1 << 0;
pub const LVOL_LV_CREATE_ACTIVATION_SKIP: c_uint = 1 << 1;
pub const LVOL_LV_CREATE_NO_AUTOACTIVATION: c_uint = 1 << 2;
pub const LVOL_LV_CREATE_NO_ZERO: c_uint = 1 << 3;
pub const LVOL_LV_RESIZE_SHRINK: c_uint = 1 << 0;
pub const LVOL_LV_RESIZE_FS: c_uint = 1 << 1;
pub const LVOL_LV_CHANGE_ALLOC: c_uint = 1 << 0;
pub const LVOL_LV_CHANGE_WRITABLE: c_uint = 1 << 1;
pub const LVOL_LV_CHANGE_ACTIVATION_SKIP: c_uint = 1 << 2;
pub const LVOL_LV_CHANGE_AUTOACTIVATION: c_uint = 1 << 3;
pub const LVOL_LV_CHANGE_READ_AHEAD: c_uint = 1 << 4;

pub type lvol_percent_of = c_uint;
pub const LVOL_PERCENT_NONE: lvol_percent_of = 0;
pub const LVOL_PERCENT_VG: lvol_percent_of = 1;
pub const LVOL_PERCENT_FREE: lvol_percent_of = 2;
pub const LVOL_PERCENT_PVS: lvol_percent_of = 3;
pub const LVOL_PERCENT_ORIGIN: lvol_percent_of = 4;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_size {
    pub bytes: u64,
    pub extents: u64,
    pub percent: u32,
    pub percent_of: u32,
}

impl Default for lvol_size {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_lv_create_opts {
    pub struct_size: usize,
    pub vg: *const c_char,
    pub name: *const c_char,
    pub segtype: *const c_char,
    pub size: lvol_size,
    pub pvs: *const *const c_char,
    pub stripe_count: u32,
    pub stripe_bytes: u32,
    pub alloc: u32,
    pub flags: u32,
    pub read_ahead_bytes: i64,
    pub tags: *const *const c_char,
    pub uuid: *const c_char,
    pub origin: *const c_char,
    pub chunk_bytes: u32,
    pub reserved: u32,
    pub raid: *const lvol_raid_opts,
    pub thin: *const lvol_thin_opts,
    pub cache: *const lvol_cache_opts,
}

impl Default for lvol_lv_create_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_lv_glance {
    pub struct_size: usize,
    pub name: [c_char; 128],
    pub vg: [c_char; 128],
    pub uuid: [c_char; 39],
    pub is_visible: bool,
    pub size_extents: u32,
    pub segment_count: u32,
    pub size_bytes: u64,
}

impl Default for lvol_lv_glance {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_luks_key {
    pub bytes: *const c_void,
    pub length: usize,
}

impl Default for lvol_luks_key {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_lv_resize_opts {
    pub struct_size: usize,
    pub size: lvol_size,
    pub sign: i32,
    pub flags: u32,
    pub pvs: *const *const c_char,
    pub alloc: u32,
    pub stripe_count: u32,
    pub stripe_bytes: u32,
    pub reserved: u32,
    pub luks_key: *const lvol_luks_key,
}

impl Default for lvol_lv_resize_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_lv_change_opts {
    pub struct_size: usize,
    pub what: u32,
    pub alloc: u32,
    pub writable: u32,
    pub activation_skip: u32,
    pub autoactivation: u32,
    pub reserved: u32,
    pub read_ahead_bytes: i64,
    pub add_tags: *const *const c_char,
    pub remove_tags: *const *const c_char,
}

impl Default for lvol_lv_change_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_lv_first(vg: *const lvol_vg) -> *const lvol_lv;
    pub fn lvol_lv_next(lv: *const lvol_lv) -> *const lvol_lv;
    pub fn lvol_lv_find(vg: *const lvol_vg, name: *const c_char) -> *const lvol_lv;
    pub fn lvol_lv_vg(lv: *const lvol_lv) -> *mut lvol_vg;
    pub fn lvol_lv_name(lv: *const lvol_lv) -> *const c_char;
    pub fn lvol_lv_uuid(lv: *const lvol_lv, out: *mut c_char) -> *const c_char;
    pub fn lvol_lv_size_bytes(lv: *const lvol_lv) -> u64;
    pub fn lvol_lv_size_extents(lv: *const lvol_lv) -> u32;
    pub fn lvol_lv_segment_first(lv: *const lvol_lv) -> *const lvol_segment;
    pub fn lvol_lv_segment_count(lv: *const lvol_lv) -> u32;
    pub fn lvol_lv_is_visible(lv: *const lvol_lv) -> bool;
    pub fn lvol_lv_is_writable(lv: *const lvol_lv) -> bool;
    pub fn lvol_lv_is_activation_skipped(lv: *const lvol_lv) -> bool;
    pub fn lvol_lv_is_autoactivated(lv: *const lvol_lv) -> bool;
    pub fn lvol_lv_is_partial(lv: *const lvol_lv) -> bool;
    pub fn lvol_lv_alloc(lv: *const lvol_lv) -> lvol_alloc;
    pub fn lvol_lv_read_ahead_bytes(lv: *const lvol_lv) -> i64;
    pub fn lvol_lv_creation_time(lv: *const lvol_lv) -> u64;
    pub fn lvol_lv_creation_host(lv: *const lvol_lv) -> *const c_char;
    pub fn lvol_lv_tag(lv: *const lvol_lv, i: usize) -> *const c_char;
    pub fn lvol_lv_name_check(
        vg_name: *const c_char,
        name: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_create(
        txn: *mut lvol_txn,
        opts: *const lvol_lv_create_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_glance(
        txn: *mut lvol_txn,
        name: *const c_char,
        out: *mut lvol_lv_glance,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_resize(
        txn: *mut lvol_txn,
        name: *const c_char,
        opts: *const lvol_lv_resize_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_remove(txn: *mut lvol_txn, name: *const c_char, err: *mut lvol_error) -> c_int;
    pub fn lvol_lv_rename(
        txn: *mut lvol_txn,
        name: *const c_char,
        new_name: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_change(
        txn: *mut lvol_txn,
        name: *const c_char,
        opts: *const lvol_lv_change_opts,
        err: *mut lvol_error,
    ) -> c_int;
}
