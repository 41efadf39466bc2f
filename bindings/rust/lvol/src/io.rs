// SPDX-License-Identifier: LGPL-2.1-or-later
//! The bytes of an LV, through the device mapper in user space.

use crate::call::{call, make};
use crate::dev::Dev;
use crate::enums::ExtentKind;
use crate::error::{Error, Result};
use crate::lv::Lv;
use crate::vg::Vg;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::raw::{c_int, c_void};
use std::ptr::NonNull;
use std::sync::Arc;

/// How to open an LV.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct OpenOptions(u32);

impl OpenOptions {
    /// For reading alone.
    pub fn new() -> Self {
        OpenOptions::default()
    }

    fn set(self, flag: u32, on: bool) -> Self {
        OpenOptions(if on { self.0 | flag } else { self.0 & !flag })
    }

    /// For writing too.
    pub fn write(self, on: bool) -> Self {
        self.set(sys::LVOL_IO_WRITE, on)
    }

    /// Although PVs under it are missing: what lies there answers `MissingPv`.
    pub fn partial(self, on: bool) -> Self {
        self.set(sys::LVOL_IO_PARTIAL, on)
    }

    /// With [`write()`](OpenOptions::write): although the LV's permission is read-only.
    pub fn force_read_only_lv(self, on: bool) -> Self {
        self.set(sys::LVOL_IO_FORCE_READ_ONLY_LV, on)
    }

    /// Open the LV. Errors: `Busy` (somebody has it open for writing, or a transaction is resizing or removing it),
    /// `ReadOnly`, `Exported`, `MissingPv`, `NotSupported` (no target for its type in user space), `Conflict` (the
    /// VG has changed since it was read so that this LV is not what it was).
    pub fn open(self, lv: &Lv<'_>) -> Result<Io> {
        let p = make(|out, err| unsafe { sys::lvol_io_open(lv.as_ptr(), self.0, out, err) })?;
        Ok(self.opened(p, lv))
    }

    pub(crate) fn flags(self) -> u32 {
        self.0
    }

    pub(crate) fn opened(self, p: NonNull<sys::lvol_io>, lv: &Lv<'_>) -> Io {
        let vg = lv.vg().clone();
        let name = lv.full_name();
        let writable = self.0 & sys::LVOL_IO_WRITE != 0;
        Io(Arc::new(Open { p, lv: lv.handle(), vg, name, writable }))
    }
}

/// An LV open for I/O. Offsets and lengths are in bytes and need no alignment; a transfer is done whole, or it fails.
///
/// Clones are the same open LV, which closes with the last of them, and of requests on it. What was not flushed until
/// then may be lost in a crash. Any threads may use it at once; requests that overlap in time and place are ordered by
/// nobody, as on a disk.
///
/// ```
/// fn is_shared<T: Send + Sync>() {}
/// is_shared::<lvol::Io>();
/// ```
#[derive(Clone)]
pub struct Io(Arc<Open>);

struct Open {
    p: NonNull<sys::lvol_io>,
    lv: NonNull<sys::lvol_lv>,
    vg: Vg,
    name: String,
    writable: bool,
}

// Safety: the library lets any threads use an open LV at once.
unsafe impl Send for Open {}
unsafe impl Sync for Open {}

impl Drop for Open {
    fn drop(&mut self) {
        // Safety: it is ours, and nobody uses it any more: requests of queues hold it.
        unsafe { sys::lvol_io_close(self.p.as_ptr()) }
    }
}

/// A range of an LV with one kind and, for data, one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent<'a> {
    /// Where it begins on the LV.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
    /// What it is.
    pub kind: ExtentKind,
    /// Of data: the device that it lies on.
    pub dev: Option<Dev<'a>>,
    /// Of data: where it begins there.
    pub dev_offset: u64,
}

