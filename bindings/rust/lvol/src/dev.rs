// SPDX-License-Identifier: LGPL-2.1-or-later
//! The devices of a context.

use crate::names::Origin;
use std::ffi::{CStr, OsStr};
use std::fmt;
use std::marker::PhantomData;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::NonNull;

/// A device of a context: an image file, a block device, memory, or one of the program's own
/// ([`Device`](crate::Device)). It is valid as long as what it was read from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Dev<'a> {
    p: NonNull<sys::lvol_dev>,
    origin: Origin,
    holder: PhantomData<&'a ()>,
}

// Safety: name, size and kind of a device never change, and nothing else of it is reached from here.
unsafe impl Send for Dev<'_> {}
unsafe impl Sync for Dev<'_> {}

impl<'a> Dev<'a> {
    /// None for NULL. The device must live for `'a`.
    pub(crate) fn new(p: *const sys::lvol_dev, origin: Origin) -> Option<Dev<'a>> {
        NonNull::new(p as *mut _).map(|p| Dev { p, origin, holder: PhantomData })
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    pub(crate) fn name_bytes(&self) -> &'a [u8] {
        // Safety: the device lives for 'a, and its name never changes.
        unsafe { CStr::from_ptr(sys::lvol_dev_name(self.p.as_ptr())) }.to_bytes()
    }

    getters! { 'a;
        /// Path or name that it was added by.
        name: text = lvol_dev_name;
        /// Size in bytes when it was added.
        size_bytes: u64 = lvol_dev_size_bytes;
        /// 512 or 4096.
        logical_block_bytes: u32 = lvol_dev_logical_block_bytes;
        /// Whether nothing can be written to it.
        is_read_only: bool = lvol_dev_is_read_only;
    }

    /// [`name()`](Dev::name) as a path, whatever characters it has.
    pub fn path(&self) -> &'a Path {
        Path::new(OsStr::from_bytes(self.name_bytes()))
    }
}

impl fmt::Debug for Dev<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dev({:?})", self.name())
    }
}
