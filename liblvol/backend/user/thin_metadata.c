/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/thin_metadata.h"

#include <stdlib.h>

#include "base/error.h"

#define RESERVE_MAX 4096  /* blocks, as the kernel has it */
#define CHANGE_MAX 24     /* blocks that a change and a commit copy in a small pool */

uint64_t lvi_thin_md_metadata_limit(uint64_t blocks)
{
	const uint64_t most = (uint64_t)SM_INDEX_ENTRIES * SM_BITMAP_ENTRIES;

	return blocks < most ? blocks : most;
}

static uint64_t reserve_of(uint64_t blocks)
{
	return blocks / 10 < RESERVE_MAX ? blocks / 10 : RESERVE_MAX;
}

static uint64_t reserve(const struct thin_md *md)
{
	return reserve_of(md->tm.sm.now.nr_blocks);
}

uint64_t lvi_thin_free_metadata(const struct sm_root *metadata)
{
	uint64_t taken = metadata->nr_allocated + reserve_of(metadata->nr_blocks);

	return metadata->nr_blocks > taken ? metadata->nr_blocks - taken : 0;
}

uint64_t lvi_thin_md_free_metadata(const struct thin_md *md)
{
	return lvi_thin_free_metadata(&md->tm.sm.now);
}

/* What makes room needs some first: the rest of the reserve is for that, and for commits. */
bool lvi_thin_md_has_room(const struct thin_md *md, bool freeing)
{
	uint64_t need = freeing ? reserve(md) / 2 : reserve(md), least = freeing ? CHANGE_MAX : 2 * CHANGE_MAX;

	return lvi_tm_available(&md->tm) > (need > least ? need : least);
}

int lvi_thin_md_usable(const struct thin_md *md, struct lvol_error *err)
{
	const char *name = md->store.name;

	if (!md->formatted)
		return lvi_error(err, LVOL_E_NOT_FOUND, name,
				"there is no thin pool on %s yet, and so no thin device; create one first", name);
	if (md->failed)
		return lvi_error(err, LVOL_E_IO, name, "thin pool metadata on %s could not be changed before, and is not "
				"used any more; close the pool and open it again", name);
	return 0;
}

int lvi_thin_md_changed(struct thin_md *md, int r)
{
	md->changed = true;
	if (r < 0)
		md->failed = true;
	return r;
}

/* From md->sb on, which was read from the superblock. */
static int start(struct thin_md *md, struct lvol_error *err)
{
	int r;

	lvi_pd_forget(md->cache);
	r = lvi_tm_open(&md->tm, &md->sb.metadata, err);
	lvi_sm_init(&md->data, &md->tm, "data space map", &lvi_sm_index_tree, &md->sb.data);
	md->changed = false;
	md->failed = r < 0;
	return r;
}

static int make(const struct pd_store *store, size_t cache_blocks, bool trees, struct thin_md **out,
		struct lvol_error *err)
{
	struct thin_md *md = calloc(1, sizeof *md);
	int r;

	if (!md)
		return lvi_error_nomem(err);
	md->store = *store;
	r = lvi_pd_cache_new(store, cache_blocks, &md->cache, err);
	lvi_tm_init(&md->tm, md->cache);
	if (!r)
		r = lvi_thin_super_read(store, 0, &md->sb, err);
	md->formatted = r > 0;
	if (r > 0)
		r = trees ? 0 : start(md, err);
	if (r)
		lvi_thin_md_free(md);
	else
		*out = md;
	return r;
}

int lvi_thin_md_new(const struct pd_store *store, size_t cache_blocks, struct thin_md **out, struct lvol_error *err)
{
	return make(store, cache_blocks, false, out, err);
}

int lvi_thin_md_new_trees(const struct pd_store *store, size_t cache_blocks, struct thin_md **out,
		struct lvol_error *err)
{
	return make(store, cache_blocks, true, out, err);
}

/* Devices that nobody uses any more, and all of whose details are saved. */
static void forget_devices(struct thin_md *md)
{
	struct thin_dev **at = &md->devs, *d;

	while ((d = *at)) {
		if (d->refs || d->changed) {
			at = &d->next;
			continue;
		}
		*at = d->next;
		free(d);
	}
}

void lvi_thin_md_free(struct thin_md *md)
{
	if (!md)
		return;
	for (struct thin_dev *d = md->devs; d; d = d->next)
		d->changed = false;
	forget_devices(md);
	lvi_tm_close(&md->tm);
	lvi_pd_cache_free(md->cache);
	free(md);
}

int lvi_thin_md_format(struct thin_md *md, uint32_t block_sectors, uint64_t data_blocks, struct lvol_error *err)
{
	struct btree mappings = lvi_thin_devices(md), details = lvi_thin_details_tree(md);
	int r;

	lvi_thin_super_init(&md->sb, block_sectors);
	r = lvi_tm_create(&md->tm, lvi_thin_md_metadata_limit(md->store.blocks), err);
	lvi_sm_init(&md->data, &md->tm, "data space map", &lvi_sm_index_tree, NULL);
	if (!r)
		r = lvi_sm_create(&md->data, err);
	if (!r)
		r = lvi_sm_grow(&md->data, data_blocks, err);
	if (!r)
		r = lvi_btree_new(&mappings, &md->sb.mapping_root, err);
	if (!r)
		r = lvi_btree_new(&details, &md->sb.details_root, err);
	md->formatted = !r;
	return r ? r : lvi_thin_md_changed(md, 0);
}

