/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/persistent/space_map.h"

#include "backend/user/persistent/btree.h"
#include "base/error.h"

const struct pd_kind lvi_pd_bitmap = { "space map bitmap", 240779, 8, NULL };

/* Counts that two bits do not hold. */
static const struct btree_type count_type = { .name = "reference count tree", .value_bytes = 4 };
enum { MANY = 3 };

struct btree lvi_sm_counts_of(struct space_map *sm)
{
	return (struct btree){ sm->tm, &count_type, NULL };
}

void lvi_sm_init(struct space_map *sm, struct pd_tm *tm, const char *name, const struct sm_index_ops *index,
		const struct sm_root *root)
{
	*sm = (struct space_map){ .tm = tm, .name = name, .index = index, .low = UINT64_MAX };
	if (root)
		sm->now = sm->last = *root;
}

void lvi_sm_root_get(const uint8_t *data, struct sm_root *out)
{
	*out = (struct sm_root){ lvi_get_le64(data), lvi_get_le64(data + 8), lvi_get_le64(data + 16),
			lvi_get_le64(data + 24) };
}

void lvi_sm_root_put(uint8_t *data, const struct sm_root *root)
{
	lvi_put_le64(data, root->nr_blocks);
	lvi_put_le64(data + 8, root->nr_allocated);
	lvi_put_le64(data + 16, root->bitmap_root);
	lvi_put_le64(data + 24, root->ref_count_root);
}

/* The higher of an entry's two bits comes first. */
unsigned lvi_sm_bits(const uint8_t *bitmap, unsigned e)
{
	unsigned v = bitmap[SM_BITMAP_HEADER + e / 4] >> e % 4 * 2;

	return (v & 1) << 1 | (v >> 1 & 1);
}

static void set_bits(uint8_t *bitmap, unsigned e, unsigned v)
{
	uint8_t *byte = &bitmap[SM_BITMAP_HEADER + e / 4];
	unsigned shift = e % 4 * 2;

	*byte = (*byte & ~(3u << shift)) | (v >> 1) << shift | (v & 1) << (shift + 1);
}

static int damaged(const struct space_map *sm, uint64_t block, const char *what, struct lvol_error *err)
{
	const char *name = lvi_pd_cache_store(sm->tm->cache)->name;

	return lvi_error(err, LVOL_E_CORRUPT, name, "%s of %s is damaged: block %llu of %llu %s", sm->name, name,
			(unsigned long long)block, (unsigned long long)sm->now.nr_blocks, what);
}

static int count_many(struct space_map *sm, uint64_t block, uint32_t *out, struct lvol_error *err)
{
	struct btree t = lvi_sm_counts_of(sm);
	uint8_t value[4];
	int r = lvi_btree_lookup(&t, sm->now.ref_count_root, block, value, err);

	if (r < 0)
		return r;
	*out = r ? lvi_get_le32(value) : 0;
	return *out < MANY ? damaged(sm, block, "has many references, but no count of them", err) : 0;
}

int lvi_sm_count(struct space_map *sm, uint64_t block, uint32_t *out, struct lvol_error *err)
{
	struct sm_entry entry;
	struct pd_block *b;
	int r;

	if (block >= sm->now.nr_blocks)
		return damaged(sm, block, "is referred to", err);
	r = sm->index->get(sm, block / SM_BITMAP_ENTRIES, &entry, err);
	if (!r)
		r = lvi_pd_get(sm->tm->cache, entry.bitmap, &lvi_pd_bitmap, &b, err);
	if (r)
		return r;
	*out = lvi_sm_bits(b->data, block % SM_BITMAP_ENTRIES);
	lvi_pd_put(b);
	return *out < MANY ? 0 : count_many(sm, block, out, err);
}

/* One bitmap that is being changed. */
struct change { struct space_map *sm; struct sm_entry entry; uint8_t *data; uint64_t first; };

static int set_many(struct space_map *sm, uint64_t block, uint32_t count, struct lvol_error *err)
{
	struct btree t = lvi_sm_counts_of(sm);
	uint8_t value[4];
	int r;

	lvi_put_le32(value, count);
	r = lvi_btree_insert(&t, &sm->now.ref_count_root, block, value, NULL, err);
	return r < 0 ? r : 0;
}

static int inc_one(struct change *c, unsigned e, struct lvol_error *err)
{
	struct space_map *sm = c->sm;
	uint64_t block = c->first + e;
	unsigned bits = lvi_sm_bits(c->data, e);
	uint32_t count = bits;
	int r = 0;

	if (!bits) {
		if (!c->entry.nr_free)
			return damaged(sm, block, "is free where none is said to be", err);
		c->entry.nr_free--;
		c->entry.first_free += c->entry.first_free == e;
		sm->now.nr_allocated++;
		sm->taken++;
	} else if (bits == MANY) {
		r = count_many(sm, block, &count, err);
		if (!r && count == UINT32_MAX)
			r = damaged(sm, block, "has too many references", err);
	}
	if (!r && count + 1 >= MANY)
		r = set_many(sm, block, count + 1, err);
	if (!r)
		set_bits(c->data, e, count + 1 < MANY ? count + 1 : MANY);
	return r;
}

