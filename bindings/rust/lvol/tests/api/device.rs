// SPDX-License-Identifier: LGPL-2.1-or-later
//! Devices of the program's own: what they are asked, and what becomes of failures and panics in them.

use crate::fails;
use crate::world::{cause, context, MIB};
use lvol::{Device, Io, LvCreate, Queue, RamDisk, Request, Size, VgCreate, Wait};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Clone, Copy, PartialEq)]
enum Fail {
    No,
    Errno(i32),
    NoErrno,
    Panic,
    PanicOddly,
}

/// What dropping a panic's payload does, in bad luck.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("again");
    }
}

/// Memory that can fail, and notes what it is asked.
struct Store {
    disk: RamDisk,
    asked: Mutex<Vec<&'static str>>,
    fail: Mutex<(&'static str, Fail)>,
    dropped: Arc<AtomicU32>,
}

impl Store {
    fn new() -> Arc<Store> {
        Arc::new(Store {
            disk: RamDisk::new(16 << 20),
            asked: Mutex::default(),
            fail: Mutex::new(("", Fail::No)),
            dropped: Arc::default(),
        })
    }

    fn set(&self, what: &'static str, fail: Fail) {
        *self.fail.lock().unwrap() = (what, fail);
    }

    fn answer(&self, what: &'static str) -> io::Result<()> {
        self.asked.lock().unwrap().push(what);
        let (wanted, fail) = *self.fail.lock().unwrap();
        match fail {
            _ if wanted != what => Ok(()),
            Fail::No => Ok(()),
            Fail::Errno(number) => Err(io::Error::from_raw_os_error(number)),
            Fail::NoErrno => Err(io::Error::new(io::ErrorKind::Other, "no number")),
            Fail::Panic => panic!("{} is broken", what),
            Fail::PanicOddly => std::panic::panic_any(Bomb),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, Ordering::SeqCst);
        if *self.fail.get_mut().unwrap() == ("drop", Fail::Panic) {
            panic!("at the end");
        }
    }
}

impl Device for Store {
    fn size_bytes(&self) -> u64 {
        if *self.fail.lock().unwrap() == ("size", Fail::Panic) {
            panic!("no size");
        }
        self.disk.size_bytes()
    }
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        self.answer("read")?;
        self.disk.read_at(buf, offset)
    }
    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<()> {
        self.answer("write")?;
        self.disk.write_at(buf, offset)
    }
    fn flush(&self) -> io::Result<()> {
        self.answer("flush")
    }
    fn discard(&self, _: u64, _: u64) -> io::Result<()> {
        self.answer("discard")
    }
    fn write_zeroes(&self, len: u64, offset: u64) -> io::Result<()> {
        self.answer("write_zeroes")?;
        self.disk.write_zeroes(len, offset)
    }
}

/// An open LV on the device; the context is gone.
fn open(device: impl Device) -> Io {
    let mut ctx = context::<&str>(&[]);
    let dev = ctx.add_device("store", device).unwrap();
    assert_eq!((&*dev.name(), dev.size_bytes(), dev.is_read_only()), ("store", 16 * MIB, false));
    let mut txn = ctx.begin().start().unwrap();
    txn.vg_create(&VgCreate::new("vg0", ["store"])).unwrap();
    txn.lv_create(&LvCreate::new("lv", Size::Bytes(8 * MIB))).unwrap();
    txn.commit().unwrap().vg().unwrap().lv("lv").unwrap().open_rw().unwrap()
}

