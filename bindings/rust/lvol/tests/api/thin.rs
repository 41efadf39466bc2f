// SPDX-License-Identifier: LGPL-2.1-or-later
//! Thin pools and thin LVs: made, snapshotted, merged, converted, looked into.

use crate::fails;
use crate::world::{World, MIB};
use lvol::{
    LvCreate, Size, ThinChange, ThinDiscards, ThinKind, ThinOptions, ThinPoolChange,
    ThinViewOptions, Vg,
};

const LEN: u64 = 100_000;

fn fill(vg: &Vg, lv: &str, byte: u8) {
    let io = vg.lv(lv).unwrap().open_rw().unwrap();
    io.write_at(&[byte; LEN as usize], 5000).unwrap();
}

fn holds(vg: &Vg, lv: &str, byte: u8) -> bool {
    let mut data = [0; LEN as usize];
    vg.lv(lv).unwrap().open().unwrap().read_at(&mut data, 5000).unwrap();
    data.iter().all(|found| *found == byte)
}

/// With a pool of chunks of 128 KiB, and volume t in it.
fn with_pool() -> World {
    let mut world = World::new();
    let pool = ThinOptions::new().chunk_bytes(128 << 10).no_spare();
    let pool = pool.discards(ThinDiscards::NoPassdown).metadata_bytes(2 * MIB);
    world.add(&LvCreate::new("pool", Size::Bytes(8 * MIB)).segtype("thin-pool").thin(pool));
    world.add(&LvCreate::new("t", Size::Bytes(50 * MIB)).thin(ThinOptions::in_pool("pool")));
    world
}

#[test]
fn life() {
    let mut world = with_pool();
    fill(&world.vg(), "t", b'1');
    let mut txn = world.begin().start().unwrap();
    let nowhere = LvCreate::new("x", Size::Bytes(MIB)).thin(ThinOptions::in_pool("none"));
    fails!(txn.lv_create(&nowhere), NotFound, "none");
    txn.lv_create(&LvCreate::thin_snapshot("s", "t")).unwrap();
    let change = ThinPoolChange::new().zero(false).error_when_full(true);
    txn.thin_pool_change("pool", &change.discards(ThinDiscards::Ignore)).unwrap();
    fails!(txn.thin_pool_change("t", &ThinPoolChange::new().zero(true)), Invalid);
    let vg = txn.commit().unwrap().vg().unwrap();
    fill(&vg, "t", b'2');
    assert!(holds(&vg, "s", b'1'));
    let promise = vg.lv("pool").unwrap().thin_overprovision().unwrap();
    assert_eq!((promise.thin_bytes, promise.pool_bytes), (100 * MIB, 8 * MIB));
    assert!(promise.exceeds_pool && promise.exceeds_vg && promise.exceeds_free);
    let mut txn = world.begin().start().unwrap();
    txn.thin_merge("s").unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    assert!(holds(&vg, "t", b'1') && vg.lv("s").is_err());
    fails!(world.add_lv("lin", MIB).lv("lin").unwrap().thin_overprovision(), Invalid);
}

#[test]
fn converted() {
    let mut world = World::new();
    world.add_lv("data", 6 * MIB);
    world.add_lv("meta", 2 * MIB);
    fill(&world.add_lv("lv", 3 * MIB), "lv", b'3');
    let mut txn = world.begin().start().unwrap();
    fails!(txn.thin_pool_convert("lv", Some("none"), &ThinOptions::new()), NotFound);
    txn.thin_pool_convert("data", Some("meta"), &ThinOptions::new()).unwrap();
    txn.thin_convert("lv", "data", Some("lv_was")).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    assert!(holds(&vg, "lv", b'3') && !vg.lv("lv_was").unwrap().is_writable());
    let mut txn = world.begin().start().unwrap();
    let found = txn.thin_pool_repair("data").unwrap();
    assert_eq!((&*found.backup, found.lost_devices, found.lost_ranges), ("data_meta0", 0, 0));
    txn.commit().unwrap();
    let mut txn = world.begin().start().unwrap();
    txn.thin_pool_swap_metadata("data", "data_meta0").unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    assert!(holds(&vg, "lv", b'3'));
}

