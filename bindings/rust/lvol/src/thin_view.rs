// SPDX-License-Identifier: LGPL-2.1-or-later
//! What the metadata of thin pools say.

use crate::backend::Backend;
use crate::call::{call, make};
use crate::enums::{ThinChange, ThinKind, ThinWrong};
use crate::error::Result;
use crate::lv::Lv;
use crate::text;
use crate::vg::Vg;
use std::fmt;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

/// How to look at a thin pool.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct ThinViewOptions(u32);

impl ThinViewOptions {
    /// Its last commit, or of a pool in use a metadata snapshot of its own.
    pub fn new() -> Self {
        ThinViewOptions::default()
    }

    /// The metadata snapshot that somebody else reserved, and leave it.
    pub fn reserved(self) -> Self {
        ThinViewOptions(self.0 | sys::LVOL_THIN_VIEW_RESERVED)
    }

    /// A metadata snapshot that is there was left by a program that died: give it back first.
    pub fn drop_reserved(self) -> Self {
        ThinViewOptions(self.0 | sys::LVOL_THIN_VIEW_DROP_RESERVED)
    }

    pub(crate) fn flags(self) -> u32 {
        self.0
    }

    /// Look at a pool, or that of a thin LV. Errors: `Invalid` (nothing to do with thin pools), `Busy` (in use by another
    /// program; there is a metadata snapshot already), `NotFound` (none reserved, never used), `Corrupt`, `NotSupported`,
    /// `NoSpace`, `MissingPv`, `Conflict`.
    pub fn open(self, pool: &Lv<'_>) -> Result<ThinView<'static>> {
        self.open_with(pool, None)
    }

    /// The same of a pool that may be active in the kernel.
    pub fn open_live<'b>(self, pool: &Lv<'_>, backend: &'b mut Backend) -> Result<ThinView<'b>> {
        self.open_with(pool, Some(backend))
    }

    fn open_with<'b>(
        self,
        pool: &Lv<'_>,
        backend: Option<&'b mut Backend>,
    ) -> Result<ThinView<'b>> {
        let c = sys::lvol_thin_view_opts {
            flags: self.0,
            backend: backend.as_ref().map_or(ptr::null_mut(), |backend| backend.as_ptr()),
            ..Default::default()
        };
        let p = make(|out, err| unsafe { sys::lvol_thin_view_open(pool.as_ptr(), &c, out, err) })?;
        Ok(ThinView { p, vg: pool.vg().clone(), _backend: backend })
    }
}

/// What the metadata of a thin pool say at one moment. Devices have ids; a volume of LVM2 is an LV and one of those. As long
/// as it is open nobody opens a pool for writing that was not in use.
pub struct ThinView<'b> {
    p: NonNull<sys::lvol_thin_view>,
    vg: Vg,
    _backend: Option<&'b mut Backend>,
}

// Safety: the library asks that one thread at a time uses a view and what was opened from it, which borrows it.
unsafe impl Send for ThinView<'_> {}

/// What a pool is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThinFill {
    /// Size of a block ("chunk").
    pub block_bytes: u64,
    /// Room for data,
    pub data_bytes: u64,
    /// and what of it is mapped by anybody.
    pub data_used_bytes: u64,
    /// Room for metadata,
    pub metadata_bytes: u64,
    /// and what of it is in use.
    pub metadata_used_bytes: u64,
    /// As the pool has it.
    pub transaction_id: u64,
    /// As the VG's metadata have it.
    pub expected_transaction_id: u64,
    /// Counts snapshots.
    pub time: u32,
    /// Something failed: nobody writes before it was checked and the flag cleared.
    pub needs_check: bool,
    /// There is a metadata snapshot.
    pub has_reserved: bool,
    /// It is what this view looks at.
    pub is_reserved: bool,
}

/// A device of a pool.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ThinDevice<'view> {
    /// The LV that it is; None when the VG knows of none.
    pub lv: Option<Lv<'view>>,
    /// Blocks that it maps, shared or not.
    pub mapped_bytes: u64,
    /// When it was created.
    pub transaction_id: u64,
    /// In the pool.
    pub id: u32,
    /// The pool's time when it was created,
    pub creation_time: u32,
    /// and when a snapshot of it was made the last time.
    pub snapshot_time: u32,
}

/// A range of a thin volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThinRange {
    /// Where it begins in the volume.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
    /// What it is.
    pub kind: ThinKind,
    /// Mapped: where it begins in the pool's data.
    pub data_offset: u64,
    /// Mapped: it was provisioned not before this transaction of the pool,
    pub first_transaction: u64,
    /// and not after this one.
    pub last_transaction: u64,
    /// Mapped: the pool's time when it was provisioned.
    pub time: u32,
}

