// SPDX-License-Identifier: LGPL-2.1-or-later
//! How every call that can fail is made, and what becomes of failures in callbacks meanwhile.

use crate::error::{CallbackPanic, Cause, Error, Result};
use std::any::Any;
use std::cell::RefCell;
use std::os::raw::c_int;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;
use std::sync::Arc;

thread_local! {
    /// What callbacks of the call under way on this thread failed with; the last one.
    static CAUSE: RefCell<Option<Cause>> = RefCell::new(None);
}

/// What `function` returns when it is not negative. It gets the place for the error.
pub(crate) fn call(function: impl FnOnce(*mut sys::lvol_error) -> c_int) -> Result<c_int> {
    let mut err = sys::lvol_error::default();
    let outer = replace_cause(None);
    let result = function(&mut err);
    let cause = replace_cause(outer);
    if result < 0 {
        Err(Error::from_c(result, &err, cause))
    } else {
        Ok(result)
    }
}

/// As call(), for functions that also have a place for what they make.
pub(crate) fn make<T>(
    function: impl FnOnce(*mut *mut T, *mut sys::lvol_error) -> c_int,
) -> Result<ptr::NonNull<T>> {
    let mut out = ptr::null_mut();
    call(|err| function(&mut out, err))?;
    Ok(ptr::NonNull::new(out).expect("the library gives what it says that it made"))
}

fn replace_cause(cause: Option<Cause>) -> Option<Cause> {
    // A thread that ends has no such place any more, and nobody who asks.
    CAUSE.try_with(|place| std::mem::replace(&mut *place.borrow_mut(), cause)).unwrap_or(None)
}

/// Remember what a callback failed with, for the error of the call that it was made for. On a thread of the library's
/// own nobody asks.
pub(crate) fn note(cause: Cause) {
    // Only what was there before is dropped, after the place is free again: it may be anything.
    drop(replace_cause(Some(cause)));
}

/// Run what the program gave us where the library calls it: a panic ends here.
pub(crate) fn guarded<T>(
    callback: &'static str,
    f: impl FnOnce() -> T,
) -> std::result::Result<T, CallbackPanic> {
    catch_unwind(AssertUnwindSafe(f))
        .map_err(|payload| CallbackPanic { callback, message: message_of(payload) })
}

fn message_of(payload: Box<dyn Any + Send>) -> String {
    let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_string(),
        (_, Some(text)) => text.clone(),
        _ => "with something that is no text".to_string(),
    };
    // What was thrown may throw again when it is dropped; then it is left.
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
    message
}

/// As note(), of a panic.
pub(crate) fn note_panic(panic: CallbackPanic) {
    note(Arc::new(panic));
}
