// SPDX-License-Identifier: LGPL-2.1-or-later
//! Encrypted LVs. Keys are bytes: a passphrase without newline, or what a key file holds. Nothing of them is kept.

use crate::backend::Backend;
use crate::call::{call, make};
use crate::error::Result;
use crate::io::{Io, OpenOptions};
use crate::lv::Lv;
use crate::names::{optional, LvName, Name};
use crate::txn::Transaction;
use std::os::raw::c_void;
use std::ptr;

/// The key of a LUKS volume, for the time of a call.
pub(crate) fn key_of(key: &[u8]) -> sys::lvol_luks_key {
    sys::lvol_luks_key { bytes: key.as_ptr() as *const c_void, length: key.len() }
}

/// What kind of LUKS2 volume to make: what is not called is as it is by default.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct LuksFormat {
    c: sys::lvol_luks_opts,
    cipher: Option<Name>,
    pbkdf: Option<Name>,
    label: Option<Name>,
    uuid: Option<Name>,
}

impl LuksFormat {
    /// All defaults.
    pub fn new() -> Self {
        LuksFormat::default()
    }

    /// Default "aes-xts-plain64".
    pub fn cipher(mut self, cipher: &str) -> Self {
        self.cipher = Some(Name::new(cipher.as_bytes()));
        self
    }

    /// How a key slot is derived: "argon2id" (default), "argon2i" or "pbkdf2".
    pub fn pbkdf(mut self, pbkdf: &str) -> Self {
        self.pbkdf = Some(Name::new(pbkdf.as_bytes()));
        self
    }

    /// Default none.
    pub fn label(mut self, label: &str) -> Self {
        self.label = Some(Name::new(label.as_bytes()));
        self
    }

    /// Default a new one.
    pub fn uuid(mut self, uuid: &str) -> Self {
        self.uuid = Some(Name::new(uuid.as_bytes()));
        self
    }

    /// Default 512.
    pub fn volume_key_bits(mut self, bits: u32) -> Self {
        self.c.volume_key_bits = bits;
        self
    }

    /// 512 (default), 1024, 2048 or 4096: what is encrypted at once.
    pub fn sector_bytes(mut self, bytes: u32) -> Self {
        self.c.sector_bytes = bytes;
        self
    }

    /// How long a guess shall take on this machine.
    pub fn pbkdf_ms(mut self, ms: u32) -> Self {
        self.c.pbkdf_ms = ms;
        self
    }

    /// Instead of a time. Default measured.
    pub fn pbkdf_iterations(mut self, iterations: u32) -> Self {
        self.c.pbkdf_iterations = iterations;
        self
    }

    /// Memory and threads that a guess shall take, of argon2.
    pub fn pbkdf_cost(mut self, kib: u32, threads: u32) -> Self {
        self.c.pbkdf_kib = kib;
        self.c.pbkdf_threads = threads;
        self
    }
}

/// How [`Lv::luks_activate()`] should do it.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct LuksActivate {
    c: sys::lvol_luks_activate_opts,
    name: Option<Name>,
}

impl LuksActivate {
    /// As "luks-" and the volume's uuid.
    pub fn new() -> Self {
        LuksActivate::default()
    }

    /// As /dev/mapper/NAME.
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(Name::new(name.as_bytes()));
        self
    }

    /// Nothing can be written through the device.
    pub fn read_only(mut self) -> Self {
        self.c.flags |= sys::LVOL_LUKS_READ_ONLY;
        self
    }

    /// Discards reach the LV, and show which of its parts are not in use.
    pub fn allow_discards(mut self) -> Self {
        self.c.flags |= sys::LVOL_LUKS_ALLOW_DISCARDS;
        self
    }
}

impl Transaction<'_> {
    /// Make an LV that this transaction makes an encrypted one; the header takes 16 MiB of it. Errors: `NotFound`, `Invalid`
    /// (it was there before; no key, no such cipher ...), `Exists`, `NoSpace`, `NotSupported` (no libcryptsetup).
    pub fn luks_format(&mut self, lv: impl LvName, key: &[u8], opts: &LuksFormat) -> Result<()> {
        let lv = lv.to_name();
        let lv = lv.for_context(self.origin())?;
        let c = sys::lvol_luks_opts {
            key: key.as_ptr() as *const c_void,
            key_bytes: key.len(),
            cipher: optional(&opts.cipher)?,
            pbkdf: optional(&opts.pbkdf)?,
            label: optional(&opts.label)?,
            uuid: optional(&opts.uuid)?,
            ..opts.c
        };
        self.call(|txn, err| unsafe { sys::lvol_luks_format(txn, lv, &c, err) })
    }
}

impl OpenOptions {
    /// Open what is decrypted of the LUKS volume on an LV; offsets and size are those of the content. Errors: `Permission` (no
    /// key slot opens with this key), `Corrupt` (no LUKS volume, or damaged), and as [`open()`](OpenOptions::open).
    pub fn open_luks(self, lv: &Lv<'_>, key: &[u8]) -> Result<Io> {
        let key = key_of(key);
        let p = make(|out, err| unsafe {
            sys::lvol_luks_open(lv.as_ptr(), self.flags(), &key, out, err)
        })?;
        Ok(self.opened(p, lv))
    }
}

impl Lv<'_> {
    /// Make a device of the running system of the LUKS volume on an active LV. Errors: `NotFound` (it is not active),
    /// `Permission`, `Corrupt`, `Exists`, `Busy`.
    pub fn luks_activate(&self, backend: &Backend, key: &[u8], opts: &LuksActivate) -> Result<()> {
        let (lv, backend, key) = (self.as_ptr(), backend.as_ptr(), key_of(key));
        let c = sys::lvol_luks_activate_opts { name: optional(&opts.name)?, ..opts.c };
        call(|err| unsafe { sys::lvol_luks_activate(lv, backend, &key, &c, err) }).map(drop)
    }
}

impl Backend {
    /// Remove a device of LUKS. Errors: `NotFound`, `Busy`.
    pub fn luks_deactivate(&self, name: &str) -> Result<()> {
        self.on(name, |b, name, err| unsafe { sys::lvol_luks_deactivate(b, name, err) })
    }

    /// Fit a device of LUKS to the LV below it, or to so many bytes of content, before that shrinks. One of LUKS2 needs a key.
    /// Errors: `NotFound`, `Permission`.
    pub fn luks_resize(&self, name: &str, bytes: Option<u64>, key: Option<&[u8]>) -> Result<()> {
        let key = key.map(key_of);
        let key = key.as_ref().map_or(ptr::null(), |key| key as *const _);
        self.on(name, |b, name, err| unsafe {
            sys::lvol_luks_resize(b, name, bytes.unwrap_or(0), key, err)
        })
    }
}
