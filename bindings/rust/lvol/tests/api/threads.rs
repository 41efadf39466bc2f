// SPDX-License-Identifier: LGPL-2.1-or-later
//! What may be used from several threads, and what the compiler keeps from it.

use crate::world::{noise, World, MIB};
use lvol::*;
use std::thread;

/// `T: is_not!(Trait)`: two ways to fill in the parameter exist if T has the trait, and the compiler refuses to choose.
macro_rules! is_not {
    ($($type:ty: $trait:ident),* $(,)?) => {$(
        {
            trait OneWay<A> {
                fn check() {}
            }
            struct Both;
            impl<T: ?Sized> OneWay<()> for T {}
            impl<T: ?Sized + $trait> OneWay<Both> for T {}
            <$type as OneWay<_>>::check();
        }
    )*};
}

fn is_send<T: Send>() {}
fn is_shared<T: Send + Sync>() {}

#[test]
fn traits_are_what_the_library_allows() {
    is_send::<Context>();
    is_send::<Transaction<'static>>();
    is_send::<Committed<'static>>();
    is_send::<Queue>();
    is_not! { Context: Sync, Transaction<'static>: Sync, Committed<'static>: Sync, Queue: Sync }
    is_not! { Transaction<'static>: Clone, Context: Clone, Committed<'static>: Clone, Queue: Clone }
    is_shared::<Vg>();
    is_shared::<Pv<'static>>();
    is_shared::<Lv<'static>>();
    is_shared::<Segment<'static>>();
    is_shared::<Dev<'static>>();
    is_shared::<Scan>();
    is_shared::<Report>();
    is_shared::<Io>();
    is_shared::<Cursor>();
    is_shared::<Request>();
    is_shared::<Error>();
    is_shared::<Table>();
}

#[test]
fn many_threads_read_one_snapshot() {
    let mut world = World::new();
    world.add_lv("one", MIB);
    let vg = world.add_lv("two", 2 * MIB);
    let scan = world.ctx.scan().unwrap();
    let text = vg.export_text().unwrap();
    drop(world.ctx);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let copy = vg.clone();
                    assert!(copy.export_text().unwrap() == text);
                    assert_eq!(copy.lvs().map(|lv| lv.size_bytes()).sum::<u64>(), 3 * MIB);
                    let report = scan.report(&ReportOptions::new(ReportKind::Lvs)).unwrap();
                    assert_eq!(report.row_count(), 2);
                    copy.lv("one").unwrap().open().unwrap().read_at(&mut [0; 512], 0).unwrap();
                }
            });
        }
    });
}

#[test]
fn many_threads_use_one_open_lv() {
    let mut world = World::new();
    let io = world.add_lv("lv", 8 * MIB).lv("lv").unwrap().open_rw().unwrap();
    thread::scope(|scope| {
        for number in 0..4u64 {
            let io = io.clone();
            scope.spawn(move || {
                let mut queue = Queue::new().unwrap();
                for i in 0..50 {
                    let block = noise(4096, number << 32 | i);
                    io.write_at(&block, number * 65536).unwrap();
                    let mut back = vec![0; 4096];
                    io.read_at(&mut back, number * 65536).unwrap();
                    assert!(back == block);
                    queue.submit(Request::read(&io, back, number * 65536)).unwrap();
                    let done = queue.complete(1, Wait::Forever).unwrap().remove(0);
                    assert!(done.request.buffer() == block);
                }
            });
        }
    });
}

#[test]
fn a_transaction_moves_with_its_context() {
    let mut world = World::new();
    let mut txn = world.begin().start().unwrap();
    txn.lv_create(&LvCreate::new("here", Size::Bytes(MIB))).unwrap();
    let vg = thread::scope(|scope| {
        let there = scope.spawn(move || {
            txn.lv_create(&LvCreate::new("there", Size::Bytes(MIB))).unwrap();
            txn.commit().unwrap().vg().unwrap()
        });
        there.join().unwrap()
    });
    assert_eq!(crate::world::names(&vg), ["here", "there"]);
    let mut ctx = world.ctx;
    let ctx = thread::spawn(move || ctx.vg("vg0").map(|vg| (ctx, vg.seqno())).unwrap());
    assert_eq!(ctx.join().unwrap().1, 2);
}
