// SPDX-License-Identifier: LGPL-2.1-or-later
//! LVs: reading them, changing them.

use crate::fails;
use crate::world::{layout, World, MIB};
use lvol::{Alloc, LvChange, LvCreate, LvResize, PercentOf, ReadAhead, Size};

#[test]
fn properties() {
    let mut world = World::new();
    let opts =
        LvCreate::new("lv", Size::Bytes(3 * MIB + 1)).tags(["t"]).read_only().activation_skip();
    let opts = opts.no_autoactivation().alloc(Alloc::Contiguous).read_ahead(ReadAhead::None);
    let uuid = "abcdef-abcd-abcd-abcd-abcd-abcd-abcdef";
    let vg = world.add(&opts.uuid(uuid));
    let lv = vg.lv("lv").unwrap();
    assert_eq!((&*lv.name(), &*lv.full_name(), &*lv.uuid()), ("lv", "vg0/lv", uuid));
    assert_eq!((lv.size_bytes(), lv.size_extents(), lv.segment_count()), (4 * MIB, 4, 1));
    assert_eq!((lv.is_visible(), lv.is_writable(), lv.is_partial()), (true, false, false));
    assert_eq!((lv.is_activation_skipped(), lv.is_autoactivated()), (true, false));
    assert_eq!(
        (lv.alloc(), lv.read_ahead(), lv.tags().join(" ")),
        (Alloc::Contiguous, ReadAhead::None, "t".into())
    );
    assert!(lv.creation_time() > 1_600_000_000 && lv.creation_host() != "");
    assert!(lv == vg.lv(uuid).unwrap() && lv != world.vg().lv("lv").unwrap());
    assert_eq!((lv.vg().seqno(), format!("{:?}", lv)), (2, "Lv(\"vg0/lv\")".into()));
    let vg = world.add(&LvCreate::unnamed(Size::Bytes(MIB)));
    assert_eq!(vg.lv("lvol0").unwrap().read_ahead(), ReadAhead::Auto);
}

#[test]
fn segments() {
    let mut world = World::new();
    let striped = LvCreate::new("str", Size::Bytes(8 * MIB)).stripe_count(2).stripe_bytes(16 << 10);
    let vg = world.add(&striped);
    let lv = vg.lv("str").unwrap();
    let segments: Vec<_> = lv.segments().collect();
    let segment = segments[0];
    assert!(segments.len() == 1 && segment.lv() == lv);
    assert_eq!(
        (&*segment.kind(), segment.start_extents(), segment.size_extents()),
        ("striped", 0, 8)
    );
    assert_eq!(
        (segment.stripe_bytes(), segment.region_bytes(), segment.chunk_bytes()),
        (16 << 10, 0, 0)
    );
    assert_eq!(
        (segment.area_count(), segment.areas().len(), segment.meta_areas().len()),
        (2, 2, 0)
    );
    assert_eq!(layout(lv), "a.img:0+4 b.img:0+4");
    assert_eq!((segment.number("stripe_size"), segment.number("chunk_size")), (Some(32), None));
    assert!(segment.reference("origin").is_none() && segment.text("policy").is_none());
    assert_eq!(format!("{:?}", segment), "Segment(striped at 0+8)");
}

#[test]
fn sizes() {
    let mut world = World::new();
    let b = world.b.clone();
    let mut txn = world.begin().start().unwrap();
    txn.lv_create(&LvCreate::new("bytes", Size::Bytes(1))).unwrap();
    txn.lv_create(&LvCreate::new("extents", Size::Extents(2))).unwrap();
    let half = Size::Percent(50, PercentOf::Free);
    txn.lv_create(&LvCreate::new("percent", half).segtype("linear")).unwrap();
    txn.lv_create(&LvCreate::unnamed(Size::Percent(10, PercentOf::Vg))).unwrap();
    txn.lv_create(&LvCreate::new("pvs", Size::Percent(100, PercentOf::Pvs)).pvs([&b])).unwrap();
    for size in [
        Size::Bytes(0),
        Size::Extents(0),
        Size::Percent(0, PercentOf::Vg),
        Size::Percent(101, PercentOf::Free),
    ] {
        fails!(txn.lv_create(&LvCreate::new("no", size)), Invalid);
    }
    fails!(txn.lv_create(&LvCreate::new("no", Size::Bytes(1 << 40))), NoSpace, "extents");
    let vg = txn.commit().unwrap().vg().unwrap();
    let extents = |name| vg.lv(name).unwrap().size_extents();
    assert_eq!(
        (extents("bytes"), extents("extents"), extents("percent"), extents("lvol0")),
        (1, 2, 29, 6)
    );
}

