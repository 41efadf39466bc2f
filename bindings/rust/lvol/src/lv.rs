// SPDX-License-Identifier: LGPL-2.1-or-later
//! Logical volumes.

use crate::call::call;
use crate::error::Result;
use crate::getters::chain;
use crate::io::{Io, OpenOptions};
use crate::names::Name;
use crate::segment::Segment;
use crate::vg::Vg;
use std::fmt;
use std::ptr::NonNull;

/// An LV of a VG snapshot.
#[derive(Clone, Copy)]
pub struct Lv<'vg> {
    p: NonNull<sys::lvol_lv>,
    vg: &'vg Vg,
}

// Safety: an LV never changes.
unsafe impl Send for Lv<'_> {}
unsafe impl Sync for Lv<'_> {}

/// How much of an LV is read ahead of its readers, by who activates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadAhead {
    /// As the system finds best.
    Auto,
    /// Nothing.
    None,
    /// So much, a multiple of 512.
    Bytes(u64),
}

impl ReadAhead {
    pub(crate) fn to_c(self) -> i64 {
        match self {
            ReadAhead::Auto => i64::from(sys::LVOL_READ_AHEAD_AUTO),
            ReadAhead::None => i64::from(sys::LVOL_READ_AHEAD_NONE),
            ReadAhead::Bytes(bytes) => i64::try_from(bytes).unwrap_or(i64::MAX),
        }
    }

    fn from_c(bytes: i64) -> ReadAhead {
        match u64::try_from(bytes) {
            Err(_) => ReadAhead::None,
            Ok(0) => ReadAhead::Auto,
            Ok(bytes) => ReadAhead::Bytes(bytes),
        }
    }
}

impl<'vg> Lv<'vg> {
    pub(crate) fn new(p: NonNull<sys::lvol_lv>, vg: &'vg Vg) -> Lv<'vg> {
        Lv { p, vg }
    }

    pub(crate) fn handle(&self) -> NonNull<sys::lvol_lv> {
        self.p
    }

    pub(crate) fn as_ptr(&self) -> *const sys::lvol_lv {
        self.p.as_ptr()
    }

    /// Its VG.
    pub fn vg(&self) -> &'vg Vg {
        self.vg
    }

    getters! { 'vg;
        /// Name without the VG part.
        name: text = lvol_lv_name;
        /// UUID with hyphens.
        uuid: uuid = lvol_lv_uuid;
        /// Usable size in bytes.
        size_bytes: u64 = lvol_lv_size_bytes;
        /// Size in extents.
        size_extents: u32 = lvol_lv_size_extents;
        /// Number of segments.
        segment_count: u32 = lvol_lv_segment_count;
        /// Whether it is a volume of its own, not a part of another.
        is_visible: bool = lvol_lv_is_visible;
        /// Whether it may be written to when active.
        is_writable: bool = lvol_lv_is_writable;
        /// Whether it is left out of activation unless asked for by name.
        is_activation_skipped: bool = lvol_lv_is_activation_skipped;
        /// Whether it is activated when the system starts.
        is_autoactivated: bool = lvol_lv_is_autoactivated;
        /// Whether a PV under it is missing.
        is_partial: bool = lvol_lv_is_partial;
        /// Allocation policy; `Inherit` when the VG's holds.
        alloc: alloc = lvol_lv_alloc;
        /// Unix time of creation in seconds, 0 when it is not known.
        creation_time: u64 = lvol_lv_creation_time;
        /// Host that created it, "" when that is not known.
        creation_host: text = lvol_lv_creation_host;
        /// Tags.
        tags: texts = lvol_lv_tag;
    }

    /// "vg/lv".
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.vg.name(), self.name())
    }

    /// How much is read ahead.
    pub fn read_ahead(&self) -> ReadAhead {
        // Safety: the LV is alive.
        ReadAhead::from_c(unsafe { sys::lvol_lv_read_ahead_bytes(self.as_ptr()) })
    }

    /// Segments in logical order; only an unfinished pvmove has none.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'vg>> {
        let vg = self.vg;
        // Safety: the LV is alive.
        chain(unsafe { sys::lvol_lv_segment_first(self.as_ptr()) }, sys::lvol_segment_next)
            .map(move |p| Segment::new(p, vg))
    }

    /// Open it for reading. Other ways: [`OpenOptions`].
    pub fn open(&self) -> Result<Io> {
        OpenOptions::new().open(self)
    }

    /// Open it for reading and writing.
    pub fn open_rw(&self) -> Result<Io> {
        OpenOptions::new().write(true).open(self)
    }
}

/// Whether they are the same LV of the same snapshot.
impl PartialEq for Lv<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.p == other.p
    }
}

impl Eq for Lv<'_> {}

impl fmt::Debug for Lv<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lv({:?})", self.full_name())
    }
}

/// `Invalid`, with the rule that it breaks, if `name` cannot be chosen for an LV of VG `vg_name`.
pub fn check_lv_name(vg_name: &str, name: &str) -> Result<()> {
    let (vg_name, name) = (Name::new(vg_name.as_bytes()), Name::new(name.as_bytes()));
    let (vg_name, name) = (vg_name.as_ptr()?, name.as_ptr()?);
    call(|err| unsafe { sys::lvol_lv_name_check(vg_name, name, err) }).map(drop)
}
