/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/persistent/tm.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/error.h"

static bool is_fresh(const struct pd_tm *tm, uint64_t number)
{
	return number < tm->fresh_blocks && tm->fresh[number / 8] >> number % 8 & 1;
}

static void set_fresh(struct pd_tm *tm, uint64_t number)
{
	uint64_t byte = number / 8;

	tm->fresh[byte] |= 1u << number % 8;
	if (byte < tm->fresh_low)
		tm->fresh_low = byte;
	if (byte >= tm->fresh_high)
		tm->fresh_high = byte + 1;
}

static void clear_fresh(struct pd_tm *tm)
{
	if (tm->fresh_low < tm->fresh_high)
		memset(tm->fresh + tm->fresh_low, 0, tm->fresh_high - tm->fresh_low);
	tm->fresh_low = UINT64_MAX;
	tm->fresh_high = 0;
}

int lvi_tm_prepare(struct pd_tm *tm, uint64_t blocks, struct lvol_error *err)
{
	uint64_t had = lvi_div_up(tm->fresh_blocks, 8), bytes = lvi_div_up(blocks, 8);
	uint8_t *fresh = bytes > had || !tm->fresh ? realloc(tm->fresh, bytes ? bytes : 1) : tm->fresh;

	if (!fresh)
		return lvi_error_nomem(err);
	if (bytes > had)
		memset(fresh + had, 0, bytes - had);
	tm->fresh = fresh;
	if (blocks > tm->fresh_blocks)
		tm->fresh_blocks = blocks;
	return 0;
}

static void start(struct pd_tm *tm, const struct sm_root *root)
{
	tm->busy = tm->bootstrap = false;
	tm->pending_count = 0;
	clear_fresh(tm);
	memset(tm->index, 0, sizeof tm->index);
	lvi_sm_init(&tm->sm, tm, "metadata space map", &lvi_sm_index_block, root);
	tm->sm.block = tm->index[0];
	tm->sm.block_last = tm->index[1];
}

static int check_size(const struct pd_tm *tm, uint64_t blocks, struct lvol_error *err)
{
	const struct pd_store *store = lvi_pd_cache_store(tm->cache);

	if (blocks > (uint64_t)SM_INDEX_ENTRIES * SM_BITMAP_ENTRIES)
		return lvi_error(err, LVOL_E_CORRUPT, store->name,
				"metadata of %s is damaged: %llu blocks are more than can be",
				store->name, (unsigned long long)blocks);
	if (blocks > store->blocks)
		return lvi_error(err, LVOL_E_CORRUPT, store->name,
				"%s is too small: its metadata needs %llu blocks of 4 KiB, and it has %llu; give it back its size",
				store->name, (unsigned long long)blocks, (unsigned long long)store->blocks);
	return 0;
}

void lvi_tm_init(struct pd_tm *tm, struct pd_cache *cache)
{
	memset(tm, 0, sizeof *tm);
	tm->cache = cache;
	start(tm, NULL);
}

int lvi_tm_open(struct pd_tm *tm, const struct sm_root *root, struct lvol_error *err)
{
	int r = check_size(tm, root->nr_blocks, err);

	if (!r)
		r = lvi_tm_prepare(tm, root->nr_blocks, err);
	if (r)
		return r;
	start(tm, root);
	return lvi_sm_index_read(&tm->sm, err);
}

void lvi_tm_close(struct pd_tm *tm)
{
	free(tm->fresh);
}

static int drain(struct pd_tm *tm, struct lvol_error *err)
{
	int r = 0;

	tm->busy = true;
	while (!r && tm->pending_count) {
		struct tm_pending p = tm->pending[tm->pending_first];

		tm->pending_first = (tm->pending_first + 1) % TM_PENDING;
		tm->pending_count--;
		r = p.inc ? lvi_sm_inc(&tm->sm, p.begin, p.end, err) : lvi_sm_dec(&tm->sm, p.begin, p.end, err);
	}
	tm->busy = false;
	return r;
}

static int change(struct pd_tm *tm, uint64_t begin, uint64_t end, bool inc, struct lvol_error *err)
{
	const char *name = lvi_pd_cache_store(tm->cache)->name;

	if (tm->pending_count == TM_PENDING)
		return lvi_error(err, LVOL_E_CORRUPT, name,
				"metadata space map of %s is damaged: a change has no end of others",
				name);
	tm->pending[(tm->pending_first + tm->pending_count++) % TM_PENDING] = (struct tm_pending){ begin, end, inc };
	return tm->busy ? 0 : drain(tm, err);
}

int lvi_tm_inc(struct pd_tm *tm, uint64_t number, struct lvol_error *err)
{
	return change(tm, number, number + 1, true, err);
}

int lvi_tm_dec(struct pd_tm *tm, uint64_t number, struct lvol_error *err)
{
	return change(tm, number, number + 1, false, err);
}

