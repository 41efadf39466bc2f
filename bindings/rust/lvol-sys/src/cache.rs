// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/cache.h>`

use crate::error::lvol_error;
use crate::types::lvol_txn;
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_CACHE_NO_SPARE: c_uint = 1 << 0;

pub type lvol_cache_mode = c_uint;
pub const LVOL_CACHE_MODE_DEFAULT: lvol_cache_mode = 0;
pub const LVOL_CACHE_WRITETHROUGH: lvol_cache_mode = 1;
pub const LVOL_CACHE_WRITEBACK: lvol_cache_mode = 2;
pub const LVOL_CACHE_PASSTHROUGH: lvol_cache_mode = 3;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_cache_opts {
    pub struct_size: usize,
    pub mode: u32,
    pub metadata_format: u32,
    pub chunk_bytes: u64,
    pub metadata_bytes: u64,
    pub policy: *const c_char,
    pub settings: *const c_char,
    pub flags: u32,
    pub reserved: u32,
}

impl Default for lvol_cache_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_cache_attach_opts {
    pub struct_size: usize,
    pub lv: *const c_char,
    pub fast: *const c_char,
    pub cache: *const lvol_cache_opts,
    pub flags: u32,
    pub reserved: u32,
}

impl Default for lvol_cache_attach_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_cache_attach(
        txn: *mut lvol_txn,
        opts: *const lvol_cache_attach_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_cache_pool_convert(
        txn: *mut lvol_txn,
        name: *const c_char,
        metadata: *const c_char,
        opts: *const lvol_cache_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_cache_change(
        txn: *mut lvol_txn,
        lv: *const c_char,
        opts: *const lvol_cache_opts,
        err: *mut lvol_error,
    ) -> c_int;
}
