// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/luks.h>`

use crate::error::lvol_error;
use crate::lv::lvol_luks_key;
use crate::types::{lvol_backend, lvol_io, lvol_lv, lvol_txn};
use std::os::raw::{c_char, c_int, c_uint, c_void};

pub const LVOL_LUKS_READ_ONLY: c_uint = 1 << 0;
pub const LVOL_LUKS_ALLOW_DISCARDS: c_uint = 1 << 1;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_luks_opts {
    pub struct_size: usize,
    pub key: *const c_void,
    pub key_bytes: usize,
    pub cipher: *const c_char,
    pub pbkdf: *const c_char,
    pub label: *const c_char,
    pub uuid: *const c_char,
    pub volume_key_bits: u32,
    pub sector_bytes: u32,
    pub pbkdf_ms: u32,
    pub pbkdf_iterations: u32,
    pub pbkdf_kib: u32,
    pub pbkdf_threads: u32,
}

impl Default for lvol_luks_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_luks_activate_opts {
    pub struct_size: usize,
    pub name: *const c_char,
    pub flags: u32,
    pub reserved: u32,
}

impl Default for lvol_luks_activate_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_luks_format(
        txn: *mut lvol_txn,
        name: *const c_char,
        opts: *const lvol_luks_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_luks_open(
        lv: *const lvol_lv,
        flags: u32,
        key: *const lvol_luks_key,
        out: *mut *mut lvol_io,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_luks_activate(
        lv: *const lvol_lv,
        backend: *mut lvol_backend,
        key: *const lvol_luks_key,
        opts: *const lvol_luks_activate_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_luks_deactivate(
        backend: *mut lvol_backend,
        name: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_luks_resize(
        backend: *mut lvol_backend,
        name: *const c_char,
        bytes: u64,
        key: *const lvol_luks_key,
        err: *mut lvol_error,
    ) -> c_int;
}
