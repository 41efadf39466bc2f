// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/vg.h>`

use crate::error::lvol_error;
use crate::types::{lvol_alloc, lvol_ctx, lvol_pv, lvol_scan, lvol_txn, lvol_vg};
use std::os::raw::{c_char, c_int, c_uint};

pub const LVOL_VG_REMOVE_LVS: c_uint = 1 << 0;
pub const LVOL_VG_CHANGE_ALLOC: c_uint = 1 << 0;
pub const LVOL_VG_CHANGE_MAX_LV: c_uint = 1 << 1;
pub const LVOL_VG_CHANGE_MAX_PV: c_uint = 1 << 2;
pub const LVOL_VG_CHANGE_METADATA_COPIES: c_uint = 1 << 3;
pub const LVOL_VG_CHANGE_RESIZEABLE: c_uint = 1 << 4;
pub const LVOL_VG_CHANGE_AUTOACTIVATION: c_uint = 1 << 5;
pub const LVOL_VG_CHANGE_EXTENT_BYTES: c_uint = 1 << 6;
pub const LVOL_VG_CHANGE_SYSTEM_ID: c_uint = 1 << 7;
pub const LVOL_VG_CHANGE_UUID: c_uint = 1 << 8;
pub const LVOL_VG_CHANGE_NOTHING: c_uint = 1 << 9;

pub type lvol_problem_code = c_uint;
pub const LVOL_PROBLEM_STALE_COPY: lvol_problem_code = 1;
pub const LVOL_PROBLEM_DAMAGED_AREA: lvol_problem_code = 2;
pub const LVOL_PROBLEM_DAMAGED_LABEL: lvol_problem_code = 3;
pub const LVOL_PROBLEM_MISSING_PV: lvol_problem_code = 4;
pub const LVOL_PROBLEM_DUPLICATE_PV: lvol_problem_code = 5;
pub const LVOL_PROBLEM_DUPLICATE_VG: lvol_problem_code = 6;
pub const LVOL_PROBLEM_OUTDATED_PV: lvol_problem_code = 7;
pub const LVOL_PROBLEM_CONFLICT: lvol_problem_code = 8;
pub const LVOL_PROBLEM_EXPORTED: lvol_problem_code = 9;
pub const LVOL_PROBLEM_FOREIGN: lvol_problem_code = 10;
pub const LVOL_PROBLEM_SHARED: lvol_problem_code = 11;
pub const LVOL_PROBLEM_UNKNOWN_SEGTYPE: lvol_problem_code = 12;
pub const LVOL_PROBLEM_INVALID: lvol_problem_code = 13;
pub const LVOL_PROBLEM_NOT_WRITABLE: lvol_problem_code = 14;
pub const LVOL_PROBLEM_PV_FLAGS: lvol_problem_code = 15;
pub const LVOL_PROBLEM_DEVICE_SIZE: lvol_problem_code = 16;
pub const LVOL_PROBLEM_UNKNOWN_VG: lvol_problem_code = 17;
pub const LVOL_PROBLEM_INTERRUPTED: lvol_problem_code = 18;
pub const LVOL_PROBLEM_IO: lvol_problem_code = 19;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_problem {
    pub code: c_int,
    pub blocks_writing: bool,
    pub subject: *const c_char,
    pub message: *const c_char,
}

