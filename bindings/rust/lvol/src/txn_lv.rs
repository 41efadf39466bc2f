// SPDX-License-Identifier: LGPL-2.1-or-later
//! Operations of a transaction on LVs.

use crate::cache::CacheOptions;
use crate::enums::Alloc;
use crate::error::Result;
use crate::luks::key_of;
use crate::lv::ReadAhead;
use crate::names::{optional, optional_for, pv_names, words, Array, LvName, Name, PvName, VgName};
use crate::raid::RaidOptions;
use crate::size::Size;
use crate::text;
use crate::thin::ThinOptions;
use crate::txn::Transaction;
use std::os::raw::c_char;
use std::ptr;

/// An LV of an open transaction, as [`Transaction::lv_glance()`] sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LvGlance {
    /// Without the VG part.
    pub name: String,
    /// The VG's name.
    pub vg: String,
    /// With hyphens.
    pub uuid: String,
    /// Whether it is a volume of its own.
    pub is_visible: bool,
    /// Size in extents.
    pub size_extents: u32,
    /// Number of segments.
    pub segment_count: u32,
    /// Size in bytes.
    pub size_bytes: u64,
}

/// What [`Transaction::lv_create()`] should create.
#[derive(Clone, Debug)]
#[must_use]
pub struct LvCreate {
    c: sys::lvol_lv_create_opts,
    vg: Option<Name>,
    name: Option<Name>,
    segtype: Option<Name>,
    pvs: Vec<Name>,
    tags: Vec<Name>,
    uuid: Option<Name>,
    origin: Option<Name>,
    raid: Option<RaidOptions>,
    thin: Option<ThinOptions>,
    cache: Option<CacheOptions>,
}

impl LvCreate {
    /// An LV of that name, in the only VG of the transaction.
    pub fn new(name: &str, size: Size) -> Self {
        LvCreate { name: Some(Name::new(name.as_bytes())), ..LvCreate::unnamed(size) }
    }

    /// An LV called "lvolN", with the smallest free N.
    pub fn unnamed(size: Size) -> Self {
        let c = sys::lvol_lv_create_opts { size: size.to_c(), ..Default::default() };
        let (vg, name, segtype, pvs, tags, uuid, origin) = Default::default();
        let (raid, thin, cache) = Default::default();
        LvCreate { c, vg, name, segtype, pvs, tags, uuid, origin, raid, thin, cache }
    }

    /// A snapshot of a thin LV of the same VG, in its pool: it has the origin's size.
    pub fn thin_snapshot(name: &str, origin: &str) -> Self {
        LvCreate::new(name, Size::Bytes(0)).thin(ThinOptions::new()).snapshot_of(origin)
    }

    /// In this VG of several.
    pub fn vg(mut self, vg: impl VgName) -> Self {
        self.vg = Some(vg.to_name());
        self
    }

    /// "linear", "striped", "zero", "error", "snapshot", "mirror", "raid1", "raid5" and the other raids of lvm2, "thin-pool",
    /// "thin", "cache-pool". Default by the number of stripes, the other options and the origin.
    pub fn segtype(mut self, segtype: &str) -> Self {
        self.segtype = Some(Name::new(segtype.as_bytes()));
        self
    }

    /// Where, in order of preference: devices, PV UUIDs or "@tag", each with extent ranges if wished:
    /// "disk.img:0-99:200-". Default every allocatable PV.
    pub fn pvs<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.pvs.extend(pv_names(pvs));
        self
    }

    /// A snapshot of this LV of the same VG, by its name without the VG part. The size is the room for what changes, no
    /// more than a whole copy needs.
    pub fn snapshot_of(mut self, origin: &str) -> Self {
        self.origin = Some(Name::new(origin.as_bytes()));
        self
    }

    /// Of a snapshot: what is copied at once. Default 4 KiB. A power of two, 4 to 512 KiB.
    pub fn chunk_bytes(mut self, bytes: u32) -> Self {
        self.c.chunk_bytes = bytes;
        self
    }

    /// Number of stripes. Default 1.
    pub fn stripe_count(mut self, count: u32) -> Self {
        self.c.stripe_count = count;
        self
    }

    /// Size of a stripe. Default 64 KiB. A power of two, 4 KiB to one extent.
    pub fn stripe_bytes(mut self, bytes: u32) -> Self {
        self.c.stripe_bytes = bytes;
        self
    }

    /// Allocation policy. Default as the VG.
    pub fn alloc(mut self, alloc: Alloc) -> Self {
        self.c.alloc = alloc.to_c();
        self
    }

    fn flag(mut self, flag: u32) -> Self {
        self.c.flags |= flag;
        self
    }

    /// Read-only.
    pub fn read_only(self) -> Self {
        self.flag(sys::LVOL_LV_CREATE_READ_ONLY)
    }

    /// Leave out of activation unless asked for by name.
    pub fn activation_skip(self) -> Self {
        self.flag(sys::LVOL_LV_CREATE_ACTIVATION_SKIP)
    }

    /// Do not activate at system start.
    pub fn no_autoactivation(self) -> Self {
        self.flag(sys::LVOL_LV_CREATE_NO_AUTOACTIVATION)
    }

    /// Leave the first 4 KiB as they are; otherwise they are zeroed with the commit, so that no old signature shows.
    pub fn no_zero(self) -> Self {
        self.flag(sys::LVOL_LV_CREATE_NO_ZERO)
    }

    /// How much is read ahead.
    pub fn read_ahead(mut self, read_ahead: ReadAhead) -> Self {
        self.c.read_ahead_bytes = read_ahead.to_c();
        self
    }

    /// With these tags.
    pub fn tags<I>(mut self, tags: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.tags.extend(words(tags));
        self
    }

    /// Of a raid or mirror.
    pub fn raid(mut self, raid: RaidOptions) -> Self {
        self.raid = Some(raid);
        self
    }

    /// Of a thin pool or a thin LV.
    pub fn thin(mut self, thin: ThinOptions) -> Self {
        self.thin = Some(thin);
        self
    }

    /// Of a cache pool.
    pub fn cache(mut self, cache: CacheOptions) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Default a new one.
    pub fn uuid(mut self, uuid: &str) -> Self {
        self.uuid = Some(Name::new(uuid.as_bytes()));
        self
    }
}

