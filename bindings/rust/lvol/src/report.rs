// SPDX-License-Identifier: LGPL-2.1-or-later
//! Reports in lvm2's words: rows of fields as text, and JSON.

use crate::backend::Backend;
use crate::call::{call, make};
use crate::enums::ReportKind;
use crate::error::Result;
use crate::names::{optional, words, Array, Name};
use crate::scan::Scan;
use crate::text;
use std::borrow::Cow;
use std::fmt;
use std::os::raw::c_char;
use std::ptr::{self, NonNull};

/// What a report should show.
#[derive(Clone, Debug)]
#[must_use]
pub struct ReportOptions {
    kind: ReportKind,
    flags: u32,
    fields: Option<Name>,
    sort: Option<Name>,
    select: Option<Name>,
    units: Option<Name>,
    names: Vec<Name>,
}

impl ReportOptions {
    /// With the default fields, in lvm2's order.
    pub fn new(kind: ReportKind) -> Self {
        let names = Vec::new();
        ReportOptions { kind, flags: 0, fields: None, sort: None, select: None, units: None, names }
    }

    /// "lv_name,lv_size"; "+field" adds to and "-field" takes from the default.
    pub fn fields(mut self, fields: &str) -> Self {
        self.fields = Some(Name::new(fields.as_bytes()));
        self
    }

    /// "-lv_size,lv_name".
    pub fn sort(mut self, fields: &str) -> Self {
        self.sort = Some(Name::new(fields.as_bytes()));
        self
    }

    /// lvm2's selection: "lv_size > 1g && lv_tags=x".
    pub fn select(mut self, selection: &str) -> Self {
        self.select = Some(Name::new(selection.as_bytes()));
        self
    }

    /// One letter of rhbskmgtpe or upper case, default 'r'.
    pub fn units(mut self, letter: char) -> Self {
        self.units = Some(Name::new(letter.to_string().as_bytes()));
        self
    }

    /// Only these VGs, "vg/lv" LVs, PV devices, or "@tag".
    pub fn names<I>(mut self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.names.extend(words(names));
        self
    }

    /// Hidden LVs too (in brackets), and of PVs every device.
    pub fn all(mut self) -> Self {
        self.flags |= sys::LVOL_REPORT_ALL;
        self
    }

    /// Sizes without their unit.
    pub fn no_suffix(mut self) -> Self {
        self.flags |= sys::LVOL_REPORT_NO_SUFFIX;
        self
    }

    /// Historical LVs too.
    pub fn history(mut self) -> Self {
        self.flags |= sys::LVOL_REPORT_HISTORY;
        self
    }
}

/// Rows of cells.
///
/// ```
/// fn is_shared<T: Send + Sync>() {}
/// is_shared::<lvol::Report>();
/// ```
pub struct Report(NonNull<sys::lvol_report>);

// Safety: a report never changes, and nothing in it is bound to a thread.
unsafe impl Send for Report {}
unsafe impl Sync for Report {}

/// A column of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// Field name: "lv_name".
    pub name: Cow<'a, str>,
    /// Heading as lvm2 prints it: "LV".
    pub heading: Cow<'a, str>,
    /// Whether lvm2 aligns it to the right.
    pub is_right_aligned: bool,
}

impl Report {
    pub(crate) fn new(
        scan: &Scan,
        opts: &ReportOptions,
        backend: Option<&Backend>,
    ) -> Result<Report> {
        let names = Array::new(&opts.names, 0)?;
        let c = sys::lvol_report_opts {
            kind: opts.kind.to_c(),
            flags: opts.flags,
            fields: optional(&opts.fields)?,
            sort: optional(&opts.sort)?,
            select: optional(&opts.select)?,
            units: optional(&opts.units)?,
            names: names.as_ptr_or_null(),
            backend: backend.map_or(ptr::null_mut(), Backend::as_ptr),
            ..Default::default()
        };
        make(|out, err| unsafe { sys::lvol_report_new(scan.as_ptr(), &c, out, err) }).map(Report)
    }

    fn as_ptr(&self) -> *const sys::lvol_report {
        self.0.as_ptr()
    }

    /// Number of rows.
    pub fn row_count(&self) -> usize {
        // Safety: the report is alive.
        unsafe { sys::lvol_report_row_count(self.as_ptr()) }
    }

    /// The columns.
    pub fn columns(&self) -> Vec<Column<'_>> {
        // Safety: the report is alive, and so are its strings while it is.
        let count = unsafe { sys::lvol_report_column_count(self.as_ptr()) };
        let column = |i| unsafe {
            Column {
                name: text::get(sys::lvol_report_column_name(self.as_ptr(), i)),
                heading: text::get(sys::lvol_report_column_heading(self.as_ptr(), i)),
                is_right_aligned: sys::lvol_report_column_is_right_aligned(self.as_ptr(), i),
            }
        };
        (0..count).map(column).collect()
    }

    /// Text of a cell, None past the last row or column.
    pub fn cell(&self, row: usize, column: usize) -> Option<Cow<'_, str>> {
        // Safety: the report is alive, and so are its strings while it is.
        unsafe { text::get_some(sys::lvol_report_cell(self.as_ptr(), row, column)) }
    }

    /// The cells of each row.
    pub fn rows(&self) -> impl Iterator<Item = Vec<Cow<'_, str>>> {
        (0..self.row_count()).map(move |row| (0..).map_while(|i| self.cell(row, i)).collect())
    }

    /// It alone as JSON; as [`report_json()`].
    pub fn to_json(&self) -> Result<String> {
        report_json([self])
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        // Safety: it is ours.
        unsafe { sys::lvol_report_free(self.0.as_ptr()) }
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Report({} rows)", self.row_count())
    }
}

/// Reports as one JSON text in the shape of lvm2's `--reportformat json`. Errors: `NotSupported` (built without
/// json-c).
pub fn report_json<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Result<String> {
    let reports: Vec<_> = reports.into_iter().map(Report::as_ptr).collect();
    let mut out = ptr::null_mut();
    call(|err| unsafe { sys::lvol_report_json(reports.as_ptr(), reports.len(), &mut out, err) })?;
    // Safety: the text was given to us.
    Ok(unsafe { text::take(out) })
}

/// A field that a report can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportField {
    /// Its name.
    pub name: &'static str,
    /// What it shows.
    pub description: &'static str,
}

/// The fields of a kind of report, in lvm2's order.
pub fn report_fields(kind: ReportKind) -> Vec<ReportField> {
    let field = |i| {
        let mut name: *const c_char = ptr::null();
        let mut description: *const c_char = ptr::null();
        // Safety: both are constants of the library.
        unsafe {
            sys::lvol_report_field(kind.to_c(), i, &mut name, &mut description).then(|| {
                ReportField { name: text::constant(name), description: text::constant(description) }
            })
        }
    };
    (0..).map_while(field).collect()
}
