// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/events.h>`

use crate::error::lvol_error;
use crate::types::{lvol_backend, lvol_ctx, lvol_events, lvol_lv};
use std::os::raw::{c_char, c_int, c_uint};

pub type lvol_event_kind = c_uint;
pub const LVOL_EVENT_FILL: lvol_event_kind = 1;
pub const LVOL_EVENT_FAILED: lvol_event_kind = 2;
pub const LVOL_EVENT_SYNCED: lvol_event_kind = 3;
pub const LVOL_EVENT_GONE: lvol_event_kind = 4;
pub const LVOL_EVENT_CHANGED: lvol_event_kind = 5;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_events_opts {
    pub struct_size: usize,
    pub fill_percent: u32,
    pub look_ms: u32,
}

impl Default for lvol_events_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_event {
    pub kind: c_int,
    pub percent: u32,
    pub vg: *const c_char,
    pub lv: *const c_char,
}

impl Default for lvol_event {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        unsafe { std::mem::zeroed() }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lvol_autoextend_opts {
    pub struct_size: usize,
    pub threshold_percent: u32,
    pub grow_percent: u32,
}

impl Default for lvol_autoextend_opts {
    fn default() -> Self {
        // Safety: all of it may be zero: numbers, and pointers that may be NULL.
        Self { struct_size: std::mem::size_of::<Self>(), ..unsafe { std::mem::zeroed() } }
    }
}

extern "C" {
    pub fn lvol_events_open(
        backend: *mut lvol_backend,
        opts: *const lvol_events_opts,
        out: *mut *mut lvol_events,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_events_close(events: *mut lvol_events);
    pub fn lvol_events_watch(
        events: *mut lvol_events,
        lv: *const lvol_lv,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_events_unwatch(
        events: *mut lvol_events,
        lv: *const lvol_lv,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_events_fd(events: *const lvol_events) -> c_int;
    pub fn lvol_events_next(
        events: *mut lvol_events,
        out: *mut *const lvol_event,
        err: *mut lvol_error,
    ) -> c_int;
    pub fn lvol_lv_autoextend(
        lv: *const lvol_lv,
        ctx: *mut lvol_ctx,
        backend: *mut lvol_backend,
        opts: *const lvol_autoextend_opts,
        err: *mut lvol_error,
    ) -> c_int;
}
