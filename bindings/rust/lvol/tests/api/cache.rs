// SPDX-License-Identifier: LGPL-2.1-or-later
//! Caches, writecaches, integrity: put on and taken off; content stays.

use crate::fails;
use crate::world::{content, fill, names, World, MIB};
use lvol::{
    CacheMode, CacheOptions, IntegrityMode, IntegrityOptions, JobKind, LvCreate, Size,
    WritecacheDetach, WritecacheOptions,
};

fn sorted(world: &mut World) -> Vec<String> {
    let mut found = names(&world.vg());
    found.sort();
    found
}

#[test]
fn pool() {
    let mut world = World::new();
    world.add_lv("lv", 4 * MIB);
    let pool = LvCreate::new("pool", Size::Bytes(2 * MIB)).segtype("cache-pool");
    let through = CacheOptions::new().mode(CacheMode::Writethrough).no_spare();
    world.add(&pool.cache(through.chunk_bytes(32 << 10).metadata_format(2)));
    let mut txn = world.begin().start().unwrap();
    let back = CacheOptions::new().mode(CacheMode::Writeback).policy("smq");
    txn.cache_attach("lv", "pool", &back.settings("migration_threshold=4096")).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    let data = fill(&vg, "lv", 5);
    let passthrough = CacheOptions::new().mode(CacheMode::Passthrough);
    let mut txn = world.begin().start().unwrap();
    fails!(txn.cache_change("lv", &passthrough), State);
    txn.abort();
    world.ctx.job("vg0/lv", JobKind::Flush).unwrap().run().unwrap();
    let mut txn = world.begin().start().unwrap();
    txn.cache_change("lv", &passthrough).unwrap();
    txn.commit().unwrap();
    assert_eq!(content(&world.vg(), "lv"), data);
    world.ctx.job("vg0/lv", JobKind::Uncache).unwrap().run().unwrap();
    assert_eq!(sorted(&mut world), ["lv"]);
    assert_eq!(content(&world.vg(), "lv"), data);
}

#[test]
fn converted() {
    let mut world = World::new();
    world.add_lv("lv", 4 * MIB);
    let data = fill(&world.vg(), "lv", 9);
    world.add_lv("fast", 4 * MIB);
    world.add_lv("meta", 8 * MIB);
    let mut txn = world.begin().start().unwrap();
    let opts = CacheOptions::new().no_spare();
    fails!(txn.cache_pool_convert("fast", Some("none"), &opts), NotFound);
    txn.cache_pool_convert("fast", Some("meta"), &opts).unwrap();
    txn.cache_attach("lv", "fast", &CacheOptions::new()).unwrap();
    txn.commit().unwrap();
    assert_eq!(content(&world.vg(), "lv"), data);
    assert!(names(&world.vg()).iter().any(|name| name == "fast_cpool_cmeta"));
}

#[test]
fn cachevol() {
    let mut world = World::new();
    world.add_lv("lv", 4 * MIB);
    let vg = world.add_lv("fast", 4 * MIB);
    let mut txn = world.begin().start().unwrap();
    let opts = CacheOptions::new().metadata_bytes(MIB);
    txn.cache_attach(vg.lv("lv").unwrap(), "fast", &opts).unwrap();
    let data = fill(&txn.commit().unwrap().vg().unwrap(), "lv", 6);
    world.ctx.job("vg0/lv", JobKind::SplitCache).unwrap().run().unwrap();
    assert_eq!(sorted(&mut world), ["fast", "lv"]);
    assert_eq!(content(&world.vg(), "lv"), data);
    let mut txn = world.begin().start().unwrap();
    fails!(txn.cache_change("lv", &CacheOptions::new().policy("mq")), NotSupported);
}

#[test]
fn writecache() {
    for remove in [false, true] {
        let mut world = World::new();
        world.add_lv("lv", 4 * MIB);
        world.add_lv("fast", 2 * MIB);
        let mut txn = world.begin().start().unwrap();
        let opts = WritecacheOptions::new().block_bytes(512);
        let nonsense = opts.clone().settings(["nonsense=1"]);
        fails!(txn.writecache_attach("lv", "fast", &nonsense), Invalid);
        fails!(txn.writecache_detach("lv", WritecacheDetach::new().discard()), Invalid);
        txn.writecache_attach("lv", "fast", &opts.settings(["high_watermark=70"])).unwrap();
        let data = fill(&txn.commit().unwrap().vg().unwrap(), "lv", 7);
        let how = WritecacheDetach::new();
        let mut txn = world.begin().start().unwrap();
        txn.writecache_detach("lv", if remove { how.remove() } else { how }).unwrap();
        txn.commit().unwrap();
        let left: &[&str] = if remove { &["lv"] } else { &["fast", "lv"] };
        assert_eq!(sorted(&mut world), left);
        assert_eq!(content(&world.vg(), "lv"), data);
    }
}

#[test]
fn integrity() {
    let mut world = World::new();
    let mut txn = world.begin().start().unwrap();
    txn.lv_create(&LvCreate::new("lin", Size::Bytes(MIB))).unwrap();
    fails!(txn.integrity_add("lin", &IntegrityOptions::new()), NotSupported);
    txn.lv_create(&LvCreate::new("r", Size::Bytes(4 * MIB)).segtype("raid1")).unwrap();
    let opts = IntegrityOptions::new().mode(IntegrityMode::Bitmap).block_bytes(4096);
    txn.integrity_add("r", &opts).unwrap();
    let data = fill(&txn.commit().unwrap().vg().unwrap(), "r", 8);
    world.ctx.job("vg0/r", JobKind::Sync).unwrap().run().unwrap();
    assert!(names(&world.vg()).iter().any(|name| name == "r_rimage_1_imeta"));
    let mut txn = world.begin().start().unwrap();
    txn.integrity_remove("r").unwrap();
    txn.commit().unwrap();
    assert!(!names(&world.vg()).iter().any(|name| name.contains("_imeta")));
    assert_eq!(content(&world.vg(), "r"), data);
}
