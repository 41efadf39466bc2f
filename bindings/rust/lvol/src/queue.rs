// SPDX-License-Identifier: LGPL-2.1-or-later
//! Asynchronous I/O: a queue of requests, completed through a file descriptor.

use crate::call::{call, make};
use crate::ctx::Wait;
use crate::enums::IoOp;
use crate::error::{Error, Result};
use crate::io::Io;
use std::collections::HashMap;
use std::fmt;
use std::os::raw::{c_int, c_void};
use std::os::unix::io::{AsRawFd, RawFd};
use std::ptr::{self, NonNull};

/// A request for a queue. It owns its buffer, and holds its LV open, until it is done.
#[derive(Debug)]
pub struct Request {
    io: Io,
    op: IoOp,
    buffer: Vec<u8>,
    length: u64,
    offset: u64,
    user: u64,
}

impl Request {
    fn new(io: &Io, op: IoOp, buffer: Vec<u8>, length: u64, offset: u64) -> Request {
        Request { io: io.clone(), op, buffer, length, offset, user: 0 }
    }

    /// Fill all of `buffer` from `offset`.
    pub fn read(io: &Io, buffer: Vec<u8>, offset: u64) -> Request {
        let length = buffer.len() as u64;
        Request::new(io, IoOp::Read, buffer, length, offset)
    }

    /// Write all of `buffer` at `offset`.
    pub fn write(io: &Io, buffer: Vec<u8>, offset: u64) -> Request {
        let length = buffer.len() as u64;
        Request::new(io, IoOp::Write, buffer, length, offset)
    }

    /// What was written and completed before survives a crash once it is done.
    pub fn flush(io: &Io) -> Request {
        Request::new(io, IoOp::Flush, Vec::new(), 0, 0)
    }

    /// The content of the range is not needed any more.
    pub fn discard(io: &Io, length: u64, offset: u64) -> Request {
        Request::new(io, IoOp::Discard, Vec::new(), length, offset)
    }

    /// Make the range read as zero.
    pub fn write_zeroes(io: &Io, length: u64, offset: u64) -> Request {
        Request::new(io, IoOp::Zero, Vec::new(), length, offset)
    }

    /// A number of the program's own.
    pub fn with_user(mut self, user: u64) -> Request {
        self.user = user;
        self
    }

    /// The number of [`with_user()`](Request::with_user), or 0.
    pub fn user(&self) -> u64 {
        self.user
    }

    /// What it does.
    pub fn op(&self) -> IoOp {
        self.op
    }

    /// The open LV.
    pub fn io(&self) -> &Io {
        &self.io
    }

    /// Where on the LV.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How much of the LV.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// What was read or written.
    pub fn buffer(&self) -> &[u8] {
        &self.buffer
    }

    /// The buffer, to be used again.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    fn what(&self) -> String {
        let op = match self.op {
            IoOp::Read => "read",
            IoOp::Write => "write",
            IoOp::Flush => return format!("flush of LV {}", self.io.name()),
            IoOp::Discard => "discard",
            _ => "zero",
        };
        let name = self.io.name();
        format!("{} {} bytes at offset {} of LV {}", op, self.length, self.offset, name)
    }
}

/// A request that is done.
#[derive(Debug)]
pub struct Completion {
    /// How it went.
    pub result: Result<()>,
    /// The request, with its buffer.
    pub request: Request,
}

