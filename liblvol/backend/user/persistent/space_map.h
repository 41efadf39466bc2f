/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_PERSISTENT_SPACE_MAP_H
#define LVI_BACKEND_USER_PERSISTENT_SPACE_MAP_H

#include "backend/user/persistent/block.h"

/*
 * How often each block of a device is referred to. Two bits for each block say 0, 1, 2 or "look into the tree", where
 * counts from 3 on are. Bitmaps are found through an index of (bitmap block, free entries, hint), which is a btree, or,
 * for the metadata device itself, one block.
 *
 * A block that the last commit counts is not handed out again before the next one, even if it is free by now: a power
 * cut goes back to the last commit. So the state of the last commit is kept beside the present one (its blocks are
 * still there, as nothing is overwritten), and a block is free when both say so.
 */
#define SM_ROOT_BYTES 32           /* of 128 in the superblock; the rest is garbage */
#define SM_BITMAP_HEADER 16u
#define SM_BITMAP_ENTRIES 16320u   /* blocks that one bitmap describes */
#define SM_INDEX_ENTRIES 255u      /* bitmaps that the index block has room for */

extern const struct pd_kind lvi_pd_bitmap, lvi_pd_index;

struct pd_tm;
struct space_map;

/* bitmap == 0: there is none */
struct sm_entry { uint64_t bitmap; uint32_t nr_free, first_free; };
struct sm_root { uint64_t nr_blocks, nr_allocated, bitmap_root, ref_count_root; };

/* Where the index is. */
struct sm_index_ops {
	int (*get)(struct space_map *sm, uint64_t i, struct sm_entry *out, struct lvol_error *err);
	int (*set)(struct space_map *sm, uint64_t i, const struct sm_entry *entry, struct lvol_error *err);
	/* as the last commit has it */
	int (*committed)(struct space_map *sm, uint64_t i, struct sm_entry *out, struct lvol_error *err);
	int (*save)(struct space_map *sm, struct lvol_error *err);  /* before a commit: all of it into blocks */
	int (*create)(struct space_map *sm, struct lvol_error *err);  /* an empty one */
};

struct sm_index_line { uint64_t i; struct sm_entry entry; bool valid, dirty; };
#define SM_INDEX_CACHE 64

struct space_map {
	struct pd_tm *tm;
	const char *name;              /* "data space map", for messages */
	const struct sm_index_ops *index;
	struct sm_root now, last;      /* last: as committed */
	uint64_t cursor;               /* no block below is free in both */
	uint64_t low;                  /* the lowest block freed since the last commit */
	uint64_t taken;                /* blocks taken since then */
	/* of the index as a tree */
	struct sm_index_line lines[SM_INDEX_CACHE];
	struct sm_index_line committed_line;
	/* of the index as a block: SM_INDEX_ENTRIES each */
	struct sm_entry *block, *block_last;
};

extern const struct sm_index_ops lvi_sm_index_tree, lvi_sm_index_block;
int lvi_sm_index_read(struct space_map *sm, struct lvol_error *err);  /* of the index as a block, at the beginning */

/* @root is of a superblock, or NULL for a map that is made anew. Nothing is read. */
void lvi_sm_init(struct space_map *sm, struct pd_tm *tm, const char *name, const struct sm_index_ops *index,
		const struct sm_root *root);
void lvi_sm_root_get(const uint8_t *data, struct sm_root *out);
void lvi_sm_root_put(uint8_t *data, const struct sm_root *root);

/* The reference count of @block as of now. */
int lvi_sm_count(struct space_map *sm, uint64_t block, uint32_t *out, struct lvol_error *err);
/* All blocks of [begin, end) get one more, or one less reference. */
int lvi_sm_inc(struct space_map *sm, uint64_t begin, uint64_t end, struct lvol_error *err);
int lvi_sm_dec(struct space_map *sm, uint64_t begin, uint64_t end, struct lvol_error *err);
/* A block that may be taken: 1 and *out, 0 there is none before the next commit. Its count stays 0. */
int lvi_sm_find_free(struct space_map *sm, uint64_t *out, struct lvol_error *err);
/* A block that was found and not taken can be found again after the next commit. */
void lvi_sm_give_back(struct space_map *sm, uint64_t block);
/* As many can be taken before the next commit, at least. */
uint64_t lvi_sm_available(const struct space_map *sm);

/* A map of 0 blocks. */
int lvi_sm_create(struct space_map *sm, struct lvol_error *err);
int lvi_sm_grow(struct space_map *sm, uint64_t nr_blocks, struct lvol_error *err);
/* What lvi_sm_save() left in blocks has become the last commit. */
int lvi_sm_save(struct space_map *sm, struct lvol_error *err);
void lvi_sm_committed(struct space_map *sm);
/* What the two bits of an entry say: 0, 1, 2, or 3 for more. */
unsigned lvi_sm_bits(const uint8_t *bitmap, unsigned entry);

#endif
