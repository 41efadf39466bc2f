// SPDX-License-Identifier: LGPL-2.1-or-later
//! Contexts: a set of devices and the way to work on them.

use crate::call::{self, call, make};
use crate::dev::Dev;
use crate::device::{Device, Handle};
use crate::enums::LogLevel;
use crate::error::{CallbackPanic, Error, Result};
use crate::getters::chain;
use crate::names::{optional, Name, Origin, PvName};
use crate::scan::Scan;
use crate::text;
use crate::txn::Begin;
use crate::vg::Vg;
use std::os::raw::{c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::io::{AsFd, AsRawFd};
use std::path::Path;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long to wait: for a lock that somebody holds, or for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    No,
    /// So long.
    AtMost(Duration),
    /// Without end.
    Forever,
}

impl Wait {
    pub(crate) fn to_c(self) -> i32 {
        match self {
            Wait::No => sys::LVOL_NO_WAIT,
            Wait::Forever => sys::LVOL_WAIT_FOREVER,
            Wait::AtMost(time) if time.is_zero() => sys::LVOL_NO_WAIT,
            Wait::AtMost(time) => milliseconds(time),
        }
    }

    /// As poll() has it.
    pub(crate) fn to_poll(self) -> i32 {
        match self {
            Wait::No => 0,
            Wait::Forever => sys::LVOL_WAIT_FOREVER,
            Wait::AtMost(time) if time.is_zero() => 0,
            Wait::AtMost(time) => milliseconds(time),
        }
    }
}

/// A little time is not none.
fn milliseconds(time: Duration) -> i32 {
    time.as_millis().clamp(1, i32::MAX as u128) as i32
}

/// A set of devices. Two contexts share nothing.
///
/// What was read through a context (VGs, scans, open LVs) stays usable after it is gone, and keeps the devices open.
/// Calls take the context by `&mut`: the library allows one at a time. It may move to another thread
///
/// ```
/// fn is_send<T: Send>() {}
/// is_send::<lvol::Context>();
/// ```
///
/// but two threads cannot share it:
///
/// ```compile_fail,E0277
/// fn is_sync<T: Sync>() {}
/// is_sync::<lvol::Context>();
/// ```
#[derive(Debug)]
pub struct Context {
    p: NonNull<sys::lvol_ctx>,
    origin: Origin,
    log: Option<NonNull<Log>>,
}

// Safety: the library asks that one thread at a time uses a context; which one it is does not matter. The log
// function is Send.
unsafe impl Send for Context {}

type LogFunction = Box<dyn FnMut(LogLevel, &str, &str) + Send>;

/// The argument of the log function.
struct Log {
    function: LogFunction,
    panicked: Option<CallbackPanic>,
}

impl Context {
    /// A context of defaults, without devices.
    pub fn new() -> Result<Context> {
        Context::builder().build()
    }

    /// A context of defaults with these image files or block devices.
    pub fn with_devices<I>(paths: I) -> Result<Context>
    where
        I: IntoIterator,
        I::Item: AsRef<Path>,
    {
        paths.into_iter().fold(Context::builder(), |builder, path| builder.device(path)).build()
    }

    /// A context that is not of defaults.
    pub fn builder() -> ContextBuilder {
        ContextBuilder::default()
    }

    pub(crate) fn as_ptr(&mut self) -> *mut sys::lvol_ctx {
        self.p.as_ptr()
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// What the log function panicked with. It is not called again after that; the calls that it was told about are not
    /// disturbed.
    pub fn log_panic(&self) -> Option<CallbackPanic> {
        // Safety: the library uses it in calls alone, and they take the context by &mut.
        self.log.and_then(|log| unsafe { log.as_ref() }.panicked.clone())
    }

    /// Add an image file or block device. The same file added twice is the same device; a file that may only be read is
    /// opened read-only. Errors: `NotFound`, `Permission`, `Invalid` (neither file nor block device, or empty).
    pub fn add_path(&mut self, path: impl AsRef<Path>) -> Result<Dev<'_>> {
        self.add_path_flags(path.as_ref(), 0)
    }

