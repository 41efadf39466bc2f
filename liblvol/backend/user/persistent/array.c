/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/persistent/array.h"

#include "base/error.h"

#define HEADER 24u
enum { AT_MAX = 4, AT_COUNT = 8, AT_VALUE_BYTES = 12 };

static const char *check(const uint8_t *b)
{
	uint32_t bytes = lvi_get_le32(b + AT_VALUE_BYTES), max = lvi_get_le32(b + AT_MAX);

	if (bytes != 4 && bytes != 8)
		return "values are neither of 4 nor of 8 bytes";
	if (max != (PD_BLOCK_BYTES - HEADER) / bytes)
		return "it has room for another number of entries than array blocks have";
	return lvi_get_le32(b + AT_COUNT) > max ? "more entries than there may be" : NULL;
}

const struct pd_kind lvi_pd_array_block = { "array block", 595846735, 16, check };

unsigned lvi_array_per_block(const struct pd_array *a)
{
	return (PD_BLOCK_BYTES - HEADER) / a->value_bytes;
}

static int change_blocks(void *arg, const uint8_t *values, unsigned count,
		int (*change)(struct pd_tm *tm, uint64_t number, struct lvol_error *err), struct lvol_error *err)
{
	const struct pd_array *a = arg;
	int r = 0;

	for (unsigned i = 0; !r && i < count; i++)
		r = change(a->tm, lvi_get_le64(values + 8 * i), err);
	return r;
}

static int inc_blocks(void *arg, const uint8_t *values, unsigned count, struct lvol_error *err)
{
	return change_blocks(arg, values, count, lvi_tm_inc, err);
}

static int dec_blocks(void *arg, const uint8_t *values, unsigned count, struct lvol_error *err)
{
	return change_blocks(arg, values, count, lvi_tm_dec, err);
}

static const struct btree_type block_type = { "array", 8, inc_blocks, dec_blocks };

static struct btree tree_of(const struct pd_array *a)
{
	return (struct btree){ a->tm, &block_type, (void *)a };
}

int lvi_array_new(const struct pd_array *a, uint64_t *root, struct lvol_error *err)
{
	struct btree t = tree_of(a);

	return lvi_btree_new(&t, root, err);
}

static uint64_t get(const struct pd_array *a, const struct pd_block *b, unsigned e)
{
	const uint8_t *at = b->data + HEADER + (size_t)e * a->value_bytes;

	return a->value_bytes == 4 ? lvi_get_le32(at) : lvi_get_le64(at);
}

static void put(const struct pd_array *a, struct pd_block *b, unsigned e, uint64_t value)
{
	uint8_t *at = b->data + HEADER + (size_t)e * a->value_bytes;

	if (a->value_bytes == 4)
		lvi_put_le32(at, value);
	else
		lvi_put_le64(at, value);
}

static int short_of(const struct pd_array *a, uint64_t i, struct lvol_error *err)
{
	const char *name = lvi_pd_cache_store(a->tm->cache)->name;

	return lvi_error(err, LVOL_E_CORRUPT, name, "%s of %s is damaged: it has no entry %llu", a->name, name,
			(unsigned long long)i);
}

static int place_of(const struct pd_array *a, uint64_t root, uint64_t number, uint64_t *out, struct lvol_error *err)
{
	struct btree t = tree_of(a);
	uint8_t value[8];
	int r = lvi_btree_lookup(&t, root, number, value, err);

	if (r > 0)
		*out = lvi_get_le64(value);
	return r < 0 ? r : r ? 0 : short_of(a, number * lvi_array_per_block(a), err);
}

/* Array block @number, pinned. */
static int read_block(const struct pd_array *a, uint64_t root, uint64_t number, struct pd_block **out,
		struct lvol_error *err)
{
	struct pd_block *b;
	uint64_t place = 0;
	int r = place_of(a, root, number, &place, err);

	if (!r)
		r = lvi_pd_get(a->tm->cache, place, &lvi_pd_array_block, &b, err);
	if (r)
		return r;
	if (lvi_get_le32(b->data + AT_VALUE_BYTES) != a->value_bytes) {
		r = lvi_pd_corrupt(b, "its values are of another size than those of the array", err);
		lvi_pd_put(b);
		return r;
	}
	*out = b;
	return 0;
}

/* The same, to be changed. */
static int change_block(const struct pd_array *a, uint64_t *root, uint64_t number, struct pd_block **out,
		struct lvol_error *err)
{
	struct btree t = tree_of(a);
	struct pd_block *b;
	uint64_t was;
	uint8_t value[8];
	bool shared;
	int r = read_block(a, *root, number, &b, err);

	if (r)
		return r;
	was = b->number;
	lvi_pd_put(b);
	r = lvi_tm_shadow(a->tm, was, &lvi_pd_array_block, &b, &shared, err);
	if (r)
		return r;
	if (b->number != was) {
		lvi_put_le64(value, b->number);
		r = lvi_btree_insert(&t, root, number, value, NULL, err);
	}
	if (r < 0) {
		lvi_pd_put(b);
		return r;
	}
	*out = b;
	return 0;
}

