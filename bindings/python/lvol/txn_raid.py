# SPDX-License-Identifier: LGPL-2.1-or-later
"""Operations that convert LVs, and on legs of raids and mirrors. Every one may raise StateError and InvalidError as those on LVs."""
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional, Sequence

from ._call import Options, Strings, c_string, flags
from ._ffi import lib
from ._operations import Operations, changed
from .enums import Alloc, MirrorLog, member

if TYPE_CHECKING:
    from ._operations import LvName, PvName


class Raid(NamedTuple):
    """What raids and mirrors have beside size and stripes; None is the default.

    copies:           of each byte, for raid1, raid10 and mirror; default 2
    region_bytes:     what one bit of the bitmap or log stands for; default 2 MiB
    min_recovery_kib: KiB a second for each leg below which a resync is not throttled
    max_recovery_kib: KiB a second for each leg that a resync takes at most
    write_behind:     of raid1: writes that write-mostly legs may lag behind
    log:              of a mirror: MirrorLog.DISK (default) or CORE
    no_sync:          a new LV counts as in sync as it is
    """
    copies: Optional[int] = None
    region_bytes: Optional[int] = None
    min_recovery_kib: Optional[int] = None
    max_recovery_kib: Optional[int] = None
    write_behind: Optional[int] = None
    log: MirrorLog | str | None = None
    no_sync: bool = False

    def _opts(self) -> Options:
        return Options('lvol_raid_opts', copies=self.copies, region_bytes=self.region_bytes,
                       min_recovery_kib=self.min_recovery_kib, max_recovery_kib=self.max_recovery_kib,
                       write_behind=self.write_behind, log=None if self.log is None else member(MirrorLog, self.log),
                       flags=flags(RAID_NO_SYNC=self.no_sync))


class RaidOperations(Operations):
    """lvol_lv_convert() and the calls on legs."""

    def lv_convert(self, name: LvName, segtype: Optional[str] = None, *, raid: Optional[Raid] = None,
                   add_copies: int = 0, pvs: Optional[Sequence[PvName]] = None, alloc: Alloc | str | None = None,
                   stripe_bytes: Optional[int] = None) -> None:
        """Make an LV one of another type, with more or fewer copies, another region size or log; its content stays.

        segtype:      "linear", "raid1", "raid5_n" ...; None: as it is
        raid:         copies (1 means linear), region size and log that it gets
        add_copies:   so many more copies, or if negative fewer, in place of raid.copies
        pvs:          where new legs may lie; or, with fewer copies, the PVs whose legs go
        stripe_bytes: of an LV that gets stripes and had none

        Raises NotFoundError, NotSupportedError (not in one step; the message says what is), BusyError (it is open, or not in
        sync), NoSpaceError, MissingPvError.
        """
        wanted = (raid or Raid())._replace(copies=abs(add_copies)) if add_copies else raid
        family = None if wanted is None else wanted._opts()
        opts = Options('lvol_lv_convert_opts', segtype=segtype, pvs=self._pv_names(pvs), stripe_bytes=stripe_bytes,
                       raid=None if family is None else family.p, copies_sign=(add_copies > 0) - (add_copies < 0),
                       alloc=None if alloc is None else member(Alloc, alloc))
        self._call(lib.lvol_lv_convert, c_string(self._lv_name(name)), opts.p)

    def lv_replace_legs(self, name: LvName, from_pvs: Optional[Sequence[PvName]] = None, *,
                        pvs: Optional[Sequence[PvName]] = None, alloc: Alloc | str | None = None) -> None:
        """Replace legs of a raid or mirror by new ones, which are rebuilt.

        from_pvs: those whose legs are replaced; None: those that are missing (begin with allow_partial)
        pvs:      where the new legs may lie

        Raises NotFoundError, MissingPvError (more than it can do without), BusyError, NoSpaceError.
        """
        source = None if from_pvs is None else Strings(self._pv_names(from_pvs) or [])
        opts = Options('lvol_lv_replace_opts', pvs=self._pv_names(pvs), alloc=None if alloc is None else member(Alloc, alloc),
                       **{'from': None if source is None else source.p})
        self._call(lib.lvol_lv_replace_legs, c_string(self._lv_name(name)), opts.p)

    def raid_change(self, name: LvName, *, min_recovery_kib: Optional[int] = None, max_recovery_kib: Optional[int] = None,
                    write_behind: Optional[int] = None, write_mostly: Optional[Sequence[PvName]] = None,
                    not_write_mostly: Optional[Sequence[PvName]] = None,
                    toggle_write_mostly: Optional[Sequence[PvName]] = None, rebuild: Optional[Sequence[PvName]] = None,
                    resync: bool = False) -> None:
        """Change how a raid is used, or have its legs synchronised again.

        min_recovery_kib, max_recovery_kib: how fast a resync is, KiB a second for each leg
        write_behind:        of raid1: writes that write-mostly legs may lag behind
        write_mostly:        PVs whose legs, of a raid1, are read only when no other can be
        not_write_mostly:    PVs whose legs are read again
        toggle_write_mostly: PVs whose legs become the other of the two
        rebuild:             PVs whose legs are made again from the others
        resync:              all of it is synchronised again; of mirrors too

        Raises NotFoundError, NotSupportedError, MissingPvError, BusyError (open, not in sync, or active, to synchronise it).
        """
        what = changed(RAID_CHANGE_MIN_RECOVERY=min_recovery_kib, RAID_CHANGE_MAX_RECOVERY=max_recovery_kib,
                       RAID_CHANGE_WRITE_BEHIND=write_behind, RAID_CHANGE_RESYNC=resync or None)
        opts = Options('lvol_raid_change_opts', what=what, min_recovery_kib=min_recovery_kib,
                       max_recovery_kib=max_recovery_kib, write_behind=write_behind,
                       write_mostly=self._pv_names(write_mostly), not_write_mostly=self._pv_names(not_write_mostly),
                       toggle_write_mostly=self._pv_names(toggle_write_mostly), rebuild=self._pv_names(rebuild))
        self._call(lib.lvol_raid_change, c_string(self._lv_name(name)), opts.p)

    def lv_split_legs(self, name: LvName, new_name: Optional[str] = None, *, count: int = 1,
                      pvs: Optional[Sequence[PvName]] = None, track_changes: bool = False) -> None:
        """Split legs of a raid1 or mirror off, as an LV of their own with the content of this moment.

        pvs:           whose legs go; default the last ones
        track_changes: one leg, for reading, without a new name, that lv_merge_leg() puts back

        Raises NotFoundError, ExistsError, NotSupportedError, BusyError (it is open, or not in sync).
        """
        opts = Options('lvol_lv_split_opts', new_name=new_name, count=count, pvs=self._pv_names(pvs),
                       flags=flags(SPLIT_TRACK_CHANGES=track_changes))
        self._call(lib.lvol_lv_split_legs, c_string(self._lv_name(name)), opts.p)

    def lv_merge_leg(self, leg: LvName) -> None:
        """Put a leg back that was split off with track_changes. Raises NotFoundError, BusyError."""
        self._call(lib.lvol_lv_merge_leg, c_string(self._lv_name(leg)))
