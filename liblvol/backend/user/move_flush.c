/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/live_io.h"
#include "backend/user/move.h"

static bool is_flushed(const struct flush_count *count)
{
	return atomic_load_explicit(&count->flushed, memory_order_acquire) >=
			atomic_load_explicit(&count->written, memory_order_acquire);
}

bool lvi_user_is_clean(const struct flat *flat)
{
	for (const struct user_leaf *leaf = flat->leaves; leaf; leaf = leaf->next)
		if (!is_flushed(&leaf->count))
			return false;
	for (const struct user_under *under = flat->unders; under; under = under->next)
		if (!is_flushed(&under->count))
			return false;
	return true;
}

void lvi_user_note_flushed(struct flush_count *count, uint64_t written)
{
	uint64_t flushed = atomic_load_explicit(&count->flushed, memory_order_acquire);

	while (flushed < written && !atomic_compare_exchange_weak(&count->flushed, &flushed, written))
		;
}

static int flush_leaf(struct user_leaf *leaf, struct lvol_error *err)
{
	uint64_t written = atomic_load_explicit(&leaf->count.written, memory_order_acquire);
	int r = is_flushed(&leaf->count) ? 0 : lvi_dev_flush(leaf->dev, err);

	if (!r)
		lvi_user_note_flushed(&leaf->count, written);
	return r;
}

static int flush_under(struct user_under *under, struct lvol_error *err)
{
	uint64_t written = atomic_load_explicit(&under->count.written, memory_order_acquire);
	int r = is_flushed(&under->count) ? 0 : lvi_user_live_flush(under->live, err);

	if (!r)
		lvi_user_note_flushed(&under->count, written);
	return r;
}

int lvi_user_move_flush(const struct flat *flat, struct lvol_error *err)
{
	int first = 0, r;

	for (struct user_leaf *leaf = flat->leaves; leaf; leaf = leaf->next) {
		r = flush_leaf(leaf, first ? NULL : err);
		first = first ? first : r;
	}
	for (struct user_under *under = flat->unders; under; under = under->next) {
		r = flush_under(under, first ? NULL : err);
		first = first ? first : r;
	}
	return first;
}