    /// As [`add_path()`](Context::add_path), but never written to.
    pub fn add_path_read_only(&mut self, path: impl AsRef<Path>) -> Result<Dev<'_>> {
        self.add_path_flags(path.as_ref(), sys::LVOL_DEV_READ_ONLY)
    }

    fn add_path_flags(&mut self, path: &Path, flags: u32) -> Result<Dev<'_>> {
        let path = Name::new(path.as_os_str().as_bytes());
        let path = path.as_ptr()?;
        self.add(|ctx, out, err| unsafe { sys::lvol_ctx_add_path(ctx, path, flags, out, err) })
    }

    /// Add an open file (which is duplicated) under a name of its own. Errors: `Invalid` (not a file or block
    /// device, or the name is taken).
    pub fn add_fd(&mut self, fd: impl AsFd, name: &str) -> Result<Dev<'_>> {
        self.add_fd_flags(fd.as_fd().as_raw_fd(), name, 0)
    }

    /// As [`add_fd()`](Context::add_fd), but never written to.
    pub fn add_fd_read_only(&mut self, fd: impl AsFd, name: &str) -> Result<Dev<'_>> {
        self.add_fd_flags(fd.as_fd().as_raw_fd(), name, sys::LVOL_DEV_READ_ONLY)
    }

    fn add_fd_flags(&mut self, fd: c_int, name: &str, flags: u32) -> Result<Dev<'_>> {
        let name = Name::new(name.as_bytes());
        let name = name.as_ptr()?;
        self.add(|ctx, out, err| unsafe { sys::lvol_ctx_add_fd(ctx, fd, name, flags, out, err) })
    }

    /// Add memory as a device. Errors: `Invalid` (not whole blocks, or the name is taken).
    pub fn add_memory(&mut self, name: &str, memory: Memory) -> Result<Dev<'_>> {
        let name = Name::new(name.as_bytes());
        let name = name.as_ptr()?;
        let c = sys::lvol_memory {
            data: memory.data.map_or(ptr::null_mut(), |data| data.as_mut_ptr() as *mut c_void),
            size_bytes: memory.size_bytes,
            logical_block_bytes: memory.logical_block_bytes,
            flags: memory.flags,
            ..Default::default()
        };
        self.add(|ctx, out, err| unsafe { sys::lvol_ctx_add_memory(ctx, name, &c, out, err) })
    }

    /// Add a device of the program's own. Errors: `Invalid` (bad size or block size, or the name is taken).
    pub fn add_device(&mut self, name: &str, device: impl Device) -> Result<Dev<'_>> {
        let name = Name::new(name.as_bytes());
        let name = name.as_ptr()?;
        let handle = Handle::new(device);
        let ops = handle.ops().map_err(|panic| {
            Error::own(sys::LVOL_E_INVALID, "", format!("the device cannot be used: {}", panic))
        })?;
        let arg = Box::into_raw(handle);
        let added = self.add(|ctx, out, err| unsafe {
            sys::lvol_ctx_add_ops(ctx, name, &ops, arg as *mut c_void, out, err)
        });
        if added.is_err() {
            // Safety: after a failure the library does not close it: it is still ours.
            drop(unsafe { Box::from_raw(arg) });
        }
        added
    }

    fn add(
        &mut self,
        f: impl FnOnce(*mut sys::lvol_ctx, *mut *const sys::lvol_dev, *mut sys::lvol_error) -> c_int,
    ) -> Result<Dev<'_>> {
        let mut out = ptr::null();
        call(|err| f(self.p.as_ptr(), &mut out, err))?;
        Ok(Dev::new(out, self.origin).expect("the library gives the device that it added"))
    }

    /// Add the block devices of this system that `lvm.conf` lets lvm2 see. Errors: `Corrupt` (`lvm.conf`; the message
    /// has the line).
    pub fn add_system(&mut self) -> Result<()> {
        call(|err| unsafe { sys::lvol_ctx_add_system(self.p.as_ptr(), err) }).map(drop)
    }

    /// The devices in the order of adding.
    pub fn devices(&self) -> impl Iterator<Item = Dev<'_>> {
        // Safety: the context is alive, and no device is added while it is borrowed.
        chain(unsafe { sys::lvol_dev_first(self.p.as_ptr()) }, sys::lvol_dev_next)
            .filter_map(move |p| Dev::new(p.as_ptr(), self.origin))
    }

    /// The device of that path or name.
    pub fn device(&self, name: impl AsRef<Path>) -> Option<Dev<'_>> {
        let name = Name::new(name.as_ref().as_os_str().as_bytes());
        let name = name.as_ptr().ok()?;
        // Safety: both are alive.
        Dev::new(unsafe { sys::lvol_dev_find(self.p.as_ptr(), name) }, self.origin)
    }

    /// What else is on a device, as libblkid names it ("ext4", "gpt" ...), "" for nothing. A PV label is not reported.
    /// Errors: `NotFound`, `NotSupported` (built without libblkid), `Io`.
    pub fn signature(&mut self, device: impl PvName) -> Result<String> {
        let name = device.to_name();
        let name = name.for_context(self.origin)?;
        // Safety: both are alive.
        let dev = unsafe { sys::lvol_dev_find(self.p.as_ptr(), name) };
        if dev.is_null() {
            let name = unsafe { text::get(name) };
            let message = format!("no device of the context is called {}", name);
            return Err(Error::own(sys::LVOL_E_NOT_FOUND, &name, message));
        }
        let mut kind: [c_char; 64] = [0; 64];
        call(|err| unsafe { sys::lvol_dev_signature(dev, kind.as_mut_ptr(), kind.len(), err) })?;
        // Safety: the library ends it with a NUL.
        Ok(unsafe { text::get(kind.as_ptr()) }.into_owned())
    }

    /// Look at every device: labels, metadata areas, VGs. Damage becomes [problems](Scan::problems), not an error.
    pub fn scan(&mut self) -> Result<Scan> {
        let p = make(|out, err| unsafe { sys::lvol_scan_new(self.p.as_ptr(), out, err) })?;
        Ok(Scan::new(p, self.origin))
    }

    /// Read the VG of that name or UUID. Errors: `NotFound`, `Duplicate` (several have that name), `Corrupt`, `Io`.
    pub fn vg(&mut self, name: &str) -> Result<Vg> {
        let name = Name::new(name.as_bytes());
        let name = name.as_ptr()?;
        let p = make(|out, err| unsafe { sys::lvol_vg_open(self.p.as_ptr(), name, out, err) })?;
        Ok(Vg::take(p, self.origin))
    }

    /// Read a VG from metadata text, as [`Vg::export_text()`] and vgcfgbackup give it. Errors: `Corrupt`.
    pub fn vg_from_text(&mut self, text: impl AsRef<[u8]>) -> Result<Vg> {
        let text = text.as_ref();
        let start = text.as_ptr() as *const c_char;
        let p = make(|out, err| unsafe {
            sys::lvol_vg_open_text(self.p.as_ptr(), start, text.len(), out, err)
        })?;
        Ok(Vg::take(p, self.origin))
    }

    /// Begin a transaction: say on which VGs, then [`start()`](Begin::start).
    pub fn begin(&mut self) -> Begin<'_> {
        Begin::new(self)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // Safety: the reference is ours, and no call is under way. After it no call can reach the log function.
        unsafe {
            sys::lvol_ctx_unref(self.p.as_ptr());
            if let Some(log) = self.log {
                free_log(log);
            }
        }
    }
}

