/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_THIN_POOL_H
#define LVI_BACKEND_USER_THIN_POOL_H

#include "backend/user/live.h"
#include "backend/user/range_lock.h"
#include "backend/user/thin_cache.h"
#include "backend/user/thin_metadata.h"

/*
 * A thin pool that is open, and the thin devices of it that are.
 *
 * Locks, in the order in which they are taken:
 *	thin->ranges    blocks of a thin device: shared by who moves data of mapped blocks, exclusive for who changes
 *	                what is mapped there. Held while data moves.
 *	pool->lock      the metadata and all that is in struct thin_pool. Held during I/O to metadata, and while a commit
 *	                flushes; never while data moves.
 *	live->gate      of a thin device: closed (under pool->lock) while a mapping goes away or its block becomes shared,
 *	                for those who move data without the ranges (remap()).
 *
 * What is unmapped is free, but not given out before the next commit (space_map.h). So data blocks that are being
 * filled need no mark in the metadata either, and a power cut leaks nothing: they are free until the mapping is
 * inserted, and are kept from others by a list (struct thin_hold).
 */
struct thin_hold {
	const uint64_t *blocks;
	unsigned count;
	struct thin_hold *next;
};

enum thin_mode { THIN_POOL_OK, THIN_POOL_READ_ONLY, THIN_POOL_FAILED };

struct backend_device;
struct thin;
struct thin_pool {
	struct user_live *live;
	struct user_port *metadata_port, *data_port;
	uint64_t block_bytes, low_water_blocks;
	bool skip_zeroing, ignore_discard, passdown, error_if_no_space, read_only;
	pthread_mutex_t lock;
	pthread_cond_t space;          /* some may have become free */
	struct thin_md *md;
	_Atomic bool ready;            /* it may be written */
	enum thin_mode mode;
	bool out_of_data;              /* there was no free data block lately */
	bool waited;                   /* and nobody freed any in the time that was given */
	struct thin_hold *holds;
	struct thin *thins;
};

struct thin {
	struct thin *next;
	struct user_live *live;        /* NULL: closed, and somebody is still at it */
	struct thin_pool *pool;
	struct user_port *origin;      /* what lies below what is not mapped; NULL: zeroes */
	struct thin_dev *dev;
	unsigned refs;
	struct range_lock ranges;      /* of blocks */
	struct thin_cache cache;
};

/* Under pool->lock. Whether the pool may be written; brings it in order for that the first time. */
int lvi_thin_pool_ready(struct thin_pool *pool, struct lvol_error *err);
/* The same, but nothing is done. LVOL_E_READ_ONLY. */
int lvi_thin_pool_may_write(const struct thin_pool *pool, struct lvol_error *err);
/* Data and metadata; LVOL_E_IO: the pool has gone back to the last commit, and is read-only from now on. */
int lvi_thin_pool_commit(struct thin_pool *pool, struct lvol_error *err);
/* Room in the metadata for a change, after a commit if need be. LVOL_E_NO_SPACE. */
int lvi_thin_pool_room(struct thin_pool *pool, bool freeing, struct lvol_error *err);
/* A free data block. Waits for one as the pool was told to (without the lock). LVOL_E_NO_SPACE. */
int lvi_thin_pool_block(struct thin_pool *pool, uint64_t *out, struct lvol_error *err);
void lvi_thin_pool_hold(struct thin_pool *pool, struct thin_hold *hold);
void lvi_thin_pool_release(struct thin_pool *pool, struct thin_hold *hold);
/* No gate may be closed. After a change of the metadata gave @r: when it left them half changed, back to the last
 * commit. */
int lvi_thin_pool_settle(struct thin_pool *pool, int r);
void lvi_thin_pool_freed(struct thin_pool *pool);  /* data blocks may have become free */

int lvi_thin_pool_message(struct user_live *live, const char *text, struct textbuf *out, struct lvol_error *err);
/* A message to the pool that @dev is, and that somebody has open for writing. LVOL_E_STATE: nobody has. */
int lvi_thin_pool_tell(struct backend_device *dev, const char *text, struct lvol_error *err);
/* The transaction id of such a pool. LVOL_E_READ_ONLY: it would take no message (it failed, or wants a check). */
int lvi_thin_pool_transaction(struct backend_device *dev, uint64_t *out, struct lvol_error *err);
/* Blocks of its metadata. */
int lvi_thin_pool_metadata_use(struct backend_device *dev, uint64_t *used, uint64_t *total, struct lvol_error *err);
int lvi_thin_pool_status(struct user_live *live, struct textbuf *out, struct lvol_error *err);

/* Under pool->lock. The open device of that id, or NULL. */
struct thin *lvi_thin_find(struct thin_pool *pool, uint64_t id);
void lvi_thin_put(struct thin *thin);
/* Not under it. */
int lvi_thin_may_write(struct thin *thin, struct lvol_error *err);

/* The device's I/O. */
int lvi_thin_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_thin_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_thin_zero(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err);
int lvi_thin_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err);
/* What is mapped at @block: 1; or 0, and *next is the next block that is mapped, UINT64_MAX if none is. */
int lvi_thin_lookup(struct thin *thin, uint64_t block, struct thin_mapping *out, uint64_t *next,
		struct lvol_error *err);

#endif