#[test]
fn looked_into() {
    let mut world = with_pool();
    fill(&world.vg(), "t", b'1');
    let vg = world.add(&LvCreate::thin_snapshot("s", "t"));
    let io = vg.lv("t").unwrap().open_rw().unwrap();
    io.write_at(b"changed", 10 * MIB).unwrap();
    io.write_at(b"changed", 6000).unwrap();
    drop(io);
    let view = ThinViewOptions::new().open(&vg.lv("pool").unwrap()).unwrap();
    let fill = view.fill().unwrap();
    assert_eq!((fill.block_bytes, fill.data_bytes), (128 << 10, 8 * MIB));
    assert_eq!((fill.data_used_bytes, fill.has_reserved), (3 * (128 << 10), false));
    let (t, s) = (vg.lv("t").unwrap(), vg.lv("s").unwrap());
    let devices: Vec<_> = view.devices().map(|device| device.unwrap()).collect();
    assert_eq!(devices.iter().map(|device| device.lv).collect::<Vec<_>>(), [Some(t), Some(s)]);
    let (of_t, of_s) = (view.device_of(&t).unwrap(), view.device_of(&s).unwrap());
    assert_eq!((of_t.mapped_bytes, of_s.mapped_bytes), (2 * (128 << 10), 128 << 10));
    assert_eq!(view.exclusive_bytes(of_s.id).unwrap(), 128 << 10);
    fails!(view.device_of(&vg.lv("pool").unwrap()), Invalid);
    fails!(view.exclusive_bytes(1000), NotFound);
    let ranges: Vec<_> = view.ranges(of_t.id, 0).unwrap().map(|range| range.unwrap()).collect();
    let kinds: Vec<_> = ranges.iter().map(|range| range.kind).collect();
    assert_eq!(kinds, [ThinKind::Mapped, ThinKind::Zero, ThinKind::Mapped, ThinKind::Zero]);
    assert_eq!(ranges.iter().map(|range| range.length).sum::<u64>(), 50 * MIB);
    let changes = |diff: lvol::ThinDiff<'_>| -> Vec<_> {
        diff.map(|range| range.unwrap()).map(|range| (range.offset, range.change)).collect()
    };
    let expected = [(0, ThinChange::Changed), (10 * MIB, ThinChange::LeftOnly)];
    assert_eq!(changes(view.diff(of_t.id, of_s.id).unwrap()), expected);
    assert_eq!(changes(view.diff_all(of_t.id, of_t.id).unwrap()).len(), 2);
    fails!(view.diff(of_t.id, 1000), NotFound);
    view.release().unwrap();
    let check = vg.lv("pool").unwrap().thin_check().unwrap();
    assert_eq!((check.count, check.findings.len()), (0, 0));
    fails!(ThinViewOptions::new().reserved().open(&t), NotFound);
}

#[test]
fn damaged() {
    let mut world = with_pool();
    fill(&world.vg(), "t", b'1');
    let vg = world.vg();
    let meta = vg.lv("pool_tmeta").unwrap();
    let area = meta.segments().next().unwrap().areas()[0];
    let (pv, extent) = (area.pv.unwrap(), u64::from(area.start_extent));
    let path = pv.dev().unwrap().path().to_owned();
    let start = pv.pe_start_bytes() + extent * MIB;
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    // every block but the superblock
    let zeroes = vec![0; (meta.size_bytes() - 4096) as usize];
    std::os::unix::fs::FileExt::write_all_at(&file, &zeroes, start + 4096).unwrap();
    let check = vg.lv("t").unwrap().thin_check().unwrap();
    assert!(check.count > 0 && check.findings[0].message.contains("damaged"));
    fails!(ThinViewOptions::new().open(&vg.lv("t").unwrap()), Corrupt, "pool_tmeta");
}
