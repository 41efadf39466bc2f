/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/thin_check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"

#define WINDOW ((uint64_t)1 << 24)
#define CACHE_BLOCKS 4096

struct check {
	const struct thin_check *how;
	struct thin_md *md;
	uint64_t block_count, data_blocks;  /* that the pool has */
	uint32_t *blocks;              /* references to metadata blocks that were found */
	uint32_t *data;                /* to data blocks of [window, window + data_count) */
	uint64_t window, data_count;
	uint32_t device;               /* whose mappings are being looked at */
	uint64_t details_root;         /* of what is being looked at: the pool, or its metadata snapshot */
	uint64_t mapping_root;
	bool partly;                   /* something could not be read */
};

/* The same trees are seen once for each window; what is wrong with them is told once. */
static int tell(struct check *c, struct thin_finding f, const struct lvol_error *why, struct lvol_error *err)
{
	struct lvol_error text = *why;

	if (c->window && f.what < THIN_WRONG_COUNT)
		return 0;
	f.device = c->device;
	if (f.device != THIN_NO_DEVICE)
		lvi_error_prefix(&text, 0, "thin device %u", f.device);
	f.code = why->code;
	f.message = text.message;
	return c->how->found(c->how->arg, &f, err);
}

/* A block that cannot be read. */
static int tell_damage(struct check *c, uint64_t block, const struct lvol_error *why, struct lvol_error *err)
{
	c->partly = true;
	return tell(c, (struct thin_finding){ .what = THIN_WRONG_BLOCK, .begin = block, .count = 1 }, why, err);
}

static int tell_outside(struct check *c, bool data, uint64_t block, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	uint64_t blocks = data ? c->data_blocks : c->block_count;
	const char *name = c->md->store.name;

	lvi_error(&why, LVOL_E_CORRUPT, name, "metadata of %s are damaged: they refer to %s block %llu of %llu", name,
			data ? "data" : "metadata", (unsigned long long)block, (unsigned long long)blocks);
	return tell(c, (struct thin_finding){ .what = THIN_WRONG_OUTSIDE, .data = data, .begin = block, .count = 1 }, &why,
			err);
}

/* One more reference to a metadata block: 1, it was not met before. */
static int refer(struct check *c, uint64_t block, struct lvol_error *err)
{
	if (block >= c->block_count)
		return tell_outside(c, false, block, err);
	return !c->blocks[block]++;
}

static int enter(void *arg, const struct btree_place *place, struct lvol_error *err)
{
	return refer(arg, place->block, err);
}

static int damaged(void *arg, const struct btree_place *place, const struct lvol_error *why, struct lvol_error *err)
{
	return tell_damage(arg, place->block, why, err);
}

/* A reference to a tree; what is in it, is counted when it is met for the first time. */
static int walk(struct check *c, struct btree t, uint64_t root,
		int (*leaf)(void *arg, const uint8_t *leaf, struct lvol_error *err), struct lvol_error *err)
{
	const struct btree_visit visit = { enter, leaf, damaged, c };

	return lvi_btree_visit(&t, root, &visit, err);
}

static int count_data(void *arg, const uint8_t *leaf, struct lvol_error *err)
{
	struct check *c = arg;
	struct thin_mapping m;
	int r = 0;

	for (unsigned i = 0; !r && i < node_count(leaf); i++) {
		lvi_thin_mapping_get(node_value(leaf, i), &m);
		if (m.block >= c->data_blocks)
			r = tell_outside(c, true, m.block, err);
		else if (m.block - c->window < c->data_count)
			c->data[m.block - c->window]++;
	}
	return r;
}

/* Whether device @id is in the other tree too. */
static int look_up(struct check *c, struct btree t, uint64_t root, uint64_t id, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	const char *name = c->md->store.name;
	bool details = root == c->details_root;
	int r = id > THIN_DEVICE_ID_MAX ? 0 : lvi_btree_lookup(&t, root, id, NULL, NULL);

	if (r)
		return 0;  /* what cannot be read is told elsewhere */
	lvi_error(&why, LVOL_E_CORRUPT, name, "metadata of %s are damaged: thin device %llu has %s", name,
			(unsigned long long)id, id > THIN_DEVICE_ID_MAX ? "an id that none can have" : details ?
			"mappings, but no details" : "details, but no mappings");
	return tell(c, (struct thin_finding){ .what = THIN_WRONG_DEVICE }, &why, err);
}

