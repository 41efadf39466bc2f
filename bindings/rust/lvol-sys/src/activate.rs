// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/activate.h>`

use crate::backend::lvol_device_info;
use crate::error::lvol_error;
use crate::types::{lvol_backend, lvol_lv, lvol_vg};
use std::os::raw::{c_int, c_uint};

pub const LVOL_ACTIVATE_READ_ONLY: c_uint = 1 << 0;
pub const LVOL_ACTIVATE_PARTIAL: c_uint = 1 << 1;
pub const LVOL_ACTIVATE_COMPLETE: c_uint = 1 << 2;
pub const LVOL_ACTIVATE_SKIPPED: c_uint = 1 << 3;
pub const LVOL_ACTIVATE_AUTO: c_uint = 1 << 4;
pub const LVOL_DEACTIVATE_NO_RETRY: c_uint = 1 << 0;
pub const LVOL_DEACTIVATE_DEFERRED: c_uint = 1 << 1;

extern "C" {
    pub fn lvol_lv_activate(
        lv: *const lvol_lv,
        backend: *mut lvol_backend,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_deactivate(
        lv: *const lvol_lv,
        backend: *mut lvol_backend,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_refresh(
        lv: *const lvol_lv,
        backend: *mut lvol_backend,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_device(
        lv: *const lvol_lv,
        backend: *mut lvol_backend,
        out: *mut lvol_device_info,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_activate(
        vg: *mut lvol_vg,
        backend: *mut lvol_backend,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_deactivate(
        vg: *mut lvol_vg,
        backend: *mut lvol_backend,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
}
