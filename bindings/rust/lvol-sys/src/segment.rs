// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/segment.h>`

use crate::types::{lvol_lv, lvol_pv, lvol_segment};
use std::os::raw::c_char;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_area {
    pub pv: *const lvol_pv,
    pub lv: *const lvol_lv,
    pub start_extent: u32,
    pub count_extents: u32,
}

impl Default for lvol_area {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

extern "C" {
    pub fn lvol_segment_next(seg: *const lvol_segment) -> *const lvol_segment;
    pub fn lvol_segment_lv(seg: *const lvol_segment) -> *const lvol_lv;
    pub fn lvol_segment_type(seg: *const lvol_segment) -> *const c_char;
    pub fn lvol_segment_start_extents(seg: *const lvol_segment) -> u32;
    pub fn lvol_segment_size_extents(seg: *const lvol_segment) -> u32;
    pub fn lvol_segment_area_count(seg: *const lvol_segment) -> u32;
    pub fn lvol_segment_stripe_bytes(seg: *const lvol_segment) -> u64;
    pub fn lvol_segment_region_bytes(seg: *const lvol_segment) -> u64;
    pub fn lvol_segment_chunk_bytes(seg: *const lvol_segment) -> u64;
    pub fn lvol_segment_area(seg: *const lvol_segment, i: u32, out: *mut lvol_area) -> bool;
    pub fn lvol_segment_meta_area(seg: *const lvol_segment, i: u32, out: *mut lvol_area) -> bool;
    pub fn lvol_segment_ref(seg: *const lvol_segment, key: *const c_char) -> *const lvol_lv;
    pub fn lvol_segment_number(seg: *const lvol_segment, key: *const c_char, out: *mut u64) -> bool;
    pub fn lvol_segment_text(seg: *const lvol_segment, key: *const c_char) -> *const c_char;
}
