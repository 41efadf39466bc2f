// SPDX-License-Identifier: MIT
//! The folder of backups. A run counts once its manifest has its name, which is the last thing that happens.

use crate::sha256::{sha256, Sum};
use crate::Result;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

const MAGIC: &str = "lvol-incremental 1";

/// Where a chunk is stored, and its checksum.
#[derive(Clone, Copy)]
pub struct Place {
    sum: Sum,
    run: u32,
    offset: u64,
}

#[derive(Clone, Copy)]
pub enum Chunk {
    Zero,
    Stored(Place),
}

/// One run: what the LV was.
pub struct Manifest {
    pub name: String,
    pub uuid: String,
    pub size_bytes: u64,
    pub chunk_bytes: usize,
    pub chunks: Vec<Chunk>,
}

/// A run that is being written.
pub struct Store {
    folder: PathBuf,
    run: u32,
    data: File,
    end: u64,
    stored: usize,
}

fn path(folder: impl AsRef<Path>, run: u32, kind: &str) -> PathBuf {
    folder.as_ref().join(format!("{:04}.{}", run, kind))
}

impl Place {
    /// The chunk, if it is still what it was.
    pub fn read(&self, folder: &str, length: usize) -> Result<Vec<u8>> {
        let path = path(folder, self.run, "data");
        let mut bytes = vec![0; length];
        let read = File::open(&path).and_then(|file| file.read_exact_at(&mut bytes, self.offset));
        read.map_err(|e| format!("{}: {}", path.display(), e))?;
        if sha256(&bytes) != self.sum {
            return Err(format!(
                "{}: the chunk at offset {} is damaged",
                path.display(),
                self.offset
            )
            .into());
        }
        Ok(bytes)
    }
}

impl Chunk {
    pub fn is_of(&self, run: u32) -> bool {
        matches!(self, Chunk::Stored(place) if place.run == run)
    }

    fn to_line(self) -> String {
        match self {
            Chunk::Zero => "zero".into(),
            Chunk::Stored(Place { sum, run, offset }) => {
                let hex: String = sum.iter().map(|byte| format!("{:02x}", byte)).collect();
                format!("{} {} {}", hex, run, offset)
            }
        }
    }

    fn from_line(line: &str) -> Option<Chunk> {
        if line == "zero" {
            return Some(Chunk::Zero);
        }
        let mut words = line.split(' ');
        let hex = words.next().filter(|hex| hex.len() == 64 && hex.is_ascii())?;
        let mut sum = [0; 32];
        for (i, byte) in sum.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()?;
        }
        let (run, offset) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some(Chunk::Stored(Place { sum, run, offset }))
    }
}

impl Manifest {
    pub fn new(lv: &lvol::Lv<'_>, chunk_bytes: usize) -> Manifest {
        let (name, uuid) = (lv.full_name(), lv.uuid());
        Manifest { name, uuid, size_bytes: lv.size_bytes(), chunk_bytes, chunks: Vec::new() }
    }

    pub fn read(folder: &str, run: u32) -> Result<Manifest> {
        let path = path(folder, run, "manifest");
        let damaged = || format!("{} is no manifest, or damaged", path.display());
        let file = File::open(&path).map_err(|e| format!("{}: {}", path.display(), e))?;
        let mut lines = BufReader::new(file).lines();
        if lines.next().transpose()?.as_deref() != Some(MAGIC) {
            return Err(damaged().into());
        }
        let head = lines.next().ok_or_else(damaged)??;
        let words: Vec<&str> = head.split(' ').collect();
        let (name, uuid, size, chunk) = match words[..] {
            [name, uuid, size, chunk] => (name, uuid, size, chunk),
            _ => return Err(damaged().into()),
        };
        let (size_bytes, chunk_bytes): (u64, usize) = (size.parse()?, chunk.parse()?);
        let mut chunks = Vec::new();
        for line in lines {
            chunks.push(Chunk::from_line(&line?).ok_or_else(damaged)?);
        }
        if chunk_bytes == 0
            || chunks.len() as u64 != (size_bytes + chunk_bytes as u64 - 1) / chunk_bytes as u64
        {
            return Err(damaged().into());
        }
        Ok(Manifest { name: name.into(), uuid: uuid.into(), size_bytes, chunk_bytes, chunks })
    }

    fn write(&self, path: &Path) -> Result<()> {
        let mut out = BufWriter::new(File::create(path)?);
        writeln!(
            out,
            "{}\n{} {} {} {}",
            MAGIC, self.name, self.uuid, self.size_bytes, self.chunk_bytes
        )?;
        for chunk in &self.chunks {
            writeln!(out, "{}", chunk.to_line())?;
        }
        out.into_inner()?.sync_all()?;
        Ok(())
    }
}

impl Store {
    /// The runs of a folder, in order.
    pub fn runs(folder: &str) -> Result<Vec<u32>> {
        fs::create_dir_all(folder)?;
        let mut runs = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            runs.extend(
                name.to_str().and_then(|name| name.strip_suffix(".manifest")?.parse::<u32>().ok()),
            );
        }
        runs.sort_unstable();
        Ok(runs)
    }

    pub fn create(folder: &str, run: u32) -> Result<Store> {
        // what an interrupted run left has no manifest, and is written anew
        let data = File::create(path(folder, run, "data"))?;
        Ok(Store { folder: folder.into(), run, data, end: 0, stored: 0 })
    }

    /// The chunk of the new manifest: as before if it is the same, else these bytes are stored.
    pub fn keep(&mut self, bytes: &[u8], before: Option<&Chunk>) -> Result<Chunk> {
        if bytes.iter().all(|&byte| byte == 0) {
            return Ok(Chunk::Zero);
        }
        let sum = sha256(bytes);
        match before {
            Some(Chunk::Stored(place)) if place.sum == sum => return Ok(Chunk::Stored(*place)),
            _ => self.data.write_all(bytes)?,
        }
        let place = Place { sum, run: self.run, offset: self.end };
        self.end += bytes.len() as u64;
        self.stored += 1;
        Ok(Chunk::Stored(place))
    }

    /// Data first, then the manifest, then its name.
    pub fn finish(self, manifest: &Manifest) -> Result<(u32, usize)> {
        self.data.sync_all()?;
        let new = path(&self.folder, self.run, "new");
        manifest.write(&new)?;
        fs::rename(new, path(&self.folder, self.run, "manifest"))?;
        File::open(&self.folder)?.sync_all()?;
        Ok((self.run, self.stored))
    }
}
