// SPDX-License-Identifier: LGPL-2.1-or-later
//! Caches, writecaches and integrity: what is put on LVs and taken off again.

use crate::enums::{CacheMode, IntegrityMode};
use crate::error::Result;
use crate::names::{optional, optional_for, words, Array, LvName, Name};
use crate::txn::Transaction;
use std::ptr;

/// How a cache is to be, for [`LvCreate`](crate::LvCreate) of a "cache-pool", [`Transaction::cache_attach()`] and
/// [`Transaction::cache_change()`]: what is not called is as it is by default, or stays.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct CacheOptions {
    c: sys::lvol_cache_opts,
    policy: Option<Name>,
    settings: Option<Name>,
}

impl CacheOptions {
    /// All defaults.
    pub fn new() -> Self {
        CacheOptions::default()
    }

    /// Where writes go.
    pub fn mode(mut self, mode: CacheMode) -> Self {
        self.c.mode = mode.to_c();
        self
    }

    /// 1 or 2. Default 2, which a cachevol always has.
    pub fn metadata_format(mut self, format: u32) -> Self {
        self.c.metadata_format = format;
        self
    }

    /// What is cached at once: 32 KiB to 1 GiB, a multiple of 32 KiB.
    pub fn chunk_bytes(mut self, bytes: u64) -> Self {
        self.c.chunk_bytes = bytes;
        self
    }

    /// Room for metadata, of new pools and of cachevols. Default what the chunks need.
    pub fn metadata_bytes(mut self, bytes: u64) -> Self {
        self.c.metadata_bytes = bytes;
        self
    }

    /// "smq", "mq" or "cleaner".
    pub fn policy(mut self, policy: &str) -> Self {
        self.policy = Some(Name::new(policy.as_bytes()));
        self
    }

    /// Of the policy: "migration_threshold=2048", several with blanks between.
    pub fn settings(mut self, settings: &str) -> Self {
        self.settings = Some(Name::new(settings.as_bytes()));
        self
    }

    /// Make no spare LV for the repair of pool metadata along with a pool.
    pub fn no_spare(mut self) -> Self {
        self.c.flags |= sys::LVOL_CACHE_NO_SPARE;
        self
    }

    pub(crate) fn to_c(&self) -> Result<sys::lvol_cache_opts> {
        let (policy, settings) = (optional(&self.policy)?, optional(&self.settings)?);
        Ok(sys::lvol_cache_opts { policy, settings, ..self.c })
    }
}

/// How [`Transaction::writecache_attach()`] should do it.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct WritecacheOptions {
    c: sys::lvol_writecache_opts,
    settings: Vec<Name>,
}

impl WritecacheOptions {
    /// All defaults.
    pub fn new() -> Self {
        WritecacheOptions::default()
    }

    /// "high_watermark=60" ..., in lvm2's words.
    pub fn settings<I>(mut self, settings: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.settings.extend(words(settings));
        self
    }

    /// 512 or 4096, the smallest I/O that the LV then takes. Default 4096.
    pub fn block_bytes(mut self, bytes: u32) -> Self {
        self.c.block_bytes = bytes;
        self
    }
}

/// What becomes of a writecache that is detached.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct WritecacheDetach(u32);

impl WritecacheDetach {
    /// What it holds is written back, and it becomes an LV by itself.
    pub fn new() -> Self {
        WritecacheDetach::default()
    }

    /// It is removed.
    pub fn remove(self) -> Self {
        WritecacheDetach(self.0 | sys::LVOL_WRITECACHE_DETACH_REMOVE)
    }

    /// What only the cache holds is lost: for one that cannot be read any more.
    pub fn discard(self) -> Self {
        WritecacheDetach(self.0 | sys::LVOL_WRITECACHE_DETACH_DISCARD)
    }
}

/// How [`Transaction::integrity_add()`] should do it.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct IntegrityOptions(sys::lvol_integrity_opts);

impl IntegrityOptions {
    /// All defaults.
    pub fn new() -> Self {
        IntegrityOptions::default()
    }

    /// How data and checksums are kept from differing after a crash.
    pub fn mode(mut self, mode: IntegrityMode) -> Self {
        self.0.mode = mode.to_c();
        self
    }

