// SPDX-License-Identifier: LGPL-2.1-or-later
//! Thin pools and what becomes of thin LVs.

use crate::call::call;
use crate::enums::ThinDiscards;
use crate::error::Result;
use crate::lv::Lv;
use crate::names::{optional, optional_for, LvName, Name};
use crate::text;
use crate::txn::Transaction;

/// Options of thin pools and thin LVs: what is not called is as it is by default.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ThinOptions {
    c: sys::lvol_thin_opts,
    pool: Option<Name>,
}

impl ThinOptions {
    /// All defaults: of a pool, or of a snapshot in its origin's pool.
    pub fn new() -> Self {
        ThinOptions::default()
    }

    /// Of a thin LV in this pool of the same VG.
    pub fn in_pool(pool: &str) -> Self {
        ThinOptions { pool: Some(Name::new(pool.as_bytes())), ..ThinOptions::default() }
    }

    /// Of a pool: size of its metadata, 2 MiB to 15.88 GiB. Default 64 bytes for each chunk.
    pub fn metadata_bytes(mut self, bytes: u64) -> Self {
        self.c.metadata_bytes = bytes;
        self
    }

    /// Of a pool: what is given out at once, a multiple of 64 KiB up to 1 GiB.
    pub fn chunk_bytes(mut self, bytes: u32) -> Self {
        self.c.chunk_bytes = bytes;
        self
    }

    /// Of a pool: what it does with discards.
    pub fn discards(mut self, discards: ThinDiscards) -> Self {
        self.c.discards = discards.to_c();
        self
    }

    fn flag(mut self, flag: u32) -> Self {
        self.c.flags |= flag;
        self
    }

    /// Of a pool: what a new block had before is not zeroed when part of it is written. Faster, and it may show.
    pub fn no_zero(self) -> Self {
        self.flag(sys::LVOL_THIN_NO_ZERO)
    }

    /// Of a pool: when it is full writes fail at once, and do not wait a minute for room.
    pub fn error_when_full(self) -> Self {
        self.flag(sys::LVOL_THIN_ERROR_WHEN_FULL)
    }

    /// Of a pool: no room is kept in the VG for a repair of its metadata.
    pub fn no_spare(self) -> Self {
        self.flag(sys::LVOL_THIN_NO_SPARE)
    }

    pub(crate) fn to_c(&self) -> Result<sys::lvol_thin_opts> {
        Ok(sys::lvol_thin_opts { pool: optional(&self.pool)?, ..self.c })
    }
}

/// What [`Transaction::thin_pool_change()`] should change: what is called.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct ThinPoolChange(sys::lvol_thin_change_opts);

impl ThinPoolChange {
    /// Nothing.
    pub fn new() -> Self {
        ThinPoolChange::default()
    }

    /// What it does with discards.
    pub fn discards(mut self, discards: ThinDiscards) -> Self {
        self.0.discards = discards.to_c();
        self.0.what |= sys::LVOL_THIN_CHANGE_DISCARDS;
        self
    }

    /// Whether new blocks are zeroed.
    pub fn zero(mut self, on: bool) -> Self {
        self.0.zero = on.into();
        self.0.what |= sys::LVOL_THIN_CHANGE_ZERO;
        self
    }

    /// Whether writes to a full pool fail at once.
    pub fn error_when_full(mut self, on: bool) -> Self {
        self.0.error_when_full = on.into();
        self.0.what |= sys::LVOL_THIN_CHANGE_ERROR_WHEN_FULL;
        self
    }
}

/// What [`Transaction::thin_pool_repair()`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThinRepair {
    /// Ranges of blocks that cannot be read any more.
    pub lost_ranges: u64,
    /// Thin devices of which nothing can be read.
    pub lost_devices: u64,
    /// Of the metadata that were read; the VG's should be the same, or one more.
    pub transaction_id: u64,
    /// LV that the old metadata are in.
    pub backup: String,
}

/// How much thin LVs promise and how much there is: [`Lv::thin_overprovision()`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThinOverprovision {
    /// Sum of the thin LVs: of the pool, or of the VG when they fit into their pool.
    pub thin_bytes: u64,
    /// Sum of the pools, likewise.
    pub pool_bytes: u64,
    /// Size of the VG.
    pub vg_bytes: u64,
    /// What is free of it.
    pub vg_free_bytes: u64,
    /// How many pools the sums are of.
    pub pools: u32,
    /// Thin LVs are larger than their pools in sum,
    pub exceeds_pool: bool,
    /// and than the VG,
    pub exceeds_vg: bool,
    /// and than what is free in the VG, which pools could grow by.
    pub exceeds_free: bool,
}

