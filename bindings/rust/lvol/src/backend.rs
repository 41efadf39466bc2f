// SPDX-License-Identifier: LGPL-2.1-or-later
//! The kernel's device-mapper: devices from tables, and LVs as devices.

use crate::call::{call, make};
use crate::ctx::{Context, Wait};
use crate::error::Result;
use crate::lv::Lv;
use crate::names::{optional, Name};
use crate::status::Status;
use crate::table::Table;
use crate::text;
use crate::vg::Vg;
use std::fmt;
use std::os::raw::{c_char, c_int};
use std::ptr::{self, NonNull};

/// The kernel's device-mapper. It takes root. A device is known by its name, has a table in use, and may have one that
/// waits until it is resumed. Calls on a name that no device has answer `NotFound`; calls that wait for udev, and get no
/// answer, `Io` with ETIMEDOUT after they have done their work.
///
/// One thread at a time uses it; it may go to another.
///
/// ```compile_fail,E0277
/// fn is_shared<T: Sync>() {}
/// is_shared::<lvol::Backend>();
/// ```
pub struct Backend(NonNull<sys::lvol_backend>);

// Safety: the library asks that one thread at a time uses it.
unsafe impl Send for Backend {}

/// How a [`Backend`] should work.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct BackendOptions(sys::lvol_backend_opts);

impl BackendOptions {
    /// All defaults.
    pub fn new() -> Self {
        BackendOptions::default()
    }

    /// How long to wait for udev. Default 30 s.
    pub fn udev_wait(mut self, wait: Wait) -> Self {
        self.0.udev_timeout_ms = wait.to_c();
        self
    }

    /// Do not lock memory while devices are suspended: the program has seen to it itself, or none of its memory is on them.
    pub fn no_memory_lock(mut self) -> Self {
        self.0.flags |= sys::LVOL_BACKEND_NO_MEMORY_LOCK;
        self
    }
}

/// A target that the kernel knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// "linear", "thin-pool" ...
    pub name: String,
    /// Major, minor, patch level.
    pub version: [u32; 3],
}

/// A device, as a list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceName {
    /// What a name cannot have is written \xNN.
    pub name: String,
    /// May be "".
    pub uuid: String,
    /// Its number: major and minor.
    pub number: (u32, u32),
}

/// What a device is at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceInfo {
    /// As [`DeviceName::name`].
    pub name: String,
    /// May be "".
    pub uuid: String,
    /// Its number: major and minor.
    pub number: (u32, u32),
    /// Requests wait.
    pub is_suspended: bool,
    /// It cannot be written.
    pub is_read_only: bool,
    /// It has a table in use.
    pub has_table: bool,
    /// One waits to be taken into use by [`Backend::resume()`].
    pub has_inactive_table: bool,
    /// It goes when it is closed.
    pub removes_itself: bool,
    /// How often it is open; mounts and devices that stand on it count.
    pub open_count: u32,
    /// For [`Backend::wait()`].
    pub event_number: u32,
}

impl DeviceInfo {
    fn from_c(c: &sys::lvol_device_info) -> DeviceInfo {
        DeviceInfo {
            name: text::array(&c.name),
            uuid: text::array(&c.uuid),
            number: (c.major, c.minor),
            is_suspended: c.is_suspended,
            is_read_only: c.is_read_only,
            has_table: c.has_table,
            has_inactive_table: c.has_inactive_table,
            removes_itself: c.removes_itself,
            open_count: c.open_count,
            event_number: c.event_number,
        }
    }
}