#[test]
fn create_errors() {
    let mut world = World::new();
    world.add_lv("lv", MIB);
    let mut txn = world.begin().start().unwrap();
    let new = || LvCreate::new("new", Size::Bytes(MIB));
    fails!(txn.lv_create(&LvCreate::new("lv", Size::Bytes(MIB))), Exists);
    fails!(txn.lv_create(&LvCreate::new("a/b", Size::Bytes(MIB))), Invalid);
    fails!(txn.lv_create(&LvCreate::new("no\0", Size::Bytes(MIB))), Invalid, "NUL");
    fails!(txn.lv_create(&new().segtype("raid7")), NotSupported);
    fails!(txn.lv_create(&new().pvs(["c.img"])), NotFound);
    fails!(txn.lv_create(&new().stripe_count(2).stripe_bytes(1000)), Invalid);
    fails!(txn.lv_create(&new().vg("vg1")), NotFound);
    fails!(txn.lv_create(&new().alloc(Alloc::Other(99))), Invalid);
    fails!(txn.lv_create(&new().tags(["no tag!?"])), Invalid);
    fails!(txn.lv_create(&new().uuid("short")), Invalid);
    assert_eq!(txn.changes().unwrap(), []);
}

#[test]
fn first_bytes_are_zeroed() {
    let mut world = World::new();
    let old = world.add_lv("old", 2 * MIB);
    old.lv("old").unwrap().open_rw().unwrap().write_at(&[7; 8192], 0).unwrap();
    for (opts, byte) in [
        (LvCreate::new("new", Size::Bytes(2 * MIB)).no_zero(), 7),
        (LvCreate::new("new", Size::Bytes(2 * MIB)), 0),
    ] {
        let mut txn = world.begin().start().unwrap();
        txn.lv_remove(if byte == 7 { "old" } else { "new" }).unwrap();
        txn.lv_create(&opts).unwrap();
        let vg = txn.commit().unwrap().vg().unwrap();
        let mut back = [1; 4097];
        vg.lv("new").unwrap().open().unwrap().read_at(&mut back, 0).unwrap();
        assert_eq!((back[0], back[4095], back[4096]), (byte, byte, 7));
    }
}

#[test]
fn snapshots() {
    let mut world = World::new();
    world.add_lv("lv", 8 * MIB);
    let half = Size::Percent(50, PercentOf::Origin);
    let mut txn = world.begin().start().unwrap();
    fails!(txn.lv_create(&LvCreate::new("snap", half).snapshot_of("home")), NotFound, "home");
    fails!(
        txn.lv_create(&LvCreate::new("snap", half).snapshot_of("lv").chunk_bytes(5000)),
        Invalid
    );
    fails!(txn.lv_create(&LvCreate::new("snap", half)), Invalid);
    txn.lv_create(&LvCreate::new("snap", half).snapshot_of("lv").chunk_bytes(8192)).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    let snapshot = vg.lvs().flat_map(|lv| lv.segments()).find(|s| s.kind() == "snapshot").unwrap();
    assert_eq!((snapshot.chunk_bytes(), snapshot.reference("origin")), (8192, vg.find_lv("lv")));
    assert_eq!(snapshot.reference("cow_store"), vg.find_lv("snap"));
    assert!((4 * MIB..8 * MIB).contains(&vg.lv("snap").unwrap().size_bytes()));
}

#[test]
fn resize() {
    let mut world = World::new();
    let (a, b) = (world.a.clone(), world.b.clone());
    world.add(&LvCreate::new("lv", Size::Bytes(4 * MIB)).pvs([&a]));
    let mut txn = world.begin().start().unwrap();
    let grow = LvResize::grow_by(Size::Bytes(2 * MIB)).pvs([&b]).alloc(Alloc::Anywhere);
    txn.lv_resize("lv", &grow).unwrap();
    assert_eq!(layout(txn.preview().unwrap().lv("lv").unwrap()), "a.img:0+4, b.img:0+2");
    fails!(txn.lv_resize("vg0/lv", &LvResize::to(Size::Extents(1))), Invalid, "SHRINK");
    txn.lv_resize("lv", &LvResize::shrink_by(Size::Extents(3)).allow_shrink()).unwrap();
    assert_eq!(layout(txn.preview().unwrap().lv("lv").unwrap()), "a.img:0+3");
    txn.lv_resize("lv", &LvResize::grow_by(Size::Extents(4)).stripe_count(2).stripe_bytes(4096))
        .unwrap();
    let preview = txn.preview().unwrap();
    let kinds: Vec<_> =
        preview.lv("lv").unwrap().segments().map(|s| s.kind().into_owned()).collect();
    assert_eq!(kinds, ["linear", "striped"]);
    fails!(txn.lv_resize("home", &LvResize::to(Size::Bytes(MIB))), NotFound);
    fails!(txn.lv_resize("lv", &LvResize::grow_by(Size::Extents(1000))), NoSpace);
    fails!(txn.lv_resize("lv", &LvResize::to(Size::Bytes(0))), Invalid);
    txn.commit().unwrap();
}