/* Details of devices in use into their tree. */
static int save_devices(struct thin_md *md, struct lvol_error *err)
{
	struct btree t = lvi_thin_details_tree(md);
	uint8_t value[THIN_DETAILS_BYTES];
	int r = 0;

	for (struct thin_dev *d = md->devs; d && r >= 0; d = d->next) {
		if (!d->changed)
			continue;
		lvi_put_le64(value, d->details.mapped);
		lvi_put_le64(value + 8, d->details.transaction_id);
		lvi_put_le32(value + 16, d->details.creation_time);
		lvi_put_le32(value + 20, d->details.snapshotted_time);
		r = lvi_btree_insert(&t, &md->sb.details_root, d->id, value, NULL, err);
		d->changed = r < 0;
	}
	return r < 0 ? r : 0;
}

int lvi_thin_md_commit(struct thin_md *md, struct lvol_error *err)
{
	int r = lvi_thin_md_usable(md, err);

	if (r || !md->changed)
		return r;
	r = save_devices(md, err);
	if (!r)
		r = lvi_sm_save(&md->data, err);
	if (!r)
		r = lvi_tm_precommit(&md->tm, err);
	if (!r) {
		md->sb.data = md->data.now;
		md->sb.metadata = md->tm.sm.now;
		r = lvi_thin_super_write(&md->store, &md->sb, err);
	}
	if (r)
		return lvi_thin_md_changed(md, r);
	lvi_sm_committed(&md->data);
	lvi_tm_committed(&md->tm);
	md->changed = false;
	forget_devices(md);
	return 0;
}

/* What a device in use was at the last commit. */
static int reload_device(struct thin_md *md, struct thin_dev *d, struct lvol_error *err)
{
	struct btree devices = lvi_thin_devices(md), details = lvi_thin_details_tree(md);
	uint8_t root[8], value[THIN_DETAILS_BYTES];
	int r = lvi_btree_lookup(&devices, md->sb.mapping_root, d->id, root, err);

	if (r > 0)
		r = lvi_btree_lookup(&details, md->sb.details_root, d->id, value, err);
	d->gone = r <= 0;
	d->changed = false;
	if (r <= 0)
		return r;
	d->root = lvi_get_le64(root);
	lvi_thin_details_get(value, &d->details);
	return 0;
}

int lvi_thin_md_abort(struct thin_md *md, struct lvol_error *err)
{
	int r;

	md->failed = true;
	lvi_pd_forget(md->cache);
	r = lvi_thin_super_read(&md->store, 0, &md->sb, err);
	md->formatted = r > 0;
	md->failed = r < 0;
	if (r > 0)
		r = start(md, err);
	for (struct thin_dev *d = md->devs; d && !r; d = d->next)
		r = reload_device(md, d, err);
	md->failed = r < 0;
	forget_devices(md);
	return r;
}

int lvi_thin_md_set_needs_check(struct thin_md *md, struct lvol_error *err)
{
	struct thin_super sb;
	int r = lvi_thin_super_read(&md->store, 0, &sb, err);

	if (r <= 0)
		return r;
	sb.flags |= THIN_NEEDS_CHECK;
	md->sb.flags |= THIN_NEEDS_CHECK;
	return lvi_thin_super_write(&md->store, &sb, err);
}

int lvi_thin_md_grow_data(struct thin_md *md, uint64_t blocks, struct lvol_error *err)
{
	int r = lvi_thin_md_usable(md, err);

	if (r || blocks <= md->data.now.nr_blocks)
		return r;
	return lvi_thin_md_changed(md, lvi_sm_grow(&md->data, blocks, err));
}

int lvi_thin_md_grow_metadata(struct thin_md *md, uint64_t blocks, struct lvol_error *err)
{
	int r = lvi_thin_md_usable(md, err);

	blocks = lvi_thin_md_metadata_limit(blocks);
	if (r || blocks <= md->tm.sm.now.nr_blocks)
		return r;
	r = lvi_tm_prepare(&md->tm, blocks, err);
	if (r)
		return r;
	if (blocks > md->store.blocks) {
		md->store.blocks = blocks;
		lvi_pd_cache_grow(md->cache, blocks);
	}
	return lvi_thin_md_changed(md, lvi_tm_grow(&md->tm, blocks, err));
}

int lvi_thin_md_find_data(struct thin_md *md, uint64_t *out, struct lvol_error *err)
{
	int r = lvi_thin_md_usable(md, err);

	return r ? r : lvi_sm_find_free(&md->data, out, err);
}

void lvi_thin_md_give_back(struct thin_md *md, uint64_t block)
{
	lvi_sm_give_back(&md->data, block);
}

int lvi_thin_md_data_count(struct thin_md *md, uint64_t block, uint32_t *out, struct lvol_error *err)
{
	int r = lvi_thin_md_usable(md, err);

	return r ? r : lvi_sm_count(&md->data, block, out, err);
}
