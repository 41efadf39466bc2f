// SPDX-License-Identifier: LGPL-2.1-or-later
//! What raids and mirrors have beside size and stripes, and their legs, which come and go.

use crate::enums::{Alloc, MirrorLog};
use crate::error::Result;
use crate::names::{optional, optional_for, pv_names, Array, LvName, Name, PvName};
use crate::txn::Transaction;
use std::ptr;

/// Options of raids and mirrors, for [`LvCreate`](crate::LvCreate) and [`LvConvert`]: what is not called is as it is by
/// default, or stays.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct RaidOptions(sys::lvol_raid_opts);

impl RaidOptions {
    /// All defaults.
    pub fn new() -> Self {
        RaidOptions::default()
    }

    /// Of each byte, for raid1, raid10 and mirror. Default 2.
    pub fn copies(mut self, copies: u32) -> Self {
        self.0.copies = copies;
        self
    }

    /// What one bit of the bitmap or log stands for: a power of two. Default 2 MiB, or what suits the size.
    pub fn region_bytes(mut self, bytes: u32) -> Self {
        self.0.region_bytes = bytes;
        self
    }

    /// KiB a second for each leg between which the kernel keeps a resync; 0 is the kernel's own.
    pub fn recovery_kib(mut self, min: u32, max: u32) -> Self {
        self.0.min_recovery_kib = min;
        self.0.max_recovery_kib = max;
        self
    }

    /// Of raid1: writes that write-mostly legs may lag behind.
    pub fn write_behind(mut self, writes: u32) -> Self {
        self.0.write_behind = writes;
        self
    }

    /// Where a mirror keeps which regions are in sync.
    pub fn log(mut self, log: MirrorLog) -> Self {
        self.0.log = log.to_c();
        self
    }

    /// A new LV counts as in sync as it is: what was never written differs from leg to leg. Not for raid6.
    pub fn no_sync(mut self) -> Self {
        self.0.flags |= sys::LVOL_RAID_NO_SYNC;
        self
    }

    pub(crate) fn as_c(&self) -> &sys::lvol_raid_opts {
        &self.0
    }
}

/// What [`Transaction::lv_convert()`] should make of an LV.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct LvConvert {
    c: sys::lvol_lv_convert_opts,
    segtype: Option<Name>,
    raid: Option<RaidOptions>,
    pvs: Vec<Name>,
}

impl LvConvert {
    /// Of its own type: with more or fewer copies, another region size or log.
    pub fn same_type() -> Self {
        LvConvert::default()
    }

    /// "linear", "striped", "mirror", "raid1", "raid5_n" ...
    pub fn to(segtype: &str) -> Self {
        LvConvert { segtype: Some(Name::new(segtype.as_bytes())), ..LvConvert::default() }
    }

    /// So many copies more than there are.
    pub fn more_copies(count: u32) -> Self {
        LvConvert::by(1, count)
    }

    /// So many copies fewer; the ones on [`pvs()`](LvConvert::pvs) go first.
    pub fn fewer_copies(count: u32) -> Self {
        LvConvert::by(-1, count)
    }

    fn by(sign: i32, count: u32) -> Self {
        let mut made = LvConvert::same_type().raid(RaidOptions::new().copies(count));
        made.c.copies_sign = sign;
        made
    }

    /// Copies, region size, log of a mirror.
    pub fn raid(mut self, raid: RaidOptions) -> Self {
        self.raid = Some(raid);
        self
    }

    /// Where new legs may lie, or, when there are to be fewer, the PVs whose legs go first.
    pub fn pvs<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.pvs.extend(pv_names(pvs));
        self
    }

    /// Allocation policy of what is new. Default the LV's.
    pub fn alloc(mut self, alloc: Alloc) -> Self {
        self.c.alloc = alloc.to_c();
        self
    }

    /// Of an LV that gets stripes and had none. Default 64 KiB.
    pub fn stripe_bytes(mut self, bytes: u32) -> Self {
        self.c.stripe_bytes = bytes;
        self
    }
}

