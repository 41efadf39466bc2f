// SPDX-License-Identifier: LGPL-2.1-or-later
//! Device-mapper tables.

use crate::call::make;
use crate::error::Result;
use crate::names::Name;
use crate::text;
use std::borrow::Cow;
use std::fmt;
use std::ptr::NonNull;
use std::str::FromStr;

/// A device-mapper table: what a device consists of, a line for each range, as `dmsetup table` prints it. It never
/// changes.
///
/// ```
/// let table: lvol::Table = "0 2048 linear 7:0 0\n2048 2048 zero".parse()?;
/// assert_eq!(table.size_sectors(), 4096);
/// assert_eq!(table.lines().map(|line| line.target.into_owned()).collect::<Vec<_>>(), ["linear", "zero"]);
/// # fn is_shared<T: Send + Sync>(_: T) {}
/// # is_shared(table);
/// # Ok::<(), lvol::Error>(())
/// ```
pub struct Table(NonNull<sys::lvol_table>);

// Safety: any number of threads may read a table at once, and it is bound to none.
unsafe impl Send for Table {}
unsafe impl Sync for Table {}

/// A line of a table. Sectors are of 512 bytes, as everywhere in device-mapper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLine<'a> {
    /// Where it begins on the device.
    pub start_sectors: u64,
    /// How long it is.
    pub length_sectors: u64,
    /// "linear", "striped", "thin" ...
    pub target: Cow<'a, str>,
    /// What follows the target, words separated by one space; may be "".
    pub arguments: Cow<'a, str>,
}

/// Lines "START LENGTH TARGET ARGUMENT..." that follow each other from sector 0 without gap. Errors: `Invalid` (the
/// line is named).
impl FromStr for Table {
    type Err = crate::error::Error;

    fn from_str(text: &str) -> Result<Table> {
        let text = Name::new(text.as_bytes());
        let text = text.as_ptr()?;
        make(|out, err| unsafe { sys::lvol_table_new(text, out, err) }).map(Table)
    }
}

impl Table {
    /// What the library made.
    pub(crate) fn take(p: NonNull<sys::lvol_table>) -> Table {
        Table(p)
    }

    pub(crate) fn as_ptr(&self) -> *const sys::lvol_table {
        self.0.as_ptr()
    }

    /// Its lines.
    pub fn lines(&self) -> impl Iterator<Item = TableLine<'_>> {
        // Safety: the table is alive, and so are its strings while it is.
        let line = |i| unsafe {
            let mut c = sys::lvol_table_line::default();
            sys::lvol_table_line(self.as_ptr(), i, &mut c).then(|| TableLine {
                start_sectors: c.start_sectors,
                length_sectors: c.length_sectors,
                target: text::get(c.target),
                arguments: text::get(c.arguments),
            })
        };
        (0..).map_while(line)
    }

    /// Size of a device with this table.
    pub fn size_sectors(&self) -> u64 {
        // Safety: the table is alive.
        unsafe { sys::lvol_table_size_sectors(self.as_ptr()) }
    }
}

/// As text, a line each.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Safety: the table is alive, and so is its text while it is.
        f.write_str(&unsafe { text::get(sys::lvol_table_text(self.as_ptr())) })
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        // Safety: it is ours.
        unsafe { sys::lvol_table_free(self.0.as_ptr()) }
    }
}
