// SPDX-License-Identifier: LGPL-2.1-or-later
//! The API tests of the C suite, in Rust. One program, so that it can be run as a whole under valgrind.

mod world;

mod ctx;
mod device;
mod golden;
mod io;
mod lv;
mod pv;
mod queue;
mod report;
mod table;
mod threads;
mod txn;
mod vg;
