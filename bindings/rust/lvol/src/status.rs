// SPDX-License-Identifier: LGPL-2.1-or-later
//! What targets say of themselves while they work.

use crate::backend::Backend;
use crate::call::{call, make};
use crate::enums::ThinPoolMode;
use crate::error::Result;
use crate::io::Io;
use crate::lv::Lv;
use crate::names::Name;
use crate::text;
use std::os::raw::c_char;
use std::ptr::{self, NonNull};
use std::str::FromStr;

/// What an LV or device says of itself: a line for each of its table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// The lines.
    pub lines: Vec<StatusLine>,
}

/// What one line of a table says. Sectors are of 512 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusLine {
    /// Name of the device; "" of a status that was read from text.
    pub device: String,
    /// Where the line begins on the device.
    pub start_sectors: u64,
    /// How long it is.
    pub length_sectors: u64,
    /// "linear", "raid" ...
    pub target: String,
    /// What the target says, as it says it; may be "".
    pub text: String,
    /// What that means.
    pub detail: StatusDetail,
}

/// Structs of the library as our own, field by field.
macro_rules! details {
    ($($(#[$doc:meta])* $name:ident = $c:ident: $($(#[$field_doc:meta])* $field:ident: $kind:tt,)*;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: details!(@type $kind),)*
        }

        impl $name {
            /// # Safety
            /// The strings of `c` are alive.
            unsafe fn from_c(c: &sys::$c) -> $name {
                $name { $($field: details!(@value $kind c.$field),)* }
            }
        }
    )*};
    (@type text) => { String };
    (@type pairs) => { Vec<(String, String)> };
    (@type mode) => { ThinPoolMode };
    (@type letter) => { char };
    (@type $kind:tt) => { $kind };
    (@value text $c:ident.$field:ident) => { text::get($c.$field).into_owned() };
    (@value pairs $c:ident.$field:ident) => { pairs($c.$field) };
    (@value mode $c:ident.$field:ident) => { ThinPoolMode::from_c($c.$field as i32) };
    (@value letter $c:ident.$field:ident) => { char::from($c.$field as u8) };
    (@value $kind:tt $c:ident.$field:ident) => { $c.$field };
}

/// Name, value, name, value ... NULL.
///
/// # Safety
/// It is that, or NULL.
unsafe fn pairs(list: *const *const c_char) -> Vec<(String, String)> {
    if list.is_null() {
        return Vec::new();
    }
    let words = text::list(|i| *list.add(i));
    words.chunks_exact(2).map(|two| (two[0].to_string(), two[1].to_string())).collect()
}

