// SPDX-License-Identifier: LGPL-2.1-or-later
//! Being told when something happens to an active LV.

use crate::backend::Backend;
use crate::call::{call, make};
use crate::enums::EventKind;
use crate::error::Result;
use crate::lv::Lv;
use crate::text;
use std::fmt;
use std::marker::PhantomData;
use std::os::unix::io::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::ptr::{self, NonNull};

/// How LVs are watched.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct EventsOptions(sys::lvol_events_opts);

impl EventsOptions {
    /// All defaults.
    pub fn new() -> Self {
        EventsOptions::default()
    }

    /// [`EventKind::Fill`] from here on, and again at each 5 % more. Default 80.
    pub fn fill_percent(mut self, percent: u32) -> Self {
        self.0.fill_percent = percent;
        self
    }

    /// How often it is looked how full snapshots and pools are. Default 10 s.
    pub fn look_ms(mut self, ms: u32) -> Self {
        self.0.look_ms = ms;
        self
    }

    /// Begin to watch, nothing so far. Errors: `NotSupported` (the kernel's driver is older than 4.37).
    pub fn open(self, backend: &Backend) -> Result<Events<'_>> {
        let p =
            make(|out, err| unsafe { sys::lvol_events_open(backend.as_ptr(), &self.0, out, err) })?;
        Ok(Events { p, backend: PhantomData })
    }
}

/// LVs that are watched. It has a file descriptor ([`AsFd`]) that polls readable when [`next_event()`](Events::next_event) may
/// have something.
pub struct Events<'backend> {
    p: NonNull<sys::lvol_events>,
    backend: PhantomData<&'backend Backend>,
}

/// Something that has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// Of [`EventKind::Fill`].
    pub percent: u32,
    /// Name of the VG,
    pub vg: String,
    /// and of the LV, as they were when it was watched.
    pub lv: String,
}

impl Events<'_> {
    /// Watch an LV as well; what is amiss with it already is told as if it had just happened. Errors: `Exists`.
    pub fn watch(&mut self, lv: &Lv<'_>) -> Result<()> {
        let p = self.p.as_ptr();
        call(|err| unsafe { sys::lvol_events_watch(p, lv.as_ptr(), err) }).map(drop)
    }

    /// Do not watch it any more. Errors: `NotFound`.
    pub fn unwatch(&mut self, lv: &Lv<'_>) -> Result<()> {
        let p = self.p.as_ptr();
        call(|err| unsafe { sys::lvol_events_unwatch(p, lv.as_ptr(), err) }).map(drop)
    }

    /// What has happened, one at a time, without waiting. Errors: `Permission`, `Io` (the kernel does not tell any more).
    pub fn next_event(&mut self) -> Result<Option<Event>> {
        let mut event = ptr::null();
        call(|err| unsafe { sys::lvol_events_next(self.p.as_ptr(), &mut event, err) })?;
        // Safety: NULL, or alive until the next call.
        Ok(unsafe {
            event.as_ref().map(|c| Event {
                kind: EventKind::from_c(c.kind),
                percent: c.percent,
                vg: text::get(c.vg).into_owned(),
                lv: text::get(c.lv).into_owned(),
            })
        })
    }
}

impl AsRawFd for Events<'_> {
    fn as_raw_fd(&self) -> RawFd {
        // Safety: it is open.
        unsafe { sys::lvol_events_fd(self.p.as_ptr()) }
    }
}

impl AsFd for Events<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // Safety: it stays open as long as the events.
        unsafe { BorrowedFd::borrow_raw(self.as_raw_fd()) }
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        // Safety: it is ours, and its backend is open.
        unsafe { sys::lvol_events_close(self.p.as_ptr()) }
    }
}

impl fmt::Debug for Events<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}
