// SPDX-License-Identifier: LGPL-2.1-or-later
//! How operations name what they work on: by text, or by a handle, which must be of the same context.

use crate::dev::Dev;
use crate::error::{Error, Result};
use crate::lv::Lv;
use crate::pv::Pv;
use crate::vg::Vg;
use std::ffi::{CString, OsStr, OsString};
use std::os::raw::c_char;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr;

/// Which context something came from.
pub(crate) type Origin = u64;

/// A name for the library. What is wrong with it is said when it is used.
#[derive(Clone, Debug)]
pub struct Name {
    text: Result<CString>,
    origin: Option<Origin>,
    shown: String,
}

impl Name {
    pub(crate) fn new(bytes: &[u8]) -> Name {
        let shown = String::from_utf8_lossy(bytes).into_owned();
        let text = CString::new(bytes).map_err(|_| {
            Error::own(sys::LVOL_E_INVALID, "", format!("{:?} has a NUL character", shown))
        });
        Name { text, origin: None, shown }
    }

    pub(crate) fn of_handle(text: &str, origin: Origin) -> Name {
        Name { origin: Some(origin), ..Name::new(text.as_bytes()) }
    }

    /// For a call of a context; refused when it came from another.
    pub(crate) fn for_context(&self, origin: Origin) -> Result<*const c_char> {
        match self.origin {
            Some(other) if other != origin => Err(another_context(&self.shown)),
            _ => self.as_ptr(),
        }
    }

    pub(crate) fn as_ptr(&self) -> Result<*const c_char> {
        self.text.as_ref().map(|text| text.as_ptr()).map_err(Error::clone)
    }
}

pub(crate) fn another_context(what: &str) -> Error {
    let message = format!("{} was read through another context", what);
    Error::own(sys::LVOL_E_STATE, what, message)
}

/// NULL for None.
pub(crate) fn optional(name: &Option<Name>) -> Result<*const c_char> {
    name.as_ref().map_or(Ok(ptr::null()), Name::as_ptr)
}

/// As optional(), for a call of a context.
pub(crate) fn optional_for(name: &Option<Name>, origin: Origin) -> Result<*const c_char> {
    name.as_ref().map_or(Ok(ptr::null()), |name| name.for_context(origin))
}

/// A NULL-terminated array for the library.
pub(crate) struct Array(Vec<*const c_char>);

impl Array {
    pub(crate) fn new(names: &[Name], origin: Origin) -> Result<Array> {
        let mut items =
            names.iter().map(|name| name.for_context(origin)).collect::<Result<Vec<_>>>()?;
        items.push(ptr::null());
        Ok(Array(items))
    }

    pub(crate) fn as_ptr(&self) -> *const *const c_char {
        self.0.as_ptr()
    }

    /// NULL when there is nothing in it.
    pub(crate) fn as_ptr_or_null(&self) -> *const *const c_char {
        if self.0.len() == 1 {
            ptr::null()
        } else {
            self.0.as_ptr()
        }
    }
}

/// A VG: its name (or at the beginning of a transaction its UUID) as text, or a [`Vg`].
pub trait VgName {
    #[doc(hidden)]
    fn to_name(&self) -> Name;
    /// Where a UUID will do.
    #[doc(hidden)]
    fn to_id(&self) -> Name {
        self.to_name()
    }
}

/// An LV: "vg/lv" as text, or just "lv" when the transaction holds one VG; or an [`Lv`].
pub trait LvName {
    #[doc(hidden)]
    fn to_name(&self) -> Name;
}

/// A PV or device: the path or name that it was added by, or the UUID of the PV, as text or path; a [`Pv`] or [`Dev`].
pub trait PvName {
    #[doc(hidden)]
    fn to_name(&self) -> Name;
}

macro_rules! text_names {
    ($($trait:ident: $($type:ty),*;)*) => {$($(
        impl $trait for $type {
            fn to_name(&self) -> Name {
                Name::new(OsStr::new(self).as_bytes())
            }
        }
    )*)*};
}

text_names! {
    VgName: str, String;
    LvName: str, String;
    PvName: str, String, OsStr, OsString, Path, PathBuf;
}

impl<T: VgName + ?Sized> VgName for &T {
    fn to_name(&self) -> Name {
        (**self).to_name()
    }
    fn to_id(&self) -> Name {
        (**self).to_id()
    }
}

impl<T: LvName + ?Sized> LvName for &T {
    fn to_name(&self) -> Name {
        (**self).to_name()
    }
}

impl<T: PvName + ?Sized> PvName for &T {
    fn to_name(&self) -> Name {
        (**self).to_name()
    }
}

impl VgName for Vg {
    fn to_name(&self) -> Name {
        Name::of_handle(&self.name(), self.origin())
    }
    fn to_id(&self) -> Name {
        Name::of_handle(&self.uuid(), self.origin())
    }
}

impl LvName for Lv<'_> {
    fn to_name(&self) -> Name {
        Name::of_handle(&self.full_name(), self.vg().origin())
    }
}

impl PvName for Pv<'_> {
    fn to_name(&self) -> Name {
        match self.dev() {
            Some(dev) => dev.to_name(),
            None => Name::of_handle(&self.uuid(), self.origin()),
        }
    }
}

impl PvName for Dev<'_> {
    fn to_name(&self) -> Name {
        Name { origin: Some(self.origin()), ..Name::new(self.name_bytes()) }
    }
}

/// Names of a list of PVs.
pub(crate) fn pv_names<I>(pvs: I) -> Vec<Name>
where
    I: IntoIterator,
    I::Item: PvName,
{
    pvs.into_iter().map(|pv| pv.to_name()).collect()
}

/// Names of plain text.
pub(crate) fn words<I>(items: I) -> Vec<Name>
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    items.into_iter().map(|item| Name::new(item.as_ref().as_bytes())).collect()
}
