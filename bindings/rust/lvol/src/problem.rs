// SPDX-License-Identifier: LGPL-2.1-or-later
//! What a reader should know of VGs and devices although they could be read.

use crate::enums::ProblemCode;
use crate::text;

/// One finding about a VG or a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What sort it is.
    pub code: ProblemCode,
    /// Whether no transaction is possible before it is mended.
    pub blocks_writing: bool,
    /// Device, VG or LV.
    pub subject: String,
    /// What it is and what would help.
    pub message: String,
}

/// All that `fill` knows.
pub(crate) fn problems(fill: impl Fn(usize, *mut sys::lvol_problem) -> bool) -> Vec<Problem> {
    text::filled(fill, |c: &sys::lvol_problem| Problem {
        code: ProblemCode::from_c(c.code),
        blocks_writing: c.blocks_writing,
        // Safety: strings of what the problem was borrowed from, which is alive.
        subject: unsafe { text::get(c.subject) }.into_owned(),
        message: unsafe { text::get(c.message) }.into_owned(),
    })
}
