// SPDX-License-Identifier: LGPL-2.1-or-later
//! Properties of handles, one line each.

/// Methods `name(&self)` that ask the library about `self.p`. A number or bool is what the library says; `text` is
/// borrowed for the lifetime that is given; `uuid` is written out.
macro_rules! getters {
    ($life:lifetime; $($(#[$doc:meta])* $name:ident: $kind:ident = $function:ident;)*) => {
        $(getters!(@one $life $(#[$doc])* $name $kind $function);)*
    };
    (@one $life:lifetime $(#[$doc:meta])* $name:ident text $function:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> std::borrow::Cow<$life, str> {
            // Safety: the handle is alive, and so is the string while it is.
            unsafe { crate::text::get(sys::$function(self.p.as_ptr())) }
        }
    };
    (@one $life:lifetime $(#[$doc:meta])* $name:ident uuid $function:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> String {
            // Safety: the handle is alive, and there is room for 39 characters.
            crate::text::uuid(|out| unsafe { sys::$function(self.p.as_ptr(), out) })
        }
    };
    (@one $life:lifetime $(#[$doc:meta])* $name:ident texts $function:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> Vec<std::borrow::Cow<$life, str>> {
            // Safety: the handle is alive, and so are the strings while it is.
            unsafe { crate::text::list(|i| sys::$function(self.p.as_ptr(), i)) }
        }
    };
    (@one $life:lifetime $(#[$doc:meta])* $name:ident alloc $function:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> crate::enums::Alloc {
            // Safety: the handle is alive.
            crate::enums::Alloc::from_c(unsafe { sys::$function(self.p.as_ptr()) } as i32)
        }
    };
    (@one $life:lifetime $(#[$doc:meta])* $name:ident $kind:ident $function:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> $kind {
            // Safety: the handle is alive.
            unsafe { sys::$function(self.p.as_ptr()) }
        }
    };
}

/// Items of a chain: the first, and what follows each.
pub(crate) fn chain<T>(
    first: *const T,
    next: unsafe extern "C" fn(*const T) -> *const T,
) -> impl Iterator<Item = std::ptr::NonNull<T>> {
    std::iter::successors(std::ptr::NonNull::new(first as *mut T), move |p| {
        // Safety: whoever uses the iterator holds what the items belong to.
        std::ptr::NonNull::new(unsafe { next(p.as_ptr()) } as *mut T)
    })
}
