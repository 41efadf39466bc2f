// SPDX-License-Identifier: LGPL-2.1-or-later
//! Sizes of LVs.

use crate::enums::PercentOf;

/// A size of an LV, given in one of three ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Rounded up to whole extents (per stripe).
    Bytes(u64),
    /// Exactly.
    Extents(u64),
    /// 1-100 (of the VG: any), rounded down to what fits.
    Percent(u32, PercentOf),
}

impl Size {
    pub(crate) fn to_c(self) -> sys::lvol_size {
        let mut c = sys::lvol_size::default();
        match self {
            Size::Bytes(bytes) => c.bytes = bytes,
            Size::Extents(extents) => c.extents = extents,
            Size::Percent(percent, of) => {
                c.percent = percent;
                c.percent_of = of.to_c();
            }
        }
        c
    }
}
