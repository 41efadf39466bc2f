// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/error.h>`

use std::os::raw::{c_char, c_int, c_uint};

pub type lvol_err = c_uint;
pub const LVOL_OK: lvol_err = 0;
pub const LVOL_E_INVALID: lvol_err = 1;
pub const LVOL_E_NO_MEMORY: lvol_err = 2;
pub const LVOL_E_IO: lvol_err = 3;
pub const LVOL_E_NOT_FOUND: lvol_err = 4;
pub const LVOL_E_EXISTS: lvol_err = 5;
pub const LVOL_E_NO_SPACE: lvol_err = 6;
pub const LVOL_E_BUSY: lvol_err = 7;
pub const LVOL_E_CORRUPT: lvol_err = 8;
pub const LVOL_E_NOT_SUPPORTED: lvol_err = 9;
pub const LVOL_E_READ_ONLY: lvol_err = 10;
pub const LVOL_E_CONFLICT: lvol_err = 11;
pub const LVOL_E_LOCKED: lvol_err = 12;
pub const LVOL_E_MISSING_PV: lvol_err = 13;
pub const LVOL_E_DUPLICATE: lvol_err = 14;
pub const LVOL_E_EXPORTED: lvol_err = 15;
pub const LVOL_E_FOREIGN: lvol_err = 16;
pub const LVOL_E_PERMISSION: lvol_err = 17;
pub const LVOL_E_CANCELLED: lvol_err = 18;
pub const LVOL_E_RANGE: lvol_err = 19;
pub const LVOL_E_SIGNATURE: lvol_err = 20;
pub const LVOL_E_STATE: lvol_err = 21;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_error {
    pub code: c_int,
    pub sys_errno: c_int,
    pub subject: [c_char; 112],
    pub message: [c_char; 392],
}

impl Default for lvol_error {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

extern "C" {
    pub fn lvol_err_text(code: c_int) -> *const c_char;
    pub fn lvol_err_name(code: c_int) -> *const c_char;
}