/// Methods that set one of the library's flags, named for what they say.
macro_rules! flags {
    ($(#[$doc:meta])* $name:ident: $($(#[$flag_doc:meta])* $flag:ident = $value:ident,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[must_use]
        pub struct $name(u32);

        impl $name {
            /// None of them.
            pub fn new() -> Self {
                $name::default()
            }

            $($(#[$flag_doc])* pub fn $flag(self) -> Self {
                $name(self.0 | sys::$value)
            })*
        }
    };
}

flags! {
    /// How a call on a device should work; each takes those that make sense for it.
    DeviceFlags:
    /// Of the table that waits, not of the one in use.
    inactive = LVOL_DEVICE_INACTIVE,
    /// Do not wait for udev; [`Backend::sync()`] does, for all calls before it.
    no_sync = LVOL_DEVICE_NO_SYNC,
    /// Suspend: queued requests wait, instead of being written first. Status: as it is, nothing is written first.
    no_flush = LVOL_DEVICE_NO_FLUSH,
    /// Suspend: a file system on it is not frozen.
    no_freeze = LVOL_DEVICE_NO_FREEZE,
    /// Remove: while somebody has it open, try again for up to 5 s.
    retry = LVOL_DEVICE_REMOVE_RETRY,
    /// Remove: if somebody has it open, it goes when it is closed.
    deferred = LVOL_DEVICE_REMOVE_DEFERRED,
    /// Create and load: it cannot be written with this table.
    read_only = LVOL_DEVICE_READ_ONLY,
}

flags! {
    /// How LVs should be activated or refreshed.
    Activate:
    /// Nothing can be written through the devices.
    read_only = LVOL_ACTIVATE_READ_ONLY,
    /// Although PVs are missing: what lies there answers errors.
    partial = LVOL_ACTIVATE_PARTIAL,
    /// Only what has all its PVs. Default: a raid may lack as many legs as it can do without.
    complete = LVOL_ACTIVATE_COMPLETE,
    /// Those too that say that activation shall skip them.
    skipped = LVOL_ACTIVATE_SKIPPED,
    /// Of a VG: only LVs that are activated when the system starts.
    auto = LVOL_ACTIVATE_AUTO,
}

flags! {
    /// How devices of LVs should be removed.
    Deactivate:
    /// Do not try again while somebody has a device open for a moment.
    no_retry = LVOL_DEACTIVATE_NO_RETRY,
    /// What is open goes when it is closed.
    deferred = LVOL_DEACTIVATE_DEFERRED,
}

/// What [`Backend::create()`] should make.
#[derive(Debug)]
#[must_use]
pub struct DeviceCreate<'a> {
    c: sys::lvol_device_create_opts,
    name: Name,
    uuid: Option<Name>,
    table: Option<&'a Table>,
}

impl<'a> DeviceCreate<'a> {
    /// An empty device, to be given a table by [`Backend::load()`].
    pub fn new(name: &str) -> Self {
        let (c, uuid, table) = Default::default();
        DeviceCreate { c, name: Name::new(name.as_bytes()), uuid, table }
    }

    /// With this table in use.
    pub fn table(mut self, table: &'a Table) -> Self {
        self.table = Some(table);
        self
    }

    /// Up to 128 characters. Default none.
    pub fn uuid(mut self, uuid: &str) -> Self {
        self.uuid = Some(Name::new(uuid.as_bytes()));
        self
    }

    /// `read_only` and `no_sync`.
    pub fn flags(mut self, flags: DeviceFlags) -> Self {
        self.c.flags = flags.0;
        self
    }

    /// The second half of its number. Default: the kernel chooses.
    pub fn minor(mut self, minor: u32) -> Self {
        (self.c.number_set, self.c.minor) = (1, minor);
        self
    }

    /// 16 bits for udev's rules, DM_UDEV_... of libdevmapper.h.
    pub fn udev_flags(mut self, flags: u32) -> Self {
        self.c.udev_flags = flags;
        self
    }

    /// Default: what the kernel thinks best.
    pub fn read_ahead_sectors(mut self, sectors: u32) -> Self {
        (self.c.read_ahead_set, self.c.read_ahead_sectors) = (1, sectors);
        self
    }
}

/// All of a list of the library, which fills in as much as there is room for and says how many there are.
fn whole<C: Copy + Default>(
    mut fill: impl FnMut(*mut C, usize, *mut usize, *mut sys::lvol_error) -> c_int,
) -> Result<Vec<C>> {
    let mut list: Vec<C> = Vec::new();
    loop {
        let mut count = 0;
        let start = if list.is_empty() { ptr::null_mut() } else { list.as_mut_ptr() };
        call(|err| fill(start, list.len(), &mut count, err))?;
        if count <= list.len() {
            list.truncate(count);
            return Ok(list);
        }
        list.resize(count, C::default());
    }
}

impl Context {
    /// Open the kernel's device-mapper. Errors: `NotSupported` (there is none in this kernel), `Permission` (only root may
    /// use it).
    pub fn backend(&mut self, opts: BackendOptions) -> Result<Backend> {
        let raw = self.as_ptr();
        make(|out, err| unsafe { sys::lvol_backend_open(raw, &opts.0, out, err) }).map(Backend)
    }
}

impl Backend {
    pub(crate) fn as_ptr(&self) -> *mut sys::lvol_backend {
        self.0.as_ptr()
    }

    /// A call on a device.
    pub(crate) fn on(
        &self,
        name: &str,
        f: impl FnOnce(*mut sys::lvol_backend, *const c_char, *mut sys::lvol_error) -> c_int,
    ) -> Result<()> {
        let name = Name::new(name.as_bytes());
        let name = name.as_ptr()?;
        call(|err| f(self.as_ptr(), name, err)).map(drop)
    }

