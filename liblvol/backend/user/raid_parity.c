/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* raid4, raid5 and raid6: requests cut into stripes. */
#include <stdlib.h>
#include <string.h>

#include "backend/user/raid_combine.h"
#include "backend/user/raid_stripe.h"
#include "base/cleanup.h"
#include "base/error.h"

#define ROOM 64                         /* reads at once */
#define STRIPES 16                      /* stripes at once, */
#define STRIPES_MEMORY ((size_t)8 << 20)  /* if they need no more than this */

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* ---- reading ---- */

struct piece { uint8_t *buf; uint64_t offset; size_t len; struct raid_place at; };

/* What the leg cannot say, from the others. */
static int read_lost(struct raid_set *set, const struct piece *p, struct lvol_error *err)
{
	struct raid_row row = lvi_raid_row(&set->shape, p->at.offset / set->shape.chunk);
	unsigned i = lvi_raid_data_index(&set->shape, &row, p->at.leg);
	struct range_hold hold = { .exclusive = true };
	CLEANUP_FREE struct raid_stripe *s = malloc(sizeof *s);
	size_t most = lvi_raid_stripe_max(&set->shape), len;
	int r = s ? 0 : lvi_error_nomem(err);

	for (size_t done = 0; !r && done < p->len; done += len) {
		len = min64(most, p->len - done);
		lvi_raid_stripe_init(set, p->at.offset + done, len, s);
		lvi_range_lock_take(&set->ranges, &hold, s->start, s->start + len);
		r = lvi_raid_stripe_gather(set, s, i, err);
		if (!r)
			memcpy(p->buf + done, s->old[i], len);
		lvi_range_lock_give(&set->ranges, &hold);
		lvi_raid_stripe_free(set, s);
	}
	return r;
}

/* A block that could not be read is written again, as the kernel does; only when writing has begun. */
static int rewrite(struct raid_set *set, const struct piece *p, struct lvol_error *err)
{
	struct range_hold hold = { .exclusive = true };
	struct raid_mask failing = { 0 };
	struct lvol_error cause = LVOL_ERROR_INIT;
	struct raid_stripe *s = malloc(sizeof *s);
	unsigned i;
	int r;

	if (!s || p->len > lvi_raid_stripe_max(&set->shape)) {
		free(s);
		return 0;
	}
	lvi_raid_stripe_init(set, p->at.offset, p->len, s);
	i = lvi_raid_data_index(&set->shape, &s->row, p->at.leg);
	lvi_range_lock_take(&set->ranges, &hold, s->start, s->start + s->len);
	r = lvi_raid_stripe_gather(set, s, i, err);
	if (!r && lvi_user_port_write(set->legs[p->at.leg].data, s->old[i], s->len, s->start + set->data_offset,
			&cause)) {
		lvi_raid_mask_add(&failing, p->at.leg);
		r = lvi_raid_fail(set, &failing, &cause, err);
	}
	lvi_range_lock_give(&set->ranges, &hold);
	lvi_raid_stripe_free(set, s);
	free(s);
	return r;
}

static int read_again(struct raid_set *set, const struct piece *p, struct lvol_error *err)
{
	int r = read_lost(set, p, err);

	if (!r && atomic_load(&set->started) && !atomic_load(&set->legs[p->at.leg].failed))
		rewrite(set, p, NULL);
	return r;
}

/* Cuts the next piece off; false: its leg cannot be read there. */
static bool next_piece(const struct raid_set *set, struct piece *left, struct piece *p)
{
	*p = *left;
	p->at = lvi_raid_data_place(&set->shape, left->offset);
	p->len = p->at.length = min64(p->at.length, left->len);
	left->buf += p->len;
	left->offset += p->len;
	left->len -= p->len;
	return lvi_raid_leg_readable(&set->legs[p->at.leg], p->at.offset + p->len);
}

static int read_batch(struct raid_set *set, struct raid_batch *b, struct piece *pieces, struct piece *left,
		struct lvol_error *err)
{
	struct raid_mask failing = { 0 };
	int r = 0;

	b->count = 0;
	while (!r && left->len && b->count < b->room) {
		struct piece *p = &pieces[b->count];

		if (next_piece(set, left, p))
			lvi_raid_batch_add(b, p->at.leg, USER_PORT_READ,
					&(struct user_port_io){ .buf = p->buf, .len = p->len, .offset = p->at.offset });
		else
			r = read_lost(set, p, err);
	}
	if (!r)
		r = lvi_raid_batch_run(b, &failing, err);
	for (unsigned i = 0; !r && lvi_raid_mask_any(&failing) && i < b->count; i++)
		if (b->ios[i].result)
			r = read_again(set, &pieces[i], err);
	return r;
}

static int parity_read(struct raid_set *set, uint8_t *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct piece left = { .buf = buf, .offset = offset, .len = len };
	unsigned room = min64(ROOM, 2 + len / set->shape.chunk);
	CLEANUP_FREE struct piece *pieces = malloc(room * sizeof *pieces);
	struct raid_batch b;
	int r = pieces ? lvi_raid_batch_init(&b, set, room, err) : lvi_error_nomem(err);

	if (r)
		return r;
	while (!r && left.len)
		r = read_batch(set, &b, pieces, &left, err);
	lvi_raid_batch_free(&b);
	return r;
}

