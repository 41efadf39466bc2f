// SPDX-License-Identifier: MIT
//! Incremental backups of an LV: each run stores only the chunks that changed since the last one.
//!
//!     incremental backup STORE VG/LV DEVICE...
//!     incremental list STORE
//!     incremental restore STORE RUN VG/LV DEVICE...
//!
//! STORE is a folder: N.data has the chunks that run N found changed, one behind the other, and N.manifest says for
//! every chunk of the LV which run has it, and its SHA-256. What block status knows to be zero is not even read.
//! Nothing may write to the LV during a backup: take it of one that is not in use.

mod sha256;
mod store;

use lvol::{Context, ExtentKind, Io};
use std::error::Error;
use std::process::exit;
use store::{Chunk, Manifest, Store};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const CHUNK_BYTES: usize = 1 << 20;

/// Ranges that read as zero, asked for once each.
struct Zeroes<'a> {
    io: &'a Io,
    known: std::ops::Range<u64>,
}

impl Zeroes<'_> {
    /// Whether all of `length` bytes at `offset` read as zero. Offsets only grow.
    fn have(&mut self, mut offset: u64, length: usize) -> lvol::Result<bool> {
        let end = offset + length as u64;
        while offset < end {
            if !self.known.contains(&offset) {
                let extent = self.io.block_status(offset)?;
                if extent.kind != ExtentKind::Zero {
                    return Ok(false);
                }
                self.known = extent.offset..extent.offset + extent.length;
            }
            offset = self.known.end;
        }
        Ok(true)
    }
}

/// The next manifest; what changed since `last` goes to the store.
fn read_changes(io: &Io, store: &mut Store, last: Option<&Manifest>) -> Result<Manifest> {
    let mut next = Manifest::new(&io.lv(), CHUNK_BYTES);
    let mut zeroes = Zeroes { io, known: 0..0 };
    let mut buf = vec![0; CHUNK_BYTES];
    let mut offset = 0;
    while offset < io.size_bytes() {
        let length = CHUNK_BYTES.min((io.size_bytes() - offset) as usize);
        let bytes = &mut buf[..length];
        let chunk = if zeroes.have(offset, length)? {
            Chunk::Zero
        } else {
            io.read_at(bytes, offset)?;
            let before = last.and_then(|last| last.chunks.get(next.chunks.len()));
            store.keep(bytes, before)?
        };
        next.chunks.push(chunk);
        offset += length as u64;
    }
    Ok(next)
}

fn backup(folder: &str, name: &str, devices: &[String]) -> Result<()> {
    let io = open(name, devices, false)?;
    let runs = Store::runs(folder)?;
    let last = runs.last().map(|&run| Manifest::read(folder, run)).transpose()?;
    if let Some(last) = last.as_ref().filter(|last| last.uuid != io.lv().uuid()) {
        return Err(
            format!("{} has backups of {}, another LV ({})", folder, last.name, last.uuid).into()
        );
    }
    let mut store = Store::create(folder, runs.last().unwrap_or(&0) + 1)?;
    let next = read_changes(
        &io,
        &mut store,
        last.as_ref().filter(|last| last.chunk_bytes == CHUNK_BYTES),
    )?;
    let (run, stored) = store.finish(&next)?;
    println!("run {}: {} chunks, {} stored", run, next.chunks.len(), stored);
    Ok(())
}

fn restore(folder: &str, run: &str, name: &str, devices: &[String]) -> Result<()> {
    let manifest = Manifest::read(folder, run.parse()?)?;
    let io = open(name, devices, true)?;
    if io.size_bytes() < manifest.size_bytes {
        return Err(format!(
            "LV {} has {} bytes, the backup {}",
            name,
            io.size_bytes(),
            manifest.size_bytes
        )
        .into());
    }
    let mut offset = 0;
    for chunk in &manifest.chunks {
        let length = (manifest.chunk_bytes as u64).min(manifest.size_bytes - offset);
        match chunk {
            Chunk::Zero => io.write_zeroes(length, offset)?,
            Chunk::Stored(place) => io.write_at(&place.read(folder, length as usize)?, offset)?,
        }
        offset += length;
    }
    io.flush()?;
    println!("restored {} bytes of {} to {}", offset, manifest.name, name);
    Ok(())
}

fn list(folder: &str) -> Result<()> {
    for run in Store::runs(folder)? {
        let manifest = Manifest::read(folder, run)?;
        let stored = manifest.chunks.iter().filter(|chunk| chunk.is_of(run)).count();
        println!(
            "run {}: {}, {} bytes, {} chunks stored",
            run, manifest.name, manifest.size_bytes, stored
        );
    }
    Ok(())
}

fn open(name: &str, devices: &[String], write: bool) -> Result<Io> {
    let (vg, lv) = name.split_once('/').ok_or("an LV is called VG/LV")?;
    let vg = Context::with_devices(devices)?.vg(vg)?;
    let lv = vg.lv(lv)?;
    Ok(if write { lv.open_rw()? } else { lv.open()? })
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["backup", folder, name, _, ..] => backup(folder, name, &arguments[3..]),
        ["list", folder] => list(folder),
        ["restore", folder, run, name, _, ..] => restore(folder, run, name, &arguments[4..]),
        _ => {
            eprintln!("usage: incremental backup STORE VG/LV DEVICE...");
            eprintln!("       incremental list STORE");
            eprintln!("       incremental restore STORE RUN VG/LV DEVICE...");
            exit(2);
        }
    };
    if let Err(e) = done {
        eprintln!("incremental: {}", e);
        exit(1);
    }
}
