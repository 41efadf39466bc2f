// SPDX-License-Identifier: LGPL-2.1-or-later
//! The content of LVs as streams.

use crate::backend::Backend;
use crate::call::{call, make};
use crate::error::Result;
use crate::io::Io;
use crate::lv::Lv;
use crate::names::{optional, Name};
use crate::text;
use crate::thin_view::ThinViewOptions;
use crate::vg::Vg;
use std::fmt;
use std::io::{self, Read, Write};
use std::os::raw::c_void;
use std::ptr::{self, NonNull};

/// What to export of an LV.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ExportOptions<'a> {
    c: sys::lvol_export_opts,
    since: Option<Lv<'a>>,
    resume: Option<Name>,
}

impl<'a> ExportOptions<'a> {
    /// Everything.
    pub fn new() -> Self {
        ExportOptions::default()
    }

    /// Only what changed since this thin volume of the same pool, read with the same [`Vg`].
    pub fn since(mut self, lv: Lv<'a>) -> Self {
        self.since = Some(lv);
        self
    }

    /// From where an import stopped: what [`Import::resume()`] said there.
    pub fn resume(mut self, at: &str) -> Self {
        self.resume = Some(Name::new(at.as_bytes()));
        self
    }

    /// How to look at the pool of a thin volume.
    pub fn view(mut self, view: ThinViewOptions) -> Self {
        self.c.view_flags = view.flags();
        self
    }

    /// Begin. Errors: `Invalid` (no such base, no such text to go on with), `Conflict` (that is of another content: begin
    /// anew), `State`, `Busy`, `MissingPv`, `NotSupported`, `Corrupt`.
    pub fn open(&self, lv: &Lv<'_>) -> Result<Export<'static>> {
        self.open_with(lv, None)
    }

    /// The same of an LV that may be active in the kernel.
    pub fn open_live<'b>(&self, lv: &Lv<'_>, backend: &'b mut Backend) -> Result<Export<'b>> {
        self.open_with(lv, Some(backend))
    }

    fn open_with<'b>(&self, lv: &Lv<'_>, backend: Option<&'b mut Backend>) -> Result<Export<'b>> {
        let c = sys::lvol_export_opts {
            since: self.since.map_or(ptr::null(), |lv| lv.as_ptr()),
            resume: optional(&self.resume)?,
            backend: backend.as_ref().map_or(ptr::null_mut(), |backend| backend.as_ptr()),
            ..self.c
        };
        let p = make(|out, err| unsafe { sys::lvol_export_open(lv.as_ptr(), &c, out, err) })?;
        Ok(Export { p, _vg: lv.vg().clone(), _backend: backend })
    }
}

/// An LV as a stream of bytes, to be read.
pub struct Export<'b> {
    p: NonNull<sys::lvol_export>,
    _vg: Vg,
    _backend: Option<&'b mut Backend>,
}

// Safety: the library asks that one thread at a time uses an export.
unsafe impl Send for Export<'_> {}

impl Export<'_> {
    /// How far in the LV it has come; its size at the end.
    pub fn position(&self) -> u64 {
        // Safety: it is open.
        unsafe { sys::lvol_export_position(self.p.as_ptr()) }
    }

    /// Name of the content.
    pub fn content(&self) -> String {
        // Safety: as position(); the text is copied.
        unsafe { text::get(sys::lvol_export_content(self.p.as_ptr())) }.into_owned()
    }
}

/// Errors are those of the library: `Io`, `Corrupt`, `MissingPv`.
impl Read for Export<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let (start, mut got) = (buf.as_mut_ptr() as *mut c_void, 0);
        let p = self.p.as_ptr();
        call(|err| unsafe { sys::lvol_export_read(p, start, buf.len(), &mut got, err) })?;
        Ok(got)
    }
}

impl Drop for Export<'_> {
    fn drop(&mut self) {
        // Safety: it is ours.
        unsafe { sys::lvol_export_close(self.p.as_ptr()) }
    }
}

impl fmt::Debug for Export<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Export({:?} at {})", self.content(), self.position())
    }
}

/// How to import into an LV.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ImportOptions {
    c: sys::lvol_import_opts,
    content: Option<Name>,
    resume: Option<Name>,
}

impl ImportOptions {
    /// From the beginning, into an LV of which is not known what it holds.
    pub fn new() -> Self {
        ImportOptions::default()
    }

    /// What the LV holds now: what [`Import::content()`] said last.
    pub fn content(mut self, content: &str) -> Self {
        self.content = Some(Name::new(content.as_bytes()));
        self
    }

    /// An interrupted import goes on: what [`Import::resume()`] said there.
    pub fn resume(mut self, at: &str) -> Self {
        self.resume = Some(Name::new(at.as_bytes()));
        self
    }

    /// Take a base whose name is not known, or is another one; what changes is still compared where the stream can tell.
    pub fn any_base(mut self) -> Self {
        self.c.flags |= sys::LVOL_IMPORT_ANY_BASE;
        self
    }

    /// Do not compare what changes with what it was.
    pub fn unchecked(mut self) -> Self {
        self.c.flags |= sys::LVOL_IMPORT_UNCHECKED;
        self
    }

    /// Begin, into an LV that is open for writing. Errors: `ReadOnly`, `Invalid` (no such text to go on with).
    pub fn open(&self, io: &Io) -> Result<Import> {
        let c = sys::lvol_import_opts {
            content: optional(&self.content)?,
            resume: optional(&self.resume)?,
            ..self.c
        };
        let p = make(|out, err| unsafe { sys::lvol_import_open(io.as_ptr(), &c, out, err) })?;
        Ok(Import { p, _io: io.clone() })
    }
}

/// A stream that is written into an LV. [`finish()`](Import::finish) says whether all of it came.
pub struct Import {
    p: NonNull<sys::lvol_import>,
    _io: Io,
}

// Safety: as Export.
unsafe impl Send for Import {}

impl Import {
    /// The stream is over: everything is there and flushed. Errors: `State` (it ended too early; it can be resumed).
    pub fn finish(&mut self) -> Result<()> {
        call(|err| unsafe { sys::lvol_import_finish(self.p.as_ptr(), err) }).map(drop)
    }

    /// How far in the LV it has come.
    pub fn position(&self) -> u64 {
        // Safety: it is open.
        unsafe { sys::lvol_import_position(self.p.as_ptr()) }
    }

    /// Name of the content that the stream brings; "" before its head was taken.
    pub fn content(&self) -> String {
        // Safety: as position(); the text is copied.
        unsafe { text::get(sys::lvol_import_content(self.p.as_ptr())) }.into_owned()
    }

    /// From where it can go on; "" before the head was taken. All that is before is flushed.
    pub fn resume(&self) -> String {
        // Safety: as content().
        unsafe { text::get(sys::lvol_import_resume(self.p.as_ptr())) }.into_owned()
    }
}

/// Errors are those of the library: `Corrupt`, `NotSupported`, `Conflict`, `Range`, `Io`, `NoSpace`. After one nothing more is
/// taken.
impl Write for Import {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let (p, start) = (self.p.as_ptr(), buf.as_ptr() as *const c_void);
        call(|err| unsafe { sys::lvol_import_write(p, start, buf.len(), err) })?;
        Ok(buf.len())
    }

    /// Nothing: [`finish()`](Import::finish) flushes.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Import {
    fn drop(&mut self) {
        // Safety: it is ours.
        unsafe { sys::lvol_import_close(self.p.as_ptr()) }
    }
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Import({:?} at {})", self.content(), self.position())
    }
}
