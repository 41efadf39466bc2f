// SPDX-License-Identifier: LGPL-2.1-or-later
//! Strings of the library.

use std::borrow::Cow;
use std::ffi::CStr;
use std::os::raw::c_char;
use std::ptr;

/// A string that lives as long as what it was borrowed from; NULL is empty. What is not UTF-8 (file names, damaged
/// metadata) is shown with replacement characters.
///
/// # Safety
/// `p` is NULL, or ends with a NUL and lives for `'a`.
pub(crate) unsafe fn get<'a>(p: *const c_char) -> Cow<'a, str> {
    if p.is_null() {
        return Cow::Borrowed("");
    }
    CStr::from_ptr(p).to_string_lossy()
}

/// As get(), None for NULL.
///
/// # Safety
/// As get().
pub(crate) unsafe fn get_some<'a>(p: *const c_char) -> Option<Cow<'a, str>> {
    if p.is_null() {
        None
    } else {
        Some(get(p))
    }
}

/// A text of the library that is always there, and plain ASCII.
///
/// # Safety
/// `p` ends with a NUL and is never freed.
pub(crate) unsafe fn constant(p: *const c_char) -> &'static str {
    CStr::from_ptr(p).to_str().unwrap_or("")
}

/// A string that the library gave away.
///
/// # Safety
/// `p` is what lvol_string_free() takes.
pub(crate) unsafe fn take(p: *mut c_char) -> String {
    let text = get(p).into_owned();
    sys::lvol_string_free(p);
    text
}

/// What the library wrote into an array, which ends with a NUL.
pub(crate) fn array(from: &[c_char]) -> String {
    let bytes: Vec<u8> = from.iter().take_while(|c| **c != 0).map(|c| *c as u8).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a function that wants `char out[39]` writes there.
pub(crate) fn uuid(write: impl FnOnce(*mut c_char) -> *const c_char) -> String {
    let mut out: [c_char; 39] = [0; 39];
    write(out.as_mut_ptr());
    out[38] = 0;
    // Safety: the last character is a NUL.
    unsafe { get(out.as_ptr()) }.into_owned()
}

/// Texts number 0, 1, ... up to NULL.
///
/// # Safety
/// `item` gives NULL, or strings that live for `'a`.
pub(crate) unsafe fn list<'a>(item: impl Fn(usize) -> *const c_char) -> Vec<Cow<'a, str>> {
    (0..).map(item).take_while(|p| !p.is_null()).map(|p| get(p)).collect()
}

/// Items that a function fills in by number, while it says that there are more.
pub(crate) fn filled<C: Default, T>(
    fill: impl Fn(usize, *mut C) -> bool,
    make: impl Fn(&C) -> T,
) -> Vec<T> {
    let mut found = Vec::new();
    let mut item = C::default();
    while fill(found.len(), ptr::addr_of_mut!(item)) {
        found.push(make(&item));
    }
    found
}
