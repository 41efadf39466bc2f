// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! `<lvol/types.h>`

use std::os::raw::{c_char, c_uint};

pub type lvol_alloc = c_uint;
pub const LVOL_ALLOC_INHERIT: lvol_alloc = 0;
pub const LVOL_ALLOC_CONTIGUOUS: lvol_alloc = 1;
pub const LVOL_ALLOC_CLING: lvol_alloc = 2;
pub const LVOL_ALLOC_NORMAL: lvol_alloc = 3;
pub const LVOL_ALLOC_ANYWHERE: lvol_alloc = 4;

opaque!(lvol_ctx);
opaque!(lvol_dev);
opaque!(lvol_vg);
opaque!(lvol_pv);
opaque!(lvol_lv);
opaque!(lvol_segment);
opaque!(lvol_txn);
opaque!(lvol_scan);
opaque!(lvol_changes);
opaque!(lvol_io);
opaque!(lvol_queue);
opaque!(lvol_job);
opaque!(lvol_report);
opaque!(lvol_status);
opaque!(lvol_events);
opaque!(lvol_table);
opaque!(lvol_backend);
opaque!(lvol_thin_view);
opaque!(lvol_thin_ranges);
opaque!(lvol_thin_diff);
opaque!(lvol_thin_findings);
opaque!(lvol_export);
opaque!(lvol_import);

extern "C" {
    pub fn lvol_string_free(s: *mut c_char);
}
