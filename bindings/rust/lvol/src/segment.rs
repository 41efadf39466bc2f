// SPDX-License-Identifier: LGPL-2.1-or-later
//! Segments: the runs of extents that an LV consists of, and what lies under them.

use crate::lv::Lv;
use crate::names::Name;
use crate::pv::Pv;
use crate::text;
use crate::vg::Vg;
use std::borrow::Cow;
use std::fmt;
use std::ptr::NonNull;

/// A segment of an LV.
#[derive(Clone, Copy)]
pub struct Segment<'vg> {
    p: NonNull<sys::lvol_segment>,
    vg: &'vg Vg,
}

// Safety: a segment never changes.
unsafe impl Send for Segment<'_> {}
unsafe impl Sync for Segment<'_> {}

/// Where an area of a segment lies: on a PV or an LV; on neither when it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area<'vg> {
    /// The PV that it lies on.
    pub pv: Option<Pv<'vg>>,
    /// The LV that it lies on.
    pub lv: Option<Lv<'vg>>,
    /// Where it begins on that PV or LV.
    pub start_extent: u32,
    /// Extents that it has.
    pub count_extents: u32,
}

type GetArea = unsafe extern "C" fn(*const sys::lvol_segment, u32, *mut sys::lvol_area) -> bool;

impl<'vg> Segment<'vg> {
    pub(crate) fn new(p: NonNull<sys::lvol_segment>, vg: &'vg Vg) -> Segment<'vg> {
        Segment { p, vg }
    }

    getters! { 'vg;
        /// Type as lvm2 names it: "linear", "striped", "raid1", "thin-pool" ...
        kind: text = lvol_segment_type;
        /// First extent on the LV.
        start_extents: u32 = lvol_segment_start_extents;
        /// Number of extents.
        size_extents: u32 = lvol_segment_size_extents;
        /// Number of areas: stripes, mirror legs, raid images.
        area_count: u32 = lvol_segment_area_count;
        /// Size of a stripe, 0 if it does not stripe.
        stripe_bytes: u64 = lvol_segment_stripe_bytes;
        /// Size of a mirror's or raid's region, 0 if it has none.
        region_bytes: u64 = lvol_segment_region_bytes;
        /// Size of a snapshot's, pool's or cache's chunk, 0 if it has none.
        chunk_bytes: u64 = lvol_segment_chunk_bytes;
    }

    fn lv_at(&self, p: *const sys::lvol_lv) -> Option<Lv<'vg>> {
        NonNull::new(p as *mut _).map(|p| Lv::new(p, self.vg))
    }

    /// Its LV.
    pub fn lv(&self) -> Lv<'vg> {
        // Safety: the segment is alive.
        let lv = self.lv_at(unsafe { sys::lvol_segment_lv(self.p.as_ptr()) });
        lv.expect("every segment belongs to an LV")
    }

    /// What it lies on: stripes, mirror legs, raid images.
    pub fn areas(&self) -> Vec<Area<'vg>> {
        self.all(sys::lvol_segment_area)
    }

    /// The same for the metadata areas of raid.
    pub fn meta_areas(&self) -> Vec<Area<'vg>> {
        self.all(sys::lvol_segment_meta_area)
    }

    fn all(&self, get: GetArea) -> Vec<Area<'vg>> {
        text::filled(
            // Safety: the segment is alive. There are no more areas than u32 can count.
            |i, out| unsafe { get(self.p.as_ptr(), i as u32, out) },
            |c: &sys::lvol_area| Area {
                pv: NonNull::new(c.pv as *mut _).map(|p| Pv::of_vg(p, self.vg)),
                lv: self.lv_at(c.lv),
                start_extent: c.start_extent,
                count_extents: c.count_extents,
            },
        )
    }

    /// An LV that the segment stands on or refers to by name, by the key of the metadata text: "origin", "cow_store",
    /// "pool", "metadata", "thin_pool", "external_origin", "mirror_log", "cache_pool" ...
    pub fn reference(&self, key: &str) -> Option<Lv<'vg>> {
        let key = Name::new(key.as_bytes());
        let key = key.as_ptr().ok()?;
        // Safety: both are alive.
        self.lv_at(unsafe { sys::lvol_segment_ref(self.p.as_ptr(), key) })
    }

    /// A number of the segment, by the key of the metadata text ("transaction_id", "device_id" ...), in its unit.
    pub fn number(&self, key: &str) -> Option<u64> {
        let key = Name::new(key.as_bytes());
        let key = key.as_ptr().ok()?;
        let mut out = 0;
        // Safety: both are alive.
        let is_there = unsafe { sys::lvol_segment_number(self.p.as_ptr(), key, &mut out) };
        is_there.then_some(out)
    }

    /// A word of the segment, by key ("discards", "cache_mode", "policy" ...).
    pub fn text(&self, key: &str) -> Option<Cow<'vg, str>> {
        let key = Name::new(key.as_bytes());
        let key = key.as_ptr().ok()?;
        // Safety: both are alive, and the text is while the VG is.
        unsafe { text::get_some(sys::lvol_segment_text(self.p.as_ptr(), key)) }
    }
}

/// Whether they are the same segment of the same snapshot.
impl PartialEq for Segment<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.p == other.p
    }
}

impl Eq for Segment<'_> {}

impl fmt::Debug for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segment({} at {}+{})", self.kind(), self.start_extents(), self.size_extents())
    }
}