impl Io {
    pub(crate) fn as_ptr(&self) -> *mut sys::lvol_io {
        self.0.p.as_ptr()
    }

    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// The LV, as it was when it was opened.
    pub fn lv(&self) -> Lv<'_> {
        Lv::new(self.0.lv, &self.0.vg)
    }

    /// Size in bytes.
    pub fn size_bytes(&self) -> u64 {
        // Safety: it is open.
        unsafe { sys::lvol_io_size_bytes(self.as_ptr()) }
    }

    /// Whether it was opened for writing.
    pub fn is_writable(&self) -> bool {
        self.0.writable
    }

    /// Fill all of `buf` from `offset`. Errors: `Range`, `Io` (the device is named), `MissingPv`.
    pub fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<()> {
        let start = buf.as_mut_ptr() as *mut c_void;
        self.call(|io, err| unsafe { sys::lvol_io_pread(io, start, buf.len(), offset, err) })
    }

    /// Write all of `buf` at `offset`. Errors: as [`read_at()`](Io::read_at), `ReadOnly`, `NoSpace`.
    pub fn write_at(&self, buf: &[u8], offset: u64) -> Result<()> {
        let start = buf.as_ptr() as *const c_void;
        self.call(|io, err| unsafe { sys::lvol_io_pwrite(io, start, buf.len(), offset, err) })
    }

    /// Make `len` bytes at `offset` read as zero, without sending zeroes where the device can do it.
    pub fn write_zeroes(&self, len: u64, offset: u64) -> Result<()> {
        self.call(|io, err| unsafe { sys::lvol_io_write_zeroes(io, len, offset, err) })
    }

    /// Say that the content of the range is not needed any more; what it reads as is undefined.
    pub fn discard(&self, len: u64, offset: u64) -> Result<()> {
        self.call(|io, err| unsafe { sys::lvol_io_discard(io, len, offset, err) })
    }

    /// What was written and completed before survives a crash once this returns.
    pub fn flush(&self) -> Result<()> {
        self.call(|io, err| unsafe { sys::lvol_io_flush(io, err) })
    }

    fn call(&self, f: impl FnOnce(*mut sys::lvol_io, *mut sys::lvol_error) -> c_int) -> Result<()> {
        call(|err| f(self.as_ptr(), err)).map(drop)
    }

    /// The longest range of one kind and place that begins at `offset`. Errors: `Range`.
    pub fn block_status(&self, offset: u64) -> Result<Extent<'_>> {
        let mut c = sys::lvol_io_extent::default();
        self.call(|io, err| unsafe { sys::lvol_io_block_status(io, offset, &mut c, err) })?;
        Ok(Extent {
            offset: c.offset,
            length: c.length,
            kind: ExtentKind::from_c(c.kind),
            dev: Dev::new(c.dev, self.0.vg.origin()),
            dev_offset: c.dev_offset,
        })
    }

    /// The ranges from `offset` to the end; it ends early when one cannot be told.
    pub fn extents(&self, offset: u64) -> impl Iterator<Item = Extent<'_>> {
        let mut at = offset;
        std::iter::from_fn(move || {
            let extent = self.block_status(at).ok().filter(|extent| extent.length > 0)?;
            at = extent.offset + extent.length;
            Some(extent)
        })
    }

    /// As a file with a position, at 0.
    pub fn cursor(&self) -> Cursor {
        Cursor { io: self.clone(), position: 0 }
    }
}

impl fmt::Debug for Io {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Io({:?})", self.name())
    }
}

/// An open LV with a position: a file for whatever takes one.
#[derive(Clone, Debug)]
pub struct Cursor {
    io: Io,
    position: u64,
}

impl Cursor {
    /// The open LV.
    pub fn io(&self) -> &Io {
        &self.io
    }

    /// Where it is.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// How much of `len` bytes is there.
    fn there(&self, len: usize) -> usize {
        let left = self.io.size_bytes().saturating_sub(self.position);
        usize::try_from(left).map_or(len, |left| len.min(left))
    }
}

impl Read for Cursor {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let len = self.there(buf.len());
        if len > 0 {
            self.io.read_at(&mut buf[..len], self.position)?;
        }
        self.position += len as u64;
        Ok(len)
    }
}

/// Writing at the end is an error (`Range`), as on a block device.
impl Write for Cursor {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let len = match self.there(buf.len()) {
            0 => buf.len(), // the library says why not
            len => len,
        };
        self.io.write_at(&buf[..len], self.position)?;
        self.position += len as u64;
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.io.is_writable() {
            self.io.flush()?;
        }
        Ok(())
    }
}

/// Beyond the end is fine; before the beginning is not.
impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(offset) => (offset, 0),
            SeekFrom::Current(by) => (self.position, by),
            SeekFrom::End(by) => (self.io.size_bytes(), by),
        };
        let position =
            if by < 0 { from.checked_sub(by.unsigned_abs()) } else { from.checked_add(by as u64) };
        self.position = position.ok_or_else(|| {
            let message = format!("seek: {} from {} is no place of an LV", by, from);
            Error::own(sys::LVOL_E_INVALID, self.io.name(), message)
        })?;
        Ok(self.position)
    }
}
