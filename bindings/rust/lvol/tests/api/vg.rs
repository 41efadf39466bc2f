// SPDX-License-Identifier: LGPL-2.1-or-later
//! VGs: reading them, changing them.

use crate::fails;
use crate::world::{context, layout, names, World, MIB};
use lvol::{Alloc, LvCreate, Picture, ProblemCode, Size, VgChange, VgCreate, VgSplit};
use std::fs;

#[test]
fn properties() {
    let mut world = World::new();
    let mut txn = world.begin().start().unwrap();
    let change = VgChange::new().max_lv(5).max_pv(6).alloc(Alloc::Cling).add_tags(["x", "y"]);
    txn.vg_change("vg0", &change.autoactivation(false)).unwrap();
    txn.lv_create(&LvCreate::new("lv", Size::Bytes(4 * MIB))).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    assert_eq!(
        (&*vg.name(), vg.seqno(), vg.extent_bytes(), vg.pv_count(), vg.lv_count()),
        ("vg0", 2, MIB, 2, 1)
    );
    assert_eq!((vg.size_extents(), vg.free_extents()), (62, 58));
    assert_eq!((vg.size_bytes(), vg.free_bytes()), (62 * MIB, 58 * MIB));
    assert_eq!(
        (vg.max_lv(), vg.max_pv(), vg.metadata_copies(), vg.missing_pv_count()),
        (5, 6, 0, 0)
    );
    assert_eq!((vg.alloc(), vg.tags().join(" ")), (Alloc::Cling, "x y".into()));
    assert_eq!((vg.is_exported(), vg.is_resizeable(), vg.is_partial()), (false, true, false));
    assert_eq!((vg.is_writable(), vg.is_autoactivated()), (true, false));
    assert_eq!((&*vg.system_id(), &*vg.lock_type(), vg.problems().len()), ("", "", 0));
    assert_eq!(vg.uuid().len(), 38);
    assert_eq!(world.ctx.vg(&vg.uuid()).unwrap().name(), "vg0");
    assert_eq!(format!("{:?}", vg), "Vg(\"vg0\", seqno 2)");
    vg.check().unwrap();
}

#[test]
fn snapshots_do_not_change() {
    let mut world = World::new();
    let before = world.vg();
    let copy = before.clone();
    world.add_lv("lv", MIB);
    drop(before);
    assert_eq!((copy.lvs().count(), copy.seqno(), world.vg().seqno()), (0, 1, 2));
}

#[test]
fn not_found() {
    let mut world = World::new();
    fails!(world.ctx.vg("vg1"), NotFound);
    let vg = world.vg();
    assert_eq!(fails!(vg.lv("home"), NotFound, "home").subject(), "vg0/home");
    fails!(vg.pv("c.img"), NotFound, "c.img");
    assert!(vg.find_lv("a\0b").is_none() && vg.find_pv("").is_none());
}

#[test]
fn texts() {
    let mut world = World::new();
    let text = world.add_lv("lv", 4 * MIB).export_text().unwrap();
    assert!(text.contains("vg0 {"));
    assert_eq!(world.ctx.vg_from_text(&text).unwrap().lv("lv").unwrap().size_bytes(), 4 * MIB);
    fails!(world.ctx.vg_from_text("vg0 {"), Corrupt, "line");
    fails!(world.ctx.vg_from_text(""), Corrupt);
    let mut txn = world.begin().start().unwrap();
    txn.lv_remove("lv").unwrap();
    txn.commit().unwrap();
    let mut txn = world.begin().start().unwrap();
    fails!(txn.vg_restore("vg0", b"nonsense"), Corrupt);
    txn.vg_restore("vg0", &text).unwrap();
    txn.commit().unwrap();
    let vg = world.vg();
    assert!(vg.lv("lv").unwrap().size_extents() == 4 && vg.seqno() > 3);
}

#[test]
fn pictures() {
    let mut world = World::new();
    let vg = world.add_lv("lv", 4 * MIB);
    let text = vg.picture(&Picture::new().width(60).ascii()).unwrap();
    assert!(text.contains("a.img") && text.is_ascii());
    assert!(vg.picture(&Picture::new().svg()).unwrap().contains("<svg"));
    assert!(vg.picture(&Picture::new().colour()).unwrap().contains('\u{1b}'));
    fails!(vg.picture(&Picture::new().width(7)), Invalid);
}