/* ---- writing ---- */

/*
 * A write that begins and ends inside of chunks covers, of a row, other chunks at the beginning of the chunks than at
 * their end. The chunks are cut where that changes, so that in each stripe a data chunk is written from end to end or
 * not at all.
 */
struct cut {
	uint64_t row_start, row_end;           /* what is written, in bytes from the begin of the row */
	uint64_t at;                           /* in the chunks: what comes next */
};

static bool covers(const struct cut *c, uint64_t chunk, unsigned i, uint64_t at)
{
	return i * chunk + at >= c->row_start && i * chunk + at < c->row_end;
}

/* The next place after c->at where a chunk begins or ceases to be written. */
static uint64_t cut_end(const struct cut *c, uint64_t chunk)
{
	uint64_t a = c->row_start % chunk, b = c->row_end % chunk, end = chunk;

	if (a > c->at && a < end)
		end = a;
	if (b > c->at && b < end)
		end = b;
	return end;
}

struct request { const uint8_t *buf; uint64_t offset, end; };

/* The next stripe of the request that has anything in it; false: there is none in this row. */
static bool next_stripe(const struct raid_set *set, const struct request *q, struct cut *c, struct raid_stripe *s)
{
	const struct raid_shape *shape = &set->shape;
	uint64_t row_bytes = shape->chunk * shape->data, row = q->offset / row_bytes;
	bool any = false;

	while (!any && c->at < shape->chunk) {
		uint64_t at = c->at, len = min64(cut_end(c, shape->chunk) - at, lvi_raid_stripe_max(shape));

		lvi_raid_stripe_init(set, row * shape->chunk + at, len, s);
		for (unsigned i = 0; i < shape->data; i++)
			if (covers(c, shape->chunk, i, at)) {
				s->fresh[i] = q->buf + (i * shape->chunk + at - c->row_start);
				any = true;
			}
		c->at += len;
	}
	return any;
}

/* Ready for the next row, and the first of it. */
static void begin_row(const struct raid_set *set, const struct request *q, struct cut *c)
{
	uint64_t row_bytes = set->shape.chunk * set->shape.data, begin = q->offset / row_bytes * row_bytes;

	c->row_start = q->offset - begin;
	c->row_end = min64(q->end - begin, row_bytes);
	c->at = 0;
}

static void end_row(struct request *q, const struct cut *c)
{
	q->buf += c->row_end - c->row_start;
	q->offset += c->row_end - c->row_start;
}

struct writing {
	struct raid_stripes stripes;
	struct raid_batch batch;
	struct raid_mask failing;
	unsigned room;
	size_t memory;
};

static int run_stripes(struct writing *w, struct lvol_error *err)
{
	int r = lvi_raid_stripes_write(&w->stripes, &w->batch, &w->failing, err);

	for (unsigned i = 0; i < w->stripes.count; i++)
		lvi_raid_stripe_free(w->stripes.set, &w->stripes.all[i]);
	w->stripes.count = 0;
	w->memory = 0;
	return r;
}

static int write_rows(struct writing *w, struct request q, struct lvol_error *err)
{
	struct raid_set *set = w->stripes.set;
	struct cut c;
	int r = 0;

	for (; !r && q.offset < q.end; end_row(&q, &c)) {
		begin_row(set, &q, &c);
		while (!r && next_stripe(set, &q, &c, &w->stripes.all[w->stripes.count])) {
			w->memory += w->stripes.all[w->stripes.count++].len * set->shape.legs;
			if (w->stripes.count == w->room || w->memory >= STRIPES_MEMORY)
				r = run_stripes(w, err);
		}
	}
	return r || !w->stripes.count ? r : run_stripes(w, err);
}

static int write_held(struct raid_set *set, const struct request *q, struct lvol_error *err)
{
	uint64_t row_bytes = set->shape.chunk * set->shape.data;
	struct writing w = { .stripes = { .set = set } };
	int r;

	/* at most three stripes at either end, and the row between; longer chunks are cut to be no more than
	 * stripe_max */
	w.room = min64(STRIPES, 3 + (q->end - q->offset) / min64(row_bytes, lvi_raid_stripe_max(&set->shape)));
	r = lvi_raid_batch_init(&w.batch, set, w.room * set->shape.legs, err);
	if (r)
		return r;
	w.stripes.all = malloc(w.room * sizeof *w.stripes.all);
	r = w.stripes.all ? write_rows(&w, *q, err) : lvi_error_nomem(err);
	free(w.stripes.all);
	lvi_raid_batch_free(&w.batch);
	return r || !lvi_raid_mask_any(&w.failing) ? r : lvi_raid_fail(set, &w.failing, &w.batch.cause, err);
}

