// SPDX-License-Identifier: LGPL-2.1-or-later
//! Devices of the program's own.

use crate::call;
use std::io;
use std::os::raw::{c_int, c_void};
use std::sync::{Arc, PoisonError, RwLock};

const EIO: c_int = 5;
// As the kernel numbers it; most architectures agree.
#[cfg(any(target_arch = "mips", target_arch = "mips64"))]
const EOPNOTSUPP: c_int = 122;
#[cfg(target_arch = "sparc64")]
const EOPNOTSUPP: c_int = 45;
#[cfg(not(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64")))]
const EOPNOTSUPP: c_int = 95;

/// A device made by the program, for [`Context::add_device()`](crate::Context::add_device).
///
/// Offsets and lengths are in bytes, whole blocks, and within the size. A transfer is done whole, or it fails: with the
/// errno of its [`io::Error`], or EIO if that has none; the error is then the
/// [source](std::error::Error::source) of the [`Error`](crate::Error) of the call that needed it. So is a panic, which
/// is caught.
///
/// Methods are called from any thread, several at once, and must not use the context that they are called for, nor
/// close LVs on it. The device is dropped when nothing uses it any more.
pub trait Device: Send + Sync + 'static {
    /// Size of the device. Asked for once, as are the next two.
    fn size_bytes(&self) -> u64;

    /// 512 or 4096.
    fn logical_block_bytes(&self) -> u32 {
        512
    }

    /// Whether it is never written to.
    fn is_read_only(&self) -> bool {
        false
    }

    /// Fill all of `buf`.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()>;

    /// Write all of `buf`.
    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<()>;

    /// Let everything that was written survive a crash.
    fn flush(&self) -> io::Result<()>;

    /// The content of the range is not needed any more.
    fn discard(&self, len: u64, offset: u64) -> io::Result<()> {
        let _ = (len, offset);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Make the range read as zero. Where this is [unsupported](io::ErrorKind::Unsupported), zeroes are written.
    fn write_zeroes(&self, len: u64, offset: u64) -> io::Result<()> {
        let _ = (len, offset);
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl<D: Device + ?Sized> Device for Arc<D> {
    fn size_bytes(&self) -> u64 {
        (**self).size_bytes()
    }
    fn logical_block_bytes(&self) -> u32 {
        (**self).logical_block_bytes()
    }
    fn is_read_only(&self) -> bool {
        (**self).is_read_only()
    }
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        (**self).read_at(buf, offset)
    }
    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<()> {
        (**self).write_at(buf, offset)
    }
    fn flush(&self) -> io::Result<()> {
        (**self).flush()
    }
    fn discard(&self, len: u64, offset: u64) -> io::Result<()> {
        (**self).discard(len, offset)
    }
    fn write_zeroes(&self, len: u64, offset: u64) -> io::Result<()> {
        (**self).write_zeroes(len, offset)
    }
}

/// A disk in memory whose bytes the program can look at: share it in an [`Arc`].
///
/// ```
/// use lvol::{Context, RamDisk, VgCreate};
/// use std::sync::Arc;
///
/// let disk = Arc::new(RamDisk::new(8 << 20));
/// let mut ctx = Context::builder().no_system_config().build()?;
/// ctx.add_device("ram", disk.clone())?;
/// let mut txn = ctx.begin().start()?;
/// txn.vg_create(&VgCreate::new("vg0", ["ram"]))?;
/// txn.commit()?;
/// assert_eq!(&disk.to_vec()[512..520], b"LABELONE");
/// # Ok::<(), lvol::Error>(())
/// ```
#[derive(Debug)]
pub struct RamDisk {
    bytes: RwLock<Vec<u8>>,
}

impl RamDisk {
    /// An empty disk of that size.
    pub fn new(size_bytes: usize) -> RamDisk {
        vec![0; size_bytes].into()
    }

    /// A copy of what is on it.
    pub fn to_vec(&self) -> Vec<u8> {
        self.bytes.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A disk with these bytes.
impl From<Vec<u8>> for RamDisk {
    fn from(bytes: Vec<u8>) -> RamDisk {
        RamDisk { bytes: RwLock::new(bytes) }
    }
}

impl Device for RamDisk {
    fn size_bytes(&self) -> u64 {
        self.bytes.read().unwrap_or_else(PoisonError::into_inner).len() as u64
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let bytes = self.bytes.read().unwrap_or_else(PoisonError::into_inner);
        buf.copy_from_slice(&bytes[offset as usize..][..buf.len()]);
        Ok(())
    }

    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<()> {
        let mut bytes = self.bytes.write().unwrap_or_else(PoisonError::into_inner);
        bytes[offset as usize..][..buf.len()].copy_from_slice(buf);
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }

    fn write_zeroes(&self, len: u64, offset: u64) -> io::Result<()> {
        let mut bytes = self.bytes.write().unwrap_or_else(PoisonError::into_inner);
        bytes[offset as usize..][..len as usize].fill(0);
        Ok(())
    }
}

/// What the library is given as the argument of a device's functions.
pub(crate) struct Handle(Box<dyn Device>);

impl Handle {
    pub(crate) fn new(device: impl Device) -> Box<Handle> {
        Box::new(Handle(Box::new(device)))
    }

    /// The functions of the device; Err when it panics.
    pub(crate) fn ops(&self) -> Result<sys::lvol_dev_ops, crate::error::CallbackPanic> {
        let device = &*self.0;
        let (size_bytes, logical_block_bytes, read_only) = call::guarded("a device", || {
            (device.size_bytes(), device.logical_block_bytes(), device.is_read_only())
        })?;
        Ok(sys::lvol_dev_ops {
            size_bytes,
            logical_block_bytes,
            pread: Some(pread),
            pwrite: if read_only { None } else { Some(pwrite) },
            flush: Some(flush),
            discard: Some(discard),
            write_zeroes: Some(write_zeroes),
            close: Some(close),
            ..Default::default()
        })
    }
}

/// Let the device do something; 0 or -errno.
///
/// # Safety
/// `arg` is a Handle that the library has not closed.
unsafe fn answer(arg: *mut c_void, f: impl FnOnce(&dyn Device) -> io::Result<()>) -> c_int {
    let handle = &*(arg as *const Handle);
    match call::guarded("a device", || f(&*handle.0)) {
        Ok(Ok(())) => 0,
        Ok(Err(e)) => {
            let number = match (e.raw_os_error(), e.kind()) {
                (Some(number), _) if number > 0 => number,
                (_, io::ErrorKind::Unsupported) => EOPNOTSUPP,
                _ => EIO,
            };
            if number != EOPNOTSUPP {
                call::note(Arc::new(e));
            }
            -number
        }
        Err(panic) => {
            call::note_panic(panic);
            -EIO
        }
    }
}

unsafe extern "C" fn pread(arg: *mut c_void, buf: *mut c_void, len: usize, offset: u64) -> c_int {
    // A slice is of bytes that are there; the library's memory may be fresh.
    std::ptr::write_bytes(buf as *mut u8, 0, len);
    let buf = std::slice::from_raw_parts_mut(buf as *mut u8, len);
    answer(arg, |device| device.read_at(buf, offset))
}

unsafe extern "C" fn pwrite(
    arg: *mut c_void,
    buf: *const c_void,
    len: usize,
    offset: u64,
) -> c_int {
    let buf = std::slice::from_raw_parts(buf as *const u8, len);
    answer(arg, |device| device.write_at(buf, offset))
}

unsafe extern "C" fn flush(arg: *mut c_void) -> c_int {
    answer(arg, |device| device.flush())
}

unsafe extern "C" fn discard(arg: *mut c_void, len: u64, offset: u64) -> c_int {
    answer(arg, |device| device.discard(len, offset))
}

unsafe extern "C" fn write_zeroes(arg: *mut c_void, len: u64, offset: u64) -> c_int {
    answer(arg, |device| device.write_zeroes(len, offset))
}

unsafe extern "C" fn close(arg: *mut c_void) {
    let handle = Box::from_raw(arg as *mut Handle);
    if let Err(panic) = call::guarded("a device", || drop(handle)) {
        call::note_panic(panic);
    }
}
