// SPDX-License-Identifier: LGPL-2.1-or-later
//! PVs: reading them, changing them.

use crate::fails;
use crate::world::{context, Folder, World, MIB};
use lvol::{LvCreate, PvChange, PvCreate, Size};
use std::path::Path;

#[test]
fn properties() {
    let mut world = World::new();
    let place = format!("{}:5-", world.b);
    let vg = world.add(&LvCreate::new("lv", Size::Bytes(3 * MIB)).pvs([&place]));
    let pv = vg.pv(&world.b).unwrap();
    assert_eq!(
        (&*pv.name(), pv.size_bytes(), pv.dev_size_bytes()),
        (&*world.b, 31 * MIB, 32 * MIB)
    );
    assert_eq!((pv.size_extents(), pv.used_extents(), pv.pe_start_bytes()), (31, 3, MIB));
    assert_eq!((pv.ba_start_bytes(), pv.ba_size_bytes(), pv.tags().len()), (0, 0, 0));
    assert_eq!(
        (pv.is_allocatable(), pv.is_missing(), pv.is_in_use(), pv.is_duplicate()),
        (true, false, true, false)
    );
    assert_eq!((pv.metadata_area_count(), pv.metadata_area_used_count()), (1, 1));
    let areas = pv.metadata_areas();
    assert!(areas.len() == 1 && areas[0].start_bytes == 4096 && areas[0].size_bytes > 0);
    assert!(vg.pv(&pv.uuid()).unwrap() == pv && vg.pv(&world.a).unwrap() != pv);
    assert_eq!(pv.vg().unwrap().seqno(), vg.seqno());
    assert_eq!(pv.dev(), world.ctx.device(&world.b));
    assert_eq!(pv.dev().unwrap().path(), Path::new(&world.b));
    assert_eq!(pv.device_hint(), world.b);
    let runs: Vec<_> = pv
        .runs()
        .map(|run| {
            (run.start_extent, run.count_extents, run.segment.map(|s| s.lv().name().into_owned()))
        })
        .collect();
    assert_eq!(runs, [(0, 5, None), (5, 3, Some("lv".into())), (8, 23, None)]);
}

#[test]
fn create_change_remove() {
    let folder = Folder::new();
    let (a, b) = (folder.image("a.img", 32 * MIB), folder.image("b.img", 32 * MIB));
    let small = folder.image("small.img", 4096);
    let mut ctx = context(&[&a, &b, &small]);
    let mut txn = ctx.begin().start().unwrap();
    let opts = PvCreate::new(&a).metadata_copies(2).metadata_bytes(MIB).bootloader_bytes(MIB);
    txn.pv_create(&opts.label_sector(0).size_bytes(20 * MIB)).unwrap();
    let opts = PvCreate::new(Path::new(&b)).metadata_copies(0).data_alignment_bytes(2 * MIB);
    let opts =
        opts.data_alignment_offset_bytes(4096).uuid("abcdef-abcd-abcd-abcd-abcd-abcd-abcdef");
    txn.pv_create(&opts).unwrap();
    fails!(txn.pv_create(&PvCreate::new(&small)), NoSpace);
    fails!(txn.pv_create(&PvCreate::new("c.img")), NotFound, "c.img");
    fails!(txn.pv_create(&PvCreate::new(&small).label_sector(4)), Invalid);
    fails!(txn.pv_create(&PvCreate::new(&small).label_sector(u32::MAX)), Invalid);
    txn.commit().unwrap();
    let scan = ctx.scan().unwrap();
    let orphans = scan.orphans();
    let find = |name: &str| *orphans.iter().find(|pv| pv.name() == name).unwrap();
    let (one, two) = (find(&a), find(&b));
    assert!(
        one.metadata_area_count() == 2
            && one.ba_size_bytes() >= MIB
            && one.dev_size_bytes() == 20 * MIB
    );
    assert!(two.metadata_areas().is_empty() && two.pe_start_bytes() == 2 * MIB + 4096);
    assert!(two.uuid().starts_with("abcdef-"));
    let mut txn = ctx.begin().start().unwrap();
    txn.pv_remove(one).unwrap();
    txn.pv_change(two, &PvChange::new().new_uuid()).unwrap();
    fails!(txn.pv_remove(&small), NotFound);
    txn.commit().unwrap();
    let scan = ctx.scan().unwrap();
    assert!(scan.orphans().len() == 1 && !scan.orphans()[0].uuid().starts_with("abcdef-"));
}