#[test]
fn content_stays_when_it_grows() {
    let mut world = World::new();
    let vg = world.add_lv("lv", 2 * MIB);
    let data = crate::world::noise(2 << 20, 5);
    vg.lv("lv").unwrap().open_rw().unwrap().write_at(&data, 0).unwrap();
    let mut txn = world.begin().start().unwrap();
    txn.lv_resize("lv", &LvResize::to(Size::Extents(40))).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    let mut back = vec![0; data.len()];
    let io = vg.lv("lv").unwrap().open().unwrap();
    io.read_at(&mut back, 0).unwrap();
    assert!(back == data && io.size_bytes() == 40 * MIB);
}

#[test]
fn rename_change_remove() {
    let mut world = World::new();
    world.add_lv("other", MIB);
    let vg = world.add_lv("lv", MIB);
    let lv = vg.lv("lv").unwrap();
    let mut txn = world.begin().start().unwrap();
    fails!(txn.lv_rename(lv, "other"), Exists);
    fails!(txn.last_lv(), NotFound);
    txn.lv_rename(lv, "new").unwrap();
    let seen = txn.lv_glance("new").unwrap();
    assert_eq!(
        (seen.name.as_str(), seen.vg.as_str(), seen.size_bytes),
        ("new", vg.name().as_ref(), MIB)
    );
    assert_eq!(seen.uuid, lv.uuid());
    fails!(txn.lv_glance("lv"), NotFound);
    let change = LvChange::new().writable(false).activation_skip(true).autoactivation(false);
    let change =
        change.alloc(Alloc::Anywhere).read_ahead(ReadAhead::Bytes(64 << 10)).add_tags(["x"]);
    txn.lv_change("new", &change).unwrap();
    fails!(txn.lv_change("new", &LvChange::new().read_ahead(ReadAhead::Bytes(1000))), Invalid);
    fails!(txn.lv_change("new", &LvChange::new().read_ahead(ReadAhead::Bytes(u64::MAX))), Invalid);
    fails!(txn.lv_remove(lv), NotFound);
    txn.lv_remove("other").unwrap();
    let after = txn.commit().unwrap().vg().unwrap();
    let new = after.lvs().next().unwrap();
    assert!(after.lv_count() == 1 && new.name() == "new" && new.uuid() == lv.uuid());
    assert_eq!((new.tags().join(" "), new.read_ahead()), ("x".into(), ReadAhead::Bytes(64 << 10)));
    assert_eq!(
        (new.is_writable(), new.is_activation_skipped(), new.is_autoactivated()),
        (false, true, false)
    );
    let mut txn = world.begin().start().unwrap();
    txn.lv_change(new, &LvChange::new().remove_tags(["x"]).writable(true)).unwrap();
    let after = txn.commit().unwrap().vg().unwrap();
    let new = after.lv("new").unwrap();
    assert!(new.tags().is_empty() && new.is_activation_skipped() && new.is_writable());
}

#[test]
fn open_lvs_stay() {
    let mut world = World::new();
    let vg = world.add_lv("lv", 2 * MIB);
    let io = vg.lv("lv").unwrap().open().unwrap();
    let mut txn = world.begin().start().unwrap();
    fails!(txn.lv_remove("lv"), Busy);
    fails!(txn.lv_resize("lv", &LvResize::to(Size::Bytes(MIB)).allow_shrink()), Busy);
    drop(io);
    txn.lv_remove("lv").unwrap();
    txn.commit().unwrap();
}

#[test]
fn name_rules() {
    lvol::check_lv_name("vg0", "root").unwrap();
    fails!(lvol::check_lv_name("vg0", "pvmove0"), Invalid);
    fails!(lvol::check_lv_name("vg0", ""), Invalid);
}
