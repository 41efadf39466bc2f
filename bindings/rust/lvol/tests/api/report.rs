// SPDX-License-Identifier: LGPL-2.1-or-later
//! Reports as rows and as JSON; versions.

use crate::fails;
use crate::world::{World, MIB};
use lvol::{report_json, Column, LvCreate, Report, ReportKind, ReportOptions, Scan, Size};

fn with_lvs(world: &mut World) -> Scan {
    world.add(&LvCreate::new("one", Size::Bytes(4 * MIB)).tags(["t"]));
    world.add(&LvCreate::new("two", Size::Bytes(8 * MIB)).stripe_count(2));
    world.ctx.scan().unwrap()
}

fn column(report: &Report, i: usize) -> Vec<String> {
    report.rows().map(|row| row[i].to_string()).collect()
}

#[test]
fn rows() {
    let mut world = World::new();
    let scan = with_lvs(&mut world);
    let lvs = || ReportOptions::new(ReportKind::Lvs).fields("lv_name,lv_size");
    let report = scan.report(&lvs().units('m').no_suffix().sort("-lv_size")).unwrap();
    assert_eq!(
        (column(&report, 0), column(&report, 1)),
        (vec!["two".into(), "one".into()], vec!["8.00".into(), "4.00".into()])
    );
    assert_eq!(
        report.columns(),
        [
            Column { name: "lv_name".into(), heading: "LV".into(), is_right_aligned: false },
            Column { name: "lv_size".into(), heading: "LSize".into(), is_right_aligned: true }
        ]
    );
    assert_eq!((report.cell(2, 0), report.cell(0, 2), report.row_count()), (None, None, 2));
    assert_eq!(column(&scan.report(&lvs().select("lv_tags=t")).unwrap(), 0), ["one"]);
    assert_eq!(column(&scan.report(&lvs().names(["vg0/two"])).unwrap(), 0), ["two"]);
    assert_eq!(scan.report(&ReportOptions::new(ReportKind::Pvs).all()).unwrap().row_count(), 2);
    assert!(scan.report(&ReportOptions::new(ReportKind::Pvsegs)).unwrap().row_count() > 2);
    assert_eq!(scan.report(&ReportOptions::new(ReportKind::Segs)).unwrap().row_count(), 2);
    let vgs = scan.report(&ReportOptions::new(ReportKind::Vgs).history()).unwrap();
    drop(scan);
    assert_eq!(column(&vgs, 0), ["vg0"]);
}

#[test]
fn errors() {
    let mut world = World::new();
    let scan = world.ctx.scan().unwrap();
    let lvs = || ReportOptions::new(ReportKind::Lvs);
    fails!(scan.report(&lvs().fields("colour")), Invalid, "colour");
    fails!(scan.report(&lvs().select("lv_size >")), Invalid);
    fails!(scan.report(&lvs().units('x')), Invalid);
    fails!(scan.report(&lvs().sort("colour")), Invalid);
    fails!(scan.report(&lvs().fields("lv\0name")), Invalid, "NUL");
    fails!(scan.report(&lvs().names(["vg1"])), NotFound, "vg1");
    fails!(scan.report(&ReportOptions::new(ReportKind::Other(99))), Invalid);
}

#[test]
fn json() {
    let mut world = World::new();
    let scan = with_lvs(&mut world);
    let vgs = scan.report(&ReportOptions::new(ReportKind::Vgs)).unwrap();
    let lvs = scan.report(&ReportOptions::new(ReportKind::Lvs).fields("lv_name")).unwrap();
    if !lvol::has_feature("json") {
        fails!(report_json([&vgs, &lvs]), NotSupported);
        return;
    }
    let squeeze = |text: String| text.split_whitespace().collect::<String>();
    let both = squeeze(report_json([&vgs, &lvs]).unwrap());
    assert!(
        both.contains("\"vg_name\":\"vg0\"") && both.contains("\"lv_name\":\"two\""),
        "{}",
        both
    );
    let one = squeeze(lvs.to_json().unwrap());
    assert_eq!(one, "{\"report\":[{\"lv\":[{\"lv_name\":\"one\"},{\"lv_name\":\"two\"}]}]}");
    assert!(report_json([]).unwrap().contains("report"));
}

#[test]
fn fields() {
    let fields = lvol::report_fields(ReportKind::Lvs);
    assert!(fields.iter().any(|field| field.name == "lv_name"));
    assert!(fields.iter().all(|field| !field.name.is_empty() && !field.description.is_empty()));
}

#[test]
fn versions() {
    let (major, minor, patch) = lvol::version_number();
    assert_eq!(lvol::version(), format!("{}.{}.{}", major, minor, patch));
    assert_eq!(lvol::version(), env!("CARGO_PKG_VERSION"));
    assert!(!lvol::has_feature("magic") && !lvol::has_feature("js\0on"));
}
