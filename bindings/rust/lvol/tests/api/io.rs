// SPDX-License-Identifier: LGPL-2.1-or-later
//! The bytes of an LV: at offsets, as a file, and what is not allowed.

use crate::fails;
use crate::world::{builder, context, noise, World, MIB};
use lvol::{ExtentKind, LvCreate, OpenOptions, Size, Vg};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;

fn with_lvs(world: &mut World) -> Vg {
    let mut txn = world.begin().start().unwrap();
    let striped = LvCreate::new("str", Size::Bytes(8 * MIB)).stripe_count(2).stripe_bytes(16 << 10);
    txn.lv_create(&striped).unwrap();
    txn.lv_create(&LvCreate::new("zero", Size::Bytes(4 * MIB)).segtype("zero")).unwrap();
    txn.lv_create(&LvCreate::new("error", Size::Bytes(4 * MIB)).segtype("error")).unwrap();
    txn.lv_create(&LvCreate::new("sealed", Size::Bytes(MIB)).read_only()).unwrap();
    txn.commit().unwrap().vg().unwrap()
}

#[test]
fn at_offsets() {
    let mut world = World::new();
    let io = with_lvs(&mut world).lv("str").unwrap().open_rw().unwrap();
    let data = noise(100_000, 1);
    io.write_at(&data, 12345).unwrap();
    let mut back = vec![0; data.len()];
    io.read_at(&mut back, 12345).unwrap();
    assert!(back == data);
    io.read_at(&mut [], 0).unwrap();
    io.write_at(&[], 8 * MIB).unwrap();
    io.write_zeroes(50_000, 20_000).unwrap();
    let mut part = vec![1; 50_001];
    io.read_at(&mut part, 20_000).unwrap();
    assert!(part[..50_000].iter().all(|&byte| byte == 0) && part[50_000] == data[57_655]);
    io.discard(MIB, 4 * MIB).unwrap();
    io.flush().unwrap();
    assert_eq!((io.size_bytes(), &*io.lv().name(), io.is_writable()), (8 * MIB, "str", true));
    assert_eq!(format!("{:?}", io), "Io(\"vg0/str\")");
}

#[test]
fn what_is_written_is_on_the_disks() {
    let mut world = World::new();
    let io = with_lvs(&mut world).lv("str").unwrap().open_rw().unwrap();
    let data = noise(8 << 20, 2);
    io.write_at(&data, 0).unwrap();
    io.flush().unwrap();
    let mut seen = 0;
    for extent in io.extents(0) {
        assert_eq!((extent.offset, extent.length, extent.kind), (seen, 16 << 10, ExtentKind::Data));
        let mut there = vec![0; extent.length as usize];
        let file = File::open(extent.dev.unwrap().path()).unwrap();
        file.read_exact_at(&mut there, extent.dev_offset).unwrap();
        assert!(there == data[seen as usize..][..there.len()], "at {}", seen);
        seen += extent.length;
    }
    assert_eq!(seen, 8 * MIB);
    assert_eq!(io.extents(8 * MIB).count(), 0);
}

#[test]
fn beyond_the_end() {
    let mut world = World::new();
    let io = with_lvs(&mut world).lv("str").unwrap().open_rw().unwrap();
    let error = fails!(io.read_at(&mut [0; 2], 8 * MIB - 1), Range, "vg0/str");
    assert_eq!(error.subject(), "vg0/str");
    fails!(io.read_at(&mut [0; 2], u64::MAX), Range);
    fails!(io.write_at(b"xx", 8 * MIB - 1), Range);
    fails!(io.discard(1, 8 * MIB), Range);
    fails!(io.write_zeroes(u64::MAX, 1), Range);
    fails!(io.block_status(8 * MIB), Range);
}

#[test]
fn other_types() {
    let mut world = World::new();
    let vg = with_lvs(&mut world);
    let zero = vg.lv("zero").unwrap().open().unwrap();
    let mut buf = [1; 5];
    zero.read_at(&mut buf, 100).unwrap();
    assert_eq!(buf, [0; 5]);
    let extent = zero.block_status(0).unwrap();
    assert_eq!((extent.kind, extent.length, extent.dev), (ExtentKind::Zero, 4 * MIB, None));
    let error = vg.lv("error").unwrap().open().unwrap();
    let failed = fails!(error.read_at(&mut buf, 100), Io, "vg0/error");
    assert!(failed.errno().is_some());
    assert_eq!(
        std::io::Error::from(failed).to_string(),
        error.read_at(&mut buf, 100).unwrap_err().to_string()
    );
    assert_eq!(error.extents(0).next().unwrap().kind, ExtentKind::Error);
}