details! {
    /// Of a snapshot, or an origin that one is merged into: then what is left to copy.
    SnapshotStatus = lvol_snapshot_status:
    /// Of its store.
    used_sectors: u64,
    /// Size of its store.
    total_sectors: u64,
    /// What of `used_sectors` is no data.
    metadata_sectors: u64,
    /// It has overflowed, or its store failed: it cannot be read any more.
    is_invalid: bool,
    /// Its store is full; writes to it fail.
    has_overflowed: bool,
    /// Reading or writing failed while it was merged.
    has_merge_failed: bool,
    ;
    /// Of a thin pool. Metadata blocks are of 4 KiB, data blocks of the pool's chunk size.
    ThinPoolStatus = lvol_thin_pool_status:
    /// As the metadata of the VG has it too.
    transaction_id: u64,
    /// Metadata blocks in use,
    used_metadata_blocks: u64,
    /// of so many.
    total_metadata_blocks: u64,
    /// Data blocks in use,
    used_data_blocks: u64,
    /// of so many.
    total_data_blocks: u64,
    /// Block of the metadata snapshot; 0: there is none.
    held_root: u64,
    /// With fewer free metadata blocks than that, there is an event.
    metadata_low_watermark: u64,
    /// What it can do.
    mode: mode,
    /// "passdown", "nopassdown" or "ignore"; "" when it failed.
    discards: text,
    /// Writes without room fail at once; else they wait for some.
    fails_when_full: bool,
    /// The metadata must be checked before it can be activated again.
    needs_check: bool,
    ;
    /// Of a thin LV.
    ThinStatus = lvol_thin_status:
    /// How much of it has blocks in the pool.
    mapped_sectors: u64,
    /// The last one that has; 0 if none has.
    highest_mapped_sector: u64,
    /// Its pool has failed.
    has_failed: bool,
    ;
    /// Of a raid.
    RaidStatus = lvol_raid_status:
    /// The kernel's word: "raid1", "raid5_ls" ...
    type_: text,
    /// A letter for each leg: 'A' in sync, 'a' not in sync, 'D' failed, '-' missing.
    health: text,
    /// How far it is with what `action` says,
    synced_sectors: u64,
    /// of so much.
    total_sectors: u64,
    /// "idle", "frozen", "resync", "recover", "check", "repair" or "reshape".
    action: text,
    /// Sectors that the last check found to differ.
    mismatch_count: u64,
    /// Where data begins on the legs during a reshape.
    data_offset_sectors: u64,
    /// Legs.
    device_count: u32,
    /// Of a journal device: 'A' writes through, 'a' keeps writes, 'D' failed; '-' none.
    journal: letter,
    ;
    /// Of a mirror; each segment of a pvmove, too.
    MirrorStatus = lvol_mirror_status:
    /// A letter for each leg: 'A' alive, 'D' writing failed, 'S' copying failed, 'R' reading failed, 'F' flushing failed, 'U'
    /// unknown.
    health: text,
    /// Regions that hold the same on all legs,
    synced_regions: u64,
    /// of so many.
    total_regions: u64,
    /// "core" or "disk" ...
    log: text,
    /// A letter for each device of the log; "" without one.
    log_health: text,
    /// Legs.
    device_count: u32,
    ;
    /// Of a cache.
    CacheStatus = lvol_cache_status:
    /// Size of a metadata block.
    metadata_block_sectors: u64,
    /// Metadata blocks in use,
    used_metadata_blocks: u64,
    /// of so many.
    total_metadata_blocks: u64,
    /// Size of a block of the cache.
    block_sectors: u64,
    /// Blocks in use,
    used_blocks: u64,
    /// of so many.
    total_blocks: u64,
    /// Reads that the cache served,
    read_hits: u64,
    /// and those that it did not.
    read_misses: u64,
    /// Writes that went to it,
    write_hits: u64,
    /// and those that did not.
    write_misses: u64,
    /// Blocks that left it,
    demotions: u64,
    /// and that came in.
    promotions: u64,
    /// Blocks that only the cache holds as they are.
    dirty_blocks: u64,
    /// "writeback", "writethrough" or "passthrough"; "" when it failed.
    mode: text,
    /// "smq", say; "" when it failed.
    policy: text,
    /// Of target and policy: names and values.
    settings: pairs,
    /// 1 or 2.
    metadata_format: u32,
    /// On to the origin.
    passes_discards: bool,
    /// Its metadata cannot be written.
    is_read_only: bool,
    /// The metadata must be checked before it can be activated again.
    needs_check: bool,
    /// All the rest is 0.
    has_failed: bool,
    ;
    /// Of a writecache. The counts from `reads` on are 0 on kernels before 5.15.
    WritecacheStatus = lvol_writecache_status:
    /// errno of what failed; 0: nothing did.
    error: u64,
    /// All blocks of the cache.
    total_blocks: u64,
    /// Of these.
    free_blocks: u64,
    /// Being written to the origin now.
    writeback_blocks: u64,
    /// Blocks read,
    reads: u64,
    /// and those of them that the cache had.
    read_hits: u64,
    /// Blocks written,
    writes: u64,
    /// over a block that was not committed yet,
    write_hits_uncommitted: u64,
    /// over one that was,
    write_hits_committed: u64,
    /// past the cache,
    writes_around: u64,
    /// to a new block.
    writes_allocated: u64,
    /// Waited for a free block.
    writes_blocked: u64,
    /// Requests to flush,
    flushes: u64,
    /// and to discard.
    discards: u64,
    ;
    /// Of integrity under an LV or a leg.
    IntegrityStatus = lvol_integrity_status:
    /// Blocks whose checksum was wrong.
    mismatch_count: u64,
    /// Room for data.
    data_sectors: u64,
    /// How far checksums are made; `data_sectors` when they are.
    recalculated_sectors: u64,
    /// They are being made, or it has been found out that they are.
    is_recalculating: bool,
    ;
}

