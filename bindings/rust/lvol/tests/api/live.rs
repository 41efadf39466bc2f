// SPDX-License-Identifier: LGPL-2.1-or-later
//! Status of targets, LUKS, and devices where the kernel has device-mapper and we may use it (tests/kernel runs this so).

use crate::fails;
use crate::world::{builder, context, noise, World, MIB};
use lvol::{
    Activate, Autoextend, Backend, BackendOptions, Context, Deactivate, DeviceCreate, DeviceFlags,
    Error, EventKind, EventsOptions, ExportOptions, JobKind, JobState, LuksActivate, LuksFormat,
    LvCreate, LvResize, OpenOptions, RaidOptions, ReportKind, ReportOptions, Size, Status,
    StatusDetail, Table, ThinOptions, ThinPoolMode, ThinViewOptions, VgCreate, Wait,
};
use std::io::Read;
use std::os::unix::io::AsRawFd;
use std::path::Path;
use std::time::Duration;

const LINES: &str = "0 2048 zero\n2048 1024 error\n";
/// A disk that only the guest of tests/kernel has.
const DISK: &str = "/dev/ubda";

/// With devices that may be made; None where that is not so, which must be said.
fn device_mapper() -> Option<(Context, Backend)> {
    let mut ctx = builder().build().unwrap();
    match ctx.backend(BackendOptions::new().udev_wait(Wait::AtMost(Duration::from_secs(20)))) {
        Ok(backend) if Path::new(DISK).exists() => Some((ctx, backend)),
        Ok(_) => None,
        Err(Error::NotSupported(detail)) | Err(Error::Permission(detail)) => {
            assert!(format!("{:?}", detail).contains("device-mapper"));
            None
        }
        Err(error) => panic!("{}", error),
    }
}

#[test]
fn status_of_text() {
    let text = "0 8192 raid raid1 2 Aa 4096/8192 recover 0 0 -\n8192 8 linear \n";
    let status: Status = text.parse().unwrap();
    assert_eq!((status.lines.len(), &*status.lines[1].target), (2, "linear"));
    assert_eq!(status.lines[1].detail, StatusDetail::None);
    match &status.lines[0].detail {
        StatusDetail::Raid(raid) => {
            assert_eq!((&*raid.type_, &*raid.health, &*raid.action), ("raid1", "Aa", "recover"));
            assert_eq!((raid.synced_sectors, raid.total_sectors), (4096, 8192));
            assert_eq!((raid.device_count, raid.journal), (2, '-'));
        }
        other => panic!("{:?}", other),
    }
    let cache = "0 64 cache 8 10/1024 128 1/100 1 2 3 4 5 6 7 2 metadata2 writeback 2 \
                 migration_threshold 2048 smq 0 rw -";
    match &cache.parse::<Status>().unwrap().lines[0].detail {
        StatusDetail::Cache(cache) => {
            assert_eq!(
                (&*cache.mode, &*cache.policy, cache.metadata_format),
                ("writeback", "smq", 2)
            );
            assert_eq!(cache.settings, [("migration_threshold".into(), "2048".into())]);
            assert_eq!((cache.dirty_blocks, cache.promotions), (7, 6));
        }
        other => panic!("{:?}", other),
    }
    fails!("0 8 raid nonsense".parse::<Status>(), Invalid);
    fails!("nonsense".parse::<Status>(), Invalid);
}

#[test]
fn status_of_io() {
    let mut world = World::new();
    world.add(&LvCreate::new("pool", Size::Bytes(8 * MIB)).segtype("thin-pool"));
    let thin = LvCreate::new("t", Size::Bytes(50 * MIB)).thin(ThinOptions::in_pool("pool"));
    let io = world.add(&thin).lv("t").unwrap().open_rw().unwrap();
    io.write_at(&noise(100_000, 1), 0).unwrap();
    match &io.status().unwrap().lines[0].detail {
        StatusDetail::Thin(thin) => {
            assert_eq!((thin.mapped_sectors, thin.has_failed), (256, false))
        }
        other => panic!("{:?}", other),
    }
}

