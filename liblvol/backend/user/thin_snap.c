/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Thin devices come and go: new ones, snapshots, deletion; and the snapshot of the metadata itself. */
#include "backend/user/thin_metadata.h"
#include "base/error.h"

static struct thin_dev *in_use(struct thin_md *md, uint32_t id)
{
	struct thin_dev *d = md->devs;

	while (d && d->id != id)
		d = d->next;
	return d;
}

static int check_new(struct thin_md *md, uint32_t id, struct lvol_error *err)
{
	struct btree details = lvi_thin_details_tree(md), devices = lvi_thin_devices(md);
	int r = lvi_thin_md_usable(md, err);

	if (r)
		return r;
	if (id > THIN_DEVICE_ID_MAX)
		return lvi_error(err, LVOL_E_INVALID, md->store.name,
				"thin device ids are at most %u, and %u is not", THIN_DEVICE_ID_MAX,
				id);
	r = lvi_btree_lookup(&details, md->sb.details_root, id, NULL, err);
	if (!r)
		r = lvi_btree_lookup(&devices, md->sb.mapping_root, id, NULL, err);
	if (r <= 0)
		return r;
	return lvi_error(err, LVOL_E_EXISTS, md->store.name,
			"there is a thin device %u in the pool already; use another id", id);
}

static int put_details(struct thin_md *md, uint32_t id, const struct thin_details *d, struct lvol_error *err)
{
	struct btree t = lvi_thin_details_tree(md);
	uint8_t value[THIN_DETAILS_BYTES];
	int r;

	lvi_put_le64(value, d->mapped);
	lvi_put_le64(value + 8, d->transaction_id);
	lvi_put_le32(value + 16, d->creation_time);
	lvi_put_le32(value + 20, d->snapshotted_time);
	r = lvi_btree_insert(&t, &md->sb.details_root, id, value, NULL, err);
	return r < 0 ? r : 0;
}

/* A device whose mappings are the tree of @root, a reference to which it gets. */
static int add(struct thin_md *md, uint32_t id, uint64_t root, const struct thin_details *d, struct lvol_error *err)
{
	struct btree devices = lvi_thin_devices(md);
	uint8_t number[8];
	int r;

	lvi_put_le64(number, root);
	r = lvi_btree_insert(&devices, &md->sb.mapping_root, id, number, NULL, err);
	return r < 0 ? r : put_details(md, id, d, err);
}

int lvi_thin_md_create(struct thin_md *md, uint32_t id, struct lvol_error *err)
{
	struct thin_details d = { 0, md->sb.transaction_id, md->sb.time, md->sb.time };
	struct btree t = lvi_thin_mappings(md);
	uint64_t root;
	int r = check_new(md, id, err);

	if (r)
		return r;
	r = lvi_btree_new(&t, &root, err);
	if (!r)
		r = add(md, id, root, &d, err);
	return lvi_thin_md_changed(md, r);
}

/*
 * The snapshot refers to the origin's tree. Whatever is mapped now is older than the new time, and both devices were
 * "snapshotted" at that time: that tells of a block that others may refer to it.
 */
static int snap(struct thin_md *md, uint32_t id, struct thin_dev *origin, struct lvol_error *err)
{
	struct thin_details d = { .mapped = origin->details.mapped, .transaction_id = md->sb.transaction_id };
	int r = lvi_tm_inc(&md->tm, origin->root, err);

	if (r)
		return r;
	d.creation_time = d.snapshotted_time = ++md->sb.time;
	r = add(md, id, origin->root, &d, err);
	origin->details.snapshotted_time = md->sb.time;
	/* at once: it may not be in use any more at the commit */
	return r ? r : put_details(md, origin->id, &origin->details, err);
}

int lvi_thin_md_create_snap(struct thin_md *md, uint32_t id, uint32_t origin, struct lvol_error *err)
{
	struct thin_dev *dev;
	int r = check_new(md, id, err);

	if (!r)
		r = lvi_thin_dev_open(md, origin, &dev, err);
	if (r)
		return r;
	r = lvi_thin_md_changed(md, snap(md, id, dev, err));
	lvi_thin_dev_close(dev);
	return r;
}

