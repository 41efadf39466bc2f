// SPDX-License-Identifier: LGPL-2.1-or-later
//! Snapshots with a store of their own, and moving extents to other PVs.

use crate::enums::Alloc;
use crate::error::Result;
use crate::names::{optional_for, pv_names, Array, LvName, Name, PvName, VgName};
use crate::txn::Transaction;

/// What makes an LV a snapshot of another: [`Transaction::snapshot_attach()`].
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct SnapshotAttach(sys::lvol_snapshot_attach_opts);

impl SnapshotAttach {
    /// With the exceptions that are in the store.
    pub fn new() -> Self {
        SnapshotAttach::default()
    }

    /// Zero the beginning of the store: the snapshot holds what the origin holds now.
    pub fn empty(mut self) -> Self {
        self.0.flags |= sys::LVOL_SNAPSHOT_ATTACH_EMPTY;
        self
    }

    /// What the exceptions in it were made with. Default 4 KiB.
    pub fn chunk_bytes(mut self, bytes: u32) -> Self {
        self.0.chunk_bytes = bytes;
        self
    }
}

/// What [`Transaction::pv_move()`] should move, and where to.
#[derive(Clone, Debug)]
#[must_use]
pub struct PvMove {
    c: sys::lvol_pv_move_opts,
    pv: Name,
    vg: Option<Name>,
    lv: Option<Name>,
    to: Vec<Name>,
}

impl PvMove {
    /// What is to become free: a PV, with ranges of extents if wished ("disk.img:0-99:200-").
    pub fn from(pv: impl PvName) -> Self {
        let (c, vg, lv, to) = Default::default();
        PvMove { c, pv: pv.to_name(), vg, lv, to }
    }

    /// In this VG of several.
    pub fn vg(mut self, vg: impl VgName) -> Self {
        self.vg = Some(vg.to_name());
        self
    }

    /// Only what this LV and its hidden parts have there.
    pub fn lv(mut self, lv: impl LvName) -> Self {
        self.lv = Some(lv.to_name());
        self
    }

    /// PVs, with ranges if need be, or tags. Default all others.
    pub fn to<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.to.extend(pv_names(pvs));
        self
    }

    /// Allocation policy. Default the VG's; [`Alloc::Anywhere`] may stay on the same PV.
    pub fn alloc(mut self, alloc: Alloc) -> Self {
        self.c.alloc = alloc.to_c();
        self
    }

    /// All at once: when the move is given up everything is where it was.
    pub fn atomic(mut self) -> Self {
        self.c.flags |= sys::LVOL_PV_MOVE_ATOMIC;
        self
    }
}

impl Transaction<'_> {
    /// Have a snapshot become its origin. The bytes are copied afterwards, by a [`Job`](crate::Job). Errors: `NotFound`,
    /// `NotSupported`, `Busy`, `State` (it is invalid: it can only be removed).
    pub fn snapshot_merge(&mut self, snapshot: impl LvName) -> Result<()> {
        let snapshot = snapshot.to_name();
        let snapshot = snapshot.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_snapshot_merge(txn, snapshot, err) })
    }

    /// Take a snapshot apart: what was its store becomes an LV, with the exceptions in it. Errors as
    /// [`snapshot_merge()`](Transaction::snapshot_merge).
    pub fn snapshot_split(&mut self, snapshot: impl LvName) -> Result<()> {
        let snapshot = snapshot.to_name();
        let snapshot = snapshot.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_snapshot_split(txn, snapshot, err) })
    }

    /// Make the LV `store` a snapshot of `origin`. Unless it is to be empty, the origin must not have been written since
    /// the two were taken apart. Errors: `NotFound`, `NotSupported`, `Invalid`, `Busy`.
    pub fn snapshot_attach(
        &mut self,
        origin: impl LvName,
        store: impl LvName,
        opts: &SnapshotAttach,
    ) -> Result<()> {
        let (origin, store) = (origin.to_name(), store.to_name());
        let c = sys::lvol_snapshot_attach_opts {
            origin: origin.for_context(self.origin())?,
            store: store.for_context(self.origin())?,
            ..opts.0
        };
        self.call(|txn, err| unsafe { sys::lvol_snapshot_attach(txn, &c, err) })
    }

    /// Begin to move extents to other PVs. [`last_lv()`](Transaction::last_lv) then tells the LV on which a
    /// [`Job`](crate::Job) copies the bytes after the commit. Errors: `NotFound`, `State` (nothing to move), `NoSpace`, `Busy`,
    /// `MissingPv`, `NotSupported`.
    pub fn pv_move(&mut self, opts: &PvMove) -> Result<()> {
        let to = Array::new(&opts.to, self.origin())?;
        let c = sys::lvol_pv_move_opts {
            vg: optional_for(&opts.vg, self.origin())?,
            pv: opts.pv.for_context(self.origin())?,
            lv: optional_for(&opts.lv, self.origin())?,
            to: to.as_ptr_or_null(),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_pv_move(txn, &c, err) })
    }
}