static int add_block(const struct pd_array *a, uint64_t *root, uint64_t number, struct pd_block **out,
		struct lvol_error *err)
{
	struct btree t = tree_of(a);
	struct pd_block *b;
	uint8_t value[8];
	int r = lvi_tm_new(a->tm, &lvi_pd_array_block, &b, err);

	if (r)
		return r;
	lvi_put_le32(b->data + AT_MAX, lvi_array_per_block(a));
	lvi_put_le32(b->data + AT_VALUE_BYTES, a->value_bytes);
	lvi_put_le64(value, b->number);
	r = lvi_btree_insert(&t, root, number, value, NULL, err);
	if (r < 0) {
		lvi_pd_put(b);
		return r;
	}
	*out = b;
	return 0;
}

int lvi_array_set(const struct pd_array *a, uint64_t *root, uint64_t i, uint64_t value, struct lvol_error *err)
{
	unsigned per = lvi_array_per_block(a);
	struct pd_block *b;
	int r = change_block(a, root, i / per, &b, err);

	if (r)
		return r;
	if (i % per < lvi_get_le32(b->data + AT_COUNT))
		put(a, b, i % per, value);
	else
		r = short_of(a, i, err);
	lvi_pd_put(b);
	return r;
}

/* The last block gets so many entries; new ones are zero. */
static int set_count(const struct pd_array *a, struct pd_block *b, unsigned count)
{
	for (unsigned e = lvi_get_le32(b->data + AT_COUNT); e < count; e++)
		put(a, b, e, 0);
	lvi_put_le32(b->data + AT_COUNT, count);
	lvi_pd_put(b);
	return 0;
}

static unsigned count_in(const struct pd_array *a, uint64_t length, uint64_t number)
{
	uint64_t per = lvi_array_per_block(a), rest = length - number * per;

	return rest < per ? rest : per;
}

static int drop_block(const struct pd_array *a, uint64_t *root, uint64_t number, struct lvol_error *err)
{
	struct btree t = tree_of(a);
	uint8_t value[8];
	int r = lvi_btree_remove(&t, root, number, value, err);

	return r <= 0 ? r : lvi_tm_dec(a->tm, lvi_get_le64(value), err);
}

int lvi_array_resize(const struct pd_array *a, uint64_t *root, const uint64_t lengths[2], struct lvol_error *err)
{
	uint64_t per = lvi_array_per_block(a), had = lvi_div_up(lengths[0], per), want = lvi_div_up(lengths[1], per), last;
	struct pd_block *b;
	int r = 0;

	if (lengths[0] == lengths[1])
		return 0;
	for (uint64_t n = want; !r && n < had; n++)
		r = drop_block(a, root, n, err);
	/* what was, or becomes, the last block is not full */
	last = (had < want ? had : want) - 1;
	if (!r && had && want) {
		r = change_block(a, root, last, &b, err);
		if (!r)
			r = set_count(a, b, count_in(a, lengths[1], last));
	}
	for (uint64_t n = had; !r && n < want; n++) {
		r = add_block(a, root, n, &b, err);
		if (!r)
			r = set_count(a, b, count_in(a, lengths[1], n));
	}
	return r;
}

int lvi_array_drop(const struct pd_array *a, uint64_t root, struct lvol_error *err)
{
	struct btree t = tree_of(a);

	return lvi_btree_drop(&t, root, err);
}

int lvi_array_walk(const struct pd_array *a, const struct pd_array_range *range,
		int (*use)(void *arg, uint64_t i, uint64_t value, struct lvol_error *err), void *arg,
		struct lvol_error *err)
{
	unsigned per = lvi_array_per_block(a), count;
	struct pd_block *b;
	uint64_t i = range->begin;
	int r = 0;

	while (!r && i < range->end) {
		r = read_block(a, range->root, i / per, &b, err);
		if (r)
			break;
		count = lvi_get_le32(b->data + AT_COUNT);
		do
			r = i % per < count ? use(arg, i, get(a, b, i % per), err) : short_of(a, i, err);
		while (!r && ++i < range->end && i % per);
		lvi_pd_put(b);
	}
	return r;
}

int lvi_array_replace(const struct pd_array *a, uint64_t *root, const struct pd_array_source *from,
		struct lvol_error *err)
{
	uint64_t per = lvi_array_per_block(a), i = 0;
	struct pd_block *b;
	int r = *root ? lvi_array_drop(a, *root, err) : 0;

	if (!r)
		r = lvi_array_new(a, root, err);
	while (!r && i < from->count) {
		r = add_block(a, root, i / per, &b, err);
		if (r)
			break;
		lvi_put_le32(b->data + AT_COUNT, count_in(a, from->count, i / per));
		do
			put(a, b, i % per, from->value(from->arg, i));
		while (++i < from->count && i % per);
		lvi_pd_put(b);
	}
	return r;
}
