// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/integrity.h>`

use crate::error::lvol_error;
use crate::types::lvol_txn;
use std::os::raw::{c_char, c_int, c_uint};

pub type lvol_integrity_mode = c_uint;
pub const LVOL_INTEGRITY_MODE_DEFAULT: lvol_integrity_mode = 0;
pub const LVOL_INTEGRITY_JOURNAL: lvol_integrity_mode = 1;
pub const LVOL_INTEGRITY_BITMAP: lvol_integrity_mode = 2;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_integrity_opts {
    pub struct_size: usize,
    pub mode: u32,
    pub block_bytes: u32,
}

impl Default for lvol_integrity_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_integrity_add(
        txn: *mut lvol_txn,
        lv: *const c_char,
        opts: *const lvol_integrity_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_integrity_remove(
        txn: *mut lvol_txn,
        lv: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
}
