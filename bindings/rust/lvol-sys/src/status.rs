// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/status.h>`

use crate::error::lvol_error;
use crate::types::{lvol_backend, lvol_io, lvol_lv, lvol_status};
use std::os::raw::{c_char, c_int, c_uint};

pub type lvol_thin_pool_mode = c_uint;
pub const LVOL_THIN_POOL_READ_WRITE: lvol_thin_pool_mode = 1;
pub const LVOL_THIN_POOL_OUT_OF_SPACE: lvol_thin_pool_mode = 2;
pub const LVOL_THIN_POOL_READ_ONLY: lvol_thin_pool_mode = 3;
pub const LVOL_THIN_POOL_FAILED: lvol_thin_pool_mode = 4;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_snapshot_status {
    pub used_sectors: u64,
    pub total_sectors: u64,
    pub metadata_sectors: u64,
    pub is_invalid: bool,
    pub has_overflowed: bool,
    pub has_merge_failed: bool,
}

impl Default for lvol_snapshot_status {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_pool_status {
    pub transaction_id: u64,
    pub used_metadata_blocks: u64,
    pub total_metadata_blocks: u64,
    pub used_data_blocks: u64,
    pub total_data_blocks: u64,
    pub held_root: u64,
    pub metadata_low_watermark: u64,
    pub mode: lvol_thin_pool_mode,
    pub discards: *const c_char,
    pub fails_when_full: bool,
    pub needs_check: bool,
}

impl Default for lvol_thin_pool_status {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_thin_status {
    pub mapped_sectors: u64,
    pub highest_mapped_sector: u64,
    pub has_failed: bool,
}

impl Default for lvol_thin_status {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_raid_status {
    pub type_: *const c_char,
    pub health: *const c_char,
    pub synced_sectors: u64,
    pub total_sectors: u64,
    pub action: *const c_char,
    pub mismatch_count: u64,
    pub data_offset_sectors: u64,
    pub device_count: u32,
    pub journal: c_char,
}

impl Default for lvol_raid_status {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_mirror_status {
    pub health: *const c_char,
    pub synced_regions: u64,
    pub total_regions: u64,
    pub log: *const c_char,
    pub log_health: *const c_char,
    pub device_count: u32,
}

impl Default for lvol_mirror_status {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_cache_status {
    pub metadata_block_sectors: u64,
    pub used_metadata_blocks: u64,
    pub total_metadata_blocks: u64,
    pub block_sectors: u64,
    pub used_blocks: u64,
    pub total_blocks: u64,
    pub read_hits: u64,
    pub read_misses: u64,
    pub write_hits: u64,
    pub write_misses: u64,
    pub demotions: u64,
    pub promotions: u64,
    pub dirty_blocks: u64,
    pub mode: *const c_char,
    pub policy: *const c_char,
    pub settings: *const *const c_char,
    pub metadata_format: u32,
    pub passes_discards: bool,
    pub is_read_only: bool,
    pub needs_check: bool,
    pub has_failed: bool,
}

impl Default for lvol_cache_status {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_writecache_status {
    pub error: u64,
    pub total_blocks: u64,
    pub free_blocks: u64,
    pub writeback_blocks: u64,
    pub reads: u64,
    pub read_hits: u64,
    pub writes: u64,
    pub write_hits_uncommitted: u64,
    pub write_hits_committed: u64,
    pub writes_around: u64,
    pub writes_allocated: u64,
    pub writes_blocked: u64,
    pub flushes: u64,
    pub discards: u64,
}

impl Default for lvol_writecache_status {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_integrity_status {
    pub mismatch_count: u64,
    pub data_sectors: u64,
    pub recalculated_sectors: u64,
    pub is_recalculating: bool,
}

impl Default for lvol_integrity_status {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_status_line {
    pub device: *const c_char,
    pub start_sectors: u64,
    pub length_sectors: u64,
    pub target: *const c_char,
    pub text: *const c_char,
    pub snapshot: *const lvol_snapshot_status,
    pub thin_pool: *const lvol_thin_pool_status,
    pub thin: *const lvol_thin_status,
    pub raid: *const lvol_raid_status,
    pub mirror: *const lvol_mirror_status,
    pub cache: *const lvol_cache_status,
    pub writecache: *const lvol_writecache_status,
    pub integrity: *const lvol_integrity_status,
}

impl Default for lvol_status_line {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

extern "C" {
    pub fn lvol_status_new(
        text: *const c_char,
        out: *mut *mut lvol_status,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_status(
        lv: *const lvol_lv,
        backend: *mut lvol_backend,
        out: *mut *mut lvol_status,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_io_status(
        io: *mut lvol_io,
        out: *mut *mut lvol_status,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_status_free(status: *mut lvol_status);
    pub fn lvol_status_line_count(status: *const lvol_status) -> usize;
    pub fn lvol_status_line(status: *const lvol_status, i: usize) -> *const lvol_status_line;
}
