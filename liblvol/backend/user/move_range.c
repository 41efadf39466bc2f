/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/live_io.h"
#include "backend/user/move.h"

/*
 * Zeroing and discarding may cover terabytes, and stripes deal them out in chunks. What is contiguous on a leaf is put
 * together again here: a few runs are kept open, and the one that did not grow for longest makes room for a new one.
 */
#define OPEN_RUNS 32

struct range_fns {
	int (*leaf)(struct lvol_dev *dev, uint64_t len, uint64_t offset, struct lvol_error *err);
	int (*live)(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err);
};

struct run { struct user_leaf *leaf; uint64_t offset, length, grown; };

struct runs {
	struct run open[OPEN_RUNS];
	uint64_t clock;
	const struct range_fns *fns;
};

static int close_run(struct runs *runs, struct run *run, struct lvol_error *err)
{
	int r = run->leaf ? runs->fns->leaf(run->leaf->dev, run->length, run->offset, err) : 0;

	if (run->leaf)
		lvi_user_count_write(&run->leaf->count);
	run->leaf = NULL;
	return r;
}

static int add_run(struct runs *runs, const struct flat_place *p, struct lvol_error *err)
{
	struct run *oldest = &runs->open[0];
	int r;

	runs->clock++;
	for (struct run *run = runs->open; run < runs->open + OPEN_RUNS; run++) {
		if (run->leaf == p->to.leaf && run->offset + run->length == p->to.offset) {
			run->length += p->length;
			run->grown = runs->clock;
			return 0;
		}
		if (oldest->leaf && (!run->leaf || run->grown < oldest->grown))
			oldest = run;
	}
	r = close_run(runs, oldest, err);
	*oldest = (struct run){ p->to.leaf, p->to.offset, p->length, runs->clock };
	return r;
}

static int add_place(struct runs *runs, const struct flat_place *p, struct lvol_error *err)
{
	int r;

	switch (p->to.kind) {
	case FLAT_DEV:
		return add_run(runs, p, err);
	case FLAT_LIVE:
		r = runs->fns->live(p->to.under->live, p->length, p->to.offset, err);
		lvi_user_count_write(&p->to.under->count);
		return r;
	case FLAT_ZERO:
		return 0;
	default:
		return lvi_user_place_error(p, err);
	}
}

static int for_range(const struct flat *flat, const struct range_fns *fns, uint64_t len, uint64_t offset,
		struct lvol_error *err)
{
	struct runs runs = { .fns = fns };
	struct flat_place p;
	int r = 0;

	for (; len && !r; offset += p.length, len -= p.length) {
		lvi_flat_resolve(flat->top, offset, len, &p);
		r = add_place(&runs, &p, err);
	}
	for (int i = 0; !r && i < OPEN_RUNS; i++)
		r = close_run(&runs, &runs.open[i], err);
	return r;
}

int lvi_user_move_zero(const struct flat *flat, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	static const struct range_fns fns = { lvi_dev_zero, lvi_user_live_zero };

	return for_range(flat, &fns, len, offset, err);
}

int lvi_user_move_discard(const struct flat *flat, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	static const struct range_fns fns = { lvi_dev_discard, lvi_user_live_discard };

	return for_range(flat, &fns, len, offset, err);
}
