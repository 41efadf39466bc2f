// SPDX-License-Identifier: LGPL-2.1-or-later
//! Transactions: any number of changes to PVs, VGs and LVs that happen together or not at all.

use crate::backend::Backend;
use crate::call::{call, make};
use crate::ctx::{Context, Wait};
use crate::enums::ChangeKind;
use crate::error::Result;
use crate::names::{another_context, optional_for, Array, Name, Origin, VgName};
use crate::scan::Scan;
use crate::text;
use crate::vg::Vg;
use std::fmt;
use std::os::raw::{c_char, c_int};
use std::ptr::{self, NonNull};

/// How a transaction should begin. Made by [`Context::begin()`].
#[derive(Debug)]
#[must_use = "a transaction begins with start()"]
pub struct Begin<'ctx> {
    ctx: &'ctx mut Context,
    vgs: Vec<Name>,
    unchanged: Vec<Vg>,
    flags: u32,
    lock_timeout_ms: i32,
    backend: Option<&'ctx mut Backend>,
}

impl<'ctx> Begin<'ctx> {
    pub(crate) fn new(ctx: &'ctx mut Context) -> Begin<'ctx> {
        let (vgs, unchanged, flags, lock_timeout_ms, backend) = Default::default();
        Begin { ctx, vgs, unchanged, flags, lock_timeout_ms, backend }
    }

    /// On this VG: a name or UUID, or a [`Vg`]. None is needed for a transaction that only makes PVs or new VGs.
    pub fn vg(mut self, vg: impl VgName) -> Self {
        self.vgs.push(vg.to_id());
        self
    }

    /// A VG that must still be as in this handle, else `Conflict`.
    pub fn unchanged(mut self, vg: &Vg) -> Self {
        self.unchanged.push(vg.clone());
        self
    }

    /// How long to wait for locks. Default the context's.
    pub fn lock_wait(mut self, wait: Wait) -> Self {
        self.lock_timeout_ms = wait.to_c();
        self
    }

    /// LVs that are active change together with the metadata; without it a commit that would change one is `Busy`.
    pub fn backend(mut self, backend: &'ctx mut Backend) -> Self {
        self.backend = Some(backend);
        self
    }

    /// With [`backend()`](Begin::backend): the commit activates new LVs too, but for those that activation skips.
    pub fn activate_new(self) -> Self {
        self.flag(sys::LVOL_TXN_ACTIVATE_NEW)
    }

    /// With [`activate_new()`](Begin::activate_new): those too that activation skips.
    pub fn activate_skipped(self) -> Self {
        self.flag(sys::LVOL_TXN_ACTIVATE_SKIPPED)
    }

    fn flag(mut self, flag: u32) -> Self {
        self.flags |= flag;
        self
    }

    /// Although a VG is exported (for `vg_import()` and `vg_remove()`).
    pub fn allow_exported(self) -> Self {
        self.flag(sys::LVOL_TXN_ALLOW_EXPORTED)
    }

    /// Although PVs are missing. Operations that would need a missing PV still fail.
    pub fn allow_partial(self) -> Self {
        self.flag(sys::LVOL_TXN_ALLOW_PARTIAL)
    }

    /// Although a VG belongs to another system id.
    pub fn allow_foreign(self) -> Self {
        self.flag(sys::LVOL_TXN_ALLOW_FOREIGN)
    }

    /// Names that no VG has are no error (for `vg_restore()` and `vg_create()`).
    pub fn allow_absent(self) -> Self {
        self.flag(sys::LVOL_TXN_ALLOW_ABSENT)
    }

    /// Although the metadata breaks a rule, or two texts of one version contradict each other (for `vg_restore()` and
    /// `vg_remove()`).
    pub fn allow_damaged(self) -> Self {
        self.flag(sys::LVOL_TXN_ALLOW_DAMAGED)
    }

    /// Begin: lock the VGs and read them again. Errors: `NotFound`, `Locked`, `Conflict`; `Exported`, `Foreign`,
    /// `MissingPv`, `ReadOnly`, `Corrupt`, `Duplicate`, `NotSupported` when a VG cannot be written as it is.
    pub fn start(self) -> Result<Transaction<'ctx>> {
        let Begin { ctx, vgs, unchanged, flags, lock_timeout_ms, backend } = self;
        if let Some(other) = unchanged.iter().find(|vg| vg.origin() != ctx.origin()) {
            return Err(another_context(&other.name()));
        }
        let vgs = Array::new(&vgs, ctx.origin())?;
        let mut handles: Vec<*const sys::lvol_vg> =
            unchanged.iter().map(|vg| vg.as_ptr() as *const _).collect();
        handles.push(ptr::null());
        let c = sys::lvol_txn_opts {
            flags,
            lock_timeout_ms,
            unchanged: handles.as_ptr(),
            backend: backend.as_ref().map_or(ptr::null_mut(), |backend| backend.as_ptr()),
            ..Default::default()
        };
        let raw = ctx.as_ptr();
        let p = make(|out, err| unsafe { sys::lvol_txn_begin(raw, vgs.as_ptr(), &c, out, err) })?;
        Ok(Transaction { p, ctx, _backend: backend })
    }
}

