// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/snapshot.h>`

use crate::error::lvol_error;
use crate::types::lvol_txn;
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_SNAPSHOT_ATTACH_EMPTY: c_uint = 1 << 0;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_snapshot_attach_opts {
    pub struct_size: usize,
    pub origin: *const c_char,
    pub store: *const c_char,
    pub chunk_bytes: u32,
    pub flags: u32,
}

impl Default for lvol_snapshot_attach_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_snapshot_merge(
        txn: *mut lvol_txn,
        snapshot: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_snapshot_split(
        txn: *mut lvol_txn,
        snapshot: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_snapshot_attach(
        txn: *mut lvol_txn,
        opts: *const lvol_snapshot_attach_opts,
        err: *mut lvol_error,
    ) -> c_int;
}