/// Memory for [`Context::add_memory()`].
#[derive(Debug)]
pub struct Memory {
    data: Option<&'static mut [u8]>,
    size_bytes: u64,
    logical_block_bytes: u32,
    flags: u32,
}

impl Memory {
    /// Zeroes, allocated by the library, gone with the last user. [`RamDisk`](crate::RamDisk) is a disk whose bytes the
    /// program can look at.
    pub fn new(size_bytes: u64) -> Memory {
        Memory { data: None, size_bytes, logical_block_bytes: 0, flags: 0 }
    }

    /// Memory that is there for ever: mapped, or [leaked](Box::leak).
    pub fn from_static(data: &'static mut [u8]) -> Memory {
        Memory { size_bytes: data.len() as u64, data: Some(data), logical_block_bytes: 0, flags: 0 }
    }

    /// 512 (the default) or 4096.
    pub fn logical_block_bytes(mut self, bytes: u32) -> Memory {
        self.logical_block_bytes = bytes;
        self
    }

    /// Never write to it.
    pub fn read_only(mut self) -> Memory {
        self.flags |= sys::LVOL_DEV_READ_ONLY;
        self
    }
}

/// How a context should work. Made by [`Context::builder()`].
#[derive(Default)]
#[must_use]
pub struct ContextBuilder {
    c: sys::lvol_ctx_opts,
    system_dir: Option<Name>,
    locking_dir: Option<Name>,
    host_name: Option<Name>,
    system_id: Option<Name>,
    description: Option<Name>,
    log: Option<LogFunction>,
    paths: Vec<std::path::PathBuf>,
}

impl ContextBuilder {
    fn flag(mut self, flag: u32) -> Self {
        self.c.flags |= flag;
        self
    }

    /// Only read: nothing is opened for writing, no transaction can begin.
    pub fn read_only(self) -> Self {
        self.flag(sys::LVOL_CTX_READ_ONLY)
    }

    /// Make UUIDs from this number, for reproducible images.
    pub fn seed(mut self, seed: u64) -> Self {
        self.c.seed = seed;
        self.flag(sys::LVOL_CTX_SEEDED)
    }

