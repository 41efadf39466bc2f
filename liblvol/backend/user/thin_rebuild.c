/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/thin_rebuild.h"

#include "base/error.h"

#define CACHE_BLOCKS 1024

struct rebuild {
	const struct thin_rebuild *how;
	struct thin_md *from, *to;
	uint64_t id;
	struct thin_dev *dev;          /* of `to`, whose mappings are being copied */
};

static void tell(struct rebuild *b, uint64_t begin, uint64_t last)
{
	if (b->how->lost)
		b->how->lost(b->how->arg, b->id, begin, last);
}

static int lost_mappings(void *arg, const struct btree_place *place, const struct lvol_error *why,
		struct lvol_error *err)
{
	tell(arg, place->low, place->high);
	return 0;
}

static int copy_mappings(void *arg, const uint8_t *leaf, struct lvol_error *err)
{
	struct rebuild *b = arg;
	struct thin_mapping m;
	int r = 0;

	for (unsigned i = 0; !r && i < node_count(leaf); i++) {
		lvi_thin_mapping_get(node_value(leaf, i), &m);
		if (m.block >= b->to->data.now.nr_blocks) {
			tell(b, node_key(leaf, i), node_key(leaf, i));
			continue;
		}
		if (!lvi_thin_md_has_room(b->to, false))
			r = lvi_thin_md_commit(b->to, err);
		if (!r && !lvi_thin_md_has_room(b->to, false))
			return lvi_error(err, LVOL_E_NO_SPACE, b->to->store.name, "%s has no room for the rebuilt metadata; "
					"use a larger device", b->to->store.name);
		if (!r)
			r = lvi_thin_dev_restore(b->dev, node_key(leaf, i), &m, err);
	}
	return r;
}

static int copy_device(struct rebuild *b, uint64_t root, struct lvol_error *err)
{
	const struct btree_visit visit = { .leaf = copy_mappings, .damaged = lost_mappings, .arg = b };
	struct btree details = lvi_thin_details_tree(b->from), mappings = lvi_thin_mappings(b->from);
	struct thin_details d;
	uint8_t value[THIN_DETAILS_BYTES];
	int r = b->id > THIN_DEVICE_ID_MAX ? 0 : lvi_btree_lookup(&details, b->from->sb.details_root, b->id, value, NULL);

	if (r <= 0) {
		tell(b, 0, UINT64_MAX);
		return 0;
	}
	lvi_thin_details_get(value, &d);
	r = lvi_thin_md_create(b->to, b->id, err);
	if (!r)
		r = lvi_thin_dev_open(b->to, b->id, &b->dev, err);
	if (r)
		return r;
	d.mapped = 0;
	b->dev->details = d;
	b->dev->changed = true;
	r = lvi_btree_visit(&mappings, root, &visit, err);
	lvi_thin_dev_close(b->dev);
	return r;
}

static int copy_devices(void *arg, const uint8_t *leaf, struct lvol_error *err)
{
	struct rebuild *b = arg;
	int r = 0;

	for (unsigned i = 0; !r && i < node_count(leaf); i++) {
		b->id = node_key(leaf, i);
		r = copy_device(b, node_child(leaf, i), err);
	}
	return r;
}

/* Those of whom there are details still. */
static int lost_devices(void *arg, const struct btree_place *place, const struct lvol_error *why,
		struct lvol_error *err)
{
	struct rebuild *b = arg;
	struct btree details = lvi_thin_details_tree(b->from);
	struct btree_cursor c;
	int r;

	for (r = lvi_btree_seek(&c, &details, b->from->sb.details_root, place->low, NULL); r > 0 && c.key <= place->high;
	     r = lvi_btree_next(&c, NULL)) {
		b->id = c.key;
		tell(b, 0, UINT64_MAX);
	}
	lvi_btree_leave(&c);
	return 0;
}

static int copy_all(struct rebuild *b, struct lvol_error *err)
{
	const struct btree_visit visit = { .leaf = copy_devices, .damaged = lost_devices, .arg = b };
	struct btree devices = lvi_thin_devices(b->from);
	const struct thin_super *sb = &b->from->sb;
	int r = lvi_thin_md_format(b->to, sb->block_sectors, sb->data.nr_blocks, err);

	if (r)
		return r;
	b->to->sb.time = sb->time;
	b->to->sb.transaction_id = sb->transaction_id;
	r = lvi_btree_visit(&devices, sb->mapping_root, &visit, err);
	return r ? r : lvi_thin_md_commit(b->to, err);
}

int lvi_thin_rebuild(const struct thin_rebuild *how, struct lvol_error *err)
{
	static const uint8_t zeroes[PD_BLOCK_BYTES];
	struct rebuild b = { .how = how };
	int r = lvi_thin_md_new_trees(how->from, CACHE_BLOCKS, &b.from, err);

	if (!r)
		r = lvi_thin_md_usable(b.from, err);
	/* what is there does not count from now on */
	if (!r)
		r = how->to->write(how->to->arg, zeroes, sizeof zeroes, 0, err);
	if (!r)
		r = lvi_thin_md_new(how->to, CACHE_BLOCKS, &b.to, err);
	if (!r)
		r = copy_all(&b, err);
	lvi_thin_md_free(b.from);
	lvi_thin_md_free(b.to);
	return r;
}
