/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_CACHE_H
#define LVI_BACKEND_USER_CACHE_H

#include "backend/user/cache_metadata.h"
#include "backend/user/live.h"
#include "backend/user/range_lock.h"

/*
 * A cache: blocks of the origin that lie in the cache, too. A block that is clean is the same in both; one that is
 * dirty is right in the cache alone, and is always read and written there, in every mode.
 *
 * What comes into the cache: only whole blocks that are written, in writeback mode, while a block of the cache is
 * free. That costs no more than writing them to the origin. The kernel's policies promote what they find hot; what is
 * hot cannot be told from the I/O of a program that builds an image and closes it, copying on reads would write to
 * devices that are only looked at, and no promise depends on what is cached. For the same reason nothing is thrown
 * out to make room.
 *
 * Locks, in the order in which they are taken:
 *	ranges     blocks of the origin: shared by who moves data, exclusive by who changes where they lie, whether they are
 *	           dirty, or both copies of one. Held while data moves.
 *	lock       the metadata. Held during I/O to them, and while a commit flushes.
 *	gate       of the live: closed when writes that went the fast way to a dirty block are to be over
 *	map_lock   the tables in memory; never during I/O
 *
 * Order on the devices: CLEAN_SHUTDOWN is gone before the first write; data of a block are in the cache, and flushed,
 * before a mapping to it is committed; a mapping is gone, and committed, before the origin is written behind its back
 * (passthrough); the origin is flushed before blocks are called clean on disk.
 */
struct cache;
struct cache_write { const void *buf; size_t len; uint64_t offset; };

struct cache_mode {
	const char *word;
	bool promotes;                 /* what is written to the origin may go to a free block instead */
	bool reads_origin;             /* of clean blocks */
	/* A write inside of clean block @c of the cache, whose range is held exclusively. */
	int (*write_clean)(struct cache *cache, uint32_t c, const struct cache_write *w, struct lvol_error *err);
};
extern const struct cache_mode lvi_cache_writeback, lvi_cache_writethrough, lvi_cache_passthrough;

struct cache_policy {
	const char *word;              /* in tables */
	const char *name;              /* in metadata */
	bool promotes;
	const char *status;            /* its settings */
	const char *const *settings;   /* that it takes, and that mean nothing any more; NULL: none */
};

struct cache_options {
	uint64_t block_bytes, migration_threshold;
	unsigned version;              /* of new metadata */
	bool no_passdown;              /* discards are not handed to the origin */
	const struct cache_mode *mode;
	const struct cache_policy *policy;
};

struct cache {
	struct user_live *live;
	struct user_port *metadata, *data, *origin;
	struct cache_options options;
	uint64_t origin_blocks;        /* that can be cached: whole ones */
	struct range_lock ranges;
	pthread_mutex_t lock;
	pthread_rwlock_t map_lock;
	struct cache_md *md;
	_Atomic bool ready;            /* it may be written */
	struct cache_map map;
	struct cache_discards discards;
	uint32_t flush_cursor, flush_total;  /* of step(): blocks */
	_Atomic uint32_t read_hits, read_misses, write_hits, write_misses, demotions, promotions;
};

int lvi_cache_read_args(const struct user_line *line, struct cache *cache, struct lvol_error *err);
/* LVOL_E_INVALID: there is no such setting, or it cannot have that value. */
int lvi_cache_set(struct cache *cache, const char *key, const char *value, struct lvol_error *err);

struct cache_tables lvi_cache_tables(struct cache *cache);
/* Brings the metadata in order for writing, the first time. */
int lvi_cache_ready(struct cache *cache, struct lvol_error *err);
/* With cache->lock held: data of the cache, then metadata. */
int lvi_cache_commit(struct cache *cache, struct lvol_error *err);
/* Block @c, clean and held exclusively, is not in the cache any more; committed. */
int lvi_cache_invalidate(struct cache *cache, uint32_t c, struct lvol_error *err);

int lvi_cache_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_cache_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_cache_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err);
bool lvi_cache_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out);
void lvi_cache_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out);
int lvi_cache_step(struct user_live *live, struct user_progress *out, struct lvol_error *err);
int lvi_cache_status(struct user_live *live, struct textbuf *out, struct lvol_error *err);
int lvi_cache_message(struct user_live *live, const char *text, struct textbuf *out, struct lvol_error *err);

#endif