/// What a target says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusDetail {
    /// It has nothing to say, or what it says is not known.
    None,
    /// "snapshot" and "snapshot-merge".
    Snapshot(SnapshotStatus),
    /// "thin-pool"
    ThinPool(ThinPoolStatus),
    /// "thin"
    Thin(ThinStatus),
    /// "raid"
    Raid(RaidStatus),
    /// "mirror"
    Mirror(MirrorStatus),
    /// "cache"
    Cache(CacheStatus),
    /// "writecache"
    Writecache(WritecacheStatus),
    /// "integrity"
    Integrity(IntegrityStatus),
}

impl StatusDetail {
    /// # Safety
    /// `line` is alive.
    unsafe fn from_c(line: &sys::lvol_status_line) -> StatusDetail {
        macro_rules! first {
            ($($field:ident $name:ident $detail:ident,)*) => {
                $(if let Some(c) = line.$field.as_ref() {
                    return StatusDetail::$name($detail::from_c(c));
                })*
            };
        }
        first! {
            snapshot Snapshot SnapshotStatus,
            thin_pool ThinPool ThinPoolStatus,
            thin Thin ThinStatus,
            raid Raid RaidStatus,
            mirror Mirror MirrorStatus,
            cache Cache CacheStatus,
            writecache Writecache WritecacheStatus,
            integrity Integrity IntegrityStatus,
        }
        StatusDetail::None
    }
}

impl Status {
    /// What the library made; it is freed.
    fn take(p: NonNull<sys::lvol_status>) -> Status {
        // Safety: it is alive until it is freed, and so is all that is read from it.
        let line = |c: &sys::lvol_status_line| unsafe {
            StatusLine {
                device: text::get(c.device).into_owned(),
                start_sectors: c.start_sectors,
                length_sectors: c.length_sectors,
                target: text::get(c.target).into_owned(),
                text: text::get(c.text).into_owned(),
                detail: StatusDetail::from_c(c),
            }
        };
        let count = unsafe { sys::lvol_status_line_count(p.as_ptr()) };
        let lines = (0..count)
            .filter_map(|i| unsafe { sys::lvol_status_line(p.as_ptr(), i).as_ref() })
            .map(line)
            .collect();
        unsafe { sys::lvol_status_free(p.as_ptr()) };
        Status { lines }
    }
}

/// Lines as `dmsetup status` prints them for one device. Errors: `Invalid` (line and word are named).
impl FromStr for Status {
    type Err = crate::error::Error;

    fn from_str(text: &str) -> Result<Status> {
        let text = Name::new(text.as_bytes());
        let text = text.as_ptr()?;
        make(|out, err| unsafe { sys::lvol_status_new(text, out, err) }).map(Status::take)
    }
}

impl Io {
    /// What the device mapper in user space says of it.
    pub fn status(&self) -> Result<Status> {
        make(|out, err| unsafe { sys::lvol_io_status(self.as_ptr(), out, err) }).map(Status::take)
    }
}

/// When and how much [`Lv::autoextend()`] extends.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Autoextend(sys::lvol_autoextend_opts);

impl Autoextend {
    /// When it is fuller than so many percent, 50 to 100; 100 never extends.
    pub fn above(percent: u32) -> Self {
        Autoextend(sys::lvol_autoextend_opts { threshold_percent: percent, ..Default::default() })
    }

    /// By how much of its size; more, if that would not bring it below. Default 20.
    pub fn by(mut self, percent: u32) -> Self {
        self.0.grow_percent = percent;
        self
    }
}

impl Lv<'_> {
    /// What the kernel says of it. Errors: `NotFound` (it is not active).
    pub fn status(&self, backend: &Backend) -> Result<Status> {
        let (lv, backend) = (self.as_ptr(), backend.as_ptr());
        make(|out, err| unsafe { sys::lvol_lv_status(lv, backend, out, err) }).map(Status::take)
    }

    /// Extend an active snapshot or thin pool, if it is too full, in a transaction of its own: whether it was. Errors:
    /// `NotFound` (it is not active), `Invalid` (it is neither), those of a transaction.
    pub fn autoextend(
        &self,
        ctx: &mut crate::ctx::Context,
        backend: &Backend,
        opts: Autoextend,
    ) -> Result<bool> {
        if self.vg().origin() != ctx.origin() {
            return Err(crate::names::another_context(&self.full_name()));
        }
        let (lv, ctx, backend) = (self.as_ptr(), ctx.as_ptr(), backend.as_ptr());
        let opts = ptr::addr_of!(opts.0);
        call(|err| unsafe { sys::lvol_lv_autoextend(lv, ctx, backend, opts, err) }).map(|r| r > 0)
    }
}