#[test]
fn what_they_are_asked() {
    let store = Store::new();
    let dropped = store.dropped.clone();
    let lv = open(store.clone());
    lv.write_at(b"hello", 5000).unwrap();
    let mut back = [1; 7];
    lv.read_at(&mut back, 4999).unwrap();
    assert_eq!(&back, b"\0hello\0");
    lv.write_zeroes(4096, 4096).unwrap();
    lv.discard(4096, 4096).unwrap();
    lv.flush().unwrap();
    lv.read_at(&mut back, 4999).unwrap();
    assert_eq!(back, [0; 7]);
    assert_eq!(lv.block_status(0).unwrap().dev.unwrap().name(), "store");
    let asked = store.asked.lock().unwrap().clone();
    for what in ["read", "write", "flush", "discard", "write_zeroes"] {
        assert!(asked.contains(&what), "{} was never asked for", what);
    }
    drop(lv);
    assert_eq!(Arc::strong_count(&store), 1, "the library has given it up");
    let mut ctx = context::<&str>(&[]);
    ctx.add_device("again", store).unwrap();
    assert_eq!(ctx.vg("vg0").unwrap().lv("lv").unwrap().size_bytes(), 8 * MIB);
    assert_eq!(dropped.load(Ordering::SeqCst), 0);
    drop(ctx);
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

#[test]
fn they_live_as_long_as_they_are_used() {
    let store = Store::new();
    let dropped = store.dropped.clone();
    let lv = open(store);
    lv.write_at(&[b'x'; 4096], 0).unwrap();
    let vg = lv.lv().vg().clone();
    drop(lv);
    let mut back = [0];
    vg.lv("lv").unwrap().open().unwrap().read_at(&mut back, 0).unwrap();
    assert_eq!((back[0], dropped.load(Ordering::SeqCst)), (b'x', 0));
    drop(vg);
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

#[test]
fn failures_and_panics_become_errors() {
    let store = Store::new();
    let lv = open(store.clone());
    let mut buf = [0; 10];
    type Use<'a> = (&'static str, Box<dyn FnMut() -> lvol::Result<()> + 'a>);
    let uses: [Use<'_>; 4] = [
        ("read", Box::new(|| lv.read_at(&mut buf, 0))),
        ("write", Box::new(|| lv.write_at(b"x", 0))),
        ("flush", Box::new(|| lv.write_at(b"x", 0).and_then(|()| lv.flush()))),
        ("write_zeroes", Box::new(|| lv.write_zeroes(4096, 0))),
    ];
    for (what, mut call) in uses {
        let odd = "a device panicked: with something that is no text".to_string();
        for (fail, errno, why) in [
            (Fail::Errno(19), 19, io::Error::from_raw_os_error(19).to_string()),
            (Fail::NoErrno, 5, "no number".to_string()),
            (Fail::Panic, 5, format!("a device panicked: {} is broken", what)),
            (Fail::PanicOddly, 5, odd),
        ] {
            store.set(what, fail);
            let error = fails!(call(), Io, "store");
            assert_eq!((error.errno(), cause(&error)), (Some(errno), why));
        }
        store.set("", Fail::No);
        call().unwrap();
    }
}

#[test]
fn a_commit_that_fails_is_undone() {
    let store = Store::new();
    drop(open(store.clone()));
    let mut ctx = context::<&str>(&[]);
    ctx.add_device("store", store.clone()).unwrap();
    let mut txn = ctx.begin().vg("vg0").start().unwrap();
    txn.lv_create(&LvCreate::new("new", Size::Extents(1))).unwrap();
    store.set("write", Fail::Panic);
    let error = txn.commit().map(drop).unwrap_err();
    assert_eq!(cause(&error), "a device panicked: write is broken");
    store.set("", Fail::No);
    let vg = ctx.vg("vg0").unwrap();
    assert_eq!((vg.lv_count(), vg.find_lv("new")), (1, None));
}

#[test]
fn a_device_that_cannot_be_read_is_a_problem() {
    let store = Store::new();
    drop(open(store.clone()));
    let mut ctx = context::<&str>(&[]);
    ctx.add_device("store", store.clone()).unwrap();
    store.set("read", Fail::Panic);
    let scan = ctx.scan().unwrap();
    assert!(scan.vgs().is_empty());
    assert_eq!(scan.problems()[0].code, lvol::ProblemCode::Io);
}

#[test]
fn panics_at_the_ends() {
    let store = Store::new();
    store.set("size", Fail::Panic);
    let mut ctx = context::<&str>(&[]);
    fails!(ctx.add_device("store", store.clone()), Invalid, "no size");
    assert_eq!(Arc::strong_count(&store), 1);
    store.set("drop", Fail::Panic);
    let dropped = store.dropped.clone();
    ctx.add_device("store", store).unwrap();
    drop(ctx);
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

/// Only what every device must have.
struct Minimal(u64, u32, bool);

impl Device for Minimal {
    fn size_bytes(&self) -> u64 {
        self.0
    }
    fn logical_block_bytes(&self) -> u32 {
        self.1
    }
    fn is_read_only(&self) -> bool {
        self.2
    }
    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<()> {
        Ok(()) // zeroes are there already
    }
    fn write_at(&self, _: &[u8], _: u64) -> io::Result<()> {
        Ok(())
    }
    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn minimal_devices() {
    let mut ctx = context::<&str>(&[]);
    assert!(ctx.add_device("zero", Minimal(8 * MIB, 512, true)).unwrap().is_read_only());
    let big = ctx.add_device("big", Minimal(8 * MIB, 4096, false)).unwrap();
    assert_eq!(big.logical_block_bytes(), 4096);
    let mut txn = ctx.begin().start().unwrap();
    fails!(txn.pv_create(&lvol::PvCreate::new("zero")), ReadOnly);
    txn.abort();
    fails!(ctx.add_device("zero", Minimal(8 * MIB, 512, true)), Invalid, "taken");
    fails!(ctx.add_device("none", Minimal(0, 512, false)), Invalid);
    fails!(ctx.add_device("odd", Minimal(8 * MIB, 1000, false)), Invalid);
}

#[test]
fn unsupported_calls_are_done_otherwise() {
    struct Plain(RamDisk);
    impl Device for Plain {
        fn size_bytes(&self) -> u64 {
            self.0.size_bytes()
        }
        fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
            self.0.read_at(buf, offset)
        }
        fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<()> {
            self.0.write_at(buf, offset)
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }
    let lv = open(Plain(RamDisk::new(16 << 20)));
    lv.write_at(&[7; 8192], 0).unwrap();
    lv.write_zeroes(4096, 2048).unwrap();
    lv.discard(4096, 4096).unwrap();
    let mut back = [1; 4096];
    lv.read_at(&mut back, 2048).unwrap();
    assert_eq!(back, [0; 4096]);
}

#[test]
fn from_threads_of_the_library() {
    let store = Store::new();
    let lv = open(store.clone());
    let mut queue = Queue::new().unwrap();
    queue.submit(Request::write(&lv, b"hello".to_vec(), 3)).unwrap();
    assert!(queue.complete(1, Wait::Forever).unwrap()[0].result.is_ok());
    store.set("read", Fail::Panic);
    queue.submit(Request::read(&lv, vec![0; 5], 3)).unwrap();
    let done = queue.complete(1, Wait::Forever).unwrap().remove(0);
    let error = fails!(done.result, Io, "read 5 bytes at offset 3 of LV vg0/lv");
    assert_eq!(error.errno(), Some(5));
    store.set("", Fail::No);
    queue.submit(Request::read(&lv, done.request.into_buffer(), 3)).unwrap();
    let done = queue.complete(1, Wait::Forever).unwrap().remove(0);
    assert_eq!(done.request.buffer(), b"hello");
}
