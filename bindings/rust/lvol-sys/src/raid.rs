// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/raid.h>`

use std::os::raw::c_uint;

pub const LVOL_RAID_NO_SYNC: c_uint = 1 << 0;

pub type lvol_mirror_log = c_uint;
pub const LVOL_MIRROR_LOG_DEFAULT: lvol_mirror_log = 0;
pub const LVOL_MIRROR_LOG_DISK: lvol_mirror_log = 1;
pub const LVOL_MIRROR_LOG_CORE: lvol_mirror_log = 2;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_raid_opts {
    pub struct_size: usize,
    pub copies: u32,
    pub region_bytes: u32,
    pub min_recovery_kib: u32,
    pub max_recovery_kib: u32,
    pub write_behind: u32,
    pub log: u32,
    pub flags: u32,
}

impl Default for lvol_raid_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}
