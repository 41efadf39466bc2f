# SPDX-License-Identifier: LGPL-2.1-or-later
"""Operations on caches. Every one may raise StateError and InvalidError as those on LVs."""
from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._call import Options, c_string, flags
from ._ffi import NULL, lib
from ._operations import Operations
from .enums import CacheMode, member
from .size import Size, set_size

if TYPE_CHECKING:
    from ._operations import LvName, VgName


class CacheOperations(Operations):
    """The lvol_cache_... calls, and cache pools. A cache is taken off by a job: JobKind.SPLITCACHE and UNCACHE."""

    def cache_pool_create(self, name: Optional[str], size: Size, *, vg: Optional[VgName] = None,
                          mode: CacheMode | str | None = None, policy: Optional[str] = None,
                          settings: Optional[str] = None, chunk_bytes: Optional[int] = None,
                          metadata_bytes: Optional[int] = None, metadata_format: Optional[int] = None,
                          spare: bool = True) -> None:
        """Add a cache pool.

        size:           of its data, as lv_create()
        chunk_bytes:    what is cached at once: 32 KiB to 1 GiB; default 64 KiB, or what keeps it below 1,000,000 chunks
        metadata_bytes: default what the chunks need
        spare:          keep room for the repair of pool metadata

        The others as cache_attach(). Raises as lv_create().
        """
        cache = self._cache(mode, policy, settings, chunk_bytes=chunk_bytes, metadata_bytes=metadata_bytes,
                            metadata_format=metadata_format, flags=flags(CACHE_NO_SPARE=not spare))
        opts = Options('lvol_lv_create_opts', name=name, vg=None if vg is None else self._vg_now(vg), segtype='cache-pool',
                       cache=cache.p)
        set_size(opts.p.size, size)
        self._call(lib.lvol_lv_create, opts.p)

    def cache_pool_convert(self, name: LvName, metadata: Optional[LvName] = None, *, mode: CacheMode | str | None = None,
                           policy: Optional[str] = None, settings: Optional[str] = None,
                           chunk_bytes: Optional[int] = None, metadata_bytes: Optional[int] = None,
                           metadata_format: Optional[int] = None, spare: bool = True) -> None:
        """Have an LV become the data of a cache pool of its name, and @metadata (default a new LV) the pool's metadata. What
        they hold is lost. The others as cache_pool_create(). Raises NotFoundError, NotSupportedError, BusyError (open),
        NoSpaceError."""
        cache = self._cache(mode, policy, settings, chunk_bytes=chunk_bytes, metadata_bytes=metadata_bytes,
                            metadata_format=metadata_format, flags=flags(CACHE_NO_SPARE=not spare))
        self._call(lib.lvol_cache_pool_convert, c_string(self._lv_name(name)),
                   NULL if metadata is None else c_string(self._lv_name(metadata)), cache.p)

    def cache_attach(self, lv: LvName, fast: LvName, *, mode: CacheMode | str | None = None,
                     policy: Optional[str] = None, settings: Optional[str] = None, chunk_bytes: Optional[int] = None,
                     metadata_bytes: Optional[int] = None, metadata_format: Optional[int] = None) -> None:
        """Put a cache on an LV, whose content stays.

        fast:     a cache pool, or the LV that becomes the cache; what is in it is lost
        mode:     CacheMode.WRITETHROUGH (default), WRITEBACK or PASSTHROUGH
        policy:   "smq" (default), "mq" or "cleaner"
        settings: of the policy: "migration_threshold=2048", several separated by blanks

        Raises NotFoundError, NotSupportedError (one of them cannot be that), BusyError (one of them is open), ExistsError.
        """
        cache = self._cache(mode, policy, settings, chunk_bytes=chunk_bytes, metadata_bytes=metadata_bytes,
                            metadata_format=metadata_format)
        opts = Options('lvol_cache_attach_opts', lv=self._lv_name(lv), fast=self._lv_name(fast), cache=cache.p)
        self._call(lib.lvol_cache_attach, opts.p)

    def cache_change(self, lv: LvName, *, mode: CacheMode | str | None = None, policy: Optional[str] = None,
                     settings: Optional[str] = None) -> None:
        """Change a cache. Raises NotFoundError, NotSupportedError (the LV is not cached), StateError (passthrough, and blocks are
        dirty: a job of JobKind.FLUSH first)."""
        cache = self._cache(mode, policy, settings)
        self._call(lib.lvol_cache_change, c_string(self._lv_name(lv)), cache.p)

    @staticmethod
    def _cache(mode: CacheMode | str | None, policy: Optional[str], settings: Optional[str],
               **fields: Optional[int]) -> Options:
        return Options('lvol_cache_opts', mode=None if mode is None else member(CacheMode, mode), policy=policy,
                       settings=settings, **fields)
