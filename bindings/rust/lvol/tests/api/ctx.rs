// SPDX-License-Identifier: LGPL-2.1-or-later
//! Contexts and their devices.

use crate::fails;
use crate::world::{builder, cause, context, Folder, MIB};
use lvol::{Context, Error, LogLevel, LvCreate, Memory, PercentOf, RamDisk, Size, VgCreate, Wait};
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[test]
fn devices() {
    let folder = Folder::new();
    let (a, b) = (folder.image("a.img", 32 * MIB), folder.image("b.img", 8 * MIB));
    let mut ctx = context(&[&a, &b]);
    assert_eq!(ctx.devices().map(|dev| dev.name().into_owned()).collect::<Vec<_>>(), [&*a, &*b]);
    let dev = ctx.device(&b).unwrap();
    assert_eq!(
        (dev.size_bytes(), dev.logical_block_bytes(), dev.is_read_only()),
        (8 * MIB, 512, false)
    );
    assert_eq!(dev, ctx.devices().nth(1).unwrap());
    assert_eq!(dev.path().to_str(), Some(&*b));
    assert!(ctx.device("c.img").is_none());
    let same = folder.path(".").join("a.img");
    assert_eq!(ctx.add_path(same).unwrap().size_bytes(), 32 * MIB);
    assert_eq!(ctx.devices().count(), 2);
    assert!(ctx.add_path_read_only(folder.image("c.img", MIB)).unwrap().is_read_only());
}

#[test]
fn no_such_path() {
    let folder = Folder::new();
    let path = folder.path("nowhere.img");
    let error = fails!(builder().device(&path).build(), NotFound, "nowhere.img");
    assert_eq!((error.errno(), error.subject()), (Some(2), path.to_str().unwrap()));
    assert_eq!((error.name(), error.code()), ("LVOL_E_NOT_FOUND", 4));
    let io: std::io::Error = error.clone().into();
    assert_eq!((io.kind(), io.to_string()), (std::io::ErrorKind::NotFound, error.to_string()));
    assert!(format!("{:?}", error).starts_with("NotFound(Detail { subject: "));
}

#[test]
fn not_a_device() {
    let folder = Folder::new();
    let mut ctx = context::<&str>(&[]);
    fails!(ctx.add_path(folder.path("")), Invalid);
    fails!(ctx.add_path("a\0b"), Invalid, "NUL");
    fails!(ctx.add_path(folder.image("empty.img", 0)), Invalid);
    assert_eq!(ctx.devices().count(), 0);
}

#[test]
fn descriptors() {
    let folder = Folder::new();
    let file = OpenOptions::new().read(true).write(true).open(folder.image("a.img", MIB)).unwrap();
    let mut ctx = context::<&str>(&[]);
    assert_eq!(ctx.add_fd(&file, "disk").unwrap().size_bytes(), MIB);
    let other = File::open(folder.image("b.img", MIB)).unwrap();
    assert!(ctx.add_fd_read_only(&other, "other").unwrap().is_read_only());
    drop((file, other));
    assert!(ctx.scan().unwrap().vgs().is_empty());
}

#[test]
fn memory() {
    let mut ctx = context::<&str>(&[]);
    let leaked: &'static mut [u8] = Box::leak(vec![0; 8 << 20].into_boxed_slice());
    assert_eq!(ctx.add_memory("m", Memory::from_static(leaked)).unwrap().size_bytes(), 8 * MIB);
    let own = Memory::new(8 * MIB).logical_block_bytes(4096);
    assert_eq!(ctx.add_memory("own", own).unwrap().logical_block_bytes(), 4096);
    assert!(ctx.add_memory("sealed", Memory::new(MIB).read_only()).unwrap().is_read_only());
    let mut txn = ctx.begin().start().unwrap();
    txn.vg_create(&VgCreate::new("vg0", ["m"])).unwrap();
    fails!(txn.vg_extend("vg0", ["own"]), Invalid, "4096");
    fails!(txn.pv_create(&lvol::PvCreate::new("sealed")), ReadOnly);
    txn.commit().unwrap();
    fails!(ctx.add_memory("m", Memory::new(4096)), Invalid);
    fails!(ctx.add_memory("odd", Memory::new(1000)), Invalid);
    fails!(ctx.add_memory("none", Memory::new(0)), Invalid);
    assert_eq!(ctx.vg("vg0").unwrap().pv_count(), 1);
}