/// A request that was not submitted, and why.
#[derive(Debug)]
pub struct Rejected {
    /// Why: `Busy` (as many are under way as the queue is deep: fetch completions first), `Range`, `ReadOnly`.
    pub error: Error,
    /// The request, with its buffer.
    pub request: Request,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Rejected {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl From<Rejected> for Error {
    fn from(rejected: Rejected) -> Error {
        rejected.error
    }
}

/// How a queue should work.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct QueueOptions(sys::lvol_queue_opts);

impl QueueOptions {
    /// All defaults.
    pub fn new() -> Self {
        QueueOptions::default()
    }

    /// Requests under way at once. Default 128, at most 4096.
    pub fn depth(mut self, depth: u32) -> Self {
        self.0.depth = depth;
        self
    }

    /// Threads of the pool where io_uring is not used. Default 4, at most 64.
    pub fn threads(mut self, threads: u32) -> Self {
        self.0.threads = threads;
        self
    }

    /// Use the pool of threads even where io_uring is there.
    pub fn no_uring(mut self) -> Self {
        self.0.flags |= sys::LVOL_QUEUE_NO_URING;
        self
    }

    /// Make the queue.
    pub fn build(&self) -> Result<Queue> {
        let p = make(|out, err| unsafe { sys::lvol_queue_new(&self.0, out, err) })?;
        Ok(Queue { p, pending: HashMap::new(), next: 1 })
    }
}

/// Requests under way at once: by io_uring where the kernel has it, else by a pool of threads. It serves any number of
/// LVs, and one thread at a time:
///
/// ```
/// fn is_send<T: Send>() {}
/// is_send::<lvol::Queue>();
/// ```
///
/// ```compile_fail,E0277
/// fn is_sync<T: Sync>() {}
/// is_sync::<lvol::Queue>();
/// ```
///
/// Dropping it waits for what is under way.
pub struct Queue {
    p: NonNull<sys::lvol_queue>,
    /// By the number that the library is given for each.
    pending: HashMap<usize, Request>,
    next: usize,
}

// Safety: the library asks that one thread at a time uses a queue; which one it is does not matter.
unsafe impl Send for Queue {}

impl Queue {
    /// A queue of defaults.
    pub fn new() -> Result<Queue> {
        QueueOptions::new().build()
    }

    /// "io_uring" or "threads".
    pub fn engine(&self) -> &'static str {
        // Safety: a constant.
        unsafe { crate::text::constant(sys::lvol_queue_engine(self.p.as_ptr())) }
    }

    /// Requests under way, or done and not fetched.
    pub fn pending(&self) -> usize {
        // Safety: the queue is alive.
        unsafe { sys::lvol_queue_pending(self.p.as_ptr()) as usize }
    }

    /// Submit a request. It comes back with its [`Completion`], or now if it is refused.
    // The size of the error is that of the request, which the caller had before.
    #[allow(unknown_lints, clippy::result_large_err)]
    pub fn submit(&mut self, mut request: Request) -> std::result::Result<(), Rejected> {
        let key = self.next;
        let buf = match request.buffer.is_empty() {
            true => ptr::null_mut(),
            false => request.buffer.as_mut_ptr() as *mut c_void,
        };
        let c = sys::lvol_io_request {
            io: request.io.as_ptr(),
            op: request.op.to_c() as c_int,
            buf,
            length: request.length,
            offset: request.offset,
            user: key as *mut c_void,
            ..Default::default()
        };
        // Safety: the request, which has the buffer and the open LV, is kept until it is done.
        if let Err(error) = call(|err| unsafe { sys::lvol_queue_submit(self.p.as_ptr(), &c, err) })
        {
            return Err(Rejected { error, request });
        }
        self.next += 1;
        self.pending.insert(key, request);
        Ok(())
    }

    /// Fetch up to `max` requests that are done; waits until there is one. Nothing when the time is over, or nothing is
    /// under way.
    pub fn complete(&mut self, max: usize, wait: Wait) -> Result<Vec<Completion>> {
        let timeout = wait.to_poll();
        let max = max.clamp(1, self.pending.len().max(1));
        let mut done = vec![sys::lvol_io_completion::default(); max];
        let out = done.as_mut_ptr();
        let count = call(|err| unsafe {
            sys::lvol_queue_complete(self.p.as_ptr(), out, max as c_int, timeout, err)
        })?;
        Ok(done[..count as usize].iter().filter_map(|c| self.finish(c)).collect())
    }

    fn finish(&mut self, c: &sys::lvol_io_completion) -> Option<Completion> {
        let request = self.pending.remove(&(c.user as usize))?;
        let result = match c.result {
            0 => Ok(()),
            code => {
                let (name, what) = (request.io.name(), request.what());
                Err(Error::of_request(code, c.sys_errno, name, what))
            }
        };
        Some(Completion { result, request })
    }
}

/// A file descriptor that polls readable while completions can be fetched. It stays the queue's.
impl AsRawFd for Queue {
    fn as_raw_fd(&self) -> RawFd {
        // Safety: the queue is alive; that it is not Sync keeps other threads out.
        unsafe { sys::lvol_queue_fd(self.p.as_ptr()) }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        // Safety: it is ours. It waits for what is under way; buffers and LVs go after that.
        unsafe { sys::lvol_queue_free(self.p.as_ptr()) }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Queue({}, {} pending)", self.engine(), self.pending())
    }
}
