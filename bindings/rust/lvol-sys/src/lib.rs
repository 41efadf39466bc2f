// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! The C interface of liblvol as it is: every function, struct, enum and constant of its headers,
//! under their names. What they do is written in the headers; the crate `lvol` is the safe way to
//! them.
//!
//! It links the library that pkg-config knows as `lvol`. `LVOL_LIB_DIR` names a folder with the library
//! instead, `PKG_CONFIG` another pkg-config, and `LVOL_STATIC=1` asks for `liblvol.a`.

#![allow(non_camel_case_types)]

/// A struct that only the library looks into.
macro_rules! opaque {
    ($name:ident) => {
        #[repr(C)]
        #[derive(Debug)]
        pub struct $name {
            _private: [u8; 0],
            _not_ours: std::marker::PhantomData<(*mut u8, std::marker::PhantomPinned)>,
        }
    };
}

#[rustfmt::skip]
mod activate;
#[rustfmt::skip]
mod backend;
#[rustfmt::skip]
mod ctx;
#[rustfmt::skip]
mod dev;
#[rustfmt::skip]
mod error;
#[rustfmt::skip]
mod io;
#[rustfmt::skip]
mod lv;
#[rustfmt::skip]
mod pv;
#[rustfmt::skip]
mod report;
#[rustfmt::skip]
mod segment;
#[rustfmt::skip]
mod table;
#[rustfmt::skip]
mod txn;
#[rustfmt::skip]
mod types;
#[rustfmt::skip]
mod version;
#[rustfmt::skip]
mod vg;

pub use crate::activate::*;
pub use crate::backend::*;
pub use crate::ctx::*;
pub use crate::dev::*;
pub use crate::error::*;
pub use crate::io::*;
pub use crate::lv::*;
pub use crate::pv::*;
pub use crate::report::*;
pub use crate::segment::*;
pub use crate::table::*;
pub use crate::txn::*;
pub use crate::types::*;
pub use crate::version::*;
pub use crate::vg::*;
