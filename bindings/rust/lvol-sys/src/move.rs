// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/move.h>`

use crate::error::lvol_error;
use crate::types::lvol_txn;
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_PV_MOVE_ATOMIC: c_uint = 1 << 0;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_pv_move_opts {
    pub struct_size: usize,
    pub vg: *const c_char,
    pub pv: *const c_char,
    pub lv: *const c_char,
    pub to: *const *const c_char,
    pub alloc: u32,
    pub flags: u32,
}

impl Default for lvol_pv_move_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_pv_move(
        txn: *mut lvol_txn,
        opts: *const lvol_pv_move_opts,
        err: *mut lvol_error,
    ) -> c_int;
}
