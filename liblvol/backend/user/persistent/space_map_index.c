/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two forms of a space map's index: a btree, with some of its entries kept at hand, and one block. */
#include "backend/user/persistent/btree.h"
#include "base/error.h"

#define ENTRY_BYTES 16u

const struct pd_kind lvi_pd_index = { "space map index", 160478, 8, NULL };

static const struct btree_type index_type = { .name = "space map index tree", .value_bytes = ENTRY_BYTES };

struct btree lvi_sm_index_of(struct space_map *sm)
{
	return (struct btree){ sm->tm, &index_type, NULL };
}

static void decode(const uint8_t *data, struct sm_entry *out)
{
	*out = (struct sm_entry){ lvi_get_le64(data), lvi_get_le32(data + 8), lvi_get_le32(data + 12) };
}

static void encode(uint8_t *data, const struct sm_entry *entry)
{
	lvi_put_le64(data, entry->bitmap);
	lvi_put_le32(data + 8, entry->nr_free);
	lvi_put_le32(data + 12, entry->first_free);
}

static int damaged(const struct space_map *sm, uint64_t i, struct lvol_error *err)
{
	const char *name = lvi_pd_cache_store(sm->tm->cache)->name;

	return lvi_error(err, LVOL_E_CORRUPT, name,
			"%s of %s is damaged: entry %llu of its index cannot be", sm->name, name,
			(unsigned long long)i);
}

static bool possible(const struct sm_entry *entry)
{
	return entry->bitmap && entry->nr_free <= SM_BITMAP_ENTRIES && entry->first_free <= SM_BITMAP_ENTRIES;
}

static int look_up(struct space_map *sm, uint64_t root, uint64_t i, struct sm_entry *out, struct lvol_error *err)
{
	struct btree t = lvi_sm_index_of(sm);
	uint8_t value[ENTRY_BYTES];
	int r = lvi_btree_lookup(&t, root, i, value, err);

	if (r < 0)
		return r;
	decode(value, out);
	return r && possible(out) ? 0 : damaged(sm, i, err);
}

static int put_line(struct space_map *sm, struct sm_index_line *line, struct lvol_error *err)
{
	struct btree t = lvi_sm_index_of(sm);
	uint8_t value[ENTRY_BYTES];
	int r;

	if (!line->valid || !line->dirty)
		return 0;
	encode(value, &line->entry);
	r = lvi_btree_insert(&t, &sm->now.bitmap_root, line->i, value, NULL, err);
	if (r < 0)
		return r;
	line->dirty = false;
	return 0;
}

/* The line for entry @i, which may hold another one now: that is put into the tree first. */
static int take_line(struct space_map *sm, uint64_t i, struct sm_index_line **out, struct lvol_error *err)
{
	struct sm_index_line *line = &sm->lines[i % SM_INDEX_CACHE];
	int r = line->i != i ? put_line(sm, line, err) : 0;

	if (line->i != i)
		line->valid = false;
	line->i = i;
	*out = line;
	return r;
}

static int tree_get(struct space_map *sm, uint64_t i, struct sm_entry *out, struct lvol_error *err)
{
	struct sm_index_line *line;
	int r = take_line(sm, i, &line, err);

	if (!r && !line->valid) {
		r = look_up(sm, sm->now.bitmap_root, i, &line->entry, err);
		line->valid = !r;
		line->dirty = false;
	}
	if (!r)
		*out = line->entry;
	return r;
}

static int tree_set(struct space_map *sm, uint64_t i, const struct sm_entry *entry, struct lvol_error *err)
{
	struct sm_index_line *line;
	int r = take_line(sm, i, &line, err);

	if (!r)
		*line = (struct sm_index_line){ i, *entry, true, true };
	return r;
}

static int tree_committed(struct space_map *sm, uint64_t i, struct sm_entry *out, struct lvol_error *err)
{
	struct sm_index_line *line = &sm->committed_line;
	int r = 0;

	if (!line->valid || line->i != i) {
		line->i = i;
		r = look_up(sm, sm->last.bitmap_root, i, &line->entry, err);
		line->valid = !r;
	}
	if (!r)
		*out = line->entry;
	return r;
}

static int tree_save(struct space_map *sm, struct lvol_error *err)
{
	int r = 0;

	for (unsigned l = 0; !r && l < SM_INDEX_CACHE; l++)
		r = put_line(sm, &sm->lines[l], err);
	return r;
}

static int tree_create(struct space_map *sm, struct lvol_error *err)
{
	struct btree t = lvi_sm_index_of(sm);

	return lvi_btree_new(&t, &sm->now.bitmap_root, err);
}

const struct sm_index_ops lvi_sm_index_tree = { tree_get, tree_set, tree_committed, tree_save, tree_create };

static int block_get(struct space_map *sm, uint64_t i, struct sm_entry *out, struct lvol_error *err)
{
	if (i >= SM_INDEX_ENTRIES || !possible(&sm->block[i]))
		return damaged(sm, i, err);
	*out = sm->block[i];
	return 0;
}

static int block_set(struct space_map *sm, uint64_t i, const struct sm_entry *entry, struct lvol_error *err)
{
	if (i >= SM_INDEX_ENTRIES)
		return damaged(sm, i, err);
	sm->block[i] = *entry;
	return 0;
}

static int block_committed(struct space_map *sm, uint64_t i, struct sm_entry *out, struct lvol_error *err)
{
	*out = sm->block_last[i];
	return possible(out) ? 0 : damaged(sm, i, err);
}

static int block_save(struct space_map *sm, struct lvol_error *err)
{
	struct pd_block *b;
	bool shared;
	int r = lvi_tm_shadow(sm->tm, sm->now.bitmap_root, &lvi_pd_index, &b, &shared, err);

	if (r)
		return r;
	sm->now.bitmap_root = b->number;
	/* the copy has been counted by now, in these entries too */
	for (unsigned i = 0; i < SM_INDEX_ENTRIES; i++)
		encode(b->data + SM_BITMAP_HEADER + i * ENTRY_BYTES, &sm->block[i]);
	lvi_pd_put(b);
	return 0;
}

static int block_create(struct space_map *sm, struct lvol_error *err)
{
	struct pd_block *b;
	int r = lvi_tm_new(sm->tm, &lvi_pd_index, &b, err);

	if (r)
		return r;
	sm->now.bitmap_root = b->number;
	lvi_pd_put(b);
	return 0;
}

const struct sm_index_ops lvi_sm_index_block = { block_get, block_set, block_committed, block_save, block_create };

int lvi_sm_index_read(struct space_map *sm, struct lvol_error *err)
{
	struct pd_block *b;
	int r = lvi_pd_get(sm->tm->cache, sm->now.bitmap_root, &lvi_pd_index, &b, err);

	if (r)
		return r;
	for (unsigned i = 0; i < SM_INDEX_ENTRIES; i++)
		decode(b->data + SM_BITMAP_HEADER + i * ENTRY_BYTES, &sm->block[i]);
	lvi_pd_put(b);
	memcpy(sm->block_last, sm->block, SM_INDEX_ENTRIES * sizeof *sm->block);
	return 0;
}