#[test]
fn luks() {
    let mut world = World::new();
    let quick = LuksFormat::new().pbkdf("pbkdf2").pbkdf_iterations(1000).volume_key_bits(256);
    let mut txn = world.begin().start().unwrap();
    txn.lv_create(&LvCreate::new("enc", Size::Bytes(20 * MIB))).unwrap();
    if !lvol::has_feature("cryptsetup") {
        fails!(txn.luks_format("enc", b"secret", &quick), NotSupported);
        return;
    }
    fails!(txn.luks_format("enc", b"secret", &quick.clone().cipher("rot13")), Invalid);
    txn.luks_format("enc", b"secret", &quick.clone().label("home").sector_bytes(4096)).unwrap();
    fails!(txn.luks_format("enc", b"again", &quick), Exists);
    let vg = txn.commit().unwrap().vg().unwrap();
    let lv = vg.lv("enc").unwrap();
    let data = noise(100_000, 3);
    let io = OpenOptions::new().write(true).open_luks(&lv, b"secret").unwrap();
    assert_eq!(io.size_bytes(), 4 * MIB);
    io.write_at(&data, MIB).unwrap();
    drop(io);
    fails!(OpenOptions::new().open_luks(&lv, b"wrong"), Permission);
    let mut back = vec![0; data.len()];
    OpenOptions::new().open_luks(&lv, b"secret").unwrap().read_at(&mut back, MIB).unwrap();
    assert!(back == data);
    lv.open().unwrap().read_at(&mut back, 17 * MIB).unwrap();
    assert!(back != data);
}

#[test]
fn devices() {
    let (_ctx, dm) = match device_mapper() {
        Some(both) => both,
        None => return,
    };
    let (now, table) = (DeviceFlags::new(), LINES.parse::<Table>().unwrap());
    assert!(dm.version().unwrap()[0] >= 4);
    assert!(dm.targets().unwrap().iter().any(|target| target.name == "linear"));
    let one = DeviceCreate::new("rust1").table(&table).uuid("RUST-1").read_ahead_sectors(256);
    dm.create(&one).unwrap();
    fails!(dm.create(&one), Exists);
    dm.create(&DeviceCreate::new("rust2").uuid("other").flags(now.read_only())).unwrap();
    assert_eq!(dm.table("rust1", now).unwrap().to_string(), LINES);
    assert_eq!(dm.status("rust1", now.no_flush()).unwrap().lines.len(), 2);
    let info = dm.info("rust1").unwrap();
    assert_eq!((&*info.uuid, info.has_table, info.open_count), ("RUST-1", true, 0));
    let found = dm.devices("RUST-").unwrap();
    assert_eq!(
        found.iter().map(|dev| (&*dev.name, dev.number)).collect::<Vec<_>>(),
        [("rust1", info.number)]
    );
    fails!(dm.table("rust2", now), State);
    let linear: Table = "0 1024 linear /dev/mapper/rust1 0".parse().unwrap();
    dm.load("rust2", &linear, now).unwrap();
    assert!(dm.info("rust2").unwrap().has_inactive_table);
    dm.clear("rust2").unwrap();
    dm.load("rust2", &linear, now.read_only()).unwrap();
    dm.suspend("rust2", now.no_flush().no_freeze()).unwrap();
    dm.resume("rust2", now.no_sync()).unwrap();
    dm.sync().unwrap();
    assert_eq!(dm.deps("rust2").unwrap(), [info.number]);
    fails!(dm.remove("rust1", now), Busy);
    dm.rename("rust2", "rust3", now).unwrap();
    fails!(dm.info("rust2"), NotFound, "rust2");
    fails!(dm.message("rust1", 0, "hello"), Invalid);
    assert_eq!(dm.wait("rust1", info.event_number, Wait::No).unwrap(), info.event_number);
    dm.remove("rust3", now.retry()).unwrap();
    dm.remove("rust1", now.deferred()).unwrap();
    let nonesuch: Table = "0 8 nonesuch".parse().unwrap();
    fails!(dm.create(&DeviceCreate::new("bad").table(&nonesuch)), NotSupported, "dm-nonesuch");
    assert_eq!(dm.devices("").unwrap(), []);
}

