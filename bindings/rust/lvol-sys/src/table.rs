// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/table.h>`

use crate::error::lvol_error;
use crate::types::lvol_table;
use std::os::raw::{c_char, c_int};

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_table_line {
    pub start_sectors: u64,
    pub length_sectors: u64,
    pub target: *const c_char,
    pub arguments: *const c_char,
}

impl Default for lvol_table_line {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

extern "C" {
    pub fn lvol_table_new(
        text: *const c_char,
        out: *mut *mut lvol_table,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_table_free(table: *mut lvol_table);
    pub fn lvol_table_line_count(table: *const lvol_table) -> usize;
    pub fn lvol_table_line(table: *const lvol_table, i: usize, out: *mut lvol_table_line) -> bool;
    pub fn lvol_table_size_sectors(table: *const lvol_table) -> u64;
    pub fn lvol_table_text(table: *const lvol_table) -> *const c_char;
}
