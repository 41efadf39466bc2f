// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/version.h>`

use std::os::raw::{c_char, c_int};

pub const LVOL_VERSION_NUMBER: c_int = 0x000100;

extern "C" {
    pub fn lvol_version_number() -> u32;
    pub fn lvol_version() -> *const c_char;
    pub fn lvol_has_feature(name: *const c_char) -> bool;
}
