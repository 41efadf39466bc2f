// SPDX-License-Identifier: LGPL-2.1-or-later
//! Moves and merges: begun in a transaction, finished by a job.

use crate::fails;
use crate::world::{content, fill, layout, names, World, MIB};
use lvol::{Alloc, JobKind, JobState, LvCreate, PvMove, Size, SnapshotAttach};

fn on_a(world: &mut World) {
    let a = world.a.clone();
    world.add(&LvCreate::new("lv", Size::Bytes(12 * MIB)).pvs([&a]));
}

fn begin_move(world: &mut World, opts: &PvMove) -> String {
    let mut txn = world.begin().start().unwrap();
    txn.pv_move(opts).unwrap();
    let lv = txn.last_lv().unwrap();
    txn.commit().unwrap();
    format!("{}/{}", lv.vg, lv.name)
}

#[test]
fn moved() {
    let mut world = World::new();
    on_a(&mut world);
    let data = fill(&world.vg(), "lv", 1);
    let (a, b) = (world.a.clone(), world.b.clone());
    let name = begin_move(&mut world, &PvMove::from(&a).to([&b]));
    assert_eq!(content(&world.vg(), "lv"), data);
    let mut job = world.ctx.job(&name, JobKind::Pending).unwrap();
    let first = job.status().unwrap();
    assert_eq!((first.kind, first.state, first.done_bytes), (JobKind::Move, JobState::Running, 0));
    let second = job.step(MIB).unwrap();
    assert!(second.done_bytes >= MIB && second.done_bytes < 12 * MIB);
    drop(job); // and taken up again
    let mut job = world.ctx.job(&name, JobKind::Move).unwrap();
    let last = job.run().unwrap();
    assert_eq!((last.state, last.done_bytes), (JobState::Done, last.total_bytes));
    fails!(job.abort(), State);
    drop(job);
    assert_eq!(layout(world.vg().lv("lv").unwrap()), "b.img:0+12");
    assert_eq!(content(&world.vg(), "lv"), data);
}

#[test]
fn given_up() {
    let mut world = World::new();
    on_a(&mut world);
    let a = world.a.clone();
    let opts = PvMove::from(format!("{}:0-1", a)).lv("lv").vg("vg0").alloc(Alloc::Normal).atomic();
    let name = begin_move(&mut world, &opts);
    let mut job = world.ctx.job(&name, JobKind::Move).unwrap();
    job.abort().unwrap();
    assert_eq!(job.status().unwrap().state, JobState::Aborted);
    drop(job);
    assert_eq!(layout(world.vg().lv("lv").unwrap()), "a.img:0+12");
    fails!(world.ctx.job(&name, JobKind::Pending), NotFound);
    let b = world.b.clone();
    let mut txn = world.begin().start().unwrap();
    fails!(txn.pv_move(&PvMove::from(&b)), State);
}

#[test]
fn snapshots() {
    let mut world = World::new();
    world.add_lv("org", 2 * MIB);
    let snapshot = LvCreate::new("snap", Size::Bytes(3 * MIB)).snapshot_of("org");
    let data = fill(&world.add(&snapshot.chunk_bytes(8192)), "snap", 2);
    let mut txn = world.begin().start().unwrap();
    txn.snapshot_split("snap").unwrap();
    txn.snapshot_attach("org", "snap", &SnapshotAttach::new().chunk_bytes(8192)).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    assert_eq!(content(&vg, "snap"), data);
    let mut txn = world.begin().start().unwrap();
    txn.snapshot_merge(vg.lv("snap").unwrap()).unwrap();
    fails!(txn.snapshot_merge("snap"), NotSupported);
    let vg = txn.commit().unwrap().vg().unwrap();
    assert_eq!(content(&vg, "org"), data);
    let mut job = world.ctx.job(vg.lv("org").unwrap(), JobKind::Merge).unwrap();
    fails!(job.abort(), NotSupported);
    assert_eq!(job.run().unwrap().state, JobState::Done);
    drop(job);
    assert_eq!(names(&world.vg()), ["org"]);
    world.add_lv("other", MIB);
    let mut txn = world.begin().start().unwrap();
    txn.snapshot_attach("org", "other", &SnapshotAttach::new().empty()).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    assert!(content(&vg, "other") == data && content(&vg, "org") == data);
}

#[test]
fn refused() {
    let mut world = World::new();
    world.add_lv("lv", MIB);
    fails!(world.ctx.job("vg0/lv", JobKind::Sync), NotSupported);
    fails!(world.ctx.job("vg0/lv", JobKind::Repair), NotSupported);
    fails!(world.ctx.job("vg0/lv", JobKind::Pending), State);
    fails!(world.ctx.job("lv", JobKind::Pending), Invalid);
    fails!(world.ctx.job("vg0/none", JobKind::Pending), NotFound);
    fails!(world.ctx.job("vg0/lv", JobKind::Other(99)), Invalid);
}
