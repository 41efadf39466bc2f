// SPDX-License-Identifier: LGPL-2.1-or-later
//! What is on the devices of a context.

use crate::backend::Backend;
use crate::error::Result;
use crate::names::Origin;
use crate::problem::{problems, Problem};
use crate::pv::Pv;
use crate::report::{Report, ReportOptions};
use crate::vg::Vg;
use std::fmt;
use std::ptr::NonNull;

/// What a look at every device found; it never changes.
///
/// ```
/// fn is_shared<T: Send + Sync>() {}
/// is_shared::<lvol::Scan>();
/// ```
pub struct Scan {
    p: NonNull<sys::lvol_scan>,
    origin: Origin,
}

// Safety: a scan never changes, and nothing in it is bound to a thread.
unsafe impl Send for Scan {}
unsafe impl Sync for Scan {}

impl Scan {
    pub(crate) fn new(p: NonNull<sys::lvol_scan>, origin: Origin) -> Scan {
        Scan { p, origin }
    }

    pub(crate) fn as_ptr(&self) -> *const sys::lvol_scan {
        self.p.as_ptr()
    }

    /// The VGs, sorted by name.
    pub fn vgs(&self) -> Vec<Vg> {
        // Safety: the scan is alive; each VG gets a reference of its own.
        let vg = |i| unsafe {
            let p = NonNull::new(sys::lvol_scan_vg(self.as_ptr(), i))?;
            sys::lvol_vg_ref(p.as_ptr());
            Some(Vg::take(p, self.origin))
        };
        // Safety: the scan is alive.
        (0..unsafe { sys::lvol_scan_vg_count(self.as_ptr()) }).filter_map(vg).collect()
    }

    /// The PVs that belong to no VG.
    pub fn orphans(&self) -> Vec<Pv<'_>> {
        // Safety: the scan is alive.
        let orphan = |i| NonNull::new(unsafe { sys::lvol_scan_orphan(self.as_ptr(), i) } as *mut _);
        let count = unsafe { sys::lvol_scan_orphan_count(self.as_ptr()) };
        (0..count).filter_map(orphan).map(|p| Pv::orphan(p, self.origin)).collect()
    }

    /// Problems that belong to no VG found.
    pub fn problems(&self) -> Vec<Problem> {
        // Safety: the scan is alive.
        problems(|i, out| unsafe { sys::lvol_scan_problem(self.as_ptr(), i, out) })
    }

    /// A report of it in lvm2's words. Errors: `Invalid` (unknown field, bad selection, sort or unit), `NotFound` (one
    /// of the names).
    pub fn report(&self, opts: &ReportOptions) -> Result<Report> {
        Report::new(self, opts, None)
    }

    /// The same with what the kernel says of LVs that are active: "lv_active", "data_percent", "lv_device_open" ...
    pub fn report_live(&self, opts: &ReportOptions, backend: &Backend) -> Result<Report> {
        Report::new(self, opts, Some(backend))
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        // Safety: it is ours.
        unsafe { sys::lvol_scan_free(self.p.as_ptr()) }
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan").field("vgs", &self.vgs()).field("orphans", &self.orphans()).finish()
    }
}