/// What [`Transaction::lv_replace_legs()`] should replace.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct LegsReplace {
    c: sys::lvol_lv_replace_opts,
    from: Vec<Name>,
    pvs: Vec<Name>,
}

impl LegsReplace {
    /// The legs on PVs that are missing. The transaction begins with [`allow_partial()`](crate::Begin::allow_partial).
    pub fn missing() -> Self {
        LegsReplace::default()
    }

    /// The legs on these PVs.
    pub fn on<I>(pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        LegsReplace { from: pv_names(pvs), ..LegsReplace::default() }
    }

    /// Where the new legs may lie. Default all.
    pub fn pvs<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.pvs.extend(pv_names(pvs));
        self
    }

    /// Allocation policy of what is new. Default the LV's.
    pub fn alloc(mut self, alloc: Alloc) -> Self {
        self.c.alloc = alloc.to_c();
        self
    }
}

/// What [`Transaction::raid_change()`] should change.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct RaidChange {
    c: sys::lvol_raid_change_opts,
    write_mostly: Vec<Name>,
    not_write_mostly: Vec<Name>,
    toggle_write_mostly: Vec<Name>,
    rebuild: Vec<Name>,
}

impl RaidChange {
    /// Nothing yet.
    pub fn new() -> Self {
        RaidChange::default()
    }

    /// KiB a second for each leg below which a resync is not throttled; 0: the kernel's.
    pub fn min_recovery_kib(mut self, kib: u32) -> Self {
        self.c.what |= sys::LVOL_RAID_CHANGE_MIN_RECOVERY;
        self.c.min_recovery_kib = kib;
        self
    }

    /// KiB a second for each leg that a resync takes at most; 0: the kernel's.
    pub fn max_recovery_kib(mut self, kib: u32) -> Self {
        self.c.what |= sys::LVOL_RAID_CHANGE_MAX_RECOVERY;
        self.c.max_recovery_kib = kib;
        self
    }

    /// Of raid1: writes that write-mostly legs may lag behind; 0: the kernel's.
    pub fn write_behind(mut self, writes: u32) -> Self {
        self.c.what |= sys::LVOL_RAID_CHANGE_WRITE_BEHIND;
        self.c.write_behind = writes;
        self
    }

    /// The legs of a raid1 on these PVs are read only when no other can be.
    pub fn write_mostly<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.write_mostly.extend(pv_names(pvs));
        self
    }

    /// The legs on these PVs are read again.
    pub fn not_write_mostly<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.not_write_mostly.extend(pv_names(pvs));
        self
    }

    /// The legs on these PVs become the other of the two.
    pub fn toggle_write_mostly<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.toggle_write_mostly.extend(pv_names(pvs));
        self
    }

    /// The legs on these PVs are made again from the others.
    pub fn rebuild<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.rebuild.extend(pv_names(pvs));
        self
    }

    /// All of it is synchronised again, of mirrors too.
    pub fn resync(mut self) -> Self {
        self.c.what |= sys::LVOL_RAID_CHANGE_RESYNC;
        self
    }
}

/// What [`Transaction::lv_split_legs()`] should split off.
#[derive(Clone, Debug)]
#[must_use]
pub struct LegsSplit {
    c: sys::lvol_lv_split_opts,
    new_name: Option<Name>,
    pvs: Vec<Name>,
}

impl LegsSplit {
    /// A leg, which becomes the LV `new_name`.
    pub fn into_lv(new_name: &str) -> Self {
        let new_name = Some(Name::new(new_name.as_bytes()));
        LegsSplit { c: Default::default(), new_name, pvs: Vec::new() }
    }

    /// A leg of a raid1, as NAME_rimage_N for reading, while what is written to the raid is kept in mind:
    /// [`Transaction::lv_merge_leg()`] has to copy no more than that.
    pub fn tracking_changes() -> Self {
        let c =
            sys::lvol_lv_split_opts { flags: sys::LVOL_SPLIT_TRACK_CHANGES, ..Default::default() };
        LegsSplit { c, new_name: None, pvs: Vec::new() }
    }