static int check_devices(void *arg, const uint8_t *leaf, struct lvol_error *err)
{
	struct check *c = arg;
	int r = 0;

	for (unsigned i = 0; !r && i < node_count(leaf); i++) {
		uint64_t id = node_key(leaf, i);

		r = look_up(c, lvi_thin_details_tree(c->md), c->details_root, id, err);
		c->device = id < THIN_NO_DEVICE ? id : THIN_NO_DEVICE;
		if (!r)
			r = walk(c, lvi_thin_mappings(c->md), node_child(leaf, i), count_data, err);
		c->device = THIN_NO_DEVICE;
	}
	return r;
}

static int check_details(void *arg, const uint8_t *leaf, struct lvol_error *err)
{
	struct check *c = arg;
	int r = 0;

	for (unsigned i = 0; !r && i < node_count(leaf); i++)
		r = look_up(c, lvi_thin_devices(c->md), c->mapping_root, node_key(leaf, i), err);
	return r;
}

static int count_bitmaps(void *arg, const uint8_t *leaf, struct lvol_error *err)
{
	struct check *c = arg;
	uint64_t bitmaps = lvi_div_up(c->data_blocks, SM_BITMAP_ENTRIES);
	int r = 0;

	for (unsigned i = 0; r >= 0 && i < node_count(leaf); i++) {
		if (node_key(leaf, i) >= bitmaps)
			r = tell_outside(c, true, node_key(leaf, i) * SM_BITMAP_ENTRIES, err);
		else
			r = refer(c, node_child(leaf, i), err);
	}
	return r < 0 ? r : 0;
}

static int walk_space_maps(struct check *c, struct lvol_error *err)
{
	struct space_map *data = &c->md->data, *metadata = &c->md->tm.sm;
	uint64_t bitmaps = lvi_div_up(metadata->now.nr_blocks, SM_BITMAP_ENTRIES);
	int r = walk(c, lvi_sm_index_of(data), data->now.bitmap_root, count_bitmaps, err);

	if (!r)
		r = walk(c, lvi_sm_counts_of(data), data->now.ref_count_root, NULL, err);
	if (!r)
		r = refer(c, metadata->now.bitmap_root, err);
	for (uint64_t i = 0; r >= 0 && i < bitmaps; i++)
		r = refer(c, metadata->block[i].bitmap, err);
	return r < 0 ? r : walk(c, lvi_sm_counts_of(metadata), metadata->now.ref_count_root, NULL, err);
}

/* The trees of the pool, or of its metadata snapshot. */
static int walk_pool(struct check *c, uint64_t mapping_root, uint64_t details_root, struct lvol_error *err)
{
	int r;

	c->mapping_root = mapping_root;
	c->details_root = details_root;
	r = walk(c, lvi_thin_devices(c->md), mapping_root, check_devices, err);
	return r ? r : walk(c, lvi_thin_details_tree(c->md), details_root, check_details, err);
}

static int walk_held(struct check *c, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	uint64_t at = c->md->sb.held_root;
	struct thin_super copy;
	int r = lvi_thin_super_read(&c->md->store, at, &copy, &why);

	if (r <= 0)
		return tell_damage(c, at, &why, err);
	r = refer(c, at, err);
	return r < 0 ? r : walk_pool(c, copy.mapping_root, copy.details_root, err);
}

static int walk_all(struct check *c, struct lvol_error *err)
{
	struct thin_md *md = c->md;
	int r;

	memset(c->blocks, 0, c->block_count * sizeof *c->blocks);
	memset(c->data, 0, c->data_count * sizeof *c->data);
	r = refer(c, 0, err);
	if (r >= 0)
		r = walk_pool(c, md->sb.mapping_root, md->sb.details_root, err);
	if (!r && md->sb.held_root)
		r = walk_held(c, err);
	return r ? r : walk_space_maps(c, err);
}

static int tell_counts(struct check *c, const struct thin_finding *f, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	const char *name = c->md->store.name;
	char which[60];

	if (!f->count || (f->what == THIN_WRONG_LEAK && c->partly))
		return 0;
	if (f->count == 1)
		snprintf(which, sizeof which, " %llu has", (unsigned long long)f->begin);
	else
		snprintf(which, sizeof which, "s %llu to %llu have", (unsigned long long)f->begin,
				(unsigned long long)(f->begin + f->count - 1));
	lvi_error(&why, LVOL_E_CORRUPT, name, "metadata of %s are damaged: %s block%s %u references, where %u are counted; "
			"thin_repair or lvconvert --repair makes new ones", name, f->data ? "data" : "metadata", which, f->references,
			f->counted);
	return tell(c, *f, &why, err);
}

static bool goes_on(const struct thin_finding *f, uint64_t block, uint32_t references, uint32_t counted)
{
	return f->count && block == f->begin + f->count && references == f->references && counted == f->counted;
}

