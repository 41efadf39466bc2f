// SPDX-License-Identifier: LGPL-2.1-or-later
//! Operations of a transaction on PVs.

use crate::error::Result;
use crate::names::{optional, words, Array, Name, PvName};
use crate::txn::Transaction;

/// What [`Transaction::pv_create()`] should create.
#[derive(Clone, Debug)]
#[must_use]
pub struct PvCreate {
    c: sys::lvol_pv_create_opts,
    device: Name,
    uuid: Option<Name>,
    restore_text: Option<Name>,
}

impl PvCreate {
    /// A PV on this device.
    pub fn new(device: impl PvName) -> Self {
        let (c, uuid, restore_text) = Default::default();
        PvCreate { c, device: device.to_name(), uuid, restore_text }
    }

    fn flag(mut self, flag: u32) -> Self {
        self.c.flags |= flag;
        self
    }

    /// Overwrite what others have on the device (file systems, partition tables); their data is lost.
    pub fn wipe(self) -> Self {
        self.flag(sys::LVOL_PV_CREATE_WIPE)
    }

    /// Also when its label says that a VG uses it; that VG loses it.
    pub fn force_used(self) -> Self {
        self.flag(sys::LVOL_PV_CREATE_FORCE_USED)
    }

    /// Metadata areas: 0, 1 (the default) or 2.
    pub fn metadata_copies(mut self, count: u32) -> Self {
        self.c.metadata_copies_set = 1;
        self.c.metadata_copies = count;
        self
    }

    /// Areas are made, but marked as ignored.
    pub fn metadata_ignore(mut self) -> Self {
        self.c.metadata_ignore = 1;
        self
    }

    /// Least size of an area. Default what fits below 1 MiB.
    pub fn metadata_bytes(mut self, bytes: u64) -> Self {
        self.c.metadata_bytes = bytes;
        self
    }

    /// First extent on a multiple of it. Default 1 MiB.
    pub fn data_alignment_bytes(mut self, bytes: u64) -> Self {
        self.c.data_alignment_bytes = bytes;
        self
    }

    /// And this much further.
    pub fn data_alignment_offset_bytes(mut self, bytes: u64) -> Self {
        self.c.data_alignment_offset_bytes = bytes;
        self
    }

    /// Room kept in front of the first extent. Default none.
    pub fn bootloader_bytes(mut self, bytes: u64) -> Self {
        self.c.bootloader_bytes = bytes;
        self
    }

    /// Use only so much of the device. Default all.
    pub fn size_bytes(mut self, bytes: u64) -> Self {
        self.c.size_bytes = bytes;
        self
    }

    /// Sector of the label, 0-3. Default 1.
    pub fn label_sector(mut self, sector: u32) -> Self {
        // counted from 1, so that zero is the default; what is too large stays too large
        self.c.label_sector = sector.saturating_add(1);
        self
    }

    /// Default a new one.
    pub fn uuid(mut self, uuid: &str) -> Self {
        self.uuid = Some(Name::new(uuid.as_bytes()));
        self
    }

    /// Backup text: the PV with [`uuid()`](PvCreate::uuid) gets the places that it had there.
    pub fn restore_text(mut self, text: &str) -> Self {
        self.restore_text = Some(Name::new(text.as_bytes()));
        self
    }
}

/// What [`Transaction::pv_change()`] should change: what is called.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct PvChange {
    c: sys::lvol_pv_change_opts,
    add_tags: Vec<Name>,
    remove_tags: Vec<Name>,
}

impl PvChange {
    /// Nothing.
    pub fn new() -> Self {
        PvChange::default()
    }

    fn what(mut self, what: u32) -> Self {
        self.c.what |= what;
        self
    }

    /// Whether new extents may be allocated on it.
    pub fn allocatable(mut self, on: bool) -> Self {
        self.c.allocatable = on.into();
        self.what(sys::LVOL_PV_CHANGE_ALLOCATABLE)
    }

    /// Whether all its metadata areas are ignored.
    pub fn metadata_ignore(mut self, on: bool) -> Self {
        self.c.metadata_ignore = on.into();
        self.what(sys::LVOL_PV_CHANGE_METADATA_IGNORE)
    }

    /// A new UUID.
    pub fn new_uuid(self) -> Self {
        self.what(sys::LVOL_PV_CHANGE_UUID)
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
    /// Make a device a PV. Errors: `NotFound`, `Busy` (a PV of a VG, which is named), `Signature` (it carries somebody
    /// else's data; see [`PvCreate::wipe()`]), `Exists` (another device has that UUID), `Invalid`, `NoSpace`,
    /// `ReadOnly`.
    pub fn pv_create(&mut self, opts: &PvCreate) -> Result<()> {
        let c = sys::lvol_pv_create_opts {
            device: opts.device.for_context(self.origin())?,
            uuid: optional(&opts.uuid)?,
            restore_text: optional(&opts.restore_text)?,
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_pv_create(txn, &c, err) })
    }

    /// Make a PV an ordinary device again. Errors: `Busy` (it belongs to a VG, which is named), `NotFound`.
    pub fn pv_remove(&mut self, device: impl PvName) -> Result<()> {
        self.pv_remove_flags(&device.to_name(), 0)
    }

    /// Also when its label says that a VG uses it but no such VG is found.
    pub fn pv_remove_force_used(&mut self, device: impl PvName) -> Result<()> {
        self.pv_remove_flags(&device.to_name(), sys::LVOL_PV_REMOVE_FORCE_USED)
    }

    fn pv_remove_flags(&mut self, device: &Name, flags: u32) -> Result<()> {
        let device = device.for_context(self.origin())?;
        self.call(|txn, err| unsafe { sys::lvol_pv_remove(txn, device, flags, err) })
    }

    /// Fit a PV to its device, or to a size. Errors: `Busy` (extents past the new end are in use), `Invalid` (larger
    /// than the device).
    pub fn pv_resize(&mut self, device: impl PvName, size_bytes: Option<u64>) -> Result<()> {
        let device = device.to_name();
        let device = device.for_context(self.origin())?;
        let size = size_bytes.unwrap_or(0);
        self.call(|txn, err| unsafe { sys::lvol_pv_resize(txn, device, size, err) })
    }

    /// Change properties of a PV. Errors: `Invalid`.
    pub fn pv_change(&mut self, device: impl PvName, opts: &PvChange) -> Result<()> {
        let device = device.to_name();
        let device = device.for_context(self.origin())?;
        let add_tags = Array::new(&opts.add_tags, self.origin())?;
        let remove_tags = Array::new(&opts.remove_tags, self.origin())?;
        let c = sys::lvol_pv_change_opts {
            add_tags: add_tags.as_ptr_or_null(),
            remove_tags: remove_tags.as_ptr_or_null(),
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_pv_change(txn, device, &c, err) })
    }
}
