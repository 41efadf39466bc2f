// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/writecache.h>`

use crate::error::lvol_error;
use crate::types::lvol_txn;
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_WRITECACHE_DETACH_REMOVE: c_uint = 1 << 0;
pub const LVOL_WRITECACHE_DETACH_DISCARD: c_uint = 1 << 1;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_writecache_opts {
    pub struct_size: usize,
    pub fast: *const c_char,
    pub settings: *const *const c_char,
    pub block_bytes: u32,
    pub reserved: u32,
}

impl Default for lvol_writecache_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_writecache_attach(
        txn: *mut lvol_txn,
        lv: *const c_char,
        opts: *const lvol_writecache_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_writecache_detach(
        txn: *mut lvol_txn,
        lv: *const c_char,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
}