#[test]
fn live_lvs() {
    let (_, mut dm) = match device_mapper() {
        Some(both) => both,
        None => return,
    };
    let mut ctx = context(&[DISK]);
    let other = ctx.backend(BackendOptions::new().no_memory_lock()).unwrap();
    let mut txn = ctx.begin().backend(&mut dm).activate_new().activate_skipped().start().unwrap();
    txn.vg_create(&VgCreate::new("rust", [DISK]).extent_bytes(MIB)).unwrap();
    txn.lv_create(&LvCreate::new("lv", Size::Bytes(4 * MIB)).activation_skip()).unwrap();
    let pool = ThinOptions::new().no_spare();
    let pool = LvCreate::new("pool", Size::Bytes(8 * MIB)).segtype("thin-pool").thin(pool);
    txn.lv_create(&pool).unwrap();
    let thin = LvCreate::new("t", Size::Bytes(50 * MIB)).thin(ThinOptions::in_pool("pool"));
    txn.lv_create(&thin).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    assert!(vg.lv("lv").unwrap().device(&dm).unwrap().has_table);
    let mut events = EventsOptions::new().fill_percent(50).look_ms(200).open(&other).unwrap();
    let pool = vg.lv("pool").unwrap();
    events.watch(&pool).unwrap();
    fails!(events.watch(&pool), Exists);
    assert!(events.as_raw_fd() >= 0 && events.next_event().unwrap().is_none());
    std::fs::write("/dev/rust/t", noise(6 << 20, 1)).unwrap();
    let event = loop {
        match events.next_event().unwrap() {
            Some(event) if event.kind == EventKind::Fill => break event,
            _ => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    assert_eq!((&*event.vg, &*event.lv, event.percent >= 50), ("rust", "pool", true));
    events.unwatch(&pool).unwrap();
    drop(events);
    match &pool.status(&dm).unwrap().lines.last().unwrap().detail {
        StatusDetail::ThinPool(pool) => {
            assert_eq!((pool.mode, pool.total_data_blocks), (ThinPoolMode::ReadWrite, 128));
            assert!(pool.used_data_blocks >= 96);
        }
        other => panic!("{:?}", other),
    }
    let view = ThinViewOptions::new().open_live(&pool, &mut dm).unwrap();
    assert!(view.fill().unwrap().is_reserved);
    view.release().unwrap();
    let mut stream = Vec::new();
    let t = vg.lv("t").unwrap();
    let mut export = ExportOptions::new().open_live(&t, &mut dm).unwrap();
    export.read_to_end(&mut stream).unwrap();
    assert!(stream.len() > 6 << 20);
    drop(export);
    let opts = ReportOptions::new(ReportKind::Lvs).fields("lv_active").names(["rust/t"]);
    let report = ctx.scan().unwrap().report_live(&opts, &dm).unwrap();
    assert_eq!(report.cell(0, 0).as_deref(), Some("active"));
    assert!(pool.autoextend(&mut ctx, &dm, Autoextend::above(70).by(50)).unwrap());
    let vg = ctx.vg("rust").unwrap();
    assert_eq!(vg.lv("pool").unwrap().size_bytes(), 12 * MIB);
    fails!(vg.lv("lv").unwrap().autoextend(&mut ctx, &dm, Autoextend::above(70)), Invalid);

    let mut txn = ctx.begin().vg("rust").start().unwrap();
    txn.lv_remove("lv").unwrap();
    fails!(txn.commit(), Busy, "lv");
    let mut txn = ctx.begin().vg("rust").backend(&mut dm).start().unwrap();
    txn.lv_resize("lv", &LvResize::to(Size::Bytes(6 * MIB))).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    assert_eq!(dm.table("rust-lv", DeviceFlags::new()).unwrap().size_sectors(), 12288);
    vg.deactivate(&dm, Deactivate::new().no_retry()).unwrap();
    fails!(vg.lv("lv").unwrap().device(&dm), NotFound);
    fails!(vg.lv("lv").unwrap().activate(&dm, Activate::new()), State);
    vg.lv("lv").unwrap().activate(&dm, Activate::new().skipped().read_only().complete()).unwrap();
    assert!(vg.lv("lv").unwrap().device(&dm).unwrap().is_read_only);
    vg.lv("lv").unwrap().refresh(&dm, Activate::new()).unwrap();
    vg.lv("lv").unwrap().deactivate(&dm, Deactivate::new()).unwrap();
    vg.activate(&dm, Activate::new().auto().partial()).unwrap();
    vg.deactivate(&dm, Deactivate::new().deferred()).unwrap();
    live_job(&mut ctx, &mut dm);
    live_luks(&mut ctx, &mut dm);
    assert_eq!(dm.devices("").unwrap(), []);
}

/// A raid is scrubbed by the kernel.
fn live_job(ctx: &mut Context, dm: &mut Backend) {
    let mut txn = ctx.begin().vg("rust").backend(dm).activate_new().start().unwrap();
    let raid = LvCreate::new("m", Size::Bytes(2 * MIB)).segtype("mirror");
    let raid =
        raid.alloc(lvol::Alloc::Anywhere).raid(RaidOptions::new().log(lvol::MirrorLog::Core));
    txn.lv_create(&raid).unwrap();
    txn.commit().unwrap();
    let mut job = ctx.live_job("rust/m", JobKind::Sync, dm).unwrap();
    while job.step(MIB).unwrap().state == JobState::Running {
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(job);
    ctx.vg("rust").unwrap().deactivate(dm, Deactivate::new()).unwrap();
}

fn live_luks(ctx: &mut Context, dm: &mut Backend) {
    if !lvol::has_feature("cryptsetup") {
        return;
    }
    let quick = LuksFormat::new().pbkdf("pbkdf2").pbkdf_iterations(1000).pbkdf_ms(0);
    let mut txn = ctx.begin().vg("rust").backend(dm).activate_new().start().unwrap();
    txn.lv_create(&LvCreate::new("enc", Size::Bytes(20 * MIB))).unwrap();
    txn.luks_format("enc", b"secret", &quick).unwrap();
    let vg = txn.commit().unwrap().vg().unwrap();
    let (lv, named) = (vg.lv("enc").unwrap(), LuksActivate::new().name("rustcrypt"));
    fails!(lv.luks_activate(dm, b"wrong", &named), Permission);
    lv.luks_activate(dm, b"secret", &named.clone().allow_discards()).unwrap();
    fails!(lv.luks_activate(dm, b"secret", &named.read_only()), Exists);
    let grow = LvResize::grow_by(Size::Bytes(4 * MIB)).luks_key(b"secret");
    let mut txn = ctx.begin().vg("rust").backend(dm).start().unwrap();
    txn.lv_resize("enc", &grow).unwrap();
    txn.commit().unwrap();
    dm.luks_resize("rustcrypt", None, Some(b"secret")).unwrap();
    assert_eq!(dm.table("rustcrypt", DeviceFlags::new()).unwrap().size_sectors(), 16384);
    dm.luks_deactivate("rustcrypt").unwrap();
    fails!(dm.luks_deactivate("rustcrypt"), NotFound);
    vg.deactivate(dm, Deactivate::new()).unwrap();
}
