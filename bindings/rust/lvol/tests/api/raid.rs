// SPDX-License-Identifier: LGPL-2.1-or-later
//! Raids and mirrors: made, converted, their legs replaced and split off; what they hold stays.

use crate::fails;
use crate::world::{content, fill, layout, names, World, MIB};
use lvol::{
    JobKind, JobState, LegsReplace, LegsSplit, LvConvert, LvCreate, MirrorLog, RaidChange,
    RaidOptions, Size,
};

fn sync(world: &mut World, lv: &str) {
    assert_eq!(world.ctx.job(lv, JobKind::Sync).unwrap().run().unwrap().state, JobState::Done);
}

fn change(world: &mut World, f: impl FnOnce(&mut lvol::Transaction<'_>) -> lvol::Result<()>) {
    let mut txn = world.begin().start().unwrap();
    f(&mut txn).unwrap();
    txn.commit().unwrap();
}

#[test]
fn create() {
    let mut world = World::new();
    let raid = RaidOptions::new().copies(2).region_bytes(64 << 10).no_sync().write_behind(100);
    let raid = raid.recovery_kib(128, 1024);
    let vg = world.add(&LvCreate::new("r", Size::Bytes(4 * MIB)).segtype("raid1").raid(raid));
    let segment = vg.lv("r").unwrap().segments().next().unwrap();
    assert_eq!((&*segment.kind(), segment.region_bytes()), ("raid1", 64 << 10));
    assert_eq!(segment.number("min_recovery_rate"), Some(128));
    let mirror = LvCreate::new("m", Size::Bytes(4 * MIB)).segtype("mirror");
    world.add(&mirror.raid(RaidOptions::new().log(MirrorLog::Core)));
    let expected = [
        "m",
        "m_mimage_0",
        "m_mimage_1",
        "r",
        "r_rimage_0",
        "r_rimage_1",
        "r_rmeta_0",
        "r_rmeta_1",
    ];
    let mut found = names(&world.vg());
    found.sort();
    assert_eq!(found, expected);
    let mut txn = world.begin().start().unwrap();
    let linear = LvCreate::new("x", Size::Bytes(MIB)).segtype("linear");
    fails!(txn.lv_create(&linear.raid(RaidOptions::new().copies(2))), Invalid);
}

#[test]
fn convert_and_split() {
    let mut world = World::new();
    let data = fill(&world.add_lv("lv", 4 * MIB), "lv", 3);
    change(&mut world, |txn| txn.lv_convert("lv", &LvConvert::more_copies(1)));
    sync(&mut world, "vg0/lv");
    let core = RaidOptions::new().log(MirrorLog::Core);
    change(&mut world, |txn| txn.lv_convert("lv", &LvConvert::to("mirror").raid(core)));
    assert_eq!(content(&world.vg(), "lv"), data);
    change(&mut world, |txn| txn.lv_convert("lv", &LvConvert::to("raid1")));
    sync(&mut world, "vg0/lv");
    change(&mut world, |txn| {
        txn.lv_split_legs("lv", &LegsSplit::tracking_changes())?;
        fails!(txn.lv_merge_leg("lv"), Invalid);
        txn.lv_merge_leg("lv_rimage_1")
    });
    sync(&mut world, "vg0/lv");
    let a = world.a.clone();
    let split = LegsSplit::into_lv("other").count(1).pvs([&a]);
    change(&mut world, |txn| txn.lv_split_legs("lv", &split));
    let vg = world.vg();
    assert_eq!(names(&vg).len(), 2);
    assert!(layout(vg.lv("other").unwrap()).starts_with("a.img"));
    assert!(content(&vg, "lv") == data && content(&vg, "other") == data);
}

#[test]
fn change_raid() {
    let mut world = World::new();
    let (a, b) = (world.a.clone(), world.b.clone());
    let raid = LvCreate::new("lv", Size::Bytes(4 * MIB)).segtype("raid1").pvs([&a, &b]);
    let data = fill(&world.add(&raid), "lv", 4);
    sync(&mut world, "vg0/lv");
    let settings = RaidChange::new().min_recovery_kib(10).max_recovery_kib(100).write_behind(64);
    change(&mut world, |txn| txn.raid_change("lv", &settings.write_mostly([&a])));
    let mut txn = world.begin().start().unwrap();
    fails!(txn.raid_change("lv", &RaidChange::new().write_mostly([&b])), Invalid);
    fails!(txn.raid_change("lv", &RaidChange::new().min_recovery_kib(200)), Invalid);
    txn.abort();
    change(&mut world, |txn| {
        txn.raid_change("lv", &RaidChange::new().toggle_write_mostly([&a]))?;
        txn.raid_change("lv", &RaidChange::new().not_write_mostly([&a]).rebuild([&a]))
    });
    sync(&mut world, "vg0/lv");
    change(&mut world, |txn| txn.raid_change("lv", &RaidChange::new().resync()));
    sync(&mut world, "vg0/lv");
    assert_eq!(content(&world.vg(), "lv"), data);
}

#[test]
fn replace() {
    let mut world = World::new();
    let c = world.folder.image("c.img", 32 * MIB);
    world.ctx.add_path(&c).unwrap();
    change(&mut world, |txn| txn.vg_extend("vg0", [&c]));
    let (a, b) = (world.a.clone(), world.b.clone());
    let raid = LvCreate::new("lv", Size::Bytes(4 * MIB)).segtype("raid1").pvs([&a, &b]);
    let data = fill(&world.add(&raid), "lv", 4);
    sync(&mut world, "vg0/lv");
    let mut txn = world.begin().start().unwrap();
    fails!(txn.lv_replace_legs("lv", &LegsReplace::missing()), Invalid);
    fails!(txn.lv_replace_legs("lv", &LegsReplace::on([&c])), Invalid);
    fails!(txn.lv_convert("lv", &LvConvert::to("raid9")), NotSupported);
    txn.abort();
    change(&mut world, |txn| txn.lv_replace_legs("lv", &LegsReplace::on([&b]).pvs([&c])));
    sync(&mut world, "vg0/lv");
    let vg = world.vg();
    assert_eq!(layout(vg.lv("lv_rimage_1").unwrap()).split(':').next(), Some("c.img"));
    assert_eq!(content(&vg, "lv"), data);
    change(&mut world, |txn| txn.lv_convert("lv", &LvConvert::fewer_copies(1).pvs([&a])));
    assert!(layout(world.vg().lv("lv").unwrap()).starts_with("c.img"));
    assert_eq!(content(&world.vg(), "lv"), data);
}