    /// Of the kernel's driver: major, minor, patch level.
    pub fn version(&self) -> Result<[u32; 3]> {
        let mut version = [0; 3];
        call(|err| unsafe { sys::lvol_backend_version(self.as_ptr(), version.as_mut_ptr(), err) })?;
        Ok(version)
    }

    /// Which targets the kernel knows at this moment; it loads others when a table asks for them.
    pub fn targets(&self) -> Result<Vec<Target>> {
        let list = whole(|list, room, count, err| unsafe {
            sys::lvol_backend_targets(self.as_ptr(), list, room, count, err)
        })?;
        let target =
            |c: &sys::lvol_target| Target { name: text::array(&c.name), version: c.version };
        Ok(list.iter().map(target).collect())
    }

    /// Which devices there are whose uuid begins so: "LVM-" for lvm2's, "" for all.
    pub fn devices(&self, uuid_prefix: &str) -> Result<Vec<DeviceName>> {
        let prefix = Name::new(uuid_prefix.as_bytes());
        let prefix = prefix.as_ptr()?;
        let list = whole(|list, room, count, err| unsafe {
            sys::lvol_backend_devices(self.as_ptr(), prefix, list, room, count, err)
        })?;
        let device = |c: &sys::lvol_device_name| DeviceName {
            name: text::array(&c.name),
            uuid: text::array(&c.uuid),
            number: (c.major, c.minor),
        };
        Ok(list.iter().map(device).collect())
    }

    /// What a device is.
    pub fn info(&self, name: &str) -> Result<DeviceInfo> {
        let mut c = sys::lvol_device_info::default();
        self.on(name, |b, name, err| unsafe { sys::lvol_backend_info(b, name, &mut c, err) })?;
        Ok(DeviceInfo::from_c(&c))
    }

    /// The table of a device; takes `inactive`. Errors: `State` (it has none).
    pub fn table(&self, name: &str, flags: DeviceFlags) -> Result<Table> {
        let name = Name::new(name.as_bytes());
        let (b, name) = (self.as_ptr(), name.as_ptr()?);
        make(|out, err| unsafe { sys::lvol_backend_table(b, name, flags.0, out, err) })
            .map(Table::take)
    }

    /// What the targets of a device say of themselves; takes `inactive`, `no_flush`.
    pub fn status(&self, name: &str, flags: DeviceFlags) -> Result<Status> {
        let mut c = ptr::null_mut();
        self.on(name, |b, name, err| unsafe {
            sys::lvol_backend_status(b, name, flags.0, &mut c, err)
        })?;
        // Safety: the library gave it away.
        unsafe { text::take(c) }.parse()
    }

    /// The numbers of the devices that a device stands on.
    pub fn deps(&self, name: &str) -> Result<Vec<(u32, u32)>> {
        let name = Name::new(name.as_bytes());
        let name = name.as_ptr()?;
        let list = whole(|list, room, count, err| unsafe {
            sys::lvol_backend_deps(self.as_ptr(), name, list, room, count, err)
        })?;
        Ok(list.iter().map(|c: &sys::lvol_device_number| (c.major, c.minor)).collect())
    }

    /// Make a device. If any step fails, nothing is left of it. Errors: `Exists`, `Invalid` (the kernel refuses the table),
    /// `NotSupported` (it lacks a target), `Busy`.
    pub fn create(&self, opts: &DeviceCreate<'_>) -> Result<()> {
        let c = sys::lvol_device_create_opts {
            name: opts.name.as_ptr()?,
            uuid: optional(&opts.uuid)?,
            table: opts.table.map_or(ptr::null(), Table::as_ptr),
            ..opts.c
        };
        call(|err| unsafe { sys::lvol_backend_create(self.as_ptr(), &c, err) }).map(drop)
    }

    /// Give a device a table, which waits; takes `read_only`. Errors as [`create()`](Backend::create).
    pub fn load(&self, name: &str, table: &Table, flags: DeviceFlags) -> Result<()> {
        self.on(name, |b, name, err| unsafe {
            sys::lvol_backend_load(b, name, table.as_ptr(), flags.0, err)
        })
    }

    /// Forget the table that waits, if there is one.
    pub fn clear(&self, name: &str) -> Result<()> {
        self.on(name, |b, name, err| unsafe { sys::lvol_backend_clear(b, name, err) })
    }

    /// Let requests wait, after those under way are done; takes `no_flush`, `no_freeze`.
    pub fn suspend(&self, name: &str, flags: DeviceFlags) -> Result<()> {
        self.on(name, |b, name, err| unsafe { sys::lvol_backend_suspend(b, name, flags.0, err) })
    }

    /// Take the table that waits into use, and let requests go on; takes `no_sync`, `no_flush`, `no_freeze`.
    pub fn resume(&self, name: &str, flags: DeviceFlags) -> Result<()> {
        self.on(name, |b, name, err| unsafe { sys::lvol_backend_resume(b, name, flags.0, err) })
    }

