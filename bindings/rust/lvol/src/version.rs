// SPDX-License-Identifier: LGPL-2.1-or-later
//! The library's version and what this build of it can do.

use crate::names::Name;
use crate::text;

/// Version of the library in use, such as "0.1.0".
pub fn version() -> &'static str {
    // Safety: a constant.
    unsafe { text::constant(sys::lvol_version()) }
}

/// Version of the library in use: major, minor, patch.
pub fn version_number() -> (u32, u32, u32) {
    // Safety: it takes nothing.
    let number = unsafe { sys::lvol_version_number() };
    (number >> 16, number >> 8 & 0xff, number & 0xff)
}

/// Whether this build of the library has an optional part: "json", "blkid", "devmapper", "uring", "udev", "libcrypto". What is
/// missing answers `NotSupported`.
pub fn has_feature(name: &str) -> bool {
    let name = Name::new(name.as_bytes());
    // Safety: the name is alive.
    name.as_ptr().map_or(false, |name| unsafe { sys::lvol_has_feature(name) })
}