impl Transaction<'_> {
    /// Change settings of a thin pool. Errors: `NotFound`, `Invalid`.
    pub fn thin_pool_change(&mut self, pool: impl LvName, opts: &ThinPoolChange) -> Result<()> {
        let pool = pool.to_name();
        let pool = pool.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_thin_pool_change(txn, pool, &opts.0, err) })
    }

    /// Have an LV become the data of a new thin pool of its name, with another LV as metadata or None for a new one. What
    /// they hold is lost. Errors: `NotFound`, `NotSupported`, `Invalid`, `Busy`, `NoSpace`.
    pub fn thin_pool_convert(
        &mut self,
        lv: impl LvName,
        metadata: Option<&str>,
        opts: &ThinOptions,
    ) -> Result<()> {
        let (lv, metadata) = (lv.to_name(), metadata.map(|name| Name::new(name.as_bytes())));
        let (lv, metadata) =
            (lv.for_context(self.origin())?, optional_for(&metadata, self.origin())?);
        let c = opts.to_c()?;
        self.call(|txn, err| unsafe { sys::lvol_thin_pool_convert(txn, lv, metadata, &c, err) })
    }

    /// Have an LV become a thin LV in `pool` whose blocks come from what it was, which is read-only from now on and called
    /// `origin_name` (None: "lvolN"). Errors: `NotFound`, `Exists`, `NotSupported`, `Busy`.
    pub fn thin_convert(
        &mut self,
        lv: impl LvName,
        pool: impl LvName,
        origin_name: Option<&str>,
    ) -> Result<()> {
        let (lv, pool) = (lv.to_name(), pool.to_name());
        let origin_name = origin_name.map(|name| Name::new(name.as_bytes()));
        let (lv, pool) = (lv.for_context(self.origin())?, pool.for_context(self.origin())?);
        let origin_name = optional(&origin_name)?;
        self.call(|txn, err| unsafe { sys::lvol_thin_convert(txn, lv, pool, origin_name, err) })
    }

    /// Have a thin snapshot take the place of the thin LV that it is of. Errors: `NotFound`, `NotSupported`, `Busy`.
    pub fn thin_merge(&mut self, snapshot: impl LvName) -> Result<()> {
        let snapshot = snapshot.to_name();
        let snapshot = snapshot.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_thin_merge(txn, snapshot, err) })
    }

    /// Exchange the metadata of a thin pool and an LV. Errors: `NotFound`, `Invalid`, `NotSupported`, `Busy`.
    pub fn thin_pool_swap_metadata(&mut self, pool: impl LvName, lv: impl LvName) -> Result<()> {
        let (pool, lv) = (pool.to_name(), lv.to_name());
        let (pool, lv) = (pool.for_context(self.origin())?, lv.for_context(self.origin())?);
        self.call(|txn, err| unsafe { sys::lvol_thin_pool_swap_metadata(txn, pool, lv, err) })
    }

    /// Make new metadata for a thin pool from what can be read of the old ones, in the VG's spare. Errors: `NotFound` (no
    /// such LV, no spare), `Invalid`, `Corrupt`, `NoSpace`, `Busy`.
    pub fn thin_pool_repair(&mut self, pool: impl LvName) -> Result<ThinRepair> {
        let pool = pool.to_name();
        let pool = pool.for_context(self.origin())?;
        let mut c = sys::lvol_thin_repair_report::default();
        self.call(|txn, err| unsafe { sys::lvol_thin_pool_repair(txn, pool, &mut c, err) })?;
        Ok(ThinRepair {
            lost_ranges: c.lost_ranges,
            lost_devices: c.lost_devices,
            transaction_id: c.transaction_id,
            backup: text::array(&c.backup),
        })
    }
}

impl Lv<'_> {
    /// Whether the pool that this is, or lies in, promises more than it has; the VG's sums when it does not. Errors:
    /// `Invalid` (neither a thin pool nor a thin LV).
    pub fn thin_overprovision(&self) -> Result<ThinOverprovision> {
        let mut c = sys::lvol_thin_overprovision::default();
        call(|err| unsafe { sys::lvol_thin_overprovision(self.as_ptr(), &mut c, err) })?;
        Ok(ThinOverprovision {
            thin_bytes: c.thin_bytes,
            pool_bytes: c.pool_bytes,
            vg_bytes: c.vg_bytes,
            vg_free_bytes: c.vg_free_bytes,
            pools: c.pools,
            exceeds_pool: c.warnings & sys::LVOL_THIN_WARN_POOL != 0,
            exceeds_vg: c.warnings & sys::LVOL_THIN_WARN_VG != 0,
            exceeds_free: c.warnings & sys::LVOL_THIN_WARN_FREE != 0,
        })
    }
}