/// How [`Transaction::lv_resize()`] should do it.
#[derive(Clone, Debug)]
#[must_use]
pub struct LvResize<'a> {
    c: sys::lvol_lv_resize_opts,
    pvs: Vec<Name>,
    key: Option<&'a [u8]>,
}

impl<'a> LvResize<'a> {
    fn new(size: Size, sign: i32) -> Self {
        let c = sys::lvol_lv_resize_opts { size: size.to_c(), sign, ..Default::default() };
        LvResize { c, pvs: Vec::new(), key: None }
    }

    /// To this size.
    pub fn to(size: Size) -> Self {
        LvResize::new(size, 0)
    }

    /// By so much more.
    pub fn grow_by(size: Size) -> Self {
        LvResize::new(size, 1)
    }

    /// By so much less; needs [`allow_shrink()`](LvResize::allow_shrink).
    pub fn shrink_by(size: Size) -> Self {
        LvResize::new(size, -1)
    }

    /// It may become smaller; data past the new end is lost.
    pub fn allow_shrink(mut self) -> Self {
        self.c.flags |= sys::LVOL_LV_RESIZE_SHRINK;
        self
    }

    /// The commit fits the file system on the LV, which must be active, to its new size, with the file system's own tool.
    pub fn resize_fs(mut self) -> Self {
        self.c.flags |= sys::LVOL_LV_RESIZE_FS;
        self
    }

    /// With [`resize_fs()`](LvResize::resize_fs), when the file system lies in a LUKS2 volume: its key.
    pub fn luks_key(mut self, key: &'a [u8]) -> Self {
        self.key = Some(key);
        self
    }

    /// Where to grow; as [`LvCreate::pvs()`].
    pub fn pvs<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.pvs.extend(pv_names(pvs));
        self
    }

    /// Allocation policy for what is added. Default the LV's.
    pub fn alloc(mut self, alloc: Alloc) -> Self {
        self.c.alloc = alloc.to_c();
        self
    }

    /// Number of stripes of what is added. Default as the last segment.
    pub fn stripe_count(mut self, count: u32) -> Self {
        self.c.stripe_count = count;
        self
    }

    /// Size of a stripe of what is added. Default as the last segment.
    pub fn stripe_bytes(mut self, bytes: u32) -> Self {
        self.c.stripe_bytes = bytes;
        self
    }
}

/// What [`Transaction::lv_change()`] should change: what is called.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct LvChange {
    c: sys::lvol_lv_change_opts,
    add_tags: Vec<Name>,
    remove_tags: Vec<Name>,
}

impl LvChange {
    /// Nothing.
    pub fn new() -> Self {
        LvChange::default()
    }

    fn what(mut self, what: u32) -> Self {
        self.c.what |= what;
        self
    }

    /// Allocation policy.
    pub fn alloc(mut self, alloc: Alloc) -> Self {
        self.c.alloc = alloc.to_c();
        self.what(sys::LVOL_LV_CHANGE_ALLOC)
    }

    /// Whether it may be written to when active.
    pub fn writable(mut self, on: bool) -> Self {
        self.c.writable = on.into();
        self.what(sys::LVOL_LV_CHANGE_WRITABLE)
    }

    /// Whether it is left out of activation unless asked for by name.
    pub fn activation_skip(mut self, on: bool) -> Self {
        self.c.activation_skip = on.into();
        self.what(sys::LVOL_LV_CHANGE_ACTIVATION_SKIP)
    }

    /// Whether it is activated at system start.
    pub fn autoactivation(mut self, on: bool) -> Self {
        self.c.autoactivation = on.into();
        self.what(sys::LVOL_LV_CHANGE_AUTOACTIVATION)
    }