#[test]
fn what_was_read_outlives_the_context() {
    let mut ctx = context::<&str>(&[]);
    ctx.add_device("ram", RamDisk::new(16 << 20)).unwrap();
    let mut txn = ctx.begin().start().unwrap();
    txn.vg_create(&VgCreate::new("vg0", ["ram"])).unwrap();
    txn.lv_create(&LvCreate::new("lv", Size::Extents(1))).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    let scan = ctx.scan().unwrap();
    drop(ctx);
    let lv = vg.lv("lv").unwrap().open_rw().unwrap();
    drop(vg);
    lv.write_at(b"still here", 1000).unwrap();
    let mut back = [0; 10];
    lv.read_at(&mut back, 1000).unwrap();
    assert_eq!(&back, b"still here");
    assert_eq!(lv.lv().vg().pvs().next().unwrap().dev().unwrap().name(), "ram");
    drop(lv);
    assert_eq!(scan.vgs()[0].name(), "vg0");
}

#[test]
fn read_only() {
    let folder = Folder::new();
    let mut ctx = builder().read_only().device(folder.image("a.img", MIB)).build().unwrap();
    assert!(ctx.devices().next().unwrap().is_read_only());
    fails!(ctx.begin().start(), ReadOnly);
}

#[test]
fn configuration() {
    let folder = Folder::new();
    fs::write(folder.path("lvm.conf"), "global {\n\tbroken = [ 1,\n").unwrap();
    let error = fails!(Context::builder().system_dir(folder.path("")).build(), Corrupt, "line 3");
    assert!(error.subject().ends_with("lvm.conf"));
    fails!(builder().host_name("a\0b").build(), Invalid, "NUL");
}

#[test]
fn signatures() {
    let folder = Folder::new();
    let path = folder.image("swap.img", 8 * MIB);
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.write_all_at(b"SWAPSPACE2", 4086).unwrap();
    file.write_all_at(&[1, 0, 0, 0, 0x40, 0x1f, 0, 0], 1024).unwrap();
    let mut ctx = context(&[&path]);
    fails!(ctx.signature("other.img"), NotFound, "other.img");
    if !lvol::has_feature("blkid") {
        fails!(ctx.signature(&path), NotSupported);
        return;
    }
    assert_eq!(ctx.signature(&path).unwrap(), "swap");
    let mut txn = ctx.begin().start().unwrap();
    fails!(txn.pv_create(&lvol::PvCreate::new(&path)), Signature, "swap");
    fails!(txn.vg_create(&VgCreate::new("vg0", [&path])), Signature);
    txn.vg_create(&VgCreate::new("vg0", [&path]).wipe()).unwrap();
    txn.commit().unwrap();
    assert_eq!(ctx.signature(&path).unwrap(), "");
}

/// An image whose label has a wrong checksum, which is logged.
fn damaged(folder: &Folder) -> String {
    let path = folder.image("a.img", 16 * MIB);
    let mut ctx = context(&[&path]);
    let mut txn = ctx.begin().start().unwrap();
    txn.vg_create(&VgCreate::new("vg0", [&path])).unwrap();
    txn.commit().unwrap();
    OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .write_all_at(&[0xff, 0xff], 512 + 16)
        .unwrap();
    path
}

#[test]
fn problems() {
    let folder = Folder::new();
    let path = damaged(&folder);
    let problems = context(&[&path]).scan().unwrap().problems();
    assert_eq!(problems.len(), 1, "{:?}", problems);
    assert_eq!(problems[0].code, lvol::ProblemCode::DamagedLabel);
    assert_eq!(problems[0].subject, path);
    assert!(!problems[0].message.is_empty());
}

/// A context that logs, and a call that does so: block devices that are none are left out.
fn logging<F>(folder: &Folder, function: F) -> Context
where
    F: FnMut(LogLevel, &str, &str) + Send + 'static,
{
    let conf = format!(
        "devices {{\n\tdir = \"/dev\"\n\tscan = [ \"{}\" ]\n}}\n",
        folder.path("dev").display()
    );
    fs::create_dir_all(folder.path("dev")).unwrap();
    fs::write(folder.path("lvm.conf"), conf).unwrap();
    Context::builder().system_dir(folder.path("")).log(LogLevel::Debug, function).build().unwrap()
}

#[test]
fn log_messages() {
    let folder = Folder::new();
    let messages = Arc::new(Mutex::new(Vec::new()));
    let copy = messages.clone();
    let mut ctx = logging(&folder, move |level, subject, message| {
        copy.lock().unwrap().push((level, subject.to_string(), message.to_string()));
    });
    ctx.add_system().unwrap();
    assert!(ctx.log_panic().is_none());
    drop(ctx);
    // nobody holds the function any more
    let messages = Arc::try_unwrap(messages).unwrap().into_inner().unwrap();
    assert!(messages.iter().all(|(_, _, message)| !message.is_empty()));
}

/// A disk whose last flush fails: the commit has happened, and says so in the log.
struct Unflushable(RamDisk, Mutex<Option<u32>>);