#[test]
fn name_rules() {
    lvol::check_vg_name("vg0").unwrap();
    fails!(lvol::check_vg_name(".."), Invalid);
    fails!(lvol::check_vg_name(&"v".repeat(200)), Invalid);
    fails!(lvol::check_vg_name("a\0"), Invalid);
}

#[test]
fn create() {
    let mut world = World::new();
    let c = world.folder.image("c.img", 32 * MIB);
    world.ctx.add_path(&c).unwrap();
    let mut txn = world.ctx.begin().start().unwrap();
    fails!(txn.vg_create(&VgCreate::new("vg0", [&c])), Exists);
    fails!(txn.vg_create(&VgCreate::new("vg1", [&world.a])), Busy, "vg0");
    fails!(txn.vg_create(&VgCreate::new("vg1", ["d.img"])), NotFound, "d.img");
    fails!(txn.vg_create(&VgCreate::new("vg1", [&c]).extent_bytes(1000)), Invalid);
    fails!(txn.vg_create(&VgCreate::new("vg1", [&c]).extent_bytes(1 << 30)), NoSpace);
    fails!(txn.vg_create(&VgCreate::new("vg1", [&c]).tags(["no tag!?"])), Invalid);
    assert_eq!(txn.changes().unwrap(), []);
    let opts =
        VgCreate::new("vg1", [&c]).metadata_copies(1).max_lv(3).max_pv(9).alloc(Alloc::Anywhere);
    let opts = opts.tags(["t"]).system_id("").no_autoactivation();
    txn.vg_create(&opts).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    assert_eq!(
        (vg.tags().join(" "), vg.metadata_copies(), vg.max_lv(), vg.max_pv()),
        ("t".into(), 1, 3, 9)
    );
    assert_eq!(
        (vg.alloc(), vg.is_autoactivated(), vg.extent_bytes()),
        (Alloc::Anywhere, false, 4 * MIB)
    );
}

#[test]
fn members() {
    let mut world = World::new();
    let (a, b, c) = (world.a.clone(), world.b.clone(), world.folder.image("c.img", 32 * MIB));
    world.ctx.add_path(&c).unwrap();
    let vg = world.add(&LvCreate::new("lv", Size::Bytes(4 * MIB)).pvs([&a]));
    let mut txn = world.begin().start().unwrap();
    txn.vg_extend("vg0", [&c]).unwrap();
    fails!(txn.vg_extend("vg0", [&b]), Exists);
    fails!(txn.vg_reduce("vg0", [&a]), Busy, "lv");
    fails!(txn.vg_reduce("vg0", ["d.img"]), NotFound);
    txn.vg_reduce(&vg, [vg.pv(&b).unwrap()]).unwrap();
    txn.commit().unwrap();
    assert_eq!(world.vg().pvs().map(|pv| pv.name().into_owned()).collect::<Vec<_>>(), [a, c]);
    let scan = world.ctx.scan().unwrap();
    let orphans = scan.orphans();
    assert!(orphans.len() == 1 && orphans[0].name() == b && orphans[0].vg().is_none());
    assert_eq!(orphans[0].runs().count(), 0);
    assert!(format!("{:?}", scan).contains("b.img"));
}

#[test]
fn rename_change_remove() {
    let mut world = World::new();
    let uuid = world.add_lv("lv", MIB).uuid();
    let mut txn = world.begin().start().unwrap();
    txn.vg_rename("vg0", "vg1").unwrap();
    let change =
        VgChange::new().new_uuid().extent_bytes(512 << 10).system_id("").metadata_copies(2);
    txn.vg_change("vg1", &change.add_tags(["a", "b"])).unwrap();
    txn.vg_change("vg1", &VgChange::new().resizeable(false).remove_tags(["a"])).unwrap();
    fails!(txn.vg_change("vg1", &VgChange::new().extent_bytes(3)), Invalid);
    txn.commit().unwrap();
    let vg = world.ctx.vg("vg1").unwrap();
    assert!(vg.uuid() != uuid && vg.extent_bytes() == 512 << 10 && !vg.is_resizeable());
    assert_eq!((vg.tags().join(" "), vg.metadata_copies()), ("b".into(), 2));
    let mut txn = world.ctx.begin().vg(&vg).start().unwrap();
    fails!(txn.vg_remove("vg1"), Busy, "lv");
    txn.vg_remove_with_lvs(&vg).unwrap();
    txn.commit().unwrap();
    let scan = world.ctx.scan().unwrap();
    assert!(scan.vgs().is_empty() && scan.orphans().len() == 2);
}