impl Default for lvol_problem {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_vg_create_opts {
    pub struct_size: usize,
    pub name: *const c_char,
    pub pvs: *const *const c_char,
    pub extent_bytes: u64,
    pub max_lv: u32,
    pub max_pv: u32,
    pub alloc: u32,
    pub metadata_copies: u32,
    pub tags: *const *const c_char,
    pub system_id: *const c_char,
    pub no_autoactivation: u32,
    pub flags: u32,
}

impl Default for lvol_vg_create_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_vg_change_opts {
    pub struct_size: usize,
    pub what: u32,
    pub alloc: u32,
    pub max_lv: u32,
    pub max_pv: u32,
    pub metadata_copies: u32,
    pub resizeable: u32,
    pub autoactivation: u32,
    pub reserved: u32,
    pub extent_bytes: u64,
    pub system_id: *const c_char,
    pub add_tags: *const *const c_char,
    pub remove_tags: *const *const c_char,
}

impl Default for lvol_vg_change_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_scan_new(
        ctx: *mut lvol_ctx,
        out: *mut *mut lvol_scan,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_scan_free(scan: *mut lvol_scan);
    pub fn lvol_scan_vg_count(scan: *const lvol_scan) -> usize;
    pub fn lvol_scan_vg(scan: *const lvol_scan, i: usize) -> *mut lvol_vg;
    pub fn lvol_scan_orphan_count(scan: *const lvol_scan) -> usize;
    pub fn lvol_scan_orphan(scan: *const lvol_scan, i: usize) -> *const lvol_pv;
    pub fn lvol_scan_problem_count(scan: *const lvol_scan) -> usize;
    pub fn lvol_scan_problem(scan: *const lvol_scan, i: usize, out: *mut lvol_problem) -> bool;
    pub fn lvol_vg_open(
        ctx: *mut lvol_ctx,
        name: *const c_char,
        out: *mut *mut lvol_vg,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_open_text(
        ctx: *mut lvol_ctx,
        text: *const c_char,
        len: usize,
        out: *mut *mut lvol_vg,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_ref(vg: *mut lvol_vg) -> *mut lvol_vg;
    pub fn lvol_vg_unref(vg: *mut lvol_vg);
    pub fn lvol_vg_name(vg: *const lvol_vg) -> *const c_char;
    pub fn lvol_vg_uuid(vg: *const lvol_vg, out: *mut c_char) -> *const c_char;
    pub fn lvol_vg_seqno(vg: *const lvol_vg) -> u32;
    pub fn lvol_vg_extent_bytes(vg: *const lvol_vg) -> u64;
    pub fn lvol_vg_size_extents(vg: *const lvol_vg) -> u64;
    pub fn lvol_vg_free_extents(vg: *const lvol_vg) -> u64;
    pub fn lvol_vg_pv_count(vg: *const lvol_vg) -> u32;
    pub fn lvol_vg_lv_count(vg: *const lvol_vg) -> u32;
    pub fn lvol_vg_missing_pv_count(vg: *const lvol_vg) -> u32;
    pub fn lvol_vg_max_lv(vg: *const lvol_vg) -> u32;
    pub fn lvol_vg_max_pv(vg: *const lvol_vg) -> u32;
    pub fn lvol_vg_metadata_copies(vg: *const lvol_vg) -> u32;
    pub fn lvol_vg_alloc(vg: *const lvol_vg) -> lvol_alloc;
    pub fn lvol_vg_system_id(vg: *const lvol_vg) -> *const c_char;
    pub fn lvol_vg_lock_type(vg: *const lvol_vg) -> *const c_char;
    pub fn lvol_vg_is_exported(vg: *const lvol_vg) -> bool;
    pub fn lvol_vg_is_resizeable(vg: *const lvol_vg) -> bool;
    pub fn lvol_vg_is_partial(vg: *const lvol_vg) -> bool;
    pub fn lvol_vg_is_writable(vg: *const lvol_vg) -> bool;
    pub fn lvol_vg_is_autoactivated(vg: *const lvol_vg) -> bool;
    pub fn lvol_vg_tag(vg: *const lvol_vg, i: usize) -> *const c_char;
    pub fn lvol_vg_problem_count(vg: *const lvol_vg) -> usize;
    pub fn lvol_vg_problem(vg: *const lvol_vg, i: usize, out: *mut lvol_problem) -> bool;
    pub fn lvol_vg_export_text(
        vg: *const lvol_vg,
        text: *mut *mut c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_check(vg: *const lvol_vg, err: *mut lvol_error) -> c_int;
    pub fn lvol_vg_name_check(name: *const c_char, err: *mut lvol_error) -> c_int;
    pub fn lvol_vg_create(
        txn: *mut lvol_txn,
        opts: *const lvol_vg_create_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_remove(
        txn: *mut lvol_txn,
        name: *const c_char,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_extend(
        txn: *mut lvol_txn,
        name: *const c_char,
        pvs: *const *const c_char,
        flags: u32,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_reduce(
        txn: *mut lvol_txn,
        name: *const c_char,
        pvs: *const *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_reduce_missing(
        txn: *mut lvol_txn,
        name: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_rename(
        txn: *mut lvol_txn,
        name: *const c_char,
        new_name: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_change(
        txn: *mut lvol_txn,
        name: *const c_char,
        opts: *const lvol_vg_change_opts,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_export(txn: *mut lvol_txn, name: *const c_char, err: *mut lvol_error) -> c_int;
    pub fn lvol_vg_import(txn: *mut lvol_txn, name: *const c_char, err: *mut lvol_error) -> c_int;
    pub fn lvol_vg_split(
        txn: *mut lvol_txn,
        from: *const c_char,
        to: *const c_char,
        pvs: *const *const c_char,
        lv: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_merge(
        txn: *mut lvol_txn,
        into: *const c_char,
        from: *const c_char,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_vg_restore(
        txn: *mut lvol_txn,
        name: *const c_char,
        text: *const c_char,
        len: usize,
        err: *mut lvol_error,
    ) -> c_int;
}
