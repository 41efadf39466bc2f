// SPDX-License-Identifier: LGPL-2.1-or-later
//! Transactions: commit and abort, preview, locks, and handles of another context.

use crate::fails;
use crate::world::{context, names, World, MIB};
use lvol::{Change, ChangeKind, LvCreate, PvCreate, Size, VgSplit, Wait};
use std::time::Duration;

fn lv(name: &str) -> LvCreate {
    LvCreate::new(name, Size::Bytes(2 * MIB))
}

#[test]
fn commit_and_result() {
    let mut world = World::new();
    let mut txn = world.begin().start().unwrap();
    txn.lv_create(&lv("lv")).unwrap();
    assert_eq!(txn.scan().unwrap().vgs()[0].lv_count(), 0);
    let mut done = txn.commit().unwrap();
    assert_eq!(done.vg_of("vg0").unwrap().seqno(), 2);
    fails!(done.vg_of("vg1"), NotFound);
    assert_eq!(names(&done.vg().unwrap()), ["lv"]);
    assert_eq!(names(&world.vg()), ["lv"]);
}

#[test]
fn dropped_is_aborted() {
    let mut world = World::new();
    let mut txn = world.begin().start().unwrap();
    txn.lv_create(&lv("lv")).unwrap();
    drop(txn);
    world.begin().start().unwrap().abort();
    let failed = || -> lvol::Result<()> {
        let mut txn = world.ctx.begin().vg("vg0").start()?;
        txn.lv_create(&lv("lv"))?;
        txn.lv_create(&lv("lv"))?;
        txn.commit().map(drop)
    };
    fails!({ failed }(), Exists);
    assert_eq!(world.vg().seqno(), 1);
    let txn = world.begin().start().unwrap();
    assert_eq!(txn.commit().unwrap().vg().unwrap().seqno(), 1, "nothing was changed");
}

#[test]
fn aborted_by_a_panic() {
    let mut world = World::new();
    let ctx = &mut world.ctx;
    let panicked = std::thread::scope(|scope| {
        let work = scope.spawn(move || {
            let mut txn = ctx.begin().vg("vg0").start().unwrap();
            txn.lv_create(&lv("lv")).unwrap();
            panic!("half way");
        });
        work.join().is_err()
    });
    assert!(panicked);
    assert_eq!(world.vg().seqno(), 1);
    world.begin().start().unwrap().abort();
}

#[test]
fn preview_and_changes() {
    let mut world = World::new();
    let mut txn = world.begin().start().unwrap();
    assert_eq!(txn.changes().unwrap(), []);
    txn.lv_create(&lv("lv")).unwrap();
    let preview = txn.preview().unwrap();
    assert_eq!((preview.seqno(), preview.lv("lv").unwrap().size_bytes()), (2, 2 * MIB));
    let changes = txn.changes().unwrap();
    let Change { kind, object, subject, text } = &changes[0];
    assert_eq!((*kind, &**object, &**subject), (ChangeKind::Create, "lv", "vg0/lv"));
    assert!(text.contains("2.00 MiB") && changes.len() == 1);
    assert!(format!("{:?}", txn).contains("vg0/lv"));
    fails!(txn.preview_of("vg1"), NotFound);
    txn.abort();
    assert_eq!(names(&preview), ["lv"]);
    assert_eq!(world.vg().lv_count(), 0);
    fails!(preview.lv("lv").unwrap().open(), Conflict);
}

#[test]
fn a_failed_operation_leaves_it_as_it_was() {
    let mut world = World::new();
    world.add(&lv("there"));
    let mut txn = world.begin().start().unwrap();
    txn.lv_create(&lv("one")).unwrap();
    let before = txn.changes().unwrap();
    fails!(txn.lv_create(&lv("there")), Exists);
    fails!(txn.lv_create(&LvCreate::new("big", Size::Bytes(1 << 40))), NoSpace, "extents");
    fails!(txn.vg_rename("vg0", "a/b"), Invalid);
    fails!(txn.lv_remove("home"), NotFound);
    assert_eq!(txn.changes().unwrap(), before);
    assert_eq!(names(&txn.commit().unwrap().vg().unwrap()), ["there", "one"]);
}

#[test]
fn begin_errors() {
    let mut world = World::new();
    fails!(world.ctx.begin().vg("vg1").start(), NotFound, "vg1");
    fails!(world.ctx.begin().vg("v\0g").start(), Invalid, "NUL");
    let txn = world.ctx.begin().vg("vg1").allow_absent().start().unwrap();
    txn.abort();
    let old = world.vg();
    world.add(&lv("lv"));
    fails!(world.begin().unchanged(&old).start(), Conflict);
    let now = world.vg();
    let (a, b) = (world.a.clone(), world.b.clone());
    let held = world.begin().unchanged(&now).start().unwrap();
    let mut other = context(&[a, b]);
    let wait = Wait::AtMost(Duration::from_millis(10));
    fails!(other.begin().vg("vg0").lock_wait(wait).start(), Locked);
    drop(held);
    other.begin().vg(now.uuid()).start().unwrap().abort();
}

#[test]
fn somebody_else_changed_it() {
    let mut world = World::new();
    let mut other = context(&[&world.a, &world.b]);
    let seen = other.vg("vg0").unwrap();
    world.add(&lv("lv"));
    fails!(other.begin().vg(&seen).unchanged(&seen).start(), Conflict);
}

#[test]
fn handles_of_another_context() {
    let mut world = World::new();
    let vg = world.add(&lv("lv"));
    let mine = vg.lv("lv").unwrap();
    let pv = vg.pvs().next().unwrap();
    let mut other = context(&[&world.a, &world.b]);
    let refused = "another context";
    fails!(other.begin().vg(&vg).start(), State, refused);
    fails!(other.begin().vg("vg0").unchanged(&vg).start(), State, refused);
    fails!(other.signature(pv), State, refused);
    let mut txn = other.begin().vg("vg0").start().unwrap();
    let error = fails!(txn.lv_remove(mine), State, refused);
    assert_eq!(error.subject(), "vg0/lv");
    fails!(txn.vg_remove(&vg), State, refused);
    fails!(txn.pv_resize(pv, None), State, refused);
    fails!(txn.lv_create(&lv("new").pvs([pv])), State, refused);
    fails!(txn.lv_create(&lv("new").vg(&vg)), State, refused);
    fails!(txn.pv_create(&PvCreate::new(world.ctx.devices().next().unwrap())), State, refused);
    fails!(txn.vg_split(&VgSplit::new("vg0", "vg1").lv(mine)), State, refused);
    fails!(txn.preview_of(&vg), State, refused);
    assert_eq!(txn.changes().unwrap(), []);
    txn.abort();
    let mut txn = world.begin().start().unwrap();
    txn.lv_remove(mine).unwrap();
    txn.commit().unwrap();
}

#[test]
fn several_vgs() {
    let mut world = World::new();
    let c = world.folder.image("c.img", 8 * MIB);
    world.ctx.add_path(&c).unwrap();
    let mut txn = world.begin().start().unwrap();
    txn.vg_create(&lvol::VgCreate::new("vg1", [&c]).extent_bytes(MIB)).unwrap();
    fails!(txn.lv_create(&lv("lv")), NotFound, "several");
    txn.lv_create(&lv("lv").vg("vg1")).unwrap();
    txn.lv_rename("vg1/lv", "new").unwrap();
    let mut done = txn.commit().unwrap();
    assert_eq!(names(&done.vg_of("vg1").unwrap()), ["new"]);
    fails!(done.vg(), NotFound, "several");
}
