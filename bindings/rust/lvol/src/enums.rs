// SPDX-License-Identifier: LGPL-2.1-or-later
//! Enumerations of the library.

macro_rules! enumeration {
    ($(#[$doc:meta])* $name:ident: $($(#[$item_doc:meta])* $item:ident = $value:ident,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$item_doc])* $item,)*
            /// A value that is newer than this crate.
            Other(i32),
        }

        impl $name {
            #[allow(dead_code)]
            pub(crate) fn from_c(value: i32) -> Self {
                match value as u32 {
                    $(sys::$value => $name::$item,)*
                    _ => $name::Other(value),
                }
            }

            #[allow(dead_code)]
            pub(crate) fn to_c(self) -> u32 {
                match self {
                    $($name::$item => sys::$value,)*
                    $name::Other(value) => value as u32,
                }
            }
        }
    };
}

enumeration! {
    /// Allocation policies, in the words of lvm2.
    Alloc:
    /// LV only: what the VG says.
    Inherit = LVOL_ALLOC_INHERIT,
    /// Next to what is there.
    Contiguous = LVOL_ALLOC_CONTIGUOUS,
    /// On the PVs already used.
    Cling = LVOL_ALLOC_CLING,
    /// Parallel areas on different PVs.
    Normal = LVOL_ALLOC_NORMAL,
    /// Wherever there is room.
    Anywhere = LVOL_ALLOC_ANYWHERE,
}

enumeration! {
    /// Levels of messages for the log function.
    LogLevel:
    /// Something failed that the call's own error does not tell.
    Error = LVOL_LOG_ERROR,
    /// Something on a device is not as it should be.
    Warning = LVOL_LOG_WARNING,
    /// What was repaired or changed beyond what was asked.
    Notice = LVOL_LOG_NOTICE,
    /// Steps, for finding faults.
    Debug = LVOL_LOG_DEBUG,
}

enumeration! {
    /// What a [`Problem`](crate::Problem) is.
    ProblemCode:
    /// A metadata area holds an older version; the next commit repairs it.
    StaleCopy = LVOL_PROBLEM_STALE_COPY,
    /// A metadata area cannot be used; the next commit repairs it if it can.
    DamagedArea = LVOL_PROBLEM_DAMAGED_AREA,
    /// A device has a damaged PV label.
    DamagedLabel = LVOL_PROBLEM_DAMAGED_LABEL,
    /// A PV is not among the devices.
    MissingPv = LVOL_PROBLEM_MISSING_PV,
    /// Two devices carry the same PV id.
    DuplicatePv = LVOL_PROBLEM_DUPLICATE_PV,
    /// Two VGs have the same name.
    DuplicateVg = LVOL_PROBLEM_DUPLICATE_VG,
    /// A device says it belongs to the VG, whose metadata does not list it.
    OutdatedPv = LVOL_PROBLEM_OUTDATED_PV,
    /// Two different texts of one version.
    Conflict = LVOL_PROBLEM_CONFLICT,
    /// The VG is exported.
    Exported = LVOL_PROBLEM_EXPORTED,
    /// The VG belongs to another system id.
    Foreign = LVOL_PROBLEM_FOREIGN,
    /// The VG is locked through lvmlockd.
    Shared = LVOL_PROBLEM_SHARED,
    /// A segment type that the library does not know.
    UnknownSegtype = LVOL_PROBLEM_UNKNOWN_SEGTYPE,
    /// A rule of the metadata is broken; the text names it.
    Invalid = LVOL_PROBLEM_INVALID,
    /// The VG's status forbids changes.
    NotWritable = LVOL_PROBLEM_NOT_WRITABLE,
    /// A label misses the "used" flag; the next commit repairs it.
    PvFlags = LVOL_PROBLEM_PV_FLAGS,
    /// A device is smaller than its PV.
    DeviceSize = LVOL_PROBLEM_DEVICE_SIZE,
    /// A PV is in use by a VG that no device describes.
    UnknownVg = LVOL_PROBLEM_UNKNOWN_VG,
    /// A precommitted version was left by a commit that did not happen.
    Interrupted = LVOL_PROBLEM_INTERRUPTED,
    /// A device could not be read.
    Io = LVOL_PROBLEM_IO,
}