static int delete(struct thin_md *md, uint32_t id, struct lvol_error *err)
{
	struct btree devices = lvi_thin_devices(md), details = lvi_thin_details_tree(md), mappings = lvi_thin_mappings(md);
	uint8_t root[8];
	int r = lvi_btree_remove(&details, &md->sb.details_root, id, NULL, err);

	if (r >= 0)
		r = lvi_btree_remove(&devices, &md->sb.mapping_root, id, root, err);
	return r < 0 ? r : lvi_btree_drop(&mappings, lvi_get_le64(root), err);
}

int lvi_thin_md_delete(struct thin_md *md, uint32_t id, struct lvol_error *err)
{
	struct thin_dev *dev = in_use(md, id);
	int r = lvi_thin_md_usable(md, err);

	if (r)
		return r;
	if (dev && dev->refs)
		return lvi_error(err, LVOL_E_BUSY, md->store.name, "thin device %u is in use; close it first", id);
	/* there is one, and it is whole */
	r = lvi_thin_dev_open(md, id, &dev, err);
	if (r)
		return r;
	dev->changed = false;
	lvi_thin_dev_close(dev);
	return lvi_thin_md_changed(md, delete(md, id, err));
}

/* A copy of the superblock that holds both trees. */
static int reserve(struct thin_md *md, struct lvol_error *err)
{
	static const struct pd_kind kind = { "superblock copy", 160774, 8, NULL };
	struct pd_block *b;
	struct thin_super copy = md->sb;
	int r = lvi_tm_inc(&md->tm, copy.mapping_root, err);

	if (!r)
		r = lvi_tm_inc(&md->tm, copy.details_root, err);
	if (!r)
		r = lvi_tm_new(&md->tm, &kind, &b, err);
	if (r)
		return r;
	/* space maps go on changing: the copy has none */
	copy.data = copy.metadata = (struct sm_root){ 0 };
	copy.held_root = 0;
	lvi_thin_super_seal(&copy, b->number);
	memcpy(b->data, copy.raw, PD_BLOCK_BYTES);
	md->sb.held_root = b->number;
	lvi_pd_put(b);
	return 0;
}

int lvi_thin_md_reserve_snap(struct thin_md *md, struct lvol_error *err)
{
	int r = lvi_thin_md_usable(md, err);

	if (r)
		return r;
	if (md->sb.held_root)
		return lvi_error(err, LVOL_E_STATE, md->store.name,
				"there is a metadata snapshot in %s already; release it first",
				md->store.name);
	/* of what is committed: nothing in it may change any more */
	r = lvi_thin_md_commit(md, err);
	return r ? r : lvi_thin_md_changed(md, reserve(md, err));
}

static int release(struct thin_md *md, const struct thin_super *copy, struct lvol_error *err)
{
	struct btree devices = lvi_thin_devices(md), details = lvi_thin_details_tree(md);
	uint64_t block = md->sb.held_root;
	int r;

	md->sb.held_root = 0;
	r = lvi_btree_drop(&devices, copy->mapping_root, err);
	if (!r)
		r = lvi_btree_drop(&details, copy->details_root, err);
	return r ? r : lvi_tm_dec(&md->tm, block, err);
}

int lvi_thin_md_release_snap(struct thin_md *md, struct lvol_error *err)
{
	struct thin_super copy;
	int r = lvi_thin_md_usable(md, err);

	if (r)
		return r;
	if (!md->sb.held_root)
		return lvi_error(err, LVOL_E_STATE, md->store.name, "there is no metadata snapshot in %s", md->store.name);
	/* what the cache still has to write may be the copy */
	r = lvi_thin_md_commit(md, err);
	if (!r)
		r = lvi_thin_super_read(&md->store, md->sb.held_root, &copy, err);
	return r < 0 ? r : lvi_thin_md_changed(md, release(md, &copy, err));
}