    /// How much is read ahead.
    pub fn read_ahead(mut self, read_ahead: ReadAhead) -> Self {
        self.c.read_ahead_bytes = read_ahead.to_c();
        self.what(sys::LVOL_LV_CHANGE_READ_AHEAD)
    }

    /// Add tags.
    pub fn add_tags<I>(mut self, tags: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.add_tags.extend(words(tags));
        self
    }

    /// Remove tags.
    pub fn remove_tags<I>(mut self, tags: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.remove_tags.extend(words(tags));
        self
    }
}

impl Transaction<'_> {
    /// Add a new LV. Errors: `Invalid`, `Exists`, `NoSpace` (says how many extents are needed and free, and where),
    /// `NotFound` (a PV or origin that is named), `Busy` (the origin is open), `NotSupported` (no such segment type, or
    /// it cannot be created; the origin cannot have snapshots).
    pub fn lv_create(&mut self, opts: &LvCreate) -> Result<()> {
        let pvs = Array::new(&opts.pvs, self.origin())?;
        let tags = Array::new(&opts.tags, self.origin())?;
        let thin = opts.thin.as_ref().map(ThinOptions::to_c).transpose()?;
        let cache = opts.cache.as_ref().map(CacheOptions::to_c).transpose()?;
        let c = sys::lvol_lv_create_opts {
            vg: optional_for(&opts.vg, self.origin())?,
            name: optional(&opts.name)?,
            segtype: optional(&opts.segtype)?,
            pvs: pvs.as_ptr_or_null(),
            tags: tags.as_ptr_or_null(),
            uuid: optional(&opts.uuid)?,
            origin: optional(&opts.origin)?,
            raid: opts.raid.as_ref().map_or(ptr::null(), |raid| raid.as_c() as *const _),
            thin: thin.as_ref().map_or(ptr::null(), |thin| thin as *const _),
            cache: cache.as_ref().map_or(ptr::null(), |cache| cache as *const _),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_lv_create(txn, &c, err) })
    }

    /// Grow or shrink an LV. Errors: `NotFound`, `Invalid`, `NoSpace`, `Busy` (it is open somewhere), `NotSupported`.
    pub fn lv_resize(&mut self, lv: impl LvName, opts: &LvResize<'_>) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        let pvs = Array::new(&opts.pvs, self.origin())?;
        let key = opts.key.map(key_of);
        let c = sys::lvol_lv_resize_opts {
            pvs: pvs.as_ptr_or_null(),
            luks_key: key.as_ref().map_or(ptr::null(), |key| key as *const _),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_lv_resize(txn, lv, &c, err) })
    }

    /// Remove an LV and its hidden sub-LVs; its data is lost. Errors: `NotFound`, `Busy` (another LV uses it, or it is
    /// open).
    pub fn lv_remove(&mut self, lv: impl LvName) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_lv_remove(txn, lv, err) })
    }

    /// An LV as it has become so far, without the cost of a preview. Errors: `NotFound`.
    pub fn lv_glance(&mut self, lv: impl LvName) -> Result<LvGlance> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        self.glance(lv)
    }

    /// The same of the LV of the last operation. Errors: `NotFound` when that was not one on an LV.
    pub fn last_lv(&mut self) -> Result<LvGlance> {
        self.glance(ptr::null())
    }

    fn glance(&mut self, lv: *const c_char) -> Result<LvGlance> {
        let mut c = sys::lvol_lv_glance::default();
        self.call(|txn, err| unsafe { sys::lvol_lv_glance(txn, lv, &mut c, err) })?;
        Ok(LvGlance {
            name: text::array(&c.name),
            vg: text::array(&c.vg),
            uuid: text::array(&c.uuid),
            is_visible: c.is_visible,
            size_extents: c.size_extents,
            segment_count: c.segment_count,
            size_bytes: c.size_bytes,
        })
    }

    /// Rename an LV; its hidden sub-LVs follow. The new name is without the VG part. Errors: `NotFound`, `Exists`,
    /// `Invalid`.
    pub fn lv_rename(&mut self, lv: impl LvName, new_name: &str) -> Result<()> {
        let (lv, new_name) = (lv.to_name(), Name::new(new_name.as_bytes()));
        let (lv, new_name) = (lv.for_context(self.origin())?, new_name.as_ptr()?);
        self.call(|txn, err| unsafe { sys::lvol_lv_rename(txn, lv, new_name, err) })
    }

    /// Change properties of an LV. Errors: `NotFound`, `Invalid`.
    pub fn lv_change(&mut self, lv: impl LvName, opts: &LvChange) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        let add_tags = Array::new(&opts.add_tags, self.origin())?;
        let remove_tags = Array::new(&opts.remove_tags, self.origin())?;
        let c = sys::lvol_lv_change_opts {
            add_tags: add_tags.as_ptr_or_null(),
            remove_tags: remove_tags.as_ptr_or_null(),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_lv_change(txn, lv, &c, err) })
    }
}
