// SPDX-License-Identifier: LGPL-2.1-or-later
//! Device-mapper tables.

use crate::fails;
use lvol::{Table, TableLine};

#[test]
fn text_and_lines() {
    let text = "0 2048 striped 2 128 7:0 0 7:1 2048\n2048 8 error\n";
    let table: Table = format!("\n# a comment\n{}", text.replace(' ', "\t ")).parse().unwrap();
    assert_eq!((table.to_string(), table.size_sectors()), (text.to_string(), 2056));
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(
        lines[0],
        TableLine {
            start_sectors: 0,
            length_sectors: 2048,
            target: "striped".into(),
            arguments: "2 128 7:0 0 7:1 2048".into()
        }
    );
    assert_eq!((lines.len(), &*lines[1].target, &*lines[1].arguments), (2, "error", ""));
    assert!(format!("{:?}", table).starts_with("[TableLine { start_sectors: 0"));
}

#[test]
fn errors() {
    for bad in [
        "",
        "0 8",
        "8 8 zero",
        "0 8 zero\n9 8 zero",
        "0 0 zero",
        "0 -1 zero",
        "a b c",
        "0 8 ze\0ro",
    ] {
        fails!(bad.parse::<Table>(), Invalid);
    }
}
