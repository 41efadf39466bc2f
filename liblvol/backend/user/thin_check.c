/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/thin_check.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"

#define WINDOW ((uint64_t)1 << 24)

struct check {
	struct thin_md *md;
	uint32_t *blocks;              /* references to metadata blocks that were found */
	uint32_t *data;                /* to data blocks of [window, window + data_count) */
	uint64_t window, data_count;
};

/* What the values of a tree refer to. */
typedef int (*values_fn)(struct check *c, const uint8_t *leaf, struct lvol_error *err);

static int wrong(struct check *c, const char *what, uint64_t block, const uint32_t counts[2], struct lvol_error *err)
{
	const char *name = c->md->store.name;

	return lvi_error(err, LVOL_E_CORRUPT, name,
			"metadata of %s are damaged: %s block %llu has %u references, and is said to "
			"have %u; thin_repair or lvconvert --repair makes new ones", name, what, (unsigned long long)block, counts[0],
			counts[1]);
}

/* One more reference to a metadata block; *first: it was not met before. */
static int refer(struct check *c, uint64_t block, bool *first, struct lvol_error *err)
{
	const uint32_t none[2] = { 1, 0 };

	if (block >= c->md->tm.sm.now.nr_blocks)
		return wrong(c, "metadata", block, none, err);
	*first = !c->blocks[block]++;
	return 0;
}

struct level { struct btree_place place; unsigned next; };

/* One node further; true in *done when the whole tree has been seen. */
static int walk_node(struct check *c, const struct btree *t, values_fn values, struct level *stack, unsigned *depth,
		struct lvol_error *err)
{
	struct level *l = &stack[*depth];
	struct btree_place child;
	struct pd_block *b;
	bool first = false;
	int r = lvi_btree_node(t, &l->place, &b, err);

	if (r)
		return r;
	if (node_is_leaf(b->data))
		r = values ? values(c, b->data, err) : 0;
	while (!r && !first && !node_is_leaf(b->data) && l->next < node_count(b->data)) {
		child = lvi_btree_child(b->data, &l->place, l->next++);
		r = refer(c, child.block, &first, err);
	}
	lvi_pd_put(b);
	if (!r && first)
		stack[++*depth] = (struct level){ child, 0 };
	return r ? r : first;
}

/* A reference to a tree; what is in it, is counted when it is met for the first time. */
static int walk(struct check *c, const struct btree *t, uint64_t root, values_fn values, struct lvol_error *err)
{
	struct level stack[BTREE_DEPTH + 2];
	unsigned depth = 0;
	bool first = false;
	int r = refer(c, root, &first, err);

	if (r || !first)
		return r;
	stack[0] = (struct level){ { root, 0, UINT64_MAX, 0 }, 0 };
	for (;;) {
		r = walk_node(c, t, values, stack, &depth, err);
		if (r < 0 || (!r && !depth))
			return r;
		depth -= !r;
	}
}

static int count_data(struct check *c, const uint8_t *leaf, struct lvol_error *err)
{
	const uint32_t none[2] = { 1, 0 };
	struct thin_mapping m;

	for (unsigned i = 0; i < node_count(leaf); i++) {
		lvi_thin_mapping_get(node_value(leaf, i), &m);
		if (m.block >= c->md->data.now.nr_blocks)
			return wrong(c, "data", m.block, none, err);
		if (m.block - c->window < c->data_count)
			c->data[m.block - c->window]++;
	}
	return 0;
}

static int walk_devices(struct check *c, const uint8_t *leaf, struct lvol_error *err)
{
	struct btree t = lvi_thin_mappings(c->md);
	int r = 0;

	for (unsigned i = 0; !r && i < node_count(leaf); i++) {
		r = walk(c, &t, node_child(leaf, i), count_data, err);
		if (r)
			return lvi_error_prefix(err, r, "thin device %llu", (unsigned long long)node_key(leaf, i));
	}
	return r;
}

static int count_bitmaps(struct check *c, const uint8_t *leaf, struct lvol_error *err)
{
	uint64_t bitmaps = lvi_div_up(c->md->data.now.nr_blocks, SM_BITMAP_ENTRIES);
	bool first;
	int r = 0;

	for (unsigned i = 0; !r && i < node_count(leaf); i++) {
		if (node_key(leaf, i) >= bitmaps)
			return lvi_error(err, LVOL_E_CORRUPT, c->md->store.name,
					"metadata of %s are damaged: data block counts go on behind "
					"the last of %llu blocks", c->md->store.name, (unsigned long long)c->md->data.now.nr_blocks);
		r = refer(c, node_child(leaf, i), &first, err);
	}
	return r;
}