    /// Take this, in seconds since 1970, as the time of every change.
    pub fn fixed_time(mut self, seconds: i64) -> Self {
        self.c.time_seconds = seconds;
        self.flag(sys::LVOL_CTX_FIXED_TIME)
    }

    /// Do not read `lvm.conf`, `lvmlocal.conf` or the devices file.
    pub fn no_system_config(self) -> Self {
        self.flag(sys::LVOL_CTX_NO_SYSTEM_CONFIG)
    }

    /// Take no lock that another program could see. For devices that are this program's alone.
    pub fn no_locking(self) -> Self {
        self.flag(sys::LVOL_CTX_NO_LOCKING)
    }

    /// How long to wait for locks. Default 10 s.
    pub fn lock_wait(mut self, wait: Wait) -> Self {
        self.c.lock_timeout_ms = wait.to_c();
        self
    }

    /// Where `lvm.conf` is. Default `$LVM_SYSTEM_DIR`, then `/etc/lvm`.
    pub fn system_dir(mut self, path: impl AsRef<Path>) -> Self {
        self.system_dir = Some(Name::new(path.as_ref().as_os_str().as_bytes()));
        self
    }

    /// lvm2's lock files. Default what `lvm.conf` says, then `/run/lock/lvm`.
    pub fn locking_dir(mut self, path: impl AsRef<Path>) -> Self {
        self.locking_dir = Some(Name::new(path.as_ref().as_os_str().as_bytes()));
        self
    }

    /// The host that creates things. Default the node name.
    pub fn host_name(mut self, name: &str) -> Self {
        self.host_name = Some(Name::new(name.as_bytes()));
        self
    }

    /// VGs of another system id are refused. Default what `lvm.conf` says, then none.
    pub fn system_id(mut self, id: &str) -> Self {
        self.system_id = Some(Name::new(id.as_bytes()));
        self
    }

    /// Who writes, for the metadata. Default "Write from liblvol.".
    pub fn description(mut self, text: &str) -> Self {
        self.description = Some(Name::new(text.as_bytes()));
        self
    }

    /// A function that gets messages up to `level`, as `function(level, subject, message)`. It is called by the thread
    /// that makes the call. If it panics it is not called again; see [`Context::log_panic()`].
    pub fn log<F>(mut self, level: LogLevel, function: F) -> Self
    where
        F: FnMut(LogLevel, &str, &str) + Send + 'static,
    {
        self.c.log_level = level.to_c() as i32;
        self.log = Some(Box::new(function));
        self
    }

    /// With this image file or block device, as [`Context::add_path()`] adds it.
    pub fn device(mut self, path: impl AsRef<Path>) -> Self {
        self.paths.push(path.as_ref().into());
        self
    }

    /// Make the context. Errors: `Corrupt` (`lvm.conf`; the message has the line), and what
    /// [`add_path()`](Context::add_path) gives.
    pub fn build(mut self) -> Result<Context> {
        self.c.system_dir = optional(&self.system_dir)?;
        self.c.locking_dir = optional(&self.locking_dir)?;
        self.c.host_name = optional(&self.host_name)?;
        self.c.system_id = optional(&self.system_id)?;
        self.c.description = optional(&self.description)?;
        let log = self
            .log
            .map(|function| NonNull::from(Box::leak(Box::new(Log { function, panicked: None }))));
        if let Some(log) = log {
            self.c.log = Some(log_message);
            self.c.log_arg = log.as_ptr() as *mut c_void;
        }
        let p = make(|out, err| unsafe { sys::lvol_ctx_new(&self.c, out, err) }).map_err(|e| {
            // Safety: no context has it.
            if let Some(log) = log {
                unsafe { free_log(log) };
            }
            e
        })?;
        let mut ctx = Context { p, origin: new_origin(), log };
        for path in &self.paths {
            ctx.add_path(path)?;
        }
        Ok(ctx)
    }
}

fn new_origin() -> Origin {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

/// # Safety
/// Nobody uses it any more.
unsafe fn free_log(log: NonNull<Log>) {
    let log = Box::from_raw(log.as_ptr());
    drop(log);
}

unsafe extern "C" fn log_message(
    arg: *mut c_void,
    level: c_int,
    subject: *const c_char,
    message: *const c_char,
) {
    // Calls that log have the context, or its transaction, by &mut: nobody else is here.
    let log = &mut *(arg as *mut Log);
    if log.panicked.is_some() {
        return;
    }
    let (subject, message) = (text::get(subject), text::get(message));
    let function = &mut log.function;
    if let Err(panic) =
        call::guarded("the log function", || function(LogLevel::from_c(level), &subject, &message))
    {
        log.panicked = Some(panic.clone());
        call::note_panic(panic);
    }
}
