/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_PERSISTENT_BLOCK_H
#define LVI_BACKEND_USER_PERSISTENT_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lvol/error.h>

/*
 * The blocks of a metadata device, cached. A block is read once, checked (checksum, its own number, what its kind asks
 * for), and then trusted for as long as it is in the cache; a changed one gets its checksum when it is written.
 *
 * Changed blocks are written when the cache is full or on lvi_pd_write_back(), in no order that anybody may rely on:
 * they are blocks that the last commit does not use. All memory that a transaction needs is taken when the cache is
 * made or is done without, so that no allocation can fail in the middle of one. Not thread-safe.
 */
#define PD_BLOCK_BYTES 4096u

/* What the metadata lies on: a device, or memory in tests and tools. Offsets are bytes, multiples of blocks. */
struct pd_store {
	int (*read)(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
	int (*write)(void *arg, const void *buf, size_t len, uint64_t offset, struct lvol_error *err);
	int (*flush)(void *arg, struct lvol_error *err);
	void *arg;
	const char *name;          /* for messages; outlives the cache */
	uint64_t blocks;           /* its size */
};

/* What a block is for. */
struct pd_kind {
	const char *name;
	uint32_t salt;             /* makes the checksum of each kind its own */
	unsigned number_at;        /* byte where the block has its own number */
	const char *(*check)(const uint8_t *data);  /* what is wrong with it, or NULL. No check: NULL */
};

struct pd_cache;
struct pd_block {
	uint8_t *data;
	uint64_t number;
	const struct pd_kind *kind;
	struct pd_cache *cache;
	struct pd_block *chain;            /* of the same bucket */
	struct pd_block *newer, *older;    /* by last use */
	unsigned pins;
	bool used, dirty;
};

/* At most @max_blocks (at least PD_CACHE_MIN) are kept. @store is copied. */
#define PD_CACHE_MIN 64
int lvi_pd_cache_new(const struct pd_store *store, size_t max_blocks, struct pd_cache **out, struct lvol_error *err);
void lvi_pd_cache_free(struct pd_cache *cache);  /* NULL ok; what is dirty is lost */
const struct pd_store *lvi_pd_cache_store(const struct pd_cache *cache);
/* The device was found to be larger. */
void lvi_pd_cache_grow(struct pd_cache *cache, uint64_t blocks);

/* Block @number, pinned until lvi_pd_put(). LVOL_E_CORRUPT: it is not what it should be. */
int lvi_pd_get(struct pd_cache *cache, uint64_t number, const struct pd_kind *kind, struct pd_block **out,
		struct lvol_error *err);
/* The same without reading: all zeroes, and dirty. */
int lvi_pd_new(struct pd_cache *cache, uint64_t number, const struct pd_kind *kind, struct pd_block **out,
		struct lvol_error *err);
void lvi_pd_dirty(struct pd_block *block);  /* while it is pinned: it is about to be changed */
void lvi_pd_put(struct pd_block *block);    /* NULL ok */

/* All that is dirty and not pinned is written; no flush. */
int lvi_pd_write_back(struct pd_cache *cache, struct lvol_error *err);
/* Nothing is cached any more, what was dirty is lost. Nothing may be pinned. */
void lvi_pd_forget(struct pd_cache *cache);

/* "btree node 17 of vg-pool_tmeta: @what", LVOL_E_CORRUPT. */
int lvi_pd_corrupt(const struct pd_block *block, const char *what, struct lvol_error *err);

/* For blocks that are not cached: superblocks. */
void lvi_pd_seal(uint8_t *data, uint64_t number, const struct pd_kind *kind);
const char *lvi_pd_verify(const uint8_t *data, uint64_t number, const struct pd_kind *kind);
bool lvi_pd_is_zero(const uint8_t *data);  /* all of the block: nothing was made on the device yet */

#endif