#[test]
fn permissions() {
    let mut world = World::new();
    let vg = with_lvs(&mut world);
    let io = vg.lv("str").unwrap().open().unwrap();
    fails!(io.write_at(b"x", 0), ReadOnly);
    fails!(io.discard(1, 0), ReadOnly);
    fails!(io.write_zeroes(1, 0), ReadOnly);
    io.flush().unwrap();
    let sealed = vg.lv("sealed").unwrap();
    fails!(sealed.open_rw(), ReadOnly, "sealed");
    let forced = OpenOptions::new().write(true).force_read_only_lv(true).open(&sealed).unwrap();
    forced.write_at(b"x", 0).unwrap();
    let mut ctx = builder().read_only().device(&world.a).device(&world.b).build().unwrap();
    fails!(ctx.vg("vg0").unwrap().lv("str").unwrap().open_rw(), ReadOnly);
}

#[test]
fn one_writer() {
    let mut world = World::new();
    let vg = with_lvs(&mut world);
    let lv = vg.lv("str").unwrap();
    let first = lv.open_rw().unwrap();
    let clone = first.clone();
    let other = context(&[&world.a, &world.b]).vg("vg0").unwrap();
    fails!(other.lv("str").unwrap().open_rw(), Busy);
    drop(first);
    fails!(other.lv("str").unwrap().open_rw(), Busy);
    drop(clone);
    other.lv("str").unwrap().open_rw().unwrap();
}

#[test]
fn an_lv_that_changed() {
    let mut world = World::new();
    let vg = with_lvs(&mut world);
    let mut txn = world.begin().start().unwrap();
    txn.lv_remove("str").unwrap();
    txn.commit().unwrap();
    fails!(vg.lv("str").unwrap().open(), Conflict);
}

#[test]
fn missing_pvs() {
    let mut world = World::new();
    with_lvs(&mut world);
    let vg = context(&[&world.a]).vg("vg0").unwrap();
    let lv = vg.lv("str").unwrap();
    fails!(lv.open(), MissingPv);
    let io = OpenOptions::new().partial(true).open(&lv).unwrap();
    io.read_at(&mut [0; 16 << 10], 0).unwrap();
    fails!(io.read_at(&mut [0], 16 << 10), MissingPv);
}

#[test]
fn as_a_file() {
    let mut world = World::new();
    let io = with_lvs(&mut world).lv("str").unwrap().open_rw().unwrap();
    let data = noise(3 << 20, 3);
    let mut file = io.cursor();
    file.write_all(&data).unwrap();
    file.flush().unwrap();
    assert_eq!(
        (file.position(), file.stream_position().unwrap()),
        (data.len() as u64, data.len() as u64)
    );
    let mut back = vec![0; 10];
    assert_eq!(file.seek(SeekFrom::Current(-10)).unwrap(), data.len() as u64 - 10);
    file.read_exact(&mut back).unwrap();
    assert_eq!(back, data[data.len() - 10..]);
    file.rewind().unwrap();
    let mut all = Vec::new();
    assert_eq!(BufReader::with_capacity(70_000, &mut file).read_to_end(&mut all).unwrap(), 8 << 20);
    assert!(all[..data.len()] == data[..] && all[data.len()..].iter().all(|&byte| byte == 0));
    assert_eq!(file.read(&mut back).unwrap(), 0);
    assert_eq!(file.seek(SeekFrom::End(-3)).unwrap(), 8 * MIB - 3);
    assert_eq!(file.write(b"abcdef").unwrap(), 3);
    let full = file.write(b"def").unwrap_err();
    assert!(
        matches!(full.get_ref().unwrap().downcast_ref(), Some(lvol::Error::Range(_))),
        "{:?}",
        full
    );
    for bad in [SeekFrom::Current(i64::MIN), SeekFrom::End(-9 * MIB as i64)] {
        assert_eq!(file.seek(bad).unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    }
    file.seek(SeekFrom::Start(u64::MAX)).unwrap();
    file.seek(SeekFrom::Current(1)).unwrap_err();
    assert_eq!(file.read(&mut back).unwrap(), 0);
    assert_eq!(file.io().size_bytes(), 8 * MIB);
    let mut reader = world.vg().lv("str").unwrap().open().unwrap().cursor();
    assert!(reader.write(b"x").is_err() && reader.flush().is_ok());
}
