/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thin device's mappings. */
#include <stdlib.h>

#include "backend/user/thin_metadata.h"
#include "base/error.h"

static int find_device(struct thin_md *md, uint32_t id, uint64_t *root, struct thin_details *details,
		struct lvol_error *err)
{
	struct btree devices = lvi_thin_devices(md), tree = lvi_thin_details_tree(md);
	uint8_t number[8], value[THIN_DETAILS_BYTES];
	int r = lvi_btree_lookup(&devices, md->sb.mapping_root, id, number, err), d;

	if (r < 0)
		return r;
	d = lvi_btree_lookup(&tree, md->sb.details_root, id, value, err);
	if (d < 0)
		return d;
	if (!r && !d)
		return lvi_error(err, LVOL_E_NOT_FOUND, md->store.name,
				"there is no thin device %u in the pool with metadata on %s",
				id, md->store.name);
	if (!r || !d)
		return lvi_error(err, LVOL_E_CORRUPT, md->store.name, "thin device %u has %s, but no %s, on %s", id,
				r ? "mappings" : "details", r ? "details" : "mappings", md->store.name);
	*root = lvi_get_le64(number);
	lvi_thin_details_get(value, details);
	return 0;
}

int lvi_thin_dev_open(struct thin_md *md, uint32_t id, struct thin_dev **out, struct lvol_error *err)
{
	struct thin_dev *d;
	int r = lvi_thin_md_usable(md, err);

	if (r)
		return r;
	for (d = md->devs; d && d->id != id; d = d->next)
		;
	if (d) {
		d->refs++;
		*out = d;
		return 0;
	}
	d = calloc(1, sizeof *d);
	if (!d)
		return lvi_error_nomem(err);
	r = find_device(md, id, &d->root, &d->details, err);
	if (r) {
		free(d);
		return r;
	}
	d->md = md;
	d->id = id;
	d->refs = 1;
	d->next = md->devs;
	md->devs = d;
	*out = d;
	return 0;
}

void lvi_thin_dev_close(struct thin_dev *dev)
{
	struct thin_dev **at;

	/* who has details that are not saved yet stays until they are */
	if (!dev || --dev->refs || dev->changed)
		return;
	for (at = &dev->md->devs; *at != dev; at = &(*at)->next)
		;
	*at = dev->next;
	free(dev);
}

static int usable(const struct thin_dev *dev, struct lvol_error *err)
{
	int r = lvi_thin_md_usable(dev->md, err);

	if (r || !dev->gone)
		return r;
	return lvi_error(err, LVOL_E_NOT_FOUND, dev->md->store.name,
			"thin device %u was lost when its pool failed", dev->id);
}

bool lvi_thin_dev_is_shared(const struct thin_dev *dev, const struct thin_mapping *m)
{
	return m->time < dev->details.snapshotted_time;
}

static int check(const struct thin_dev *dev, uint64_t block, const struct thin_mapping *m, struct lvol_error *err)
{
	if (m->block < dev->md->data.now.nr_blocks)
		return 1;
	return lvi_error(err, LVOL_E_CORRUPT, dev->md->store.name,
			"thin device %u is damaged: its block %llu is said to be data block %llu of %llu", dev->id,
			(unsigned long long)block, (unsigned long long)m->block, (unsigned long long)dev->md->data.now.nr_blocks);
}

int lvi_thin_dev_lookup(struct thin_dev *dev, uint64_t block, struct thin_mapping *out, struct lvol_error *err)
{
	struct btree t = lvi_thin_mappings(dev->md);
	uint8_t value[8];
	int r = usable(dev, err);

	if (!r)
		r = lvi_btree_lookup(&t, dev->root, block, value, err);
	if (r <= 0)
		return lvi_error_prefix(r ? err : NULL, r, "thin device %u", dev->id);
	lvi_thin_mapping_get(value, out);
	return check(dev, block, out, err);
}

int lvi_thin_dev_find(struct thin_dev *dev, uint64_t *block, struct thin_mapping *out, struct lvol_error *err)
{
	struct btree t = lvi_thin_mappings(dev->md);
	struct btree_cursor c;
	int r = usable(dev, err);

	if (!r)
		r = lvi_btree_seek(&c, &t, dev->root, *block, err);
	if (r <= 0)
		return lvi_error_prefix(r ? err : NULL, r, "thin device %u", dev->id);
	*block = c.key;
	lvi_thin_mapping_get(c.value, out);
	lvi_btree_leave(&c);
	return check(dev, *block, out, err);
}

int lvi_thin_dev_read(struct thin_dev *dev, uint64_t block, struct thin_entry *out, unsigned max,
		struct lvol_error *err)
{
	struct btree t = lvi_thin_mappings(dev->md);
	struct btree_cursor c;
	const uint8_t *leaf;
	unsigned n = 0;
	int r = usable(dev, err);

