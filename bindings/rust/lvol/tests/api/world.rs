// SPDX-License-Identifier: LGPL-2.1-or-later
//! A small world for the tests: image files in a scratch folder, VG "vg0" with extents of 1 MiB on them.

use lvol::{Begin, Context, ContextBuilder, Error, Lv, LvCreate, Size, Vg, VgCreate, Wait};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

pub const MIB: u64 = 1 << 20;

/// A scratch folder, removed in the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let top = std::env::var_os("LVOL_TEST_TMP").map_or_else(std::env::temp_dir, PathBuf::from);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = top.join(format!("rust-{}-{}", std::process::id(), number));
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A sparse file.
    pub fn image(&self, name: &str, size: u64) -> String {
        let path = self.path(name);
        File::create(&path).unwrap().set_len(size).unwrap();
        path.to_str().unwrap().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A context that reads nothing of the system and waits for nobody.
pub fn builder() -> ContextBuilder {
    Context::builder().no_system_config().lock_wait(Wait::No)
}

pub fn context<P: AsRef<Path>>(devices: &[P]) -> Context {
    devices.iter().fold(builder(), |builder, path| builder.device(path)).build().unwrap()
}

/// Two disks of 31 extents each and a context; vg0 is there, empty.
pub struct World {
    pub ctx: Context,
    pub a: String,
    pub b: String,
    pub folder: Folder,
}

impl World {
    pub fn new() -> World {
        let folder = Folder::new();
        let (a, b) = (folder.image("a.img", 32 * MIB), folder.image("b.img", 32 * MIB));
        let mut ctx = context(&[&a, &b]);
        let mut txn = ctx.begin().start().unwrap();
        txn.vg_create(&VgCreate::new("vg0", [&a, &b]).extent_bytes(MIB)).unwrap();
        txn.commit().unwrap();
        World { ctx, a, b, folder }
    }

    pub fn vg(&mut self) -> Vg {
        self.ctx.vg("vg0").unwrap()
    }

    pub fn begin(&mut self) -> Begin<'_> {
        self.ctx.begin().vg("vg0")
    }

    /// The VG with one more LV.
    pub fn add(&mut self, opts: &LvCreate) -> Vg {
        let mut txn = self.begin().start().unwrap();
        txn.lv_create(opts).unwrap();
        txn.commit().unwrap().vg().unwrap()
    }

    pub fn add_lv(&mut self, name: &str, bytes: u64) -> Vg {
        self.add(&LvCreate::new(name, Size::Bytes(bytes)))
    }
}

/// What an LV consists of: "a.img:0+4 b.img:0+4, ..." one group for each segment.
pub fn layout(lv: Lv<'_>) -> String {
    let area = |area: &lvol::Area<'_>| {
        let name = match (area.pv, area.lv) {
            (Some(pv), _) => {
                pv.dev().unwrap().path().file_name().unwrap().to_str().unwrap().to_string()
            }
            (_, Some(lv)) => lv.name().to_string(),
            _ => "gone".into(),
        };
        format!("{}:{}+{}", name, area.start_extent, area.count_extents)
    };
    let segment =
        |segment: lvol::Segment<'_>| segment.areas().iter().map(area).collect::<Vec<_>>().join(" ");
    lv.segments().map(segment).collect::<Vec<_>>().join(", ")
}

pub fn names(vg: &Vg) -> Vec<String> {
    vg.lvs().map(|lv| lv.name().into_owned()).collect()
}

/// Bytes that look random, the same for the same seed.
pub fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = || {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x >> 32) as u8
    };
    std::iter::repeat_with(next).take(len).collect()
}

/// `fails!(call, Kind)`: it fails with that variant; `fails!(call, Kind, "word")`: and says that, or is about it. The
/// error.
#[macro_export]
macro_rules! fails {
    ($call:expr, $kind:ident $(, $word:expr)*) => {
        match $call {
            Err(error) => {
                let error: lvol::Error = error.into();
                assert!(matches!(error, lvol::Error::$kind(..)), "{:?}", error);
                assert_eq!(error.to_string(), error.message());
                $(
                    let said = format!("{}: {}", error.subject(), error);
                    assert!(said.contains($word), "{} does not say {}", said, $word);
                )*
                error
            }
            Ok(_) => panic!("{} does not fail", stringify!($call)),
        }
    };
}

/// The cause of an error, as text.
pub fn cause(error: &Error) -> String {
    std::error::Error::source(error).map(|e| e.to_string()).unwrap_or_default()
}

/// Fill an LV with noise; what it was filled with.
pub fn fill(vg: &Vg, lv: &str, seed: u64) -> Vec<u8> {
    let io = vg.lv(lv).unwrap().open_rw().unwrap();
    let data = noise(io.size_bytes() as usize, seed);
    io.write_at(&data, 0).unwrap();
    data
}

/// What an LV holds.
pub fn content(vg: &Vg, lv: &str) -> Vec<u8> {
    let io = vg.lv(lv).unwrap().open().unwrap();
    let mut data = vec![0; io.size_bytes() as usize];
    io.read_at(&mut data, 0).unwrap();
    data
}