    /// Give a device another name; takes `no_sync`. Errors: `Exists`.
    pub fn rename(&self, name: &str, new_name: &str, flags: DeviceFlags) -> Result<()> {
        let new_name = Name::new(new_name.as_bytes());
        let new_name = new_name.as_ptr()?;
        self.on(name, |b, name, err| unsafe {
            sys::lvol_backend_rename(b, name, new_name, flags.0, err)
        })
    }

    /// Remove a device; takes `retry`, `deferred`, `no_sync`. Errors: `Busy`.
    pub fn remove(&self, name: &str, flags: DeviceFlags) -> Result<()> {
        self.on(name, |b, name, err| unsafe { sys::lvol_backend_remove(b, name, flags.0, err) })
    }

    /// Send a message to the target at this sector of a device; its reply, "" for most. Errors: `Invalid`.
    pub fn message(&self, name: &str, sector: u64, message: &str) -> Result<String> {
        let message = Name::new(message.as_bytes());
        let message = message.as_ptr()?;
        let mut reply = ptr::null_mut();
        self.on(name, |b, name, err| unsafe {
            sys::lvol_backend_message(b, name, sector, message, &mut reply, err)
        })?;
        // Safety: the library gave it away.
        Ok(unsafe { text::take(reply) })
    }

    /// Wait for an event of a device since that with this number, which [`info()`](Backend::info) tells; the number now.
    pub fn wait(&self, name: &str, event_number: u32, wait: Wait) -> Result<u32> {
        let mut now = 0;
        self.on(name, |b, name, err| unsafe {
            sys::lvol_backend_wait(b, name, event_number, wait.to_c(), &mut now, err)
        })?;
        Ok(now)
    }

    /// Wait for udev after calls with `no_sync`.
    pub fn sync(&self) -> Result<()> {
        call(|err| unsafe { sys::lvol_backend_sync(self.as_ptr(), err) }).map(drop)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        // Safety: it is ours.
        unsafe { sys::lvol_backend_close(self.as_ptr()) }
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Backend")
    }
}

impl Lv<'_> {
    /// Activate it and what belongs to it. Errors: `State` (activation skips it), `MissingPv`, `Exported`, `Foreign`,
    /// `Invalid`, `Conflict`, `Busy`, `Exists` (another device has the name), `NotSupported` (no such target, an image file),
    /// `Locked`.
    pub fn activate(&self, backend: &Backend, how: Activate) -> Result<()> {
        let (lv, backend) = (self.as_ptr(), backend.as_ptr());
        call(|err| unsafe { sys::lvol_lv_activate(lv, backend, how.0, err) }).map(drop)
    }

    /// Remove its devices. Errors: `Busy`, `Locked`.
    pub fn deactivate(&self, backend: &Backend, how: Deactivate) -> Result<()> {
        let (lv, backend) = (self.as_ptr(), backend.as_ptr());
        call(|err| unsafe { sys::lvol_lv_deactivate(lv, backend, how.0, err) }).map(drop)
    }

    /// Load its tables anew. Errors: `Conflict` (it is not active as a whole), and as [`activate()`](Lv::activate).
    pub fn refresh(&self, backend: &Backend, how: Activate) -> Result<()> {
        let (lv, backend) = (self.as_ptr(), backend.as_ptr());
        call(|err| unsafe { sys::lvol_lv_refresh(lv, backend, how.0, err) }).map(drop)
    }

    /// What its device is. Errors: `NotFound` (it is not active).
    pub fn device(&self, backend: &Backend) -> Result<DeviceInfo> {
        let mut c = sys::lvol_device_info::default();
        let (lv, backend) = (self.as_ptr(), backend.as_ptr());
        call(|err| unsafe { sys::lvol_lv_device(lv, backend, &mut c, err) })?;
        Ok(DeviceInfo::from_c(&c))
    }
}

impl Vg {
    /// Activate all its LVs but those that activation skips. Errors as [`Lv::activate()`].
    pub fn activate(&self, backend: &Backend, how: Activate) -> Result<()> {
        let (vg, backend) = (self.as_ptr(), backend.as_ptr());
        call(|err| unsafe { sys::lvol_vg_activate(vg, backend, how.0, err) }).map(drop)
    }

    /// Remove all devices of its LVs. Errors: `Busy` (nothing was removed), `Locked`.
    pub fn deactivate(&self, backend: &Backend, how: Deactivate) -> Result<()> {
        let (vg, backend) = (self.as_ptr(), backend.as_ptr());
        call(|err| unsafe { sys::lvol_vg_deactivate(vg, backend, how.0, err) }).map(drop)
    }
}
