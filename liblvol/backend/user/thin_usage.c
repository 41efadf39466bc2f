/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/thin_read.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"

#define WINDOW ((uint64_t)1 << 25)

/* How often something was met: not at all, once, more often. */
enum met { MET_NEVER, MET_ONCE, MET_MORE };

struct counting {
	struct thin_md *md;
	uint8_t *nodes;                /* enum met of each metadata block */
	uint8_t *data;                 /* and of each data block of the window */
	uint64_t begin, count;         /* the window */
	uint64_t exclusive;            /* of the device that is being looked at */
};

static void meet(uint8_t *met)
{
	if (*met != MET_MORE)
		++*met;
}

/* The first time a node is met, what is below it is counted as well. */
static int enter_new(void *arg, const struct btree_place *place, struct lvol_error *err)
{
	struct counting *c = arg;

	if (place->block >= c->md->store.blocks)
		return 1;  /* reading it says what is wrong */
	meet(&c->nodes[place->block]);
	return c->nodes[place->block] == MET_ONCE;
}

static int enter_own(void *arg, const struct btree_place *place, struct lvol_error *err)
{
	struct counting *c = arg;

	return place->block >= c->md->store.blocks || c->nodes[place->block] == MET_ONCE;
}

static uint8_t *data_of(struct counting *c, const uint8_t *leaf, unsigned i)
{
	struct thin_mapping m;

	lvi_thin_mapping_get(node_value(leaf, i), &m);
	return m.block - c->begin < c->count ? &c->data[m.block - c->begin] : NULL;
}

static int meet_data(void *arg, const uint8_t *leaf, struct lvol_error *err)
{
	for (unsigned i = 0; i < node_count(leaf); i++) {
		uint8_t *met = data_of(arg, leaf, i);

		if (met)
			meet(met);
	}
	return 0;
}

static int count_once(void *arg, const uint8_t *leaf, struct lvol_error *err)
{
	struct counting *c = arg;

	for (unsigned i = 0; i < node_count(leaf); i++) {
		const uint8_t *met = data_of(c, leaf, i);

		c->exclusive += met && *met == MET_ONCE;
	}
	return 0;
}

static int count_window(struct counting *c, struct thin_usage *u, struct lvol_error *err)
{
	const struct btree_visit meeting = { .enter = enter_new, .leaf = meet_data, .arg = c };
	const struct btree_visit counting = { .enter = enter_own, .leaf = count_once, .arg = c };
	struct btree t = lvi_thin_mappings(c->md);
	int r = 0;

	memset(c->nodes, 0, c->md->store.blocks);
	memset(c->data, 0, c->count);
	for (size_t i = 0; !r && i < u->devices.len; i++)
		r = lvi_btree_visit(&t, u->devices.items[i].root, &meeting, err);
	for (size_t i = 0; !r && i < u->devices.len; i++) {
		c->exclusive = 0;
		r = lvi_btree_visit(&t, u->devices.items[i].root, &counting, err);
		u->devices.items[i].exclusive += c->exclusive;
	}
	return r;
}

static int list_devices(const struct thin_view *view, struct thin_usage *out, struct lvol_error *err)
{
	struct thin_listed dev;
	int r;

	for (r = lvi_thin_view_device(view, 0, &dev, err); r > 0;
	     r = lvi_thin_view_device(view, dev.id + 1ull, &dev, err)) {
		struct thin_used *u = ARRAY_PUSH(&out->devices);

		if (!u)
			return lvi_error_nomem(err);
		u->id = dev.id;
		u->root = dev.root;
	}
	return r;
}

int lvi_thin_usage(const struct thin_view *view, struct thin_usage *out, struct lvol_error *err)
{
	struct thin_md *md = view->md;
	uint64_t blocks = md->sb.data.nr_blocks;
	CLEANUP_FREE uint8_t *nodes = calloc(md->store.blocks + 1, 1);
	CLEANUP_FREE uint8_t *data = calloc((blocks < WINDOW ? blocks : WINDOW) + 1, 1);
	struct counting c = { .md = md, .nodes = nodes, .data = data };
	int r = nodes && data ? list_devices(view, out, err) : lvi_error_nomem(err);

	for (; !r && c.begin < blocks; c.begin += WINDOW) {
		c.count = blocks - c.begin < WINDOW ? blocks - c.begin : WINDOW;
		r = count_window(&c, out, err);
	}
	if (r)
		ARRAY_FREE(&out->devices);
	return r;
}