enumeration! {
    /// What a [`Change`](crate::Change) does.
    ChangeKind:
    /// Something new.
    Create = LVOL_CHANGE_CREATE,
    /// It goes.
    Remove = LVOL_CHANGE_REMOVE,
    /// It becomes different.
    Modify = LVOL_CHANGE_MODIFY,
}

enumeration! {
    /// What a range of an LV is.
    ExtentKind:
    /// On a device.
    Data = LVOL_EXTENT_DATA,
    /// Reads as zero, takes no room.
    Zero = LVOL_EXTENT_ZERO,
    /// Every access fails: error target or missing PV.
    Error = LVOL_EXTENT_ERROR,
}

enumeration! {
    /// What a request of a queue does.
    IoOp:
    /// Read into its buffer.
    Read = LVOL_IO_OP_READ,
    /// Write its buffer.
    Write = LVOL_IO_OP_WRITE,
    /// What was written and completed before survives a crash.
    Flush = LVOL_IO_OP_FLUSH,
    /// The content of a range is not needed any more.
    Discard = LVOL_IO_OP_DISCARD,
    /// Make a range read as zero.
    Zero = LVOL_IO_OP_ZERO,
}

enumeration! {
    /// What a row of a report is.
    ReportKind:
    /// A PV each.
    Pvs = LVOL_REPORT_PVS,
    /// A VG each.
    Vgs = LVOL_REPORT_VGS,
    /// An LV each; a segment each if a segment field is asked for.
    Lvs = LVOL_REPORT_LVS,
    /// A segment of an LV each.
    Segs = LVOL_REPORT_SEGS,
    /// A run of extents of a PV each.
    Pvsegs = LVOL_REPORT_PVSEGS,
}

enumeration! {
    /// What a [`Size::Percent`](crate::Size::Percent) is a percentage of.
    PercentOf:
    /// All extents of the VG.
    Vg = LVOL_PERCENT_VG,
    /// Its free extents.
    Free = LVOL_PERCENT_FREE,
    /// The free extents of the given PVs when creating or extending; all extents when not.
    Pvs = LVOL_PERCENT_PVS,
    /// The extents of the origin, of a snapshot that is created.
    Origin = LVOL_PERCENT_ORIGIN,
}

enumeration! {
    /// Where a mirror keeps which regions are in sync.
    MirrorLog:
    /// On an LV of its own.
    Disk = LVOL_MIRROR_LOG_DISK,
    /// In memory: each activation copies all again.
    Core = LVOL_MIRROR_LOG_CORE,
}

enumeration! {
    /// What a thin pool does with discards.
    ThinDiscards:
    /// Frees blocks, and tells the data device.
    Passdown = LVOL_THIN_DISCARDS_PASSDOWN,
    /// Frees blocks.
    NoPassdown = LVOL_THIN_DISCARDS_NOPASSDOWN,
    /// Nothing.
    Ignore = LVOL_THIN_DISCARDS_IGNORE,
}

enumeration! {
    /// Where writes to a cached LV go.
    CacheMode:
    /// To cache and LV: the cache may be lost without harm.
    Writethrough = LVOL_CACHE_WRITETHROUGH,
    /// To the cache, and to the LV some time later: both are needed.
    Writeback = LVOL_CACHE_WRITEBACK,
    /// To the LV, and reads come from it.
    Passthrough = LVOL_CACHE_PASSTHROUGH,
}

enumeration! {
    /// How data and checksums are kept from differing after a crash.
    IntegrityMode:
    /// All is written to a journal first.
    Journal = LVOL_INTEGRITY_JOURNAL,
    /// Regions that are being written are marked.
    Bitmap = LVOL_INTEGRITY_BITMAP,
}