#[test]
fn export_and_import() {
    let mut world = World::new();
    let mut txn = world.begin().start().unwrap();
    txn.vg_export("vg0").unwrap();
    txn.commit().unwrap();
    assert!(world.vg().is_exported());
    fails!(world.begin().start(), Exported);
    let mut txn = world.begin().allow_exported().start().unwrap();
    txn.vg_import("vg0").unwrap();
    fails!(txn.vg_import("vg0"), State);
    txn.commit().unwrap();
    assert!(!world.vg().is_exported());
}

#[test]
fn foreign() {
    let mut world = World::new();
    let mut txn = world.begin().start().unwrap();
    txn.vg_change("vg0", &VgChange::new().system_id("elsewhere")).unwrap();
    txn.commit().unwrap();
    assert_eq!(world.vg().system_id(), "elsewhere");
    fails!(world.begin().start(), Foreign);
    world.begin().allow_foreign().start().unwrap().abort();
}

#[test]
fn split_and_merge() {
    let mut world = World::new();
    let (a, b) = (world.a.clone(), world.b.clone());
    world.add(&LvCreate::new("one", Size::Bytes(2 * MIB)).pvs([&a]));
    world.add(&LvCreate::new("two", Size::Bytes(2 * MIB)).pvs([&b]));
    let mut txn = world.begin().start().unwrap();
    txn.vg_split(&VgSplit::new("vg0", "vg1").pvs([&b])).unwrap();
    let mut done = txn.commit().unwrap();
    assert_eq!(names(&done.vg_of("vg1").unwrap()), ["two"]);
    drop(done);
    let mut txn = world.begin().vg("vg1").start().unwrap();
    txn.vg_merge("vg0", "vg1").unwrap();
    let vg = txn.commit().unwrap().vg_of("vg0").unwrap();
    assert_eq!(
        (names(&vg), layout(vg.lv("two").unwrap())),
        (vec!["one".into(), "two".into()], "b.img:0+2".into())
    );
    let mut txn = world.begin().start().unwrap();
    txn.vg_split(&VgSplit::new(&vg, "vg2").lv(vg.lv("two").unwrap())).unwrap();
    txn.commit().unwrap();
    let found = world.ctx.scan().unwrap().vgs();
    assert_eq!(found.iter().map(|vg| vg.name()).collect::<Vec<_>>(), ["vg0", "vg2"]);
}

#[test]
fn missing_pvs() {
    let mut world = World::new();
    let b = world.b.clone();
    world.add(&LvCreate::new("lv", Size::Bytes(2 * MIB)).pvs([&b]));
    let mut ctx = context(&[&world.a]);
    let vg = ctx.vg("vg0").unwrap();
    assert!(vg.is_partial() && vg.missing_pv_count() == 1 && vg.lv("lv").unwrap().is_partial());
    let missing = vg.pvs().find(|pv| pv.is_missing()).unwrap();
    assert!(
        missing.name() == ""
            && missing.dev().is_none()
            && vg.find_pv(&missing.uuid()) == Some(missing)
    );
    assert!(vg.problems().iter().any(|p| p.code == ProblemCode::MissingPv));
    fails!(vg.check(), Corrupt);
    fails!(ctx.begin().vg("vg0").start(), MissingPv);
    let mut txn = ctx.begin().vg("vg0").allow_partial().start().unwrap();
    fails!(txn.vg_reduce_missing("vg0"), Busy, "lv");
    txn.lv_remove("lv").unwrap();
    txn.vg_reduce_missing("vg0").unwrap();
    txn.commit().unwrap();
    assert!(!ctx.vg("vg0").unwrap().is_partial());
}

#[test]
fn damaged_metadata() {
    let mut world = World::new();
    let text = world.vg().export_text().unwrap();
    for path in [&world.a, &world.b] {
        let mut bytes = fs::read(path).unwrap();
        bytes[4096 + 512..8192].fill(0xff); // the text in the metadata area
        fs::write(path, bytes).unwrap();
    }
    let mut ctx = context(&[&world.a, &world.b]);
    let error = ctx.vg("vg0").unwrap_err();
    assert!(matches!(error, lvol::Error::Corrupt(_) | lvol::Error::NotFound(_)), "{:?}", error);
    assert!(!ctx.scan().unwrap().problems().is_empty());
    let mut txn = ctx.begin().vg("vg0").allow_absent().allow_damaged().start().unwrap();
    txn.vg_restore("vg0", text).unwrap();
    txn.commit().unwrap();
    ctx.vg("vg0").unwrap().check().unwrap();
}