static int dec_one(struct change *c, unsigned e, struct lvol_error *err)
{
	struct space_map *sm = c->sm;
	struct btree t = lvi_sm_counts_of(sm);
	uint64_t block = c->first + e;
	unsigned bits = lvi_sm_bits(c->data, e);
	uint32_t count = bits;
	int r;

	if (!bits)
		return damaged(sm, block, "is free, and is to be freed", err);
	if (bits == MANY) {
		r = count_many(sm, block, &count, err);
		if (!r)
			r = count > MANY ? set_many(sm, block, count - 1, err) :
					lvi_btree_remove(&t, &sm->now.ref_count_root, block, NULL, err);
		if (r < 0)
			return r;
	} else if (bits == 1) {
		if (c->entry.nr_free >= SM_BITMAP_ENTRIES || !sm->now.nr_allocated)
			return damaged(sm, block, "is in use where none is said to be", err);
		c->entry.nr_free++;
		if (e < c->entry.first_free)
			c->entry.first_free = e;
		sm->now.nr_allocated--;
		lvi_sm_give_back(sm, block);
	}
	set_bits(c->data, e, count - 1 < MANY ? count - 1 : MANY);
	return 0;
}

/* Entries [begin, end) of bitmap @i. */
static int change_bitmap(struct space_map *sm, uint64_t i, const unsigned range[2],
		int (*one)(struct change *c, unsigned e, struct lvol_error *err), struct lvol_error *err)
{
	struct change c = { .sm = sm, .first = i * SM_BITMAP_ENTRIES };
	struct pd_block *b;
	bool shared;
	int r = sm->index->get(sm, i, &c.entry, err);

	if (!r)
		r = lvi_tm_shadow(sm->tm, c.entry.bitmap, &lvi_pd_bitmap, &b, &shared, err);
	if (r)
		return r;
	if (c.entry.bitmap != b->number) {
		/* who looks at counts meanwhile is to see the new one */
		c.entry.bitmap = b->number;
		r = sm->index->set(sm, i, &c.entry, err);
	}
	c.data = b->data;
	for (unsigned e = range[0]; !r && e < range[1]; e++)
		r = one(&c, e, err);
	lvi_pd_put(b);
	return r ? r : sm->index->set(sm, i, &c.entry, err);
}

static int change(struct space_map *sm, uint64_t begin, uint64_t end,
		int (*one)(struct change *c, unsigned e, struct lvol_error *err), struct lvol_error *err)
{
	int r = 0;

	if (end > sm->now.nr_blocks || begin > end)
		return damaged(sm, end - 1, "is referred to", err);
	while (!r && begin < end) {
		uint64_t i = begin / SM_BITMAP_ENTRIES, stop = (i + 1) * SM_BITMAP_ENTRIES;
		unsigned range[2] = { begin % SM_BITMAP_ENTRIES, SM_BITMAP_ENTRIES };

		if (stop > end)
			range[1] -= stop - end;
		r = change_bitmap(sm, i, range, one, err);
		begin = stop;
	}
	return r;
}

int lvi_sm_inc(struct space_map *sm, uint64_t begin, uint64_t end, struct lvol_error *err)
{
	return change(sm, begin, end, inc_one, err);
}

int lvi_sm_dec(struct space_map *sm, uint64_t begin, uint64_t end, struct lvol_error *err)
{
	return change(sm, begin, end, dec_one, err);
}

/* An entry of [begin, end) that is free in both bitmaps (@last may be NULL), or -1. */
static int search(const uint8_t *now, const uint8_t *last, unsigned begin, unsigned end)
{
	const uint64_t each = UINT64_C(0x5555555555555555);

	for (unsigned w = begin / 32; w * 32 < end; w++) {
		uint64_t used = lvi_get_le64(now + SM_BITMAP_HEADER + 8 * w), unused;

		if (last)
			used |= lvi_get_le64(last + SM_BITMAP_HEADER + 8 * w);
		unused = ~(used | used >> 1) & each;
		if (w == begin / 32)
			unused &= UINT64_MAX << begin % 32 * 2;
		if (unused) {
			unsigned e = w * 32 + __builtin_ctzll(unused) / 2;

			return e < end ? (int)e : -1;
		}
	}
	return -1;
}

