// SPDX-License-Identifier: LGPL-2.1-or-later
//! Errors: one variant for each code of the library.

use crate::text;
use std::fmt;
use std::io;
use std::os::raw::c_int;
use std::sync::Arc;

/// What calls return.
pub type Result<T> = std::result::Result<T, Error>;

/// What is behind an [`Error`]: see its methods.
#[derive(Clone)]
pub struct Detail(Box<Inner>);

/// What a callback failed with.
pub(crate) type Cause = Arc<dyn std::error::Error + Send + Sync>;

#[derive(Clone)]
struct Inner {
    errno: i32,
    subject: String,
    message: String,
    cause: Option<Cause>,
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Detail");
        shown.field("subject", &self.0.subject).field("message", &self.0.message);
        if self.0.errno != 0 {
            shown.field("errno", &self.0.errno);
        }
        if let Some(cause) = &self.0.cause {
            shown.field("cause", cause);
        }
        shown.finish()
    }
}

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident = $code:ident as $kind:ident,)*) => {
        /// Why a call failed. Its text is the library's own: what failed, on what, and what would help.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum Error {
            $($(#[$doc])* $name(Detail),)*
            /// A code that is newer than this crate.
            Other(i32, Detail),
        }

        impl Error {
            fn make(code: c_int, detail: Detail) -> Error {
                match code.unsigned_abs() {
                    $(sys::$code => Error::$name(detail),)*
                    _ => Error::Other(code.abs(), detail),
                }
            }

            fn detail(&self) -> &Detail {
                match self {
                    $(Error::$name(detail))|* => detail,
                    Error::Other(_, detail) => detail,
                }
            }

            /// The number of the code, as in `enum lvol_err`.
            pub fn code(&self) -> i32 {
                match self {
                    $(Error::$name(_) => sys::$code as i32,)*
                    Error::Other(code, _) => *code,
                }
            }

            /// What the standard library calls it.
            fn io_kind(&self) -> io::ErrorKind {
                match self {
                    $(Error::$name(_) => io::ErrorKind::$kind,)*
                    Error::Other(..) => io::ErrorKind::Other,
                }
            }
        }
    };
}

errors! {
    /// An argument breaks the rules of the call.
    Invalid = LVOL_E_INVALID as InvalidInput,
    /// Out of memory; nothing was changed.
    NoMemory = LVOL_E_NO_MEMORY as OutOfMemory,
    /// A device failed; [`errno()`](Error::errno) tells how.
    Io = LVOL_E_IO as Other,
    /// No device, PV, VG or LV of that name.
    NotFound = LVOL_E_NOT_FOUND as NotFound,
    /// The name or id is taken.
    Exists = LVOL_E_EXISTS as AlreadyExists,
    /// Not enough free extents, metadata room or disk.
    NoSpace = LVOL_E_NO_SPACE as Other,
    /// In use: open, locked, or referred to.
    Busy = LVOL_E_BUSY as Other,
    /// On-disk data is damaged or contradicts itself.
    Corrupt = LVOL_E_CORRUPT as InvalidData,
    /// Understood, but this build or version cannot do it.
    NotSupported = LVOL_E_NOT_SUPPORTED as Unsupported,
    /// Device, VG or handle may not be written.
    ReadOnly = LVOL_E_READ_ONLY as PermissionDenied,
    /// Changed by someone else since it was read.
    Conflict = LVOL_E_CONFLICT as Other,
    /// Somebody holds the lock and the time is over.
    Locked = LVOL_E_LOCKED as WouldBlock,
    /// A PV of the VG is not among the devices.
    MissingPv = LVOL_E_MISSING_PV as Other,
    /// Two devices or VGs claim to be the same one.
    Duplicate = LVOL_E_DUPLICATE as Other,
    /// The VG is exported; import it first.
    Exported = LVOL_E_EXPORTED as PermissionDenied,
    /// The VG belongs to another system id.
    Foreign = LVOL_E_FOREIGN as PermissionDenied,
    /// The system refuses access.
    Permission = LVOL_E_PERMISSION as PermissionDenied,
    /// Given up because the caller asked for it.
    Cancelled = LVOL_E_CANCELLED as Other,
    /// Offset or length beyond the end.
    Range = LVOL_E_RANGE as InvalidInput,
    /// The device carries somebody else's data; see the methods `wipe()`.
    Signature = LVOL_E_SIGNATURE as Other,
    /// The handle is not in a state that allows the call, or is another context's.
    State = LVOL_E_STATE as Other,
}

impl Error {
    /// What a call returned and wrote down.
    pub(crate) fn from_c(code: c_int, err: &sys::lvol_error, cause: Option<Cause>) -> Error {
        // Safety: the library ends both with a NUL.
        let (subject, message) =
            unsafe { (text::get(err.subject.as_ptr()), text::get(err.message.as_ptr())) };
        // Safety: any number is fine, and the text is a constant.
        let message = match &*message {
            "" => unsafe { text::get(sys::lvol_err_text(code)) },
            _ => message,
        };
        Error::new(code, subject.into_owned(), message.into_owned(), err.sys_errno, cause)
    }

    fn new(
        code: c_int,
        subject: String,
        message: String,
        errno: i32,
        cause: Option<Cause>,
    ) -> Error {
        Error::make(code, Detail(Box::new(Inner { errno, subject, message, cause })))
    }

    /// An error that this crate finds before the library is asked.
    pub(crate) fn own(code: sys::lvol_err, subject: &str, message: String) -> Error {
        Error::new(code as c_int, subject.into(), message, 0, None)
    }

    /// A request of a queue that failed.
    pub(crate) fn of_request(code: c_int, errno: i32, subject: &str, what: String) -> Error {
        // Safety: any number is fine, and the text is a constant.
        let why = unsafe { text::get(sys::lvol_err_text(code)) };
        Error::new(code, subject.into(), format!("{}: {}", what, why), errno, None)
    }

    /// The code's name, such as `LVOL_E_BUSY`.
    pub fn name(&self) -> &'static str {
        // Safety: any number is fine, and the text is a constant.
        unsafe { text::constant(sys::lvol_err_name(self.code())) }
    }

    /// Device, "vg" or "vg/lv" that it is about; may be "".
    pub fn subject(&self) -> &str {
        &self.detail().0.subject
    }

    /// What failed, on what, and what would help; one line.
    pub fn message(&self) -> &str {
        &self.detail().0.message
    }

    /// The errno behind it, if there is one.
    pub fn errno(&self) -> Option<i32> {
        Some(self.detail().0.errno).filter(|&number| number != 0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {
    /// What a device or the log function of the program failed with in the call, if that is why it failed.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.detail().0.cause.as_ref().map(|cause| &**cause as _)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        let kind = match (error.io_kind(), error.errno()) {
            (io::ErrorKind::Other, Some(number)) => io::Error::from_raw_os_error(number).kind(),
            (kind, _) => kind,
        };
        io::Error::new(kind, error)
    }
}

/// A callback of the program panicked while the library called it: a [source](std::error::Error::source) of an
/// [`Error`]. The panic was caught, and does not go on.
#[derive(Clone, Debug)]
pub struct CallbackPanic {
    pub(crate) callback: &'static str,
    pub(crate) message: String,
}

impl fmt::Display for CallbackPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} panicked: {}", self.callback, self.message)
    }
}

impl std::error::Error for CallbackPanic {}
