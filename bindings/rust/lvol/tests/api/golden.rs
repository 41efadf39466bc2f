// SPDX-License-Identifier: LGPL-2.1-or-later
//! Disks that real LVM2 made, as recorded in tests/golden. LVOL_GOLDEN is the folder where they are unpacked, each in a
//! folder of its name; without it these tests have nothing to look at, and say so.

use crate::world::builder;
use lvol::{Context, LvCreate, Size};
use std::fs;
use std::path::{Path, PathBuf};

fn disks(name: &str) -> Option<Vec<PathBuf>> {
    let folder = Path::new(&std::env::var_os("LVOL_GOLDEN")?).join(name);
    let entries = fs::read_dir(folder).expect("the scenario is unpacked");
    let mut disks: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    disks.retain(|path| path.extension().map_or(false, |end| end == "img"));
    disks.sort();
    Some(disks)
}

fn open(name: &str) -> Option<Context> {
    let disks = disks(name).or_else(|| {
        println!("not looked at: LVOL_GOLDEN is not set");
        None
    })?;
    disks.iter().fold(builder().read_only(), |builder, disk| builder.device(disk)).build().ok()
}

/// Everything of every VG can be read, and agrees with itself.
fn visit(ctx: &mut Context) -> u32 {
    let mut lvs = 0;
    for vg in ctx.scan().unwrap().vgs() {
        for lv in vg.lvs() {
            assert_eq!(lv.segments().map(|s| s.size_extents()).sum::<u32>(), lv.size_extents());
            for area in lv.segments().flat_map(|s| s.areas()) {
                assert!(area.pv.is_some() || area.lv.is_some());
            }
            lvs += 1;
        }
        for pv in vg.pvs() {
            let used = pv.runs().filter(|run| run.segment.is_some()).map(|run| run.count_extents);
            assert_eq!(used.sum::<u32>(), pv.used_extents());
        }
        vg.picture(&lvol::Picture::new()).unwrap();
        assert_eq!(ctx.vg_from_text(vg.export_text().unwrap()).unwrap().uuid(), vg.uuid());
    }
    lvs
}

#[test]
fn everything_can_be_read() {
    for name in ["linear-basic", "mixed-segments", "raid1", "snapshot-basic", "thin-external"] {
        if let Some(mut ctx) = open(name) {
            assert!(visit(&mut ctx) > 0, "{}", name);
        }
    }
}

#[test]
fn raid() {
    let mut ctx = match open("raid1") {
        Some(found) => found,
        None => return,
    };
    let vg = &ctx.scan().unwrap().vgs()[0];
    let segment = vg.lvs().flat_map(|lv| lv.segments()).find(|s| s.kind() == "raid1").unwrap();
    let areas = segment.areas().into_iter().chain(segment.meta_areas());
    assert!(areas.map(|area| area.lv.unwrap()).all(|lv| !lv.is_visible()));
    assert!(segment.region_bytes() > 0 && segment.meta_areas().len() == segment.areas().len());
}

#[test]
fn thin() {
    let mut ctx = match open("thin-external") {
        Some(found) => found,
        None => return,
    };
    let vg = &ctx.scan().unwrap().vgs()[0];
    let of_kind =
        |kind: &str| vg.lvs().flat_map(|lv| lv.segments()).find(|s| s.kind() == kind).unwrap();
    let (pool, thin) = (of_kind("thin-pool"), of_kind("thin"));
    assert!(pool.chunk_bytes() > 0 && pool.text("discards").is_some());
    assert!(pool.reference("metadata").is_some());
    assert_eq!(thin.reference("thin_pool"), Some(pool.lv()));
    assert!(thin.number("device_id").is_some());
}

#[test]
fn changes_on_a_copy() {
    let disks = match disks("linear-basic") {
        Some(found) => found,
        None => return,
    };
    let mut ctx = builder().build().unwrap();
    for (i, disk) in disks.iter().enumerate() {
        let copy = lvol::RamDisk::from(fs::read(disk).unwrap());
        ctx.add_device(&format!("disk{}", i), copy).unwrap();
    }
    let vg = ctx.scan().unwrap().vgs().remove(0);
    let mut txn = ctx.begin().vg(&vg).start().unwrap();
    txn.lv_create(&LvCreate::new("rust", Size::Extents(1))).unwrap();
    let after = txn.commit().unwrap().vg().unwrap();
    assert_eq!((after.seqno(), after.lv_count()), (vg.seqno() + 1, vg.lv_count() + 1));
}
