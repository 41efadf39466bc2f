// SPDX-License-Identifier: LGPL-2.1-or-later
//! Physical volumes.

use crate::dev::Dev;
use crate::names::Origin;
use crate::segment::Segment;
use crate::vg::Vg;
use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// A PV of a VG, or one that belongs to none.
#[derive(Clone, Copy)]
pub struct Pv<'a> {
    p: NonNull<sys::lvol_pv>,
    origin: Origin,
    vg: Option<&'a Vg>,
    holder: PhantomData<&'a ()>,
}

// Safety: a PV never changes.
unsafe impl Send for Pv<'_> {}
unsafe impl Sync for Pv<'_> {}

/// A run of extents of a PV.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Where it begins.
    pub start_extent: u32,
    /// How long it is.
    pub count_extents: u32,
    /// What uses it; None: free.
    pub segment: Option<Segment<'a>>,
}

/// Where a metadata area is on its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetadataArea {
    /// Where it begins.
    pub start_bytes: u64,
    /// How long it is.
    pub size_bytes: u64,
}

impl<'a> Pv<'a> {
    pub(crate) fn of_vg(p: NonNull<sys::lvol_pv>, vg: &'a Vg) -> Pv<'a> {
        Pv { p, origin: vg.origin(), vg: Some(vg), holder: PhantomData }
    }

    /// One of no VG; it must live for `'a`.
    pub(crate) fn orphan(p: NonNull<sys::lvol_pv>, origin: Origin) -> Pv<'a> {
        Pv { p, origin, vg: None, holder: PhantomData }
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// Its VG, or None when it belongs to none.
    pub fn vg(&self) -> Option<&'a Vg> {
        self.vg
    }

    getters! { 'a;
        /// Name of its device; "" when that is missing.
        name: text = lvol_pv_name;
        /// Path that the metadata remembers from the last commit, "" for none.
        device_hint: text = lvol_pv_device_hint;
        /// UUID with hyphens.
        uuid: uuid = lvol_pv_uuid;
        /// Size that can be used: extents times extent size; of a PV in no VG what lies behind the first extent.
        size_bytes: u64 = lvol_pv_size_bytes;
        /// Size of the device as the metadata (or label) has it.
        dev_size_bytes: u64 = lvol_pv_dev_size_bytes;
        /// Extents of the PV; 0 when it belongs to no VG.
        size_extents: u32 = lvol_pv_size_extents;
        /// Extents that LVs use.
        used_extents: u32 = lvol_pv_used_extents;
        /// Offset of the first extent on the device.
        pe_start_bytes: u64 = lvol_pv_pe_start_bytes;
        /// Offset of the bootloader area, 0 for none.
        ba_start_bytes: u64 = lvol_pv_ba_start_bytes;
        /// Size of the bootloader area.
        ba_size_bytes: u64 = lvol_pv_ba_size_bytes;
        /// Whether new extents may be allocated on it.
        is_allocatable: bool = lvol_pv_is_allocatable;
        /// Whether it is not among the devices.
        is_missing: bool = lvol_pv_is_missing;
        /// Whether its label says that a VG uses it.
        is_in_use: bool = lvol_pv_is_in_use;
        /// Whether a second device carries the same id.
        is_duplicate: bool = lvol_pv_is_duplicate;
        /// Number of metadata areas, ignored ones too.
        metadata_area_count: u32 = lvol_pv_mda_count;
        /// Number of metadata areas in use.
        metadata_area_used_count: u32 = lvol_pv_mda_used_count;
        /// Tags.
        tags: texts = lvol_pv_tag;
    }

    /// Its device, or None when it is missing.
    pub fn dev(&self) -> Option<Dev<'a>> {
        // Safety: the PV is alive, and keeps its device open.
        Dev::new(unsafe { sys::lvol_pv_dev(self.p.as_ptr()) }, self.origin)
    }

    /// Where its metadata areas are.
    pub fn metadata_areas(&self) -> Vec<MetadataArea> {
        let area = |i| {
            let (mut start_bytes, mut size_bytes) = (0, 0);
            // Safety: the PV is alive.
            let is_there =
                unsafe { sys::lvol_pv_mda(self.p.as_ptr(), i, &mut start_bytes, &mut size_bytes) };
            is_there.then_some(MetadataArea { start_bytes, size_bytes })
        };
        (0..).map_while(area).collect()
    }

    /// Its extents, used and free, in order.
    pub fn runs(&self) -> impl Iterator<Item = Run<'a>> {
        let pv = *self;
        let mut at = 0;
        std::iter::from_fn(move || {
            let mut c = sys::lvol_pv_run::default();
            // Safety: the PV is alive.
            if !unsafe { sys::lvol_pv_run_at(pv.p.as_ptr(), at, &mut c) } {
                return None;
            }
            at = c.start_extent + c.count_extents;
            let segment = NonNull::new(c.segment as *mut _).zip(pv.vg);
            Some(Run {
                start_extent: c.start_extent,
                count_extents: c.count_extents,
                segment: segment.map(|(p, vg)| Segment::new(p, vg)),
            })
        })
    }
}

/// Whether they are the same PV of the same snapshot.
impl PartialEq for Pv<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.p == other.p
    }
}

impl Eq for Pv<'_> {}

impl fmt::Debug for Pv<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pv({:?})", self.name())
    }
}
