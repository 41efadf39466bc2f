// SPDX-License-Identifier: LGPL-2.1-or-later
//! LVM2 volume management in process, without root where none is needed: liblvol for Rust.
//!
//! ```
//! use lvol::{Context, LvCreate, Picture, RamDisk, Size, VgCreate};
//!
//! # fn main() -> lvol::Result<()> {
//! let mut ctx = Context::new()?;
//! ctx.add_device("disk1", RamDisk::new(64 << 20))?; // or ctx.add_path("disk1.img")?
//! let mut txn = ctx.begin().start()?;
//! txn.vg_create(&VgCreate::new("vg0", ["disk1"]))?;
//! txn.lv_create(&LvCreate::new("root", Size::Bytes(32 << 20)))?;
//! let vg = txn.commit()?.vg()?;
//! print!("{}", vg.picture(&Picture::new())?);
//!
//! let lv = vg.lv("root")?.open_rw()?;
//! lv.write_at(b"hello", 4096)?;
//! let mut back = [0; 5];
//! lv.read_at(&mut back, 4096)?;
//! assert_eq!(&back, b"hello");
//! # Ok(())
//! # }
//! ```
//!
//! - A [`Context`] is a set of devices. [`Context::scan()`] looks at all of them, [`Context::vg()`] reads one VG.
//! - A [`Vg`] is an immutable snapshot; its [`Pv`]s, [`Lv`]s and [`Segment`]s are bound to it by their lifetimes.
//! - A [`Transaction`] has its context to itself. It is consumed by a commit, or aborted when it is dropped.
//! - An open LV, [`Io`], is read and written at offsets, or as a file ([`Cursor`]), or through a [`Queue`].
//! - Sizes are in bytes, or in extents where the name says so. [`Error`] has a variant for each code of the library.
//!
//! What is `Send` and `Sync` is what the library allows: see each type.

#![warn(missing_docs)]

#[macro_use]
mod getters;
mod backend;
mod cache;
mod call;
mod ctx;
mod dev;
mod device;
mod enums;
mod error;
mod events;
mod io;
mod job;
mod luks;
mod lv;
mod names;
mod problem;
mod pv;
mod queue;
mod raid;
mod report;
mod scan;
mod segment;
mod size;
mod snapshot;
mod status;
mod stream;
mod table;
mod text;
mod thin;
mod thin_view;
mod txn;
mod txn_lv;
mod txn_pv;
mod txn_vg;
mod version;
mod vg;

pub use crate::backend::{
    Activate, Backend, BackendOptions, Deactivate, DeviceCreate, DeviceFlags, DeviceInfo,
    DeviceName, Target,
};
pub use crate::cache::{CacheOptions, IntegrityOptions, WritecacheDetach, WritecacheOptions};
pub use crate::ctx::{Context, ContextBuilder, Memory, Wait};
pub use crate::dev::Dev;
pub use crate::device::{Device, RamDisk};
pub use crate::enums::{
    Alloc, CacheMode, ChangeKind, EventKind, ExtentKind, IntegrityMode, IoOp, JobKind, JobState,
    LogLevel, MirrorLog, PercentOf, ProblemCode, ReportKind, ThinChange, ThinDiscards, ThinKind,
    ThinPoolMode, ThinWrong,
};
pub use crate::error::{CallbackPanic, Detail, Error, Result};
pub use crate::events::{Event, Events, EventsOptions};
pub use crate::io::{Cursor, Extent, Io, OpenOptions};
pub use crate::job::{Job, JobStatus};
pub use crate::luks::{LuksActivate, LuksFormat};
pub use crate::lv::{check_lv_name, Lv, ReadAhead};
pub use crate::names::{LvName, PvName, VgName};
pub use crate::problem::Problem;
pub use crate::pv::{MetadataArea, Pv, Run};
pub use crate::queue::{Completion, Queue, QueueOptions, Rejected, Request};
pub use crate::raid::{LegsReplace, LegsSplit, LvConvert, RaidChange, RaidOptions};
pub use crate::report::{report_fields, report_json, Column, Report, ReportField, ReportOptions};
pub use crate::scan::Scan;
pub use crate::segment::{Area, Segment};
pub use crate::size::Size;
pub use crate::snapshot::{PvMove, SnapshotAttach};
pub use crate::status::{
    Autoextend, CacheStatus, IntegrityStatus, MirrorStatus, RaidStatus, SnapshotStatus, Status,
    StatusDetail, StatusLine, ThinPoolStatus, ThinStatus, WritecacheStatus,
};
pub use crate::stream::{Export, ExportOptions, Import, ImportOptions};
pub use crate::table::{Table, TableLine};
pub use crate::thin::{ThinOptions, ThinOverprovision, ThinPoolChange, ThinRepair};
pub use crate::thin_view::{
    ThinCheck, ThinDevice, ThinDiff, ThinDifference, ThinFill, ThinFinding, ThinRange, ThinRanges,
    ThinView, ThinViewOptions,
};
pub use crate::txn::{Begin, Change, Committed, Transaction};
pub use crate::txn_lv::{LvChange, LvCreate, LvGlance, LvResize};
pub use crate::txn_pv::{PvChange, PvCreate};
pub use crate::txn_vg::{VgChange, VgCreate, VgSplit};
pub use crate::version::{has_feature, version, version_number};
pub use crate::vg::{check_vg_name, Picture, Vg};