static int walk_space_maps(struct check *c, struct lvol_error *err)
{
	struct space_map *data = &c->md->data, *metadata = &c->md->tm.sm;
	struct btree index = lvi_sm_index_of(data), counts = lvi_sm_counts_of(data), mcounts = lvi_sm_counts_of(metadata);
	uint64_t bitmaps = lvi_div_up(metadata->now.nr_blocks, SM_BITMAP_ENTRIES);
	bool first;
	int r = walk(c, &index, data->now.bitmap_root, count_bitmaps, err);

	if (!r)
		r = walk(c, &counts, data->now.ref_count_root, NULL, err);
	if (!r)
		r = refer(c, metadata->now.bitmap_root, &first, err);
	for (uint64_t i = 0; !r && i < bitmaps; i++)
		r = refer(c, metadata->block[i].bitmap, &first, err);
	return r ? r : walk(c, &mcounts, metadata->now.ref_count_root, NULL, err);
}

/* The trees of the pool, or of its metadata snapshot. */
static int walk_pool(struct check *c, uint64_t mapping_root, uint64_t details_root, struct lvol_error *err)
{
	struct btree devices = lvi_thin_devices(c->md), details = lvi_thin_details_tree(c->md);
	int r = walk(c, &devices, mapping_root, walk_devices, err);

	return r ? r : walk(c, &details, details_root, NULL, err);
}

static int walk_all(struct check *c, struct lvol_error *err)
{
	struct thin_md *md = c->md;
	struct thin_super copy;
	bool first;
	int r;

	memset(c->blocks, 0, md->tm.sm.now.nr_blocks * sizeof *c->blocks);
	memset(c->data, 0, c->data_count * sizeof *c->data);
	r = refer(c, 0, &first, err);
	if (!r)
		r = walk_pool(c, md->sb.mapping_root, md->sb.details_root, err);
	if (!r && md->sb.held_root) {
		r = lvi_thin_super_read(&md->store, md->sb.held_root, &copy, err);
		if (r > 0)
			r = refer(c, md->sb.held_root, &first, err);
		if (!r)
			r = walk_pool(c, copy.mapping_root, copy.details_root, err);
	}
	return r ? r : walk_space_maps(c, err);
}

static int compare(struct check *c, struct space_map *sm, const uint32_t *found, const uint64_t range[2],
		struct lvol_error *err)
{
	uint32_t counts[2];
	int r;

	for (uint64_t b = range[0]; b < range[1]; b++) {
		counts[0] = found[b - range[0]];
		r = lvi_sm_count(sm, b, &counts[1], err);
		if (r)
			return r;
		if (counts[0] != counts[1])
			return wrong(c, sm == &c->md->data ? "data" : "metadata", b, counts, err);
	}
	return 0;
}

int lvi_thin_check(struct thin_md *md, struct lvol_error *err)
{
	uint64_t blocks = md->tm.sm.now.nr_blocks, data = md->data.now.nr_blocks;
	struct check c = { .md = md };
	CLEANUP_FREE uint32_t *block_counts = NULL;
	CLEANUP_FREE uint32_t *data_counts = NULL;
	int r = lvi_thin_md_usable(md, err);

	if (r)
		return r;
	block_counts = calloc(blocks + 1, sizeof *block_counts);
	data_counts = calloc((data < WINDOW ? data : WINDOW) + 1, sizeof *data_counts);
	if (!block_counts || !data_counts)
		return lvi_error_nomem(err);
	c.blocks = block_counts;
	c.data = data_counts;
	for (c.window = 0; !r && (!c.window || c.window < data); c.window += WINDOW) {
		c.data_count = data - c.window < WINDOW ? data - c.window : WINDOW;
		r = walk_all(&c, err);
		if (!r)
			r = compare(&c, &md->data, c.data, (uint64_t[]){ c.window, c.window + c.data_count }, err);
	}
	return r ? r : compare(&c, &md->tm.sm, c.blocks, (uint64_t[]){ 0, blocks }, err);
}
