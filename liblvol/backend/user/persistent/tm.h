/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_PERSISTENT_TM_H
#define LVI_BACKEND_USER_PERSISTENT_TM_H

#include "backend/user/persistent/space_map.h"

/*
 * Transactions: no block that the last commit uses is overwritten. Who wants to change one gets a copy ("shadow") in a
 * new place, once; in the rest of the transaction it is changed there.
 *
 * The space map of the metadata device is itself made of such blocks, so changing a count can need new blocks, whose
 * counts change too. While a count is being changed, further changes are queued, and done one after the other; the
 * queue has a fixed size (a change makes a handful of others).
 */
#define TM_PENDING 256

struct tm_pending { uint64_t begin, end; bool inc; };

struct pd_tm {
	struct pd_cache *cache;
	struct space_map sm;           /* of the metadata device */
	struct sm_entry index[2][SM_INDEX_ENTRIES];
	uint8_t *fresh;                /* a bit for each block: made in this transaction */
	uint64_t fresh_blocks;
	uint64_t fresh_low, fresh_high;  /* bytes of `fresh` that have bits set: [low, high) */
	bool busy, bootstrap;          /* bootstrap: blocks are taken one after the other, and counted later */
	uint64_t bootstrap_end;
	unsigned pending_first, pending_count;
	struct tm_pending pending[TM_PENDING];
};

void lvi_tm_init(struct pd_tm *tm, struct pd_cache *cache);  /* @cache is borrowed */
void lvi_tm_close(struct pd_tm *tm);
/* From the last commit on, of which @root is in the superblock; what happened since is forgotten. Takes no memory the
 * second time. */
int lvi_tm_open(struct pd_tm *tm, const struct sm_root *root, struct lvol_error *err);
/* For a device without content, of which block 0 is in use. */
int lvi_tm_create(struct pd_tm *tm, uint64_t nr_blocks, struct lvol_error *err);

/* A new block, all zeroes, pinned. LVOL_E_NO_SPACE. */
int lvi_tm_new(struct pd_tm *tm, const struct pd_kind *kind, struct pd_block **out, struct lvol_error *err);
/* Block @number to be changed, pinned: itself or a copy (then its own count went down by one). *shared: others refer to
 * the original still; what its content refers to is to be counted once more. */
int lvi_tm_shadow(struct pd_tm *tm, uint64_t number, const struct pd_kind *kind, struct pd_block **out, bool *shared,
		struct lvol_error *err);
int lvi_tm_inc(struct pd_tm *tm, uint64_t number, struct lvol_error *err);
int lvi_tm_dec(struct pd_tm *tm, uint64_t number, struct lvol_error *err);
int lvi_tm_count(struct pd_tm *tm, uint64_t number, uint32_t *out, struct lvol_error *err);
/* New blocks that could be had before the next commit. */
uint64_t lvi_tm_available(const struct pd_tm *tm);
/* lvi_tm_shadow() would answer the block itself. */
int lvi_tm_is_own(struct pd_tm *tm, uint64_t number, bool *out, struct lvol_error *err);

/* Takes the memory that a device of that size needs: then growing to it takes none. */
int lvi_tm_prepare(struct pd_tm *tm, uint64_t nr_blocks, struct lvol_error *err);
int lvi_tm_grow(struct pd_tm *tm, uint64_t nr_blocks, struct lvol_error *err);
/* The first half of a commit: everything is in blocks, and these are on the device, flushed. The caller then writes the
 * superblock, and says so. */
int lvi_tm_precommit(struct pd_tm *tm, struct lvol_error *err);
void lvi_tm_committed(struct pd_tm *tm);

#endif
