// SPDX-License-Identifier: LGPL-2.1-or-later
//! Operations of a transaction on VGs.

use crate::enums::Alloc;
use crate::error::Result;
use crate::names::{optional, optional_for, pv_names, words, Array, LvName, Name, PvName, VgName};
use crate::txn::Transaction;
use std::os::raw::c_char;
use std::ptr;

/// What [`Transaction::vg_create()`] should create.
#[derive(Clone, Debug)]
#[must_use]
pub struct VgCreate {
    c: sys::lvol_vg_create_opts,
    name: Name,
    pvs: Vec<Name>,
    tags: Vec<Name>,
    system_id: Option<Name>,
}

impl VgCreate {
    /// A VG on these devices or PVs. A device that is not a PV yet becomes one.
    pub fn new<I>(name: &str, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        let name = Name::new(name.as_bytes());
        let (c, tags, system_id) = Default::default();
        VgCreate { c, name, pvs: pv_names(pvs), tags, system_id }
    }

    /// Size of an extent. Default 4 MiB. A power of two from 1 KiB on, or a multiple of 128 KiB; below 2 TiB.
    pub fn extent_bytes(mut self, bytes: u64) -> Self {
        self.c.extent_bytes = bytes;
        self
    }

    /// Most LVs allowed. Default 0: no limit.
    pub fn max_lv(mut self, count: u32) -> Self {
        self.c.max_lv = count;
        self
    }

    /// Most PVs allowed. Default 0: no limit.
    pub fn max_pv(mut self, count: u32) -> Self {
        self.c.max_pv = count;
        self
    }

    /// Allocation policy. Default `Normal`.
    pub fn alloc(mut self, alloc: Alloc) -> Self {
        self.c.alloc = alloc.to_c();
        self
    }

    /// Copies of the metadata to keep in use. Default 0: every area.
    pub fn metadata_copies(mut self, count: u32) -> Self {
        self.c.metadata_copies = count;
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

    /// Default the context's; "" for none.
    pub fn system_id(mut self, id: &str) -> Self {
        self.system_id = Some(Name::new(id.as_bytes()));
        self
    }

    /// Do not activate at system start.
    pub fn no_autoactivation(mut self) -> Self {
        self.c.no_autoactivation = 1;
        self
    }

    /// Devices that become PVs lose what else they carry.
    pub fn wipe(mut self) -> Self {
        self.c.flags |= sys::LVOL_PV_CREATE_WIPE;
        self
    }
}

/// What [`Transaction::vg_change()`] should change: what is called.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct VgChange {
    c: sys::lvol_vg_change_opts,
    system_id: Option<Name>,
    add_tags: Vec<Name>,
    remove_tags: Vec<Name>,
}

impl VgChange {
    /// Nothing.
    pub fn new() -> Self {
        VgChange::default()
    }

    fn what(mut self, what: u32) -> Self {
        self.c.what |= what;
        self
    }

    /// Allocation policy, not `Inherit`.
    pub fn alloc(mut self, alloc: Alloc) -> Self {
        self.c.alloc = alloc.to_c();
        self.what(sys::LVOL_VG_CHANGE_ALLOC)
    }

    /// Most LVs allowed, 0 for no limit; not below what is there.
    pub fn max_lv(mut self, count: u32) -> Self {
        self.c.max_lv = count;
        self.what(sys::LVOL_VG_CHANGE_MAX_LV)
    }

    /// Most PVs allowed, 0 for no limit; not below what is there.
    pub fn max_pv(mut self, count: u32) -> Self {
        self.c.max_pv = count;
        self.what(sys::LVOL_VG_CHANGE_MAX_PV)
    }

    /// Copies of the metadata to keep in use, 0 for unmanaged.
    pub fn metadata_copies(mut self, count: u32) -> Self {
        self.c.metadata_copies = count;
        self.what(sys::LVOL_VG_CHANGE_METADATA_COPIES)
    }

    /// Whether PVs can be added and removed.
    pub fn resizeable(mut self, on: bool) -> Self {
        self.c.resizeable = on.into();
        self.what(sys::LVOL_VG_CHANGE_RESIZEABLE)
    }

    /// Whether its LVs are activated at system start.
    pub fn autoactivation(mut self, on: bool) -> Self {
        self.c.autoactivation = on.into();
        self.what(sys::LVOL_VG_CHANGE_AUTOACTIVATION)
    }

