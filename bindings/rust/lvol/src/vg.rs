// SPDX-License-Identifier: LGPL-2.1-or-later
//! Volume groups.

use crate::call::call;
use crate::error::{Error, Result};
use crate::getters::chain;
use crate::lv::Lv;
use crate::names::{Name, Origin};
use crate::problem::{problems, Problem};
use crate::pv::Pv;
use crate::text;
use std::fmt;
use std::ptr::{self, NonNull};

/// An immutable snapshot of one metadata version of a VG; cloning counts a reference. It keeps its devices open, and
/// outlives its context. Its PVs, LVs and segments cannot outlive it:
///
/// ```compile_fail,E0505
/// fn forget(vg: lvol::Vg) -> lvol::Result<()> {
///     let lv = vg.lv("root")?;
///     drop(vg);
///     println!("{}", lv.name());
///     Ok(())
/// }
/// ```
///
/// Any threads may read it at once:
///
/// ```
/// fn is_shared<T: Send + Sync>() {}
/// is_shared::<lvol::Vg>();
/// is_shared::<lvol::Pv<'static>>();
/// is_shared::<lvol::Lv<'static>>();
/// is_shared::<lvol::Segment<'static>>();
/// ```
pub struct Vg {
    p: NonNull<sys::lvol_vg>,
    origin: Origin,
}

// Safety: a VG never changes, and its references are counted atomically.
unsafe impl Send for Vg {}
unsafe impl Sync for Vg {}

impl Vg {
    /// A VG whose reference the library gave to us.
    pub(crate) fn take(p: NonNull<sys::lvol_vg>, origin: Origin) -> Vg {
        Vg { p, origin }
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    pub(crate) fn as_ptr(&self) -> *mut sys::lvol_vg {
        self.p.as_ptr()
    }

    getters! { '_;
        /// Name.
        name: text = lvol_vg_name;
        /// UUID with hyphens.
        uuid: uuid = lvol_vg_uuid;
        /// Version of the metadata, one more with every commit.
        seqno: u32 = lvol_vg_seqno;
        /// Size of an extent in bytes.
        extent_bytes: u64 = lvol_vg_extent_bytes;
        /// Extents of all PVs.
        size_extents: u64 = lvol_vg_size_extents;
        /// Free extents of all PVs, not allocatable ones too.
        free_extents: u64 = lvol_vg_free_extents;
        /// Number of PVs, missing ones too.
        pv_count: u32 = lvol_vg_pv_count;
        /// Number of LVs, hidden ones too.
        lv_count: u32 = lvol_vg_lv_count;
        /// Number of PVs that are not among the devices.
        missing_pv_count: u32 = lvol_vg_missing_pv_count;
        /// Most LVs allowed, 0 for no limit.
        max_lv: u32 = lvol_vg_max_lv;
        /// Most PVs allowed, 0 for no limit.
        max_pv: u32 = lvol_vg_max_pv;
        /// Metadata copies wanted, 0 for unmanaged.
        metadata_copies: u32 = lvol_vg_metadata_copies;
        /// Allocation policy, never `Inherit`.
        alloc: alloc = lvol_vg_alloc;
        /// Owner's system id, "" for none.
        system_id: text = lvol_vg_system_id;
        /// Lock type ("sanlock", "dlm" ...), "" for none.
        lock_type: text = lvol_vg_lock_type;
        /// Whether the VG is exported.
        is_exported: bool = lvol_vg_is_exported;
        /// Whether PVs can be added and removed.
        is_resizeable: bool = lvol_vg_is_resizeable;
        /// Whether a PV is missing.
        is_partial: bool = lvol_vg_is_partial;
        /// Whether a transaction could begin on it; if not, the problems say why.
        is_writable: bool = lvol_vg_is_writable;
        /// Whether its LVs are activated when the system starts.
        is_autoactivated: bool = lvol_vg_is_autoactivated;
        /// Tags.
        tags: texts = lvol_vg_tag;
    }

    /// Size of all extents in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.size_extents() * self.extent_bytes()
    }

    /// Size of all free extents in bytes.
    pub fn free_bytes(&self) -> u64 {
        self.free_extents() * self.extent_bytes()
    }

    /// What a reader should know.
    pub fn problems(&self) -> Vec<Problem> {
        // Safety: the VG is alive.
        problems(|i, out| unsafe { sys::lvol_vg_problem(self.as_ptr(), i, out) })
    }

