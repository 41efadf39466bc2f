/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_THIN_METADATA_H
#define LVI_BACKEND_USER_THIN_METADATA_H

#include "backend/user/persistent/btree.h"
#include "backend/user/thin_super.h"

/*
 * The metadata of a thin pool: which data block lies behind each block of each thin device.
 *
 * Nothing here is thread-safe, and nothing is durable before lvi_thin_md_commit(). When a call that changes something
 * fails, the metadata in memory may be half changed: `failed` is set, and all calls fail until lvi_thin_md_abort() has
 * gone back to the last commit. (What is refused before it began leaves `failed` alone: what a call's comment says.)
 */
#define THIN_DEVICE_ID_MAX 0xffffffu

struct thin_details { uint64_t mapped, transaction_id; uint32_t creation_time, snapshotted_time; };
struct thin_mapping { uint64_t block; uint32_t time; };

/* A device that is in use. */
struct thin_dev {
	struct thin_md *md;
	struct thin_dev *next;
	uint32_t id;
	unsigned refs;
	uint64_t root;                 /* of its mappings */
	struct thin_details details;
	bool changed;                  /* the details */
	bool gone;                     /* with an abort */
};

struct thin_md {
	struct pd_store store;
	struct pd_cache *cache;
	struct pd_tm tm;
	struct space_map data;
	struct thin_super sb;          /* as it would be committed, but for the roots of space maps */
	struct thin_dev *devs;
	bool formatted;                /* false: block 0 is all zero, and lvi_thin_md_format() is what can be done */
	bool changed;                  /* since the last commit */
	bool failed;
};

/* Reads the superblock and what is needed to go on from there. @store is copied. */
int lvi_thin_md_new(const struct pd_store *store, size_t cache_blocks, struct thin_md **out, struct lvol_error *err);
/* The same without the space maps, for who reads trees and nothing else. */
int lvi_thin_md_new_trees(const struct pd_store *store, size_t cache_blocks, struct thin_md **out,
		struct lvol_error *err);
void lvi_thin_md_free(struct thin_md *md);  /* NULL ok; what is not committed is lost; no device in use */
/* An empty pool; not committed yet. */
int lvi_thin_md_format(struct thin_md *md, uint32_t block_sectors, uint64_t data_blocks, struct lvol_error *err);
int lvi_thin_md_commit(struct thin_md *md, struct lvol_error *err);
/* Back to the last commit. If that cannot be read, `failed` stays. */
int lvi_thin_md_abort(struct thin_md *md, struct lvol_error *err);
/* In the superblock of the last commit, at once. */
int lvi_thin_md_set_needs_check(struct thin_md *md, struct lvol_error *err);

/* Sizes in blocks; they grow only. */
int lvi_thin_md_grow_data(struct thin_md *md, uint64_t blocks, struct lvol_error *err);
int lvi_thin_md_grow_metadata(struct thin_md *md, uint64_t blocks, struct lvol_error *err);
uint64_t lvi_thin_md_metadata_limit(uint64_t blocks);  /* of a device of that size, so many can be used */
/* Free blocks, without those that are kept for commits and for freeing things. */
uint64_t lvi_thin_md_free_metadata(const struct thin_md *md);
uint64_t lvi_thin_free_metadata(const struct sm_root *metadata);  /* the same, as a superblock has it */
/* Whether there is room for one more change before the next commit; @freeing: one that makes room. */
bool lvi_thin_md_has_room(const struct thin_md *md, bool freeing);

/* LVOL_E_EXISTS, LVOL_E_NOT_FOUND, LVOL_E_BUSY (in use), LVOL_E_INVALID (id): nothing changed. */
int lvi_thin_md_create(struct thin_md *md, uint32_t id, struct lvol_error *err);
int lvi_thin_md_create_snap(struct thin_md *md, uint32_t id, uint32_t origin, struct lvol_error *err);
int lvi_thin_md_delete(struct thin_md *md, uint32_t id, struct lvol_error *err);
/* LVOL_E_STATE: there is one already, there is none. */
int lvi_thin_md_reserve_snap(struct thin_md *md, struct lvol_error *err);
int lvi_thin_md_release_snap(struct thin_md *md, struct lvol_error *err);

int lvi_thin_dev_open(struct thin_md *md, uint32_t id, struct thin_dev **out, struct lvol_error *err);
void lvi_thin_dev_close(struct thin_dev *dev);  /* NULL ok */
/* 1, or 0 when nothing is mapped there. */
int lvi_thin_dev_lookup(struct thin_dev *dev, uint64_t block, struct thin_mapping *out, struct lvol_error *err);
/* The first mapping from @block on: 1, or 0; and where. */
int lvi_thin_dev_find(struct thin_dev *dev, uint64_t *block, struct thin_mapping *out, struct lvol_error *err);
/* @data, which is free, is mapped there; what was mapped there before is let go. */
int lvi_thin_dev_insert(struct thin_dev *dev, uint64_t block, uint64_t data, struct lvol_error *err);
/* The same with a mapping as it was elsewhere; its data block may be in use already. */
int lvi_thin_dev_restore(struct thin_dev *dev, uint64_t block, const struct thin_mapping *mapping,
		struct lvol_error *err);
/* Takes the mapping away and lets its data block go. Nothing mapped: no error. */
int lvi_thin_dev_remove(struct thin_dev *dev, uint64_t block, struct lvol_error *err);
/* The mapping of @block and those that follow in the same leaf: how many there are in @out, 0 if @block has none. */
struct thin_entry { uint64_t block; struct thin_mapping to; };
int lvi_thin_dev_read(struct thin_dev *dev, uint64_t block, struct thin_entry *out, unsigned max,
		struct lvol_error *err);
int lvi_thin_dev_highest(struct thin_dev *dev, uint64_t *block, struct lvol_error *err);  /* 1, or 0: nothing mapped */
bool lvi_thin_dev_is_shared(const struct thin_dev *dev, const struct thin_mapping *m);

/* A free data block: 1; 0: there is none before the next commit. The same is not found twice, but after a commit,
 * and if it was given back. */
int lvi_thin_md_find_data(struct thin_md *md, uint64_t *out, struct lvol_error *err);
void lvi_thin_md_give_back(struct thin_md *md, uint64_t block);
int lvi_thin_md_data_count(struct thin_md *md, uint64_t block, uint32_t *out, struct lvol_error *err);

/* For readers and for thin_*.c: trees as they are on disk. */
extern const struct btree_type lvi_thin_mapping_type, lvi_thin_device_type, lvi_thin_details_type;
struct btree lvi_thin_mappings(struct thin_md *md);
struct btree lvi_thin_devices(struct thin_md *md);     /* of roots of mappings */
struct btree lvi_thin_details_tree(struct thin_md *md);
#define THIN_DETAILS_BYTES 24
void lvi_thin_details_get(const uint8_t *value, struct thin_details *out);
void lvi_thin_mapping_get(const uint8_t *value, struct thin_mapping *out);
void lvi_thin_mapping_put(uint8_t *value, const struct thin_mapping *mapping);
/* The result of a change: @r, after noting what it means for the metadata. */
int lvi_thin_md_changed(struct thin_md *md, int r);
int lvi_thin_md_usable(const struct thin_md *md, struct lvol_error *err);

#endif