    /// Size of an extent: every PV and LV must fit into whole ones.
    pub fn extent_bytes(mut self, bytes: u64) -> Self {
        self.c.extent_bytes = bytes;
        self.what(sys::LVOL_VG_CHANGE_EXTENT_BYTES)
    }

    /// Owner's system id, "" for none.
    pub fn system_id(mut self, id: &str) -> Self {
        self.system_id = Some(Name::new(id.as_bytes()));
        self.what(sys::LVOL_VG_CHANGE_SYSTEM_ID)
    }

    /// A new UUID.
    pub fn new_uuid(self) -> Self {
        self.what(sys::LVOL_VG_CHANGE_UUID)
    }

    /// Nothing, but a new version is written all the same, which mends copies that are old or damaged.
    pub fn rewrite(self) -> Self {
        self.what(sys::LVOL_VG_CHANGE_NOTHING)
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

/// What [`Transaction::vg_split()`] should move from one VG to another.
#[derive(Clone, Debug)]
#[must_use]
pub struct VgSplit {
    from: Name,
    to: Name,
    pvs: Option<Vec<Name>>,
    lv: Option<Name>,
}

impl VgSplit {
    /// From a VG to another, which is made if the transaction does not hold it.
    pub fn new(from: impl VgName, to: impl VgName) -> Self {
        VgSplit { from: from.to_name(), to: to.to_name(), pvs: None, lv: None }
    }

    /// These PVs, and the LVs that lie on them.
    pub fn pvs<I>(mut self, pvs: I) -> Self
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.pvs.get_or_insert_with(Vec::new).extend(pv_names(pvs));
        self
    }

    /// Instead the PVs of this LV.
    pub fn lv(mut self, lv: impl LvName) -> Self {
        self.lv = Some(lv.to_name());
        self
    }
}

impl Transaction<'_> {
    /// Add a new VG. Errors: `Invalid`, `Exists`, `NotFound` (no such device), `Busy` (a PV of another VG), `Signature`
    /// (a device carries somebody else's data; see [`VgCreate::wipe()`]), `NoSpace`.
    pub fn vg_create(&mut self, opts: &VgCreate) -> Result<()> {
        let pvs = Array::new(&opts.pvs, self.origin())?;
        let tags = Array::new(&opts.tags, self.origin())?;
        let c = sys::lvol_vg_create_opts {
            name: opts.name.as_ptr()?,
            pvs: pvs.as_ptr(),
            tags: tags.as_ptr_or_null(),
            system_id: optional(&opts.system_id)?,
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_vg_create(txn, &c, err) })
    }

    /// Remove a VG: its PVs become free. Errors: `NotFound`, `Busy` (it has LVs; the first is named).
    pub fn vg_remove(&mut self, vg: impl VgName) -> Result<()> {
        self.vg_remove_flags(&vg.to_name(), 0)
    }

    /// Remove a VG and its LVs; their data is lost.
    pub fn vg_remove_with_lvs(&mut self, vg: impl VgName) -> Result<()> {
        self.vg_remove_flags(&vg.to_name(), sys::LVOL_VG_REMOVE_LVS)
    }

    fn vg_remove_flags(&mut self, vg: &Name, flags: u32) -> Result<()> {
        let vg = vg.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_vg_remove(txn, vg, flags, err) })
    }

    /// Add PVs; a device that is not a PV yet becomes one. Errors: `Busy` (of another VG), `Exists` (of this one),
    /// `Signature`, `Invalid`.
    pub fn vg_extend<I>(&mut self, vg: impl VgName, pvs: I) -> Result<()>
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.vg_extend_flags(&vg.to_name(), &pv_names(pvs), 0)
    }

    /// As [`vg_extend()`](Transaction::vg_extend); devices that become PVs lose what else they carry.
    pub fn vg_extend_wiping<I>(&mut self, vg: impl VgName, pvs: I) -> Result<()>
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        self.vg_extend_flags(&vg.to_name(), &pv_names(pvs), sys::LVOL_PV_CREATE_WIPE)
    }

    fn vg_extend_flags(&mut self, vg: &Name, pvs: &[Name], flags: u32) -> Result<()> {
        let vg = vg.for_context(self.origin())?;
        let pvs = Array::new(pvs, self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_vg_extend(txn, vg, pvs.as_ptr(), flags, err) })
    }

    /// Take PVs out; they stay PVs. Errors: `Busy` (extents in use), `Invalid`, `NotFound`.
    pub fn vg_reduce<I>(&mut self, vg: impl VgName, pvs: I) -> Result<()>
    where
        I: IntoIterator,
        I::Item: PvName,
    {
        let vg = vg.to_name();
        let vg = vg.for_context(self.origin())?;
        let pvs = pv_names(pvs);
        let pvs = Array::new(&pvs, self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_vg_reduce(txn, vg, pvs.as_ptr(), err) })
    }

    /// Forget the PVs that are missing and not used by any LV. Errors: `Busy`.
    pub fn vg_reduce_missing(&mut self, vg: impl VgName) -> Result<()> {
        let vg = vg.to_name();
        let vg = vg.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_vg_reduce_missing(txn, vg, err) })
    }

    /// Rename a VG. Errors: `Exists`, `Invalid`.
    pub fn vg_rename(&mut self, vg: impl VgName, new_name: &str) -> Result<()> {
        let (vg, new_name) = (vg.to_name(), Name::new(new_name.as_bytes()));
        let (vg, new_name) = (vg.for_context(self.origin())?, new_name.as_ptr()?);
        self.call(|txn, err| unsafe { sys::lvol_vg_rename(txn, vg, new_name, err) })
    }

    /// Change properties of a VG. Errors: `Invalid`.
    pub fn vg_change(&mut self, vg: impl VgName, opts: &VgChange) -> Result<()> {
        let vg = vg.to_name();
        let vg = vg.for_context(self.origin())?;
        let add_tags = Array::new(&opts.add_tags, self.origin())?;
        let remove_tags = Array::new(&opts.remove_tags, self.origin())?;
        let c = sys::lvol_vg_change_opts {
            system_id: optional(&opts.system_id)?,
            add_tags: add_tags.as_ptr_or_null(),
            remove_tags: remove_tags.as_ptr_or_null(),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_vg_change(txn, vg, &c, err) })
    }

    /// Mark a VG as exported: no system uses it until it is imported. Errors: `Exported` (it is already).
    pub fn vg_export(&mut self, vg: impl VgName) -> Result<()> {
        let vg = vg.to_name();
        let vg = vg.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_vg_export(txn, vg, err) })
    }

    /// Take an exported VG into use; begin with [`allow_exported()`](crate::Begin::allow_exported). Errors: `State` (it
    /// is not exported).
    pub fn vg_import(&mut self, vg: impl VgName) -> Result<()> {
        let vg = vg.to_name();
        let vg = vg.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_vg_import(txn, vg, err) })
    }

    /// Move PVs, and the LVs that lie on them, to another VG. Errors: `Busy` (an LV lies on PVs of both sides),
    /// `Invalid`.
    pub fn vg_split(&mut self, opts: &VgSplit) -> Result<()> {
        let from = opts.from.for_context(self.origin())?;
        let to = opts.to.for_context(self.origin())?;
        let pvs = opts.pvs.as_ref().map(|pvs| Array::new(pvs, self.origin())).transpose()?;
        let pvs = pvs.as_ref().map_or(ptr::null(), Array::as_ptr);
        let lv = optional_for(&opts.lv, self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_vg_split(txn, from, to, pvs, lv, err) })
    }

    /// Merge VG `from` into `into`; both are in the transaction. Errors: `Exists` (LVs of one name), `Invalid`.
    pub fn vg_merge(&mut self, into: impl VgName, from: impl VgName) -> Result<()> {
        let (into, from) = (into.to_name(), from.to_name());
        let into = into.for_context(self.origin())?;
        let from = from.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_vg_merge(txn, into, from, err) })
    }

    /// Put back a VG as a backup text has it, with the next seqno. Errors: `Corrupt` (no such text; the message has the
    /// line), `MissingPv`, `Invalid` (the text is of another VG).
    pub fn vg_restore(&mut self, vg: impl VgName, text: impl AsRef<[u8]>) -> Result<()> {
        let vg = vg.to_name();
        let vg = vg.for_context(self.origin())?;
        let text = text.as_ref();
        let start = text.as_ptr() as *const c_char;
        self.call(|txn, err| unsafe { sys::lvol_vg_restore(txn, vg, start, text.len(), err) })
    }
}
