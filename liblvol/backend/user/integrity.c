/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/integrity.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/units.h"

static void free_state(struct integrity *in)
{
	free(in->journal);
	free(in->bitmap);
	free(in->stale);
	lvi_exceptions_free(&in->map);
	lvi_integrity_hash_free(&in->hash);
	free(in);
}

static int load(const struct user_line *line, struct integrity *in, struct lvol_error *err)
{
	int r = lvi_integrity_parse(line, in, err);

	if (!r)
		r = lvi_integrity_load_super(in, err);
	if (!r)
		r = lvi_journal_load(in, err);
	if (!r && (in->options.mode == 'B' || in->super.flags & INTEGRITY_DIRTY_BITMAP))
		r = lvi_bitmap_load(in, err);
	return r;
}

static int integrity_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct integrity *in = calloc(1, sizeof *in);
	int r;

	if (!in)
		return lvi_error_nomem(err);
	in->live = live;
	in->device = live->name;
	lvi_exceptions_init(&in->map);
	r = load(line, in, err);
	if (!r && lvi_range_lock_init(&in->ranges))
		r = lvi_error_nomem(err);
	if (r) {
		free_state(in);
		return r;
	}
	pthread_mutex_init(&in->preparing, NULL);
	pthread_mutex_init(&in->stepping, NULL);
	pthread_mutex_init(&in->bits, NULL);
	live->state = in;
	return 0;
}

static void integrity_destroy(struct user_live *live)
{
	struct integrity *in = live->state;

	lvi_range_lock_free(&in->ranges);
	pthread_mutex_destroy(&in->preparing);
	pthread_mutex_destroy(&in->stepping);
	pthread_mutex_destroy(&in->bits);
	free_state(in);
}

static int integrity_stop(struct user_live *live, struct lvol_error *err)
{
	return lvi_integrity_stop(live->state, err);
}

/* Blocks of the journal, and runs of those that are in place. */
static int read_blocks(struct integrity *in, uint8_t *buf, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t block = in->options.block, n;
	int r = 0;

	for (; !r && len; buf += n, offset += n, len -= n) {
		n = block;
		if (lvi_journal_find(in, offset / block, buf))
			continue;
		while (n < len && (!in->map.count || !lvi_journal_find(in, (offset + n) / block, NULL)))
			n += block;
		r = lvi_integrity_read_place(in, buf, n, offset, err);
	}
	return r;
}

static int integrity_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct integrity *in = live->state;
	struct range_hold hold = { .exclusive = false };
	int r = lvi_journal_broken(in, err);

	if (r)
		return r;
	lvi_range_lock_take(&in->ranges, &hold, offset, offset + len);
	r = read_blocks(in, buf, len, offset, err);
	lvi_range_lock_give(&in->ranges, &hold);
	return r;
}

static int write_regions(struct integrity *in, const void *buf, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	int r = lvi_bitmap_begin(in, len, offset, err);

	if (r)
		return r;
	r = lvi_integrity_write_place(in, buf, len, offset, err);
	if (r)
		lvi_bitmap_distrust(in, len, offset);
	return r;
}

static int integrity_write(struct user_live *live, const void *buf, size_t len, uint64_t offset,
		struct lvol_error *err)
{
	struct integrity *in = live->state;
	struct range_hold hold = { .exclusive = true };
	bool bits = in->options.mode == 'B';
	int r = lvi_integrity_prepare(in, err);

	if (r)
		return r;
	lvi_range_lock_take(&in->ranges, &hold, bits ? offset : 0, bits ? offset + len : UINT64_MAX);
	r = bits ? write_regions(in, buf, len, offset, err) : lvi_journal_append(in, buf, len, offset, err);
	lvi_range_lock_give(&in->ranges, &hold);
	return r;
}

static int discard_runs(struct integrity *in, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	int r = lvi_integrity_fill_tags(in, len, offset, err);

	if (!r)
		r = lvi_user_port_flush(in->meta, err);
	while (!r && len) {
		struct integrity_run run = lvi_integrity_run(in, offset, len);

		r = lvi_user_port_discard(in->data, run.len, run.data, err);
		offset += run.len;
		len -= run.len;
	}
	return r;
}

static int discard(struct integrity *in, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	bool bits = in->options.mode == 'B';
	int r = bits ? lvi_bitmap_begin(in, len, offset, err) : lvi_journal_checkpoint(in, err);

	if (r)
		return r;
	r = discard_runs(in, len, offset, err);
	if (r && bits)
		lvi_bitmap_distrust(in, len, offset);
	return r;
}

/* Blocks that were discarded have tags that fit anything, where the table allows that. */
static int integrity_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	struct integrity *in = live->state;
	struct range_hold hold = { .exclusive = true };
	int r = in->options.allow_discards ? lvi_integrity_prepare(in, err) : 0;

	if (r || !in->options.allow_discards)
		return r;
	lvi_range_lock_take(&in->ranges, &hold, 0, UINT64_MAX);
	r = discard(in, len, offset, err);
	lvi_range_lock_give(&in->ranges, &hold);
	return r;
}

/* Everything is held. Of what a device lost when its flush failed, nobody knows what fits its tag. */
static int flush_regions(struct integrity *in, struct lvol_error *err)
{
	int r = lvi_integrity_flush_ports(in, err);

	if (r)
		lvi_bitmap_distrust_dirty(in);
	return r || !lvi_bitmap_is_time(in) ? r : lvi_bitmap_clear(in, err);
}

static int integrity_flush(struct user_live *live, struct lvol_error *err)
{
	struct integrity *in = live->state;
	struct range_hold hold = { .exclusive = true };
	int r;

	if (!atomic_load(&in->ready))
		return lvi_integrity_flush_ports(in, err);
	lvi_range_lock_take(&in->ranges, &hold, 0, UINT64_MAX);
	if (in->options.mode == 'B')
		r = flush_regions(in, err);
	else
		r = lvi_journal_commit(in, err);
	lvi_range_lock_give(&in->ranges, &hold);
	return r;
}

static int integrity_status(struct user_live *live, struct textbuf *out, struct lvol_error *err)
{
	struct integrity *in = live->state;
	struct range_hold hold = { .exclusive = false };

	(void)err;
	lvi_range_lock_take(&in->ranges, &hold, 0, UINT64_MAX);
	lvi_textbuf_printf(out, "%" PRIu64 " %" PRIu64, atomic_load(&in->mismatches), in->super.provided);
	if (in->super.flags & INTEGRITY_RECALCULATING)
		lvi_textbuf_printf(out, " %" PRIu64, in->super.recalc);
	else
		lvi_textbuf_puts(out, " -");
	lvi_range_lock_give(&in->ranges, &hold);
	return 0;
}

static int integrity_step(struct user_live *live, struct user_progress *out, struct lvol_error *err)
{
	return lvi_integrity_step(live->state, out, err);
}

static uint32_t integrity_granularity(const struct user_live *live)
{
	return ((const struct integrity *)live->state)->options.block;
}

const struct user_target lvi_user_integrity = {
	.name = "integrity",
	.create = integrity_create,
	.destroy = integrity_destroy,
	.stop = integrity_stop,
	.read = integrity_read,
	.write = integrity_write,
	.discard = integrity_discard,
	.flush = integrity_flush,
	.status = integrity_status,
	.step = integrity_step,
	.work = BACKEND_WORK_SYNC,
	.granularity = integrity_granularity,
};