/* In bitmap @i, from entry @begin on: 1 and the block, or 0. */
static int find_in(struct space_map *sm, uint64_t i, unsigned begin, uint64_t *out, struct lvol_error *err)
{
	uint64_t rest = sm->now.nr_blocks - i * SM_BITMAP_ENTRIES;
	struct pd_block *now, *last = NULL;
	struct sm_entry entry, before = { 0 };
	int e, r = sm->index->get(sm, i, &entry, err);

	if (r || !entry.nr_free)
		return r;
	if (begin < entry.first_free)
		begin = entry.first_free;
	if (i * SM_BITMAP_ENTRIES < sm->last.nr_blocks)
		r = sm->index->committed(sm, i, &before, err);
	if (!r)
		r = lvi_pd_get(sm->tm->cache, entry.bitmap, &lvi_pd_bitmap, &now, err);
	if (r)
		return r;
	if (before.bitmap && before.bitmap != entry.bitmap)
		r = lvi_pd_get(sm->tm->cache, before.bitmap, &lvi_pd_bitmap, &last, err);
	if (!r) {
		e = search(now->data, last ? last->data : NULL, begin, rest < SM_BITMAP_ENTRIES ? rest : SM_BITMAP_ENTRIES);
		*out = i * SM_BITMAP_ENTRIES + (e < 0 ? 0 : e);
		r = e >= 0;
	}
	lvi_pd_put(last);
	lvi_pd_put(now);
	return r;
}

int lvi_sm_find_free(struct space_map *sm, uint64_t *out, struct lvol_error *err)
{
	uint64_t i;
	int r = 0;

	while (!r && sm->cursor < sm->now.nr_blocks) {
		i = sm->cursor / SM_BITMAP_ENTRIES;
		r = find_in(sm, i, sm->cursor % SM_BITMAP_ENTRIES, out, err);
		if (r > 0)
			sm->cursor = *out + 1;
		else if (!r)
			sm->cursor = (i + 1) * SM_BITMAP_ENTRIES;
	}
	/* there may be more blocks some day, in the same bitmap */
	if (sm->cursor > sm->now.nr_blocks)
		sm->cursor = sm->now.nr_blocks;
	return r;
}

void lvi_sm_give_back(struct space_map *sm, uint64_t block)
{
	if (block < sm->low)
		sm->low = block;
}

uint64_t lvi_sm_available(const struct space_map *sm)
{
	uint64_t gone = sm->last.nr_allocated + sm->taken;

	return gone < sm->now.nr_blocks ? sm->now.nr_blocks - gone : 0;
}

int lvi_sm_create(struct space_map *sm, struct lvol_error *err)
{
	struct btree t = lvi_sm_counts_of(sm);
	int r = sm->index->create(sm, err);

	return r ? r : lvi_btree_new(&t, &sm->now.ref_count_root, err);
}

static int clear_one(struct change *c, unsigned e, struct lvol_error *err)
{
	set_bits(c->data, e, 0);
	return 0;
}

/* The last bitmap describes blocks that are not there yet, as free. On a damaged device they may be anything. */
static int clear_rest(struct space_map *sm, struct lvol_error *err)
{
	unsigned range[2] = { sm->now.nr_blocks % SM_BITMAP_ENTRIES, SM_BITMAP_ENTRIES };
	uint64_t i = sm->now.nr_blocks / SM_BITMAP_ENTRIES;
	struct sm_entry entry;
	struct pd_block *b;
	bool clear = true;
	int r = range[0] ? sm->index->get(sm, i, &entry, err) : 0;

	if (r || !range[0])
		return r;
	r = lvi_pd_get(sm->tm->cache, entry.bitmap, &lvi_pd_bitmap, &b, err);
	if (r)
		return r;
	for (unsigned e = range[0]; clear && e < range[1]; e++)
		clear = !lvi_sm_bits(b->data, e);
	lvi_pd_put(b);
	return clear ? 0 : change_bitmap(sm, i, range, clear_one, err);
}

int lvi_sm_grow(struct space_map *sm, uint64_t nr_blocks, struct lvol_error *err)
{
	struct sm_entry entry = { 0, SM_BITMAP_ENTRIES, 0 };
	uint64_t i = lvi_div_up(sm->now.nr_blocks, SM_BITMAP_ENTRIES), end = lvi_div_up(nr_blocks, SM_BITMAP_ENTRIES);
	struct pd_block *b;
	int r = clear_rest(sm, err);

	for (; !r && i < end; i++) {
		r = lvi_tm_new(sm->tm, &lvi_pd_bitmap, &b, err);
		if (r)
			break;
		entry.bitmap = b->number;
		lvi_pd_put(b);
		r = sm->index->set(sm, i, &entry, err);
	}
	if (!r)
		sm->now.nr_blocks = nr_blocks;
	return r;
}

int lvi_sm_save(struct space_map *sm, struct lvol_error *err)
{
	return sm->index->save(sm, err);
}

void lvi_sm_committed(struct space_map *sm)
{
	sm->last = sm->now;
	if (sm->block)
		memcpy(sm->block_last, sm->block, SM_INDEX_ENTRIES * sizeof *sm->block);
	sm->committed_line.valid = false;
	if (sm->low < sm->cursor)
		sm->cursor = sm->low;
	sm->low = UINT64_MAX;
	sm->taken = 0;
}
