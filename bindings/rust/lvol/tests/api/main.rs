// SPDX-License-Identifier: LGPL-2.1-or-later
//! The API tests of the C suite, in Rust. One program, so that it can be run as a whole under valgrind.

mod world;

mod cache;
mod ctx;
mod device;
mod golden;
mod io;
mod job;
mod live;
mod lv;
mod pv;
mod queue;
mod raid;
mod report;
mod stream;
mod table;
mod thin;
mod threads;
mod txn;
mod vg;