    /// So many legs; several become a raid1 or mirror of their own. Default 1.
    pub fn count(mut self, count: u32) -> Self {
        self.c.count = count;
        self
    }

    /// The legs on these PVs. Default the last legs.
    pub fn pvs<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.pvs.extend(pv_names(pvs));
        self
    }
}

impl Transaction<'_> {
    /// Make an LV one of another type, with more or fewer copies, another region size or log, as far as that goes in one
    /// step without moving data. Errors: `NotFound`, `Invalid`, `NotSupported` (the message names a step on the way),
    /// `Busy` (open, not in sync, on its way to be something else), `NoSpace`.
    pub fn lv_convert(&mut self, lv: impl LvName, opts: &LvConvert) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        let pvs = Array::new(&opts.pvs, self.origin())?;
        let c = sys::lvol_lv_convert_opts {
            segtype: optional(&opts.segtype)?,
            pvs: pvs.as_ptr_or_null(),
            raid: opts.raid.as_ref().map_or(ptr::null(), |raid| raid.as_c() as *const _),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_lv_convert(txn, lv, &c, err) })
    }

    /// Replace legs of a raid or mirror by new ones, which are rebuilt. Errors: `NotFound`, `Invalid` (no leg lies
    /// there), `MissingPv` (more legs than it can do without), `Busy`, `NoSpace`.
    pub fn lv_replace_legs(&mut self, lv: impl LvName, opts: &LegsReplace) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        let from = Array::new(&opts.from, self.origin())?;
        let pvs = Array::new(&opts.pvs, self.origin())?;
        let c = sys::lvol_lv_replace_opts {
            from: from.as_ptr_or_null(),
            pvs: pvs.as_ptr_or_null(),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_lv_replace_legs(txn, lv, &c, err) })
    }

    /// Change how a raid is used, or have its legs synchronised again, which begins when it is next activated or written
    /// to, or as a job. Errors: `NotFound`, `Invalid`, `NotSupported` (its type has no such thing), `MissingPv`, `Busy` (open,
    /// not in sync, or active, to synchronise it).
    pub fn raid_change(&mut self, lv: impl LvName, opts: &RaidChange) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        let write_mostly = Array::new(&opts.write_mostly, self.origin())?;
        let not_write_mostly = Array::new(&opts.not_write_mostly, self.origin())?;
        let toggle_write_mostly = Array::new(&opts.toggle_write_mostly, self.origin())?;
        let rebuild = Array::new(&opts.rebuild, self.origin())?;
        let c = sys::lvol_raid_change_opts {
            write_mostly: write_mostly.as_ptr_or_null(),
            not_write_mostly: not_write_mostly.as_ptr_or_null(),
            toggle_write_mostly: toggle_write_mostly.as_ptr_or_null(),
            rebuild: rebuild.as_ptr_or_null(),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_raid_change(txn, lv, &c, err) })
    }

    /// Split legs of a raid1 or mirror off, as an LV of their own. Errors: `NotFound`, `Exists`, `Invalid` (no such legs,
    /// or none would be left), `Busy`.
    pub fn lv_split_legs(&mut self, lv: impl LvName, opts: &LegsSplit) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        let pvs = Array::new(&opts.pvs, self.origin())?;
        let c = sys::lvol_lv_split_opts {
            new_name: optional_for(&opts.new_name, self.origin())?,
            pvs: pvs.as_ptr_or_null(),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_lv_split_legs(txn, lv, &c, err) })
    }

    /// Put a leg that was split off with [`LegsSplit::tracking_changes()`] back; what it lacks is copied when the raid is
    /// next active. Errors: `NotFound`, `Invalid`, `Busy`.
    pub fn lv_merge_leg(&mut self, leg: impl LvName) -> Result<()> {
        let leg = leg.to_name();
        let leg = leg.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_lv_merge_leg(txn, leg, err) })
    }
}