/// A range of two thin volumes that differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThinDifference {
    /// Where it begins.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
    /// How they differ.
    pub change: ThinChange,
}

impl ThinView<'_> {
    /// What the pool is like.
    pub fn fill(&self) -> Result<ThinFill> {
        let mut c = sys::lvol_thin_fill::default();
        call(|err| unsafe { sys::lvol_thin_view_fill(self.p.as_ptr(), &mut c, err) })?;
        Ok(ThinFill {
            block_bytes: c.block_bytes,
            data_bytes: c.data_bytes,
            data_used_bytes: c.data_used_bytes,
            metadata_bytes: c.metadata_bytes,
            metadata_used_bytes: c.metadata_used_bytes,
            transaction_id: c.transaction_id,
            expected_transaction_id: c.expected_transaction_id,
            time: c.time,
            needs_check: c.needs_check,
            has_reserved: c.has_reserved,
            is_reserved: c.is_reserved,
        })
    }

    fn device_from_c(&self, c: &sys::lvol_thin_device) -> ThinDevice<'_> {
        ThinDevice {
            lv: NonNull::new(c.lv as *mut _).map(|lv| Lv::new(lv, &self.vg)),
            mapped_bytes: c.mapped_bytes,
            transaction_id: c.transaction_id,
            id: c.id,
            creation_time: c.creation_time,
            snapshot_time: c.snapshot_time,
        }
    }

    /// The first device whose id is not below this one. Errors: `Corrupt`.
    pub fn device_from(&self, id: u32) -> Result<Option<ThinDevice<'_>>> {
        let mut c = sys::lvol_thin_device::default();
        let found =
            call(|err| unsafe { sys::lvol_thin_view_device(self.p.as_ptr(), id, &mut c, err) })?;
        Ok(if found > 0 { Some(self.device_from_c(&c)) } else { None })
    }

    /// All devices in the order of their ids; ends after an error.
    pub fn devices(&self) -> impl Iterator<Item = Result<ThinDevice<'_>>> {
        let mut next = Some(0);
        std::iter::from_fn(move || {
            let found = self.device_from(next?).transpose();
            next = match &found {
                Some(Ok(device)) => device.id.checked_add(1),
                _ => None,
            };
            found
        })
    }

    /// The device that a thin LV is. Errors: `Invalid` (no thin LV of this pool), `NotFound` (the pool has none for it).
    pub fn device_of(&self, lv: &Lv<'_>) -> Result<ThinDevice<'_>> {
        let mut c = sys::lvol_thin_device::default();
        call(|err| unsafe { sys::lvol_thin_view_lv(self.p.as_ptr(), lv.as_ptr(), &mut c, err) })?;
        Ok(self.device_from_c(&c))
    }

    /// Bytes of device `id` that no other maps: what removing it would free. Errors: `NotFound`, `Corrupt`.
    pub fn exclusive_bytes(&self, id: u32) -> Result<u64> {
        let mut bytes = 0;
        call(|err| unsafe { sys::lvol_thin_view_exclusive(self.p.as_ptr(), id, &mut bytes, err) })?;
        Ok(bytes)
    }

    /// The ranges of device `id` from `offset` on, without gaps. Errors: `NotFound`; `Corrupt` on the way.
    pub fn ranges(&self, id: u32, offset: u64) -> Result<ThinRanges<'_>> {
        let p = make(|out, err| unsafe {
            sys::lvol_thin_ranges_open(self.p.as_ptr(), id, offset, out, err)
        })?;
        Ok(ThinRanges { p, over: false, view: PhantomData })
    }

    /// Where two devices differ. What they share is passed over without reading it. Errors: `NotFound`, `Corrupt`.
    pub fn diff(&self, left: u32, right: u32) -> Result<ThinDiff<'_>> {
        self.diff_flags([left, right], 0)
    }

    /// As [`diff()`](ThinView::diff), and what they share too, as [`ThinChange::Same`].
    pub fn diff_all(&self, left: u32, right: u32) -> Result<ThinDiff<'_>> {
        self.diff_flags([left, right], sys::LVOL_THIN_DIFF_ALL)
    }

    fn diff_flags(&self, devices: [u32; 2], flags: u32) -> Result<ThinDiff<'_>> {
        let p = make(|out, err| unsafe {
            sys::lvol_thin_diff_open(self.p.as_ptr(), devices.as_ptr(), flags, out, err)
        })?;
        Ok(ThinDiff { p, over: false, view: PhantomData })
    }

    /// Close, and give a metadata snapshot back; dropping does the same, and what fails then is only logged. Errors: `Io`.
    pub fn release(self) -> Result<()> {
        call(|err| unsafe { sys::lvol_thin_view_release(self.p.as_ptr(), err) }).map(drop)
    }
}

