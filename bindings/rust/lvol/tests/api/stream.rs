// SPDX-License-Identifier: LGPL-2.1-or-later
//! Thin volumes are exported, and imported elsewhere.

use crate::fails;
use crate::world::{content, noise, World, MIB};
use lvol::{Error, ExportOptions, ImportOptions, LvCreate, Size, ThinOptions, Vg};
use std::io::{Read, Write};

/// A volume of 6 MiB, its snapshot s from before the last write, and an LV to import into.
fn places() -> (World, Vg) {
    let mut world = World::new();
    let pool = LvCreate::new("pool", Size::Bytes(8 * MIB)).segtype("thin-pool");
    world.add(&pool.thin(ThinOptions::new().no_spare()));
    let t = LvCreate::new("t", Size::Bytes(6 * MIB)).thin(ThinOptions::in_pool("pool"));
    let vg = world.add(&t);
    vg.lv("t").unwrap().open_rw().unwrap().write_at(&noise(300_000, 1), MIB).unwrap();
    let vg = world.add(&LvCreate::thin_snapshot("s", "t"));
    vg.lv("t").unwrap().open_rw().unwrap().write_at(&noise(100_000, 2), 2 * MIB).unwrap();
    let vg = world.add_lv("copy", 6 * MIB);
    (world, vg)
}

fn exported(vg: &Vg, lv: &str, opts: &ExportOptions<'_>) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut export = opts.open(&vg.lv(lv).unwrap()).unwrap();
    export.read_to_end(&mut stream).unwrap();
    assert_eq!(export.position(), 6 * MIB);
    stream
}

/// The library's error in one of std.
fn inner(error: std::io::Error) -> Error {
    error.into_inner().unwrap().downcast_ref::<Error>().unwrap().clone()
}

#[test]
fn whole_and_changed() {
    let (_world, vg) = places();
    let target = vg.lv("copy").unwrap().open_rw().unwrap();
    let mut import = ImportOptions::new().open(&target).unwrap();
    assert_eq!((&*import.content(), &*import.resume()), ("", ""));
    let mut export = ExportOptions::new().open(&vg.lv("s").unwrap()).unwrap();
    std::io::copy(&mut export, &mut import).unwrap();
    import.flush().unwrap();
    import.finish().unwrap();
    assert_eq!((import.position(), import.content()), (6 * MIB, export.content()));
    let held = import.content();
    drop((export, import));
    assert_eq!(content(&vg, "copy"), content(&vg, "s"));
    let since = ExportOptions::new().since(vg.lv("s").unwrap());
    let stream = exported(&vg, "t", &since);
    assert!(stream.len() < MIB as usize);
    let refused =
        |opts: ImportOptions| inner(opts.open(&target).unwrap().write_all(&stream).unwrap_err());
    assert!(matches!(refused(ImportOptions::new()), Error::Conflict(_)));
    assert!(matches!(refused(ImportOptions::new().content("nothing")), Error::Conflict(_)));
    let mut import = ImportOptions::new().content(&held).open(&target).unwrap();
    import.write_all(&stream).unwrap();
    import.finish().unwrap();
    assert_eq!(content(&vg, "copy"), content(&vg, "t"));
    let mut import = ImportOptions::new().any_base().unchecked().open(&target).unwrap();
    import.write_all(&stream).unwrap();
    import.finish().unwrap();
    assert_eq!(content(&vg, "copy"), content(&vg, "t"));
}

#[test]
fn interrupted() {
    let (_world, vg) = places();
    let stream = exported(&vg, "t", &ExportOptions::new());
    let target = vg.lv("copy").unwrap().open_rw().unwrap();
    let mut import = ImportOptions::new().open(&target).unwrap();
    import.write_all(&stream[..stream.len() / 2]).unwrap();
    fails!(import.finish(), State, "too early");
    let at = import.resume();
    drop(import);
    let rest = exported(&vg, "t", &ExportOptions::new().resume(&at));
    assert!(rest.len() <= stream.len() && !at.is_empty());
    let mut import = ImportOptions::new().resume(&at).open(&target).unwrap();
    import.write_all(&rest).unwrap();
    import.finish().unwrap();
    assert_eq!(content(&vg, "copy"), content(&vg, "t"));
    let mut damaged = ImportOptions::new().open(&target).unwrap();
    assert!(matches!(inner(damaged.write_all(&[0; 1000]).unwrap_err()), Error::Corrupt(_)));
    let t = vg.lv("t").unwrap();
    fails!(ExportOptions::new().resume("nonsense").open(&t), Invalid);
    fails!(ExportOptions::new().since(vg.lv("copy").unwrap()).open(&t), Invalid);
    let reading = vg.lv("s").unwrap().open().unwrap();
    fails!(ImportOptions::new().open(&reading), ReadOnly);
}