    /// What has one checksum: 512, 1024, 2048 or 4096, the smallest I/O that the LV then takes.
    pub fn block_bytes(mut self, bytes: u32) -> Self {
        self.0.block_bytes = bytes;
        self
    }
}

impl Transaction<'_> {
    /// Put a cache on `lv`: `fast` is a cache pool or an LV, and what is in it is lost. A [`Job`](crate::Job) takes it off
    /// again. Errors: `NotFound`, `NotSupported`, `Invalid`, `Busy`, `Exists`.
    pub fn cache_attach(
        &mut self,
        lv: impl LvName,
        fast: impl LvName,
        opts: &CacheOptions,
    ) -> Result<()> {
        let (lv, fast) = (lv.to_name(), fast.to_name());
        let cache = opts.to_c()?;
        let c = sys::lvol_cache_attach_opts {
            lv: lv.for_context(self.origin())?,
            fast: fast.for_context(self.origin())?,
            cache: &cache,
            ..Default::default()
        };
        self.call(|txn, err| unsafe { sys::lvol_cache_attach(txn, &c, err) })
    }

    /// Have an LV become the data of a new cache pool of its name, with another LV as metadata or None for a new one. What they
    /// hold is lost. Errors: `NotFound`, `NotSupported`, `Invalid`, `Busy`, `NoSpace`.
    pub fn cache_pool_convert(
        &mut self,
        lv: impl LvName,
        metadata: Option<&str>,
        opts: &CacheOptions,
    ) -> Result<()> {
        let (lv, metadata) = (lv.to_name(), metadata.map(|name| Name::new(name.as_bytes())));
        let (lv, metadata) =
            (lv.for_context(self.origin())?, optional_for(&metadata, self.origin())?);
        let c = opts.to_c()?;
        self.call(|txn, err| unsafe { sys::lvol_cache_pool_convert(txn, lv, metadata, &c, err) })
    }

    /// Change mode, policy or settings of a cache. Errors: `State` (for passthrough, all must be written back first: a
    /// [`Job`](crate::Job)), `NotSupported` (it is not cached), and as [`cache_attach()`](Transaction::cache_attach).
    pub fn cache_change(&mut self, lv: impl LvName, opts: &CacheOptions) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        let c = opts.to_c()?;
        self.call(|txn, err| unsafe { sys::lvol_cache_change(txn, lv, &c, err) })
    }

    /// Attach `fast` as the writecache of `lv`; what is in it is lost from the beginning of the commit on. Errors:
    /// `NotFound`, `NotSupported`, `Invalid`, `Busy`.
    pub fn writecache_attach(
        &mut self,
        lv: impl LvName,
        fast: impl LvName,
        opts: &WritecacheOptions,
    ) -> Result<()> {
        let (lv, fast) = (lv.to_name(), fast.to_name());
        let lv = lv.for_context(self.origin())?;
        let settings = Array::new(&opts.settings, self.origin())?;
        let c = sys::lvol_writecache_opts {
            fast: fast.for_context(self.origin())?,
            settings: settings.as_ptr_or_null(),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_writecache_attach(txn, lv, &c, err) })
    }

    /// Detach the writecache of an LV; what only it holds is written back first, before anything is committed. Errors:
    /// `NotFound`, `Invalid` (it has none), `Busy`, `MissingPv`, `Io`, `Corrupt`.
    pub fn writecache_detach(&mut self, lv: impl LvName, how: WritecacheDetach) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_writecache_detach(txn, lv, how.0, err) })
    }

    /// Add integrity to all legs of a raid. Errors: `NotFound`, `NotSupported`, `Invalid`, `NoSpace`, `Busy`.
    pub fn integrity_add(&mut self, lv: impl LvName, opts: &IntegrityOptions) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        self.call(|txn, err| unsafe {
            sys::lvol_integrity_add(txn, lv, ptr::addr_of!(opts.0), err)
        })
    }

    /// Remove integrity from all legs of a raid; the data stays. Errors: `NotFound`, `Invalid` (it has none), `Busy`, `Io`,
    /// `Corrupt`.
    pub fn integrity_remove(&mut self, lv: impl LvName) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_integrity_remove(txn, lv, err) })
    }
}