/* What is touched on the legs: in one chunk only that, else all of the rows. */
static void leg_range(const struct raid_shape *s, const struct request *q, uint64_t *start, uint64_t *end)
{
	uint64_t first = q->offset / s->chunk, last = (q->end - 1) / s->chunk;

	*start = first / s->data * s->chunk;
	*end = (last / s->data + 1) * s->chunk;
	if (first == last) {
		*start += q->offset % s->chunk;
		*end = *start + (q->end - q->offset);
	}
}

static int parity_write(struct raid_set *set, const uint8_t *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct request q = { buf, offset, offset + len };
	struct range_hold hold = { .exclusive = true };
	uint64_t start, end;
	int r;

	leg_range(&set->shape, &q, &start, &end);
	lvi_range_lock_take(&set->ranges, &hold, start, end);
	r = lvi_raid_bitmap_begin(set, start, end - start, err);
	if (!r) {
		r = write_held(set, &q, err);
		lvi_raid_bitmap_end(set, start, end - start, lvi_raid_outcome(set, r));
	}
	lvi_range_lock_give(&set->ranges, &hold);
	return r;
}

/* ---- synchronising ---- */

#define CHECK_BYTES ((size_t)4096)      /* what the kernel compares, and counts, at once */

static void count_mismatches(struct raid_set *set, const struct raid_stripe *s)
{
	for (size_t at = 0; at < s->len; at += CHECK_BYTES) {
		size_t len = min64(CHECK_BYTES, s->len - at);
		bool differs = false;

		for (unsigned k = 0; k < 2; k++)
			differs |= s->parity[k] && s->old_parity[k] && memcmp(s->parity[k] + at, s->old_parity[k] +
					at, len);
		set->mismatches += differs ? len : 0;
	}
}

/* Parity, and data chunks of legs that are being rebuilt or could not be read. */
static int write_synced(struct raid_set *set, struct raid_stripe *s, struct lvol_error *err)
{
	struct raid_mask failing = { 0 };
	struct raid_batch b;
	int r = lvi_raid_batch_init(&b, set, set->shape.legs, err);

	if (r)
		return r;
	for (unsigned leg = 0; leg < set->shape.legs; leg++) {
		unsigned i = lvi_raid_data_index(&set->shape, &s->row, leg);
		uint8_t *buf = i != RAID_NO_LEG ? s->old[i] : s->parity[leg == s->row.p ? RAID_P : RAID_Q];
		bool wanted = i == RAID_NO_LEG || lvi_raid_mask_has(&s->unreadable, leg) ||
				!lvi_raid_leg_readable(&set->legs[leg], s->start + s->len);

		if (wanted && buf && !atomic_load(&set->legs[leg].failed))
			lvi_raid_batch_add(&b, leg, USER_PORT_WRITE,
					&(struct user_port_io){ .buf = buf, .len = s->len, .offset = s->start });
	}
	r = lvi_raid_batch_run(&b, &failing, err);
	lvi_raid_batch_free(&b);
	return r || !lvi_raid_mask_any(&failing) ? r : lvi_raid_fail(set, &failing, &b.cause, err);
}

static int sync_stripe(struct raid_set *set, struct raid_stripe *s, bool check, struct lvol_error *err)
{
	int r = lvi_raid_stripe_gather(set, s, RAID_NO_LEG, err);

	if (!r)
		r = lvi_raid_stripe_parity(set, s, err);
	if (!r && check)
		count_mismatches(set, s);
	else if (!r)
		r = write_synced(set, s, err);
	lvi_raid_stripe_free(set, s);
	return r;
}

static int parity_sync(struct raid_set *set, uint64_t pos, uint64_t len, bool check, struct lvol_error *err)
{
	CLEANUP_FREE struct raid_stripe *s = malloc(sizeof *s);
	uint64_t end = pos + len, chunk = set->shape.chunk;
	int r = s ? 0 : lvi_error_nomem(err);

	for (uint64_t part; !r && pos < end; pos += part) {
		part = min64(min64(end - pos, chunk - pos % chunk), lvi_raid_stripe_max(&set->shape));
		lvi_raid_stripe_init(set, pos, part, s);
		r = sync_stripe(set, s, check, err);
	}
	return r;
}

static bool parity_place(struct raid_set *set, bool write, uint64_t offset, struct raid_place *out)
{
	struct raid_place at = lvi_raid_data_place(&set->shape, offset);

	at.length = min64(at.length, out->length);
	if (write || !lvi_raid_leg_readable(&set->legs[at.leg], at.offset + at.length))
		return false;
	*out = at;
	return true;
}

static bool parity_can_lose(const struct raid_set *set, const struct raid_mask *lost)
{
	unsigned count = 0;

	for (unsigned i = 0; i < set->shape.legs; i++)
		count += !lvi_raid_leg_in_sync(&set->legs[i]) || lvi_raid_mask_has(lost, i);
	return count <= set->shape.type->parity;
}

const struct raid_ops lvi_raid_parity = { parity_read, parity_write, parity_sync, parity_place, parity_can_lose };