#[test]
fn of_a_vg() {
    let mut world = World::new();
    let (a, b) = (world.a.clone(), world.b.clone());
    world.add(&LvCreate::new("lv", Size::Bytes(10 * MIB)).pvs([&a]));
    let mut txn = world.begin().start().unwrap();
    fails!(txn.pv_create(&PvCreate::new(&a)), Busy, "vg0");
    fails!(txn.pv_remove(&a), Busy, "vg0");
    fails!(txn.pv_resize(&a, Some(5 * MIB)), Busy);
    fails!(txn.pv_resize(&a, Some(500 * MIB)), Invalid);
    txn.pv_resize(&a, Some(20 * MIB)).unwrap();
    txn.pv_change(&b, &PvChange::new().allocatable(false).add_tags(["t1", "t2"])).unwrap();
    txn.pv_change(&b, &PvChange::new().remove_tags(["t1"])).unwrap();
    fails!(txn.pv_change(&b, &PvChange::new().add_tags(["no tag!?"])), Invalid);
    let vg = txn.commit().unwrap().vg().unwrap();
    assert_eq!(vg.pv(&a).unwrap().size_extents(), 19);
    assert_eq!(
        (vg.pv(&b).unwrap().tags().join(" "), vg.pv(&b).unwrap().is_allocatable()),
        ("t2".into(), false)
    );
    let mut txn = world.begin().start().unwrap();
    txn.pv_resize(vg.pv(&a).unwrap(), None).unwrap();
    txn.pv_change(&b, &PvChange::new().metadata_ignore(true)).unwrap();
    fails!(txn.pv_change(&a, &PvChange::new().metadata_ignore(true)), Invalid);
    let vg = txn.commit().unwrap().vg().unwrap();
    assert_eq!(vg.pv(&a).unwrap().size_extents(), 31);
    assert_eq!(vg.pv(&b).unwrap().metadata_area_used_count(), 0);
}

#[test]
fn restored_from_a_backup() {
    let mut world = World::new();
    let vg = world.vg();
    let (text, uuid) = (vg.export_text().unwrap(), vg.pv(&world.b).unwrap().uuid());
    world.folder.image("b.img", 0);
    world.folder.image("b.img", 32 * MIB);
    let mut ctx = context(&[&world.a, &world.b]);
    assert!(ctx.vg("vg0").unwrap().pv(&uuid).unwrap().is_missing());
    let mut txn = ctx.begin().vg("vg0").allow_partial().start().unwrap();
    txn.pv_create(&PvCreate::new(&world.b).uuid(&uuid).restore_text(&text)).unwrap();
    txn.vg_restore("vg0", &text).unwrap();
    txn.commit().unwrap();
    assert!(!ctx.vg("vg0").unwrap().is_partial());
}

#[test]
fn a_vg_that_nobody_describes() {
    let mut world = World::new();
    world.add(&LvCreate::new("lv", Size::Bytes(MIB)));
    let b = world.b.clone();
    let mut txn = world.begin().start().unwrap();
    txn.pv_change(&b, &PvChange::new().metadata_ignore(true)).unwrap();
    txn.commit().unwrap();
    let mut ctx = context(&[&world.b]);
    let mut txn = ctx.begin().start().unwrap();
    fails!(txn.pv_remove(&world.b), Busy);
    fails!(txn.pv_create(&PvCreate::new(&world.b)), Busy);
    txn.pv_create(&PvCreate::new(&world.b).force_used().metadata_ignore()).unwrap();
    txn.abort();
    let mut txn = ctx.begin().start().unwrap();
    txn.pv_remove_force_used(&world.b).unwrap();
    txn.commit().unwrap();
    assert!(ctx.scan().unwrap().orphans().is_empty());
}
