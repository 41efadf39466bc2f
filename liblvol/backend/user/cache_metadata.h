/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_CACHE_METADATA_H
#define LVI_BACKEND_USER_CACHE_METADATA_H

#include "backend/user/cache_map.h"
#include "backend/user/cache_super.h"
#include "backend/user/persistent/array.h"

/*
 * The metadata of a cache on disk:
 *	mappings   for each block of the cache: block of the origin << 16 | 1 valid | 2 dirty (version 1)
 *	dirty      a bitset (version 2)
 *	hints      for each block of the cache: the policy's level
 *	discards   a bitset
 * While a cache is in use only mappings are kept there; the rest is written at the end, with CACHE_CLEAN_SHUTDOWN.
 * Where that is not set, all that is mapped is dirty, nothing is discarded, and hints are not looked at.
 *
 * Not thread-safe, and nothing is durable before lvi_cache_md_commit(). When a change fails, `failed` is set, and
 * nothing can be changed any more until it is opened anew; the last commit is marked as in need of a check.
 */
struct cache_md {
	struct pd_store store;
	struct pd_cache *cache;
	struct pd_tm tm;
	struct cache_super sb;         /* as it would be committed, but for the root of the space map */
	bool formatted;                /* false: block 0 is all zero */
	bool changed;                  /* since the last commit */
	bool failed;
	bool stale;                    /* blocks are mapped that lie behind the origin's end */
};

/* Reads the superblock. @store is copied. */
int lvi_cache_md_new(const struct pd_store *store, struct cache_md **out, struct lvol_error *err);
void lvi_cache_md_free(struct cache_md *md);  /* NULL ok; what is not committed is lost */

struct cache_tables { struct cache_map *map; struct cache_discards *discards; uint64_t origin_blocks; };
/* Into tables that are empty yet. Hints are taken if they are those of @policy. What lay behind the end of an origin that was
 * made smaller is not in the cache any more. */
int lvi_cache_md_load(struct cache_md *md, const struct cache_tables *to, const char *policy, struct lvol_error *err);

/* An empty cache, without blocks; not committed yet. */
int lvi_cache_md_format(struct cache_md *md, uint32_t version, uint32_t block_sectors, struct lvol_error *err);
/* In front of the first change: what is on disk is not that of an orderly end any more; and how many blocks there are. */
int lvi_cache_md_begin(struct cache_md *md, const struct cache_map *map, struct lvol_error *err);
/* @origin may be CACHE_FREE. */
int lvi_cache_md_set(struct cache_md *md, uint32_t c, uint64_t origin, struct lvol_error *err);
/* Room for one more change before the next commit, and for lvi_cache_md_save(). */
bool lvi_cache_md_has_room(const struct cache_md *md, const struct cache_tables *tables);
int lvi_cache_md_commit(struct cache_md *md, struct lvol_error *err);
/* What belongs to an orderly end; commits. */
int lvi_cache_md_save(struct cache_md *md, const struct cache_tables *from, const char *policy, struct lvol_error *err);

#endif
