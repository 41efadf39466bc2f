# SPDX-License-Identifier: LGPL-2.1-or-later
"""Operations on LVs. Every one may raise StateError (the transaction is over, or another thread's) and InvalidError."""
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional, Sequence

from ._call import Key, Options, c_string, flags
from ._ffi import NULL, lib, text
from ._operations import Operations, changed, listed
from .enums import Alloc, member
from .error import InvalidError
from .size import Size, set_size

if TYPE_CHECKING:
    from ._operations import LvName, PvName, VgName
    from .txn_raid import Raid
    from .txn_thin import Thin


class LvGlance(NamedTuple):
    """An LV of an open transaction."""
    name: str
    vg: str
    uuid: str
    is_visible: bool
    size_extents: int
    segment_count: int
    size_bytes: int


class LvOperations(Operations):
    """The lvol_lv_... calls that take a transaction."""

    def lv_create(self, name: Optional[str], size: Optional[Size] = None, *, vg: Optional[VgName] = None,
                  segtype: Optional[str] = None, pvs: Optional[Sequence[PvName]] = None,
                  stripe_count: Optional[int] = None, stripe_bytes: Optional[int] = None,
                  alloc: Alloc | str | None = None, read_ahead_bytes: Optional[int] = None,
                  tags: Sequence[str] = (), uuid: Optional[str] = None, read_only: bool = False,
                  activation_skip: bool = False, autoactivation: bool = True, zero: bool = True,
                  origin: Optional[LvName] = None, chunk_bytes: Optional[int] = None,
                  raid: Optional[Raid] = None, thin: Optional[Thin] = None) -> None:
        """Add a new LV. Nothing is written before the commit.

        name:             None for "lvolN"
        size:             bytes (rounded up to whole extents), Extents or Percent
        vg:               may be left out when the transaction holds one VG
        segtype:          "linear", "striped", "zero", "error", "snapshot", "mirror", "raid1", "raid5" ...; default by
                          stripe_count, origin and raid
        pvs:              in order of preference: device names, PV UUIDs or "@tag", with extent ranges if wished:
                          "disk.img:0-99:200-"
        stripe_bytes:     default 64 KiB
        alloc:            default as the VG
        read_ahead_bytes: default READ_AHEAD_AUTO
        activation_skip:  leave out of activation unless asked for by name
        zero:             zero the first 4 KiB, so that no old signature shows
        origin:           the LV that it is a snapshot of; the size is the room for what changes
        chunk_bytes:      of a snapshot: what is copied at once; default 4 KiB
        raid:             of raids and mirrors
        thin:             of thin pools and thin LVs; a snapshot of a thin LV needs neither this nor a size

        Raises BusyError (the origin is open), ExistsError, NoSpaceError, NotFoundError (a PV), NotSupportedError (the segment type).
        """
        family = None if raid is None else raid._opts()
        thin_opts = None if thin is None else thin._opts()
        opts = Options('lvol_lv_create_opts', name=name, vg=None if vg is None else self._vg_now(vg), segtype=segtype,
                       pvs=self._pv_names(pvs), stripe_count=stripe_count, stripe_bytes=stripe_bytes,
                       alloc=None if alloc is None else member(Alloc, alloc), read_ahead_bytes=read_ahead_bytes,
                       tags=listed(tags), uuid=uuid, origin=None if origin is None else self._lv_name(origin),
                       chunk_bytes=chunk_bytes, raid=None if family is None else family.p, thin=None if thin_opts is None else thin_opts.p,
                       flags=flags(LV_CREATE_READ_ONLY=read_only, LV_CREATE_ACTIVATION_SKIP=activation_skip,
                                   LV_CREATE_NO_AUTOACTIVATION=not autoactivation, LV_CREATE_NO_ZERO=not zero))
        if size is not None:
            set_size(opts.p.size, size)
        self._call(lib.lvol_lv_create, opts.p)

    def lv_resize(self, name: LvName, size: Optional[Size] = None, *, grow: Optional[Size] = None,
                  shrink: Optional[Size] = None, may_shrink: bool = False, pvs: Optional[Sequence[PvName]] = None,
                  alloc: Alloc | str | None = None, stripe_count: Optional[int] = None,
                  stripe_bytes: Optional[int] = None, fs: bool = False,
                  luks_key: bytes | bytearray | str | None = None) -> None:
        """Give an LV a new size, or make it larger or smaller by a difference: one of @size, @grow, @shrink.

        may_shrink: needed to make it smaller; data past the new end is lost
        pvs, alloc, stripe_count, stripe_bytes: for what is added, as lv_create()
        fs:         the commit fits the file system on the (active) LV to it, with that one's own tool; before the LV becomes
                    smaller, after it became larger
        luks_key:   with fs: of a LUKS volume that is open on it

        Raises NotFoundError, NoSpaceError, BusyError (it is open somewhere), NotSupportedError.
        """
        wanted = [(sign, value) for sign, value in ((0, size), (1, grow), (-1, shrink)) if value is not None]
        if len(wanted) != 1:
            raise InvalidError('one of size, grow and shrink is wanted', self._lv_name(name))
        opts = Options('lvol_lv_resize_opts', sign=wanted[0][0], flags=flags(LV_RESIZE_SHRINK=may_shrink, LV_RESIZE_FS=fs),
                       luks_key=None if luks_key is None else Key(luks_key),
                       pvs=self._pv_names(pvs), alloc=None if alloc is None else member(Alloc, alloc),
                       stripe_count=stripe_count, stripe_bytes=stripe_bytes)
        set_size(opts.p.size, wanted[0][1])
        self._call(lib.lvol_lv_resize, c_string(self._lv_name(name)), opts.p)

    def luks_format(self, name: LvName, key: bytes | bytearray | str, *, cipher: Optional[str] = None,
                    pbkdf: Optional[str] = None, label: Optional[str] = None, uuid: Optional[str] = None,
                    volume_key_bits: Optional[int] = None, sector_bytes: Optional[int] = None,
                    pbkdf_ms: Optional[int] = None, pbkdf_iterations: Optional[int] = None,
                    pbkdf_kib: Optional[int] = None, pbkdf_threads: Optional[int] = None) -> None:
        """Make an LV that this transaction makes a LUKS2 volume too; its header takes 16 MiB of it.

        cipher:           default "aes-xts-plain64"
        pbkdf:            how a key slot is derived: "argon2id" (default), "argon2i" or "pbkdf2"
        volume_key_bits:  default 512; sector_bytes: 512 (default) to 4096, what is encrypted at once
        pbkdf_ms, pbkdf_iterations, pbkdf_kib, pbkdf_threads: what one guess shall cost; default cryptsetup's

        Raises NotFoundError, InvalidError (it was there before, or cannot be of this kind), ExistsError, NoSpaceError.
        """
        keep = Key(key)
        opts = Options('lvol_luks_opts', cipher=cipher, pbkdf=pbkdf, label=label, uuid=uuid,
                       volume_key_bits=volume_key_bits, sector_bytes=sector_bytes, pbkdf_ms=pbkdf_ms,
                       pbkdf_iterations=pbkdf_iterations, pbkdf_kib=pbkdf_kib, pbkdf_threads=pbkdf_threads)
        opts.p.key, opts.p.key_bytes = keep.p.bytes, keep.p.length
        self._call(lib.lvol_luks_format, c_string(self._lv_name(name)), opts.p)

    def lv_remove(self, name: LvName) -> None:
        """Remove an LV and its hidden sub-LVs. Raises NotFoundError, BusyError (another LV uses it, or it is open)."""
        self._call(lib.lvol_lv_remove, c_string(self._lv_name(name)))

    def lv_glance(self, name: Optional[LvName] = None) -> LvGlance:
        """An LV as it has become so far, without the cost of preview(); None: that of the last operation. Raises
        NotFoundError."""
        out = Options('lvol_lv_glance').p
        self._call(lib.lvol_lv_glance, NULL if name is None else c_string(self._lv_name(name)), out)
        return LvGlance(text(out.name), text(out.vg), text(out.uuid), bool(out.is_visible), int(out.size_extents),
                        int(out.segment_count), int(out.size_bytes))

    def lv_rename(self, name: LvName, new_name: str) -> None:
        """Rename an LV (@new_name without the VG part); its hidden sub-LVs follow. Raises NotFoundError,
        ExistsError."""
        self._call(lib.lvol_lv_rename, c_string(self._lv_name(name)), c_string(new_name))

    def lv_change(self, name: LvName, *, alloc: Alloc | str | None = None, writable: Optional[bool] = None,
                  activation_skip: Optional[bool] = None, autoactivation: Optional[bool] = None,
                  read_ahead_bytes: Optional[int] = None, add_tags: Sequence[str] = (),
                  remove_tags: Sequence[str] = ()) -> None:
        """Change what is given. Raises NotFoundError."""
        what = changed(LV_CHANGE_ALLOC=alloc, LV_CHANGE_WRITABLE=writable, LV_CHANGE_ACTIVATION_SKIP=activation_skip,
                       LV_CHANGE_AUTOACTIVATION=autoactivation, LV_CHANGE_READ_AHEAD=read_ahead_bytes)
        opts = Options('lvol_lv_change_opts', what=what, alloc=None if alloc is None else member(Alloc, alloc),
                       writable=writable, activation_skip=activation_skip, autoactivation=autoactivation,
                       read_ahead_bytes=read_ahead_bytes, add_tags=listed(add_tags), remove_tags=listed(remove_tags))
        self._call(lib.lvol_lv_change, c_string(self._lv_name(name)), opts.p)