/* Blocks from @begin on, whose references are in @found. */
static int compare(struct check *c, struct space_map *sm, const uint32_t *found, const uint64_t range[2],
		struct lvol_error *err)
{
	struct thin_finding f = { .data = sm == &c->md->data };
	struct lvol_error why = LVOL_ERROR_INIT;
	int r = 0;

	for (uint64_t b = range[0]; !r && b < range[1]; b++) {
		uint32_t counted, references = found[b - range[0]];

		if (lvi_sm_count(sm, b, &counted, &why)) {
			/* none of that bitmap can be known */
			r = tell_damage(c, b, &why, err);
			b = (b / SM_BITMAP_ENTRIES + 1) * SM_BITMAP_ENTRIES - 1;
			continue;
		}
		if (counted == references)
			continue;
		if (goes_on(&f, b, references, counted)) {
			f.count++;
			continue;
		}
		r = tell_counts(c, &f, err);
		f.what = references > counted ? THIN_WRONG_COUNT : THIN_WRONG_LEAK;
		f.begin = b;
		f.count = 1;
		f.references = references;
		f.counted = counted;
	}
	return r ? r : tell_counts(c, &f, err);
}

/* What can be known without space maps. */
static int check_trees(struct check *c, struct lvol_error *err)
{
	int r = walk_pool(c, c->md->sb.mapping_root, c->md->sb.details_root, err);

	return r || !c->md->sb.held_root ? r : walk_held(c, err);
}

static int check_windows(struct check *c, struct lvol_error *err)
{
	int r = 0;

	for (; !r && (!c->window || c->window < c->data_blocks); c->window += WINDOW) {
		c->data_count = c->data_blocks - c->window < WINDOW ? c->data_blocks - c->window : WINDOW;
		r = walk_all(c, err);
		if (!r)
			r = compare(c, &c->md->data, c->data, (uint64_t[]){ c->window, c->window + c->data_count }, err);
	}
	c->window = 0;
	return r ? r : compare(c, &c->md->tm.sm, c->blocks, (uint64_t[]){ 0, c->block_count }, err);
}

static int check(struct thin_md *md, const struct thin_check *how, bool space_maps, struct lvol_error *err)
{
	struct check c = {
		.how = how, .md = md, .device = THIN_NO_DEVICE, .partly = !space_maps,
		.block_count = space_maps ? md->tm.sm.now.nr_blocks : md->store.blocks,
		.data_blocks = space_maps ? md->data.now.nr_blocks : md->sb.data.nr_blocks,
	};
	CLEANUP_FREE uint32_t *blocks = NULL;
	CLEANUP_FREE uint32_t *data = NULL;
	int r = lvi_thin_md_usable(md, err);

	if (r)
		return r;
	blocks = calloc(c.block_count + 1, sizeof *blocks);
	data = calloc((c.data_blocks < WINDOW ? c.data_blocks : WINDOW) + 1, sizeof *data);
	if (!blocks || !data)
		return lvi_error_nomem(err);
	c.blocks = blocks;
	c.data = data;
	return space_maps ? check_windows(&c, err) : check_trees(&c, err);
}

/* The superblock or the index of a space map. */
static int tell_beginning(const struct thin_check *how, const struct lvol_error *why, struct lvol_error *err)
{
	const struct thin_finding f = {
		.what = THIN_WRONG_BLOCK, .device = THIN_NO_DEVICE, .count = 1, .code = why->code, .message = why->message,
	};

	return how->found(how->arg, &f, err);
}

int lvi_thin_examine(const struct pd_store *store, const struct thin_check *how, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	struct thin_md *md;
	int r = lvi_thin_md_new(store, CACHE_BLOCKS, &md, &why);
	bool space_maps = !r;

	if (r == -LVOL_E_CORRUPT || r == -LVOL_E_IO) {
		r = tell_beginning(how, &why, err);
		/* without a superblock there is nothing more to find */
		if (r || lvi_thin_md_new_trees(store, CACHE_BLOCKS, &md, NULL))
			return r;
	} else if (r) {
		if (err)
			*err = why;
		return r;
	}
	r = check(md, how, space_maps, err);
	lvi_thin_md_free(md);
	return r;
}

static int first(void *arg, const struct thin_finding *f, struct lvol_error *err)
{
	return lvi_error(err, f->code, arg, "%s", f->message);
}

int lvi_thin_check(struct thin_md *md, struct lvol_error *err)
{
	const struct thin_check how = { first, (void *)md->store.name };

	return check(md, &how, true, err);
}
