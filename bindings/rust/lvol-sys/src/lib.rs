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
mod cache;
#[rustfmt::skip]
mod convert;
#[rustfmt::skip]
mod ctx;
#[rustfmt::skip]
mod dev;
#[rustfmt::skip]
mod error;
#[rustfmt::skip]
mod events;
#[rustfmt::skip]
mod integrity;
#[rustfmt::skip]
mod io;
#[rustfmt::skip]
mod job;
#[rustfmt::skip]
mod luks;
#[rustfmt::skip]
mod lv;
#[rustfmt::skip]
mod r#move;
#[rustfmt::skip]
mod pv;
#[rustfmt::skip]
mod raid;
#[rustfmt::skip]
mod report;
#[rustfmt::skip]
mod segment;
#[rustfmt::skip]
mod snapshot;
#[rustfmt::skip]
mod status;
#[rustfmt::skip]
mod stream;
#[rustfmt::skip]
mod table;
#[rustfmt::skip]
mod thin;
#[rustfmt::skip]
mod thin_insight;
#[rustfmt::skip]
mod txn;
#[rustfmt::skip]
mod types;
#[rustfmt::skip]
mod version;
#[rustfmt::skip]
mod vg;
#[rustfmt::skip]
mod writecache;

pub use crate::activate::*;
pub use crate::backend::*;
pub use crate::cache::*;
pub use crate::convert::*;
pub use crate::ctx::*;
pub use crate::dev::*;
pub use crate::error::*;
pub use crate::events::*;
pub use crate::integrity::*;
pub use crate::io::*;
pub use crate::job::*;
pub use crate::luks::*;
pub use crate::lv::*;
pub use crate::pv::*;
pub use crate::r#move::*;
pub use crate::raid::*;
pub use crate::report::*;
pub use crate::segment::*;
pub use crate::snapshot::*;
pub use crate::status::*;
pub use crate::stream::*;
pub use crate::table::*;
pub use crate::thin::*;
pub use crate::thin_insight::*;
pub use crate::txn::*;
pub use crate::types::*;
pub use crate::version::*;
pub use crate::vg::*;
pub use crate::writecache::*;
