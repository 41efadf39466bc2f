// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/txn.h>`

use crate::error::lvol_error;
use crate::types::{lvol_backend, lvol_changes, lvol_ctx, lvol_txn, lvol_vg};
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_TXN_ALLOW_EXPORTED: c_uint = 1 << 0;
pub const LVOL_TXN_ALLOW_PARTIAL: c_uint = 1 << 1;
pub const LVOL_TXN_ALLOW_FOREIGN: c_uint = 1 << 2;
pub const LVOL_TXN_ALLOW_ABSENT: c_uint = 1 << 3;
pub const LVOL_TXN_ALLOW_DAMAGED: c_uint = 1 << 4;
pub const LVOL_TXN_ACTIVATE_NEW: c_uint = 1 << 5;
pub const LVOL_TXN_ACTIVATE_SKIPPED: c_uint = 1 << 6;

pub type lvol_change_kind = c_uint;
pub const LVOL_CHANGE_CREATE: lvol_change_kind = 1;
pub const LVOL_CHANGE_REMOVE: lvol_change_kind = 2;
pub const LVOL_CHANGE_MODIFY: lvol_change_kind = 3;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_txn_opts {
    pub struct_size: usize,
    pub flags: u32,
    pub lock_timeout_ms: i32,
    pub unchanged: *const *const lvol_vg,
    pub backend: *mut lvol_backend,
}

impl Default for lvol_txn_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_change {
    pub kind: c_int,
    pub object: *const c_char,
    pub subject: *const c_char,
    pub text: *const c_char,
}

impl Default for lvol_change {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

extern "C" {
    pub fn lvol_txn_begin(
        ctx: *mut lvol_ctx,
        vgs: *const *const c_char,
        opts: *const lvol_txn_opts,
        out: *mut *mut lvol_txn,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_txn_preview(
        txn: *mut lvol_txn,
        name: *const c_char,
        out: *mut *mut lvol_vg,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_txn_changes(
        txn: *const lvol_txn,
        out: *mut *mut lvol_changes,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_changes_count(changes: *const lvol_changes) -> usize;
    pub fn lvol_changes_get(changes: *const lvol_changes, i: usize, out: *mut lvol_change) -> bool;
    pub fn lvol_changes_free(changes: *mut lvol_changes);
    pub fn lvol_txn_commit(txn: *mut lvol_txn, err: *mut lvol_error) -> c_int;
    pub fn lvol_txn_result(
        txn: *mut lvol_txn,
        name: *const c_char,
        out: *mut *mut lvol_vg,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_txn_abort(txn: *mut lvol_txn);
    pub fn lvol_txn_free(txn: *mut lvol_txn);
}
