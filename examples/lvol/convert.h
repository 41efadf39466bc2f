/* SPDX-License-Identifier: MIT */
#ifndef CONVERT_H
#define CONVERT_H

/*
 * lvconvert is many commands in one, as in lvm2: which of them a call means is said by its options. Each is a conversion
 * in a file of its own; cmd_lv_convert.c lists them, with the options of all.
 */

#include "cache_args.h"
#include "cached.h"
#include "command.h"
#include "integrity_args.h"
#include "option_values.h"
#include "raid_args.h"
#include "thin_args.h"

struct lvconvert_args {
	/* raids and mirrors: convert_raid.c */
	const char *type, *name;
	struct raid_args raid;
	struct number stripe_size, alloc, split_mirrors;
	unsigned int repair, track_changes, merge_mirrors;
	struct words replace;
	/* what several kinds of LVs have */
	unsigned int merge, force, background;
	/* snapshots: convert_snapshot.c */
	unsigned int split_snapshot, snapshot;
	struct number chunk_size;
	enum yes_no zero;
	/* convert_integrity.c */
	struct integrity_args integrity;
	/* caches: convert_cache.c, convert_writecache.c */
	struct cached_args cached;
	struct cache_args cache;           /* but for its settings */
	struct number cache_metadata_size;
	struct words cache_settings;
	unsigned int split_cache, uncache;
	/* thin pools and thin LVs: convert_thin.c; the size of metadata is with the caches */
	struct thin_args thin;
	const char *pool_metadata, *origin_name;
	unsigned int swap_metadata;
};

struct conversion {
	/* Whether the options mean it. The first of the list that says so is done. */
	bool (*is_meant)(const struct lvconvert_args *args);
	/* Is what was said consistent? NULL: always. */
	int (*check)(const struct call *call, struct lvol_error *err);
	/* Either as part of a transaction on the VGs of all words, or by itself; with both, run() sees to the transaction. */
	int (*apply)(struct call *call, struct lvol_txn *txn, struct lvol_error *err);
	int (*run)(struct call *call, struct lvol_error *err);
};

extern const struct conversion convert_replace, convert_split_legs, convert_merge_leg, convert_type;
extern const struct conversion convert_integrity, convert_attach_writecache, convert_detach_writecache;
extern const struct conversion convert_attach_cache, convert_detach_cache, convert_cache_pool;
extern const struct conversion convert_merge_snapshot, convert_split_snapshot, convert_attach_snapshot;

extern const struct conversion convert_swap_metadata, convert_thin_pool, convert_thin;

/* convert_thin.c */
int convert_repair_pool(struct call *call, struct lvol_txn *txn, struct lvol_error *err);

/* The LV that is converted: the first word, "vg0/root", or --thinpool. */
const char *convert_lv(const struct call *call);
/* The other words, as names of devices. */
struct words convert_pvs(const struct call *call);

#endif