    /// PVs in metadata order, missing ones too.
    pub fn pvs(&self) -> impl Iterator<Item = Pv<'_>> {
        // Safety: the VG is alive.
        chain(unsafe { sys::lvol_pv_first(self.as_ptr()) }, sys::lvol_pv_next)
            .map(move |p| Pv::of_vg(p, self))
    }

    /// LVs in metadata order, hidden ones too.
    pub fn lvs(&self) -> impl Iterator<Item = Lv<'_>> {
        // Safety: the VG is alive.
        chain(unsafe { sys::lvol_lv_first(self.as_ptr()) }, sys::lvol_lv_next)
            .map(move |p| Lv::new(p, self))
    }

    /// The PV on the device of that name, or of that UUID.
    pub fn find_pv(&self, name: &str) -> Option<Pv<'_>> {
        let name = Name::new(name.as_bytes());
        let name = name.as_ptr().ok()?;
        // Safety: both are alive.
        let p = unsafe { sys::lvol_pv_find(self.as_ptr(), name) };
        NonNull::new(p as *mut _).map(|p| Pv::of_vg(p, self))
    }

    /// The LV of that name ("home", not "vg0/home"), or of that UUID.
    pub fn find_lv(&self, name: &str) -> Option<Lv<'_>> {
        let name = Name::new(name.as_bytes());
        let name = name.as_ptr().ok()?;
        // Safety: both are alive.
        let p = unsafe { sys::lvol_lv_find(self.as_ptr(), name) };
        NonNull::new(p as *mut _).map(|p| Lv::new(p, self))
    }

    /// As [`find_pv()`](Vg::find_pv); `NotFound` if there is none.
    pub fn pv(&self, name: &str) -> Result<Pv<'_>> {
        self.find_pv(name).ok_or_else(|| {
            let message = format!("VG {} has no PV {}", self.name(), name);
            Error::own(sys::LVOL_E_NOT_FOUND, name, message)
        })
    }

    /// As [`find_lv()`](Vg::find_lv); `NotFound` if there is none.
    pub fn lv(&self, name: &str) -> Result<Lv<'_>> {
        self.find_lv(name).ok_or_else(|| {
            let subject = format!("{}/{}", self.name(), name);
            let message = format!("VG {} has no LV {}", self.name(), name);
            Error::own(sys::LVOL_E_NOT_FOUND, &subject, message)
        })
    }

    /// The metadata as vgcfgbackup writes it.
    pub fn export_text(&self) -> Result<String> {
        let mut out = ptr::null_mut();
        call(|err| unsafe { sys::lvol_vg_export_text(self.as_ptr(), &mut out, err) })?;
        // Safety: the text was given to us.
        Ok(unsafe { text::take(out) })
    }

    /// Check the VG and the copies of its metadata on all devices as vgck does. `Corrupt` with the first finding;
    /// all of them are [`problems()`](Vg::problems).
    pub fn check(&self) -> Result<()> {
        call(|err| unsafe { sys::lvol_vg_check(self.as_ptr(), err) }).map(drop)
    }

    /// A picture: which LV lies where on which PV.
    pub fn picture(&self, how: &Picture) -> Result<String> {
        let mut out = ptr::null_mut();
        call(|err| unsafe { sys::lvol_vg_picture(self.as_ptr(), &how.0, &mut out, err) })?;
        // Safety: the text was given to us.
        Ok(unsafe { text::take(out) })
    }
}

impl Clone for Vg {
    fn clone(&self) -> Vg {
        // Safety: the VG is alive.
        unsafe { sys::lvol_vg_ref(self.as_ptr()) };
        Vg { ..*self }
    }
}

impl Drop for Vg {
    fn drop(&mut self) {
        // Safety: the reference is ours.
        unsafe { sys::lvol_vg_unref(self.as_ptr()) }
    }
}

impl fmt::Debug for Vg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vg({:?}, seqno {})", self.name(), self.seqno())
    }
}

/// How [`Vg::picture()`] draws: text of 80 columns, unless it is told otherwise.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Picture(sys::lvol_picture_opts);

impl Picture {
    /// All defaults.
    pub fn new() -> Picture {
        Picture::default()
    }

    /// SVG instead of text.
    pub fn svg(mut self) -> Picture {
        self.0.svg = 1;
        self
    }

    /// Text with terminal colours.
    pub fn colour(mut self) -> Picture {
        self.0.colour = 1;
        self
    }

    /// Columns of text (at least 40), or pixels of SVG (default 960).
    pub fn width(mut self, width: u32) -> Picture {
        self.0.width = width;
        self
    }

    /// Text without characters beyond ASCII.
    pub fn ascii(mut self) -> Picture {
        self.0.ascii = 1;
        self
    }
}

/// `Invalid`, with the rule that it breaks, if `name` cannot be a VG's.
pub fn check_vg_name(name: &str) -> Result<()> {
    let name = Name::new(name.as_bytes());
    let name = name.as_ptr()?;
    call(|err| unsafe { sys::lvol_vg_name_check(name, err) }).map(drop)
}