/// Changes that are made together. [`commit()`](Transaction::commit) consumes it; what is dropped was aborted. An
/// operation that fails leaves it as it was before.
///
/// A commit is the last thing that is done with it:
///
/// ```compile_fail,E0382
/// fn twice(txn: lvol::Transaction) -> lvol::Result<()> {
///     txn.commit()?;
///     txn.commit()?;
///     Ok(())
/// }
/// ```
///
/// It has its context to itself. Both may go to another thread together, but two threads cannot share it:
///
/// ```
/// fn is_send<T: Send>() {}
/// is_send::<lvol::Transaction<'static>>();
/// ```
///
/// ```compile_fail,E0277
/// fn is_sync<T: Sync>() {}
/// is_sync::<lvol::Transaction<'static>>();
/// ```
///
/// ```compile_fail,E0499
/// fn both(ctx: &mut lvol::Context) -> lvol::Result<()> {
///     let txn = ctx.begin().vg("vg0").start()?;
///     ctx.scan()?; // while the transaction is under way: txn.scan()
///     txn.abort();
///     Ok(())
/// }
/// ```
#[must_use = "what is not committed is aborted"]
pub struct Transaction<'ctx> {
    p: NonNull<sys::lvol_txn>,
    ctx: &'ctx mut Context,
    _backend: Option<&'ctx mut Backend>,
}

// Safety: the library asks that one thread at a time uses a transaction together with its context, which it has by
// &mut.
unsafe impl Send for Transaction<'_> {}

/// One entry of the list of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What sort it is.
    pub kind: ChangeKind,
    /// "pv", "vg" or "lv".
    pub object: String,
    /// Device, "vg" or "vg/lv".
    pub subject: String,
    /// What happens, for people: "create LV of 1.00 GiB, linear".
    pub text: String,
}

type GetVg = unsafe extern "C" fn(
    *mut sys::lvol_txn,
    *const c_char,
    *mut *mut sys::lvol_vg,
    *mut sys::lvol_error,
) -> c_int;

impl<'ctx> Transaction<'ctx> {
    pub(crate) fn origin(&self) -> Origin {
        self.ctx.origin()
    }

    /// An operation.
    pub(crate) fn call(
        &mut self,
        f: impl FnOnce(*mut sys::lvol_txn, *mut sys::lvol_error) -> c_int,
    ) -> Result<()> {
        call(|err| f(self.p.as_ptr(), err)).map(drop)
    }

    /// Write it all: one new metadata version for each VG that changed, nothing when nothing changed. Errors: `Corrupt`
    /// (the result breaks a rule of the metadata, nothing was written), `NoSpace` and `Io` (undone, or the message says
    /// what is left behind), `Conflict` (somebody wrote the VG in spite of the lock; nothing was written).
    pub fn commit(mut self) -> Result<Committed<'ctx>> {
        self.call(|txn, err| unsafe { sys::lvol_txn_commit(txn, err) })?;
        Ok(Committed(self))
    }

    /// Give up everything, and the locks. Dropping does the same.
    pub fn abort(self) {
        // Safety: the transaction is alive; it is freed next.
        unsafe { sys::lvol_txn_abort(self.p.as_ptr()) }
    }

    /// The only VG of the transaction as it would be after the commit, with the next seqno; on no disk. Errors:
    /// `NotFound` (there are several, or none).
    pub fn preview(&mut self) -> Result<Vg> {
        self.get(sys::lvol_txn_preview, None)
    }

    /// The same of one of several VGs.
    pub fn preview_of(&mut self, vg: impl VgName) -> Result<Vg> {
        self.get(sys::lvol_txn_preview, Some(vg.to_name()))
    }

    /// What it would change so far, in order of the operations.
    pub fn changes(&self) -> Result<Vec<Change>> {
        let list = make(|out, err| unsafe { sys::lvol_txn_changes(self.p.as_ptr(), out, err) })?;
        // Safety: the list is alive until it is freed, and so are its strings.
        let changes = text::filled(
            |i, out| unsafe { sys::lvol_changes_get(list.as_ptr(), i, out) },
            |c: &sys::lvol_change| unsafe {
                Change {
                    kind: ChangeKind::from_c(c.kind),
                    object: text::get(c.object).into_owned(),
                    subject: text::get(c.subject).into_owned(),
                    text: text::get(c.text).into_owned(),
                }
            },
        );
        unsafe { sys::lvol_changes_free(list.as_ptr()) };
        Ok(changes)
    }

    /// What is on the devices now, without these changes: [`Context::scan()`].
    pub fn scan(&mut self) -> Result<Scan> {
        self.ctx.scan()
    }

    fn get(&mut self, get: GetVg, name: Option<Name>) -> Result<Vg> {
        let name = optional_for(&name, self.origin())?;
        let p = make(|out, err| unsafe { get(self.p.as_ptr(), name, out, err) })?;
        Ok(Vg::take(p, self.origin()))
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // Safety: it is ours.
        unsafe { sys::lvol_txn_free(self.p.as_ptr()) }
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("changes", &self.changes()).finish()
    }
}

/// A transaction that was committed: what came of it.
pub struct Committed<'ctx>(Transaction<'ctx>);

impl Committed<'_> {
    /// The only VG of the transaction, as it was written. Errors: `NotFound` (there are several, or none).
    pub fn vg(mut self) -> Result<Vg> {
        self.0.get(sys::lvol_txn_result, None)
    }

    /// One of several VGs, as it was written.
    pub fn vg_of(&mut self, vg: impl VgName) -> Result<Vg> {
        self.0.get(sys::lvol_txn_result, Some(vg.to_name()))
    }
}

impl fmt::Debug for Committed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Committed")
    }
}