enumeration! {
    /// What a [`Job`](crate::Job) does.
    JobKind:
    /// What the LV waits for: the rest of a move or a merge, else synchronising.
    Pending = LVOL_JOB_PENDING,
    /// Mirrors and raids: make what is not in sync the same on all legs.
    Sync = LVOL_JOB_SYNC,
    /// Raids: count what is not the same on all legs.
    Check = LVOL_JOB_CHECK,
    /// Raids: the same, and make it so.
    Repair = LVOL_JOB_REPAIR,
    /// Finish a merge; origin or snapshot.
    Merge = LVOL_JOB_MERGE,
    /// Finish a move; the LV is "pvmoveN".
    Move = LVOL_JOB_MOVE,
    /// Caches: write back what they hold alone.
    Flush = LVOL_JOB_FLUSH,
    /// The same, and take the cache off; its pool or cachevol stays.
    SplitCache = LVOL_JOB_SPLITCACHE,
    /// The same, and remove pool or cachevol.
    Uncache = LVOL_JOB_UNCACHE,
}

enumeration! {
    /// Whether a [`Job`](crate::Job) goes on.
    JobState:
    /// There is more to do.
    Running = LVOL_JOB_RUNNING,
    /// All is done, metadata included.
    Done = LVOL_JOB_DONE,
    /// It was given up.
    Aborted = LVOL_JOB_ABORTED,
}

enumeration! {
    /// What a range of a thin volume is.
    ThinKind:
    /// In the pool.
    Mapped = LVOL_THIN_MAPPED,
    /// Nowhere: reads as zero.
    Zero = LVOL_THIN_ZERO,
    /// In the LV outside of the pool that the volume was made from.
    External = LVOL_THIN_EXTERNAL,
}

enumeration! {
    /// How a range of two thin volumes differs.
    ThinChange:
    /// Both map it to the same place.
    Same = LVOL_THIN_SAME,
    /// Both map it, to different places.
    Changed = LVOL_THIN_CHANGED,
    /// The left one maps it.
    LeftOnly = LVOL_THIN_LEFT_ONLY,
    /// The right one does.
    RightOnly = LVOL_THIN_RIGHT_ONLY,
}

enumeration! {
    /// What is wrong with a thin pool's metadata.
    ThinWrong:
    /// A metadata block cannot be read or is damaged.
    Block = LVOL_THIN_WRONG_BLOCK,
    /// They refer to a block that there is not.
    Outside = LVOL_THIN_WRONG_OUTSIDE,
    /// A device has mappings and no details, or details and no mappings.
    Device = LVOL_THIN_WRONG_DEVICE,
    /// Blocks are used more often than counted.
    Count = LVOL_THIN_WRONG_COUNT,
    /// Blocks are counted more often than used.
    Leak = LVOL_THIN_WRONG_LEAK,
}

enumeration! {
    /// What a thin pool of the kernel can do at the moment.
    ThinPoolMode:
    /// All of it.
    ReadWrite = LVOL_THIN_POOL_READ_WRITE,
    /// No new blocks: the data device is full.
    OutOfSpace = LVOL_THIN_POOL_OUT_OF_SPACE,
    /// Its metadata cannot be written.
    ReadOnly = LVOL_THIN_POOL_READ_ONLY,
    /// Nothing; the numbers are 0.
    Failed = LVOL_THIN_POOL_FAILED,
}

enumeration! {
    /// What has happened to an LV that is watched.
    EventKind:
    /// A snapshot, or the data or metadata of a thin pool, is full to so many percent.
    Fill = LVOL_EVENT_FILL,
    /// A leg of a raid or mirror has failed, a snapshot is invalid, a pool or cache cannot be written any more.
    Failed = LVOL_EVENT_FAILED,
    /// All legs of a raid or mirror hold the same again.
    Synced = LVOL_EVENT_SYNCED,
    /// It is not active any more. It is still watched.
    Gone = LVOL_EVENT_GONE,
    /// The kernel says that something has changed, and it is none of the above.
    Changed = LVOL_EVENT_CHANGED,
}