impl Drop for ThinView<'_> {
    fn drop(&mut self) {
        // Safety: it is ours, and what was opened from it borrowed it.
        unsafe { sys::lvol_thin_view_close(self.p.as_ptr()) }
    }
}

impl fmt::Debug for ThinView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ThinView({:?})", self.fill())
    }
}

/// An iterator that asks the library for the next item until it says that there is none, or fails.
macro_rules! sequence {
    ($(#[$doc:meta])* $name:ident: $raw:ident, $c:ident, $next:ident, $close:ident, $item:ident, $make:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<'view> {
            p: NonNull<sys::$raw>,
            over: bool,
            view: PhantomData<&'view sys::lvol_thin_view>,
        }

        impl Iterator for $name<'_> {
            type Item = Result<$item>;

            fn next(&mut self) -> Option<Self::Item> {
                if self.over {
                    return None;
                }
                let mut c = sys::$c::default();
                let made = call(|err| unsafe { sys::$next(self.p.as_ptr(), &mut c, err) });
                self.over = !matches!(made, Ok(1));
                match made {
                    Ok(0) => None,
                    made => Some(made.map(|_| $make(&c))),
                }
            }
        }

        impl Drop for $name<'_> {
            fn drop(&mut self) {
                // Safety: it is ours.
                unsafe { sys::$close(self.p.as_ptr()) }
            }
        }
    };
}

sequence! {
    /// The ranges of a device; ends after an error.
    ThinRanges: lvol_thin_ranges, lvol_thin_range, lvol_thin_ranges_next, lvol_thin_ranges_close, ThinRange,
    |c: &sys::lvol_thin_range| ThinRange {
        offset: c.offset,
        length: c.length,
        kind: ThinKind::from_c(c.kind),
        data_offset: c.data_offset,
        first_transaction: c.first_transaction,
        last_transaction: c.last_transaction,
        time: c.time,
    }
}

sequence! {
    /// The ranges in which two devices differ; ends after an error.
    ThinDiff: lvol_thin_diff, lvol_thin_diff_range, lvol_thin_diff_next, lvol_thin_diff_close, ThinDifference,
    |c: &sys::lvol_thin_diff_range| ThinDifference {
        offset: c.offset,
        length: c.length,
        change: ThinChange::from_c(c.change),
    }
}

/// Something that is wrong with a pool's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThinFinding {
    /// What sort it is.
    pub kind: ThinWrong,
    /// The device that it is about, if it is about one.
    pub device: Option<u32>,
    /// Blocks are those of the data, not of 4 KiB of the metadata.
    pub is_data: bool,
    /// The first block,
    pub block: u64,
    /// and how many.
    pub block_count: u64,
    /// All of it as a sentence.
    pub message: String,
}

/// What a check of a pool found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThinCheck {
    /// How much was found.
    pub count: u64,
    /// The first 10,000 of it.
    pub findings: Vec<ThinFinding>,
}

impl Lv<'_> {
    /// Check the metadata of a thin pool, as thin_check does; nobody may use the pool. Errors: `Busy`, `NotFound` (never
    /// used), `Invalid`, `MissingPv`, `NotSupported`.
    pub fn thin_check(&self) -> Result<ThinCheck> {
        let list = make(|out, err| unsafe { sys::lvol_thin_check(self.as_ptr(), out, err) })?;
        // Safety: the list is alive until it is freed, and so are its strings.
        let findings = text::filled(
            |i, out| unsafe { sys::lvol_thin_findings_get(list.as_ptr(), i, out) },
            |c: &sys::lvol_thin_finding| ThinFinding {
                kind: ThinWrong::from_c(c.kind),
                device: Some(c.device).filter(|device| *device != sys::LVOL_THIN_NO_DEVICE),
                is_data: c.is_data,
                block: c.block,
                block_count: c.block_count,
                message: unsafe { text::get(c.message) }.into_owned(),
            },
        );
        let count = unsafe { sys::lvol_thin_findings_count(list.as_ptr()) };
        unsafe { sys::lvol_thin_findings_free(list.as_ptr()) };
        Ok(ThinCheck { count, findings })
    }
}