int lvi_tm_count(struct pd_tm *tm, uint64_t number, uint32_t *out, struct lvol_error *err)
{
	int r = lvi_sm_count(&tm->sm, number, out, err);

	for (unsigned i = 0; !r && i < tm->pending_count; i++) {
		const struct tm_pending *p = &tm->pending[(tm->pending_first + i) % TM_PENDING];

		if (number >= p->begin && number < p->end)
			*out += p->inc ? 1 : -1;
	}
	return r;
}

uint64_t lvi_tm_available(const struct pd_tm *tm)
{
	return lvi_sm_available(&tm->sm);
}

static int take(struct pd_tm *tm, uint64_t *number, struct lvol_error *err)
{
	const char *name = lvi_pd_cache_store(tm->cache)->name;
	int r;

	if (tm->bootstrap) {
		*number = tm->sm.cursor++;
		r = *number < tm->bootstrap_end;
	} else {
		r = lvi_sm_find_free(&tm->sm, number, err);
	}
	if (r < 0)
		return r;
	if (!r)
		return lvi_error(err, LVOL_E_NO_SPACE, name,
				"no metadata block of %s is free; extend the pool's metadata", name);
	set_fresh(tm, *number);
	return tm->bootstrap ? 0 : change(tm, *number, *number + 1, true, err);
}

int lvi_tm_new(struct pd_tm *tm, const struct pd_kind *kind, struct pd_block **out, struct lvol_error *err)
{
	uint64_t number;
	int r = take(tm, &number, err);

	return r ? r : lvi_pd_new(tm->cache, number, kind, out, err);
}

static int copy(struct pd_tm *tm, uint64_t number, const struct pd_kind *kind, struct pd_block **out,
		struct lvol_error *err)
{
	struct pd_block *from, *to;
	int r = lvi_pd_get(tm->cache, number, kind, &from, err);

	if (r)
		return r;
	r = lvi_tm_new(tm, kind, &to, err);
	if (!r)
		memcpy(to->data, from->data, PD_BLOCK_BYTES);
	lvi_pd_put(from);
	if (r)
		return r;
	r = lvi_tm_dec(tm, number, err);
	if (r)
		lvi_pd_put(to);
	else
		*out = to;
	return r;
}

int lvi_tm_shadow(struct pd_tm *tm, uint64_t number, const struct pd_kind *kind, struct pd_block **out, bool *shared,
		struct lvol_error *err)
{
	uint32_t count;
	int r = lvi_tm_count(tm, number, &count, err);

	if (r)
		return r;
	*shared = count > 1;
	if (*shared || !is_fresh(tm, number))
		return copy(tm, number, kind, out, err);
	r = lvi_pd_get(tm->cache, number, kind, out, err);
	if (!r)
		lvi_pd_dirty(*out);
	return r;
}

int lvi_tm_is_own(struct pd_tm *tm, uint64_t number, bool *out, struct lvol_error *err)
{
	uint32_t count = 0;
	int r = lvi_tm_count(tm, number, &count, err);

	*out = count == 1 && is_fresh(tm, number);
	return r;
}

/* Blocks [begin, cursor) were taken without being counted. */
static int end_bootstrap(struct pd_tm *tm, uint64_t begin, struct lvol_error *err)
{
	tm->bootstrap = false;
	return change(tm, begin, tm->sm.cursor, true, err);
}

int lvi_tm_create(struct pd_tm *tm, uint64_t nr_blocks, struct lvol_error *err)
{
	int r = lvi_tm_prepare(tm, nr_blocks, err);

	if (r)
		return r;
	start(tm, NULL);
	tm->bootstrap = true;
	tm->bootstrap_end = nr_blocks;
	tm->sm.cursor = 1;
	r = lvi_sm_create(&tm->sm, err);
	if (!r)
		r = lvi_sm_grow(&tm->sm, nr_blocks, err);
	if (!r)
		r = end_bootstrap(tm, 0, err);
	return r;
}

int lvi_tm_grow(struct pd_tm *tm, uint64_t nr_blocks, struct lvol_error *err)
{
	uint64_t begin = tm->sm.now.nr_blocks, cursor = tm->sm.cursor;
	int r = check_size(tm, nr_blocks, err);

	if (!r)
		r = lvi_tm_prepare(tm, nr_blocks, err);
	if (r)
		return r;
	/* what is needed for the growth lies in what has grown: there may be nothing free elsewhere */
	tm->bootstrap = true;
	tm->bootstrap_end = nr_blocks;
	tm->sm.cursor = begin;
	r = lvi_sm_grow(&tm->sm, nr_blocks, err);
	if (!r)
		r = end_bootstrap(tm, begin, err);
	if (!r)
		tm->sm.cursor = cursor;
	return r;
}

int lvi_tm_precommit(struct pd_tm *tm, struct lvol_error *err)
{
	const struct pd_store *store = lvi_pd_cache_store(tm->cache);
	int r = lvi_sm_save(&tm->sm, err);

	if (!r)
		r = lvi_pd_write_back(tm->cache, err);
	return r ? r : store->flush(store->arg, err);
}

void lvi_tm_committed(struct pd_tm *tm)
{
	lvi_sm_committed(&tm->sm);
	clear_fresh(tm);
}