	if (!r)
		r = lvi_btree_seek(&c, &t, dev->root, block, err);
	if (r <= 0)
		return lvi_error_prefix(r ? err : NULL, r, "thin device %u", dev->id);
	leaf = c.path[c.depth]->data;
	for (unsigned i = c.at[c.depth]; c.key == block && n < max && i < node_count(leaf); i++, n++) {
		out[n].block = node_key(leaf, i);
		lvi_thin_mapping_get(node_value(leaf, i), &out[n].to);
		/* what is wrong behind is told to who asks for it */
		if (n && out[n].to.block >= dev->md->data.now.nr_blocks)
			break;
	}
	lvi_btree_leave(&c);
	r = n ? check(dev, block, &out[0].to, err) : 0;
	return r < 0 ? r : (int)n;
}

int lvi_thin_dev_highest(struct thin_dev *dev, uint64_t *block, struct lvol_error *err)
{
	struct btree t = lvi_thin_mappings(dev->md);
	int r = usable(dev, err);

	return r ? r : lvi_btree_last(&t, dev->root, block, err);
}

static int set_root(struct thin_dev *dev, struct lvol_error *err)
{
	struct btree devices = lvi_thin_devices(dev->md);
	uint8_t number[8];
	int r;

	lvi_put_le64(number, dev->root);
	r = lvi_btree_insert(&devices, &dev->md->sb.mapping_root, dev->id, number, NULL, err);
	return r < 0 ? r : 0;
}

/*
 * The way to the device's root is made our own first, so that the root is counted for each who refers to it: somebody
 * else may hold the tree of devices (a metadata snapshot). In the rest of the transaction all that is so already.
 */
static int own_root(struct thin_dev *dev, bool *own, struct lvol_error *err)
{
	int r = lvi_tm_is_own(&dev->md->tm, dev->root, own, err);

	return r || *own ? r : set_root(dev, err);
}

static int insert(struct thin_dev *dev, uint64_t block, const struct thin_mapping *to, struct lvol_error *err)
{
	struct btree t = lvi_thin_mappings(dev->md);
	struct thin_mapping m;
	uint8_t value[8], old[8];
	uint64_t root = dev->root;
	bool own;
	int had, r = lvi_sm_inc(&dev->md->data, to->block, to->block + 1, err);

	if (!r)
		r = own_root(dev, &own, err);
	if (r)
		return r;
	lvi_thin_mapping_put(value, to);
	had = lvi_btree_insert(&t, &dev->root, block, value, old, err);
	if (had > 0) {
		lvi_thin_mapping_get(old, &m);
		r = lvi_sm_dec(&dev->md->data, m.block, m.block + 1, err);
	}
	if (had < 0 || r)
		return had < 0 ? had : r;
	dev->details.mapped += !had;
	dev->changed = dev->changed || !had;
	return dev->root == root ? 0 : set_root(dev, err);
}

int lvi_thin_dev_restore(struct thin_dev *dev, uint64_t block, const struct thin_mapping *to, struct lvol_error *err)
{
	int r = usable(dev, err);

	if (r)
		return r;
	r = lvi_thin_md_changed(dev->md, insert(dev, block, to, err));
	return lvi_error_prefix(r ? err : NULL, r, "thin device %u", dev->id);
}

int lvi_thin_dev_insert(struct thin_dev *dev, uint64_t block, uint64_t data, struct lvol_error *err)
{
	return lvi_thin_dev_restore(dev, block, &(struct thin_mapping){ data, dev->md->sb.time }, err);
}

static int take_away(struct thin_dev *dev, uint64_t block, struct lvol_error *err)
{
	struct btree t = lvi_thin_mappings(dev->md);
	struct thin_mapping m;
	uint64_t root = dev->root;
	uint8_t old[8];
	bool own;
	int had, r = own_root(dev, &own, err);

	if (r)
		return r;
	had = lvi_btree_remove(&t, &dev->root, block, old, err);
	if (had <= 0)
		return had;
	lvi_thin_mapping_get(old, &m);
	r = lvi_sm_dec(&dev->md->data, m.block, m.block + 1, err);
	if (r)
		return r;
	if (!dev->details.mapped)
		return lvi_error(err, LVOL_E_CORRUPT, dev->md->store.name, "more is mapped than its details say");
	dev->details.mapped--;
	dev->changed = true;
	return dev->root == root ? 0 : set_root(dev, err);
}

int lvi_thin_dev_remove(struct thin_dev *dev, uint64_t block, struct lvol_error *err)
{
	struct thin_mapping m;
	int r = lvi_thin_dev_lookup(dev, block, &m, err);

	if (r <= 0)
		return r;
	r = lvi_thin_md_changed(dev->md, take_away(dev, block, err));
	return lvi_error_prefix(r ? err : NULL, r, "thin device %u", dev->id);
}