impl lvol::Device for Unflushable {
    fn size_bytes(&self) -> u64 {
        self.0.size_bytes()
    }
    fn read_at(&self, buf: &mut [u8], offset: u64) -> std::io::Result<()> {
        self.0.read_at(buf, offset)
    }
    fn write_at(&self, buf: &[u8], offset: u64) -> std::io::Result<()> {
        self.0.write_at(buf, offset)
    }
    fn flush(&self) -> std::io::Result<()> {
        match &mut *self.1.lock().unwrap() {
            Some(0) => Err(std::io::Error::from_raw_os_error(5)),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// Commits with two disks, of which one fails at its flush number `flushes`; what came of it and what was logged.
fn commit_logged(flushes: u32, panics: bool) -> (Result<(), Error>, Vec<String>, Context) {
    let messages = Arc::new(Mutex::new(Vec::new()));
    let copy = messages.clone();
    let log = move |_: LogLevel, subject: &str, message: &str| {
        copy.lock().unwrap().push(format!("{}: {}", subject, message));
        if panics {
            panic!("the log is full");
        }
    };
    let mut ctx = builder().log(LogLevel::Debug, log).build().unwrap();
    let disk = Arc::new(Unflushable(RamDisk::new(8 << 20), Mutex::new(None)));
    ctx.add_device("good", RamDisk::new(8 << 20)).unwrap();
    ctx.add_device("bad", disk.clone()).unwrap();
    let mut txn = ctx.begin().start().unwrap();
    txn.vg_create(&VgCreate::new("vg0", ["good", "bad"])).unwrap();
    txn.commit().unwrap();
    let mut txn = ctx.begin().vg("vg0").start().unwrap();
    txn.lv_create(&LvCreate::new("lv", Size::Extents(1))).unwrap();
    *disk.1.lock().unwrap() = Some(flushes);
    let done = txn.commit().map(drop);
    *disk.1.lock().unwrap() = None;
    let messages = std::mem::take(&mut *messages.lock().unwrap());
    (done, messages, ctx)
}

#[test]
fn a_log_function_that_panics_disturbs_nothing() {
    let flushes = (0..20).find(|&n| {
        let (done, messages, _) = commit_logged(n, false);
        done.is_ok() && !messages.is_empty()
    });
    let flushes = flushes.expect("some flush after the commit is only logged");
    let (_, quiet, _) = commit_logged(flushes, false);
    let (done, messages, mut ctx) = commit_logged(flushes, true);
    done.unwrap();
    assert_eq!(messages, quiet[..1], "called once, and never again");
    let panic = ctx.log_panic().unwrap();
    assert_eq!(panic.to_string(), "the log function panicked: the log is full");
    assert_eq!(ctx.vg("vg0").unwrap().lv_count(), 1);
}

#[test]
fn seeded_images() {
    let make = |name: &str| {
        let disk = Arc::new(RamDisk::new(16 << 20));
        let seeded = builder().seed(7).fixed_time(1_700_000_000).host_name("host");
        let mut ctx = seeded.description("by hand").build().unwrap();
        ctx.add_device("disk", disk.clone()).unwrap();
        let mut txn = ctx.begin().start().unwrap();
        txn.vg_create(&VgCreate::new(name, ["disk"]).tags(["made"])).unwrap();
        let size = Size::Percent(50, PercentOf::Free);
        txn.lv_create(&LvCreate::new("root", size).tags(["one", "two"])).unwrap();
        let vg = txn.commit().unwrap().vg().unwrap();
        (disk.to_vec(), vg)
    };
    let (one, vg) = make("vg0");
    assert!(one == make("vg0").0 && one != make("vg1").0);
    let lv = vg.lv("root").unwrap();
    assert_eq!((lv.creation_time(), &*lv.creation_host()), (1_700_000_000, "host"));
    assert!(one.windows(7).any(|bytes| bytes == b"by hand"));
}

#[test]
fn waiting_is_in_milliseconds() {
    let folder = Folder::new();
    let path = folder.image("a.img", 8 * MIB);
    let mut one = context(&[&path]);
    let mut txn = one.begin().start().unwrap();
    txn.vg_create(&VgCreate::new("vg0", [&path])).unwrap();
    txn.commit().unwrap();
    let held = one.begin().vg("vg0").start().unwrap();
    let mut two = context(&[&path]);
    for wait in [Wait::No, Wait::AtMost(Duration::ZERO), Wait::AtMost(Duration::from_millis(20))] {
        let begin = std::time::Instant::now();
        let error = fails!(two.begin().vg("vg0").lock_wait(wait).start(), Locked);
        assert!(begin.elapsed() < Duration::from_secs(5), "{}", error);
        assert_eq!(cause(&error), "");
    }
    held.abort();
    two.begin().vg("vg0").lock_wait(Wait::Forever).start().unwrap().abort();
}
