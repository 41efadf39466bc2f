/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Beginning and end of writing, and recalculation, which the kernel does in the background. */
#include "backend/user/integrity.h"
#include "base/units.h"

#define STEP_SECTORS 8192
#define SAVE_STEPS 16

static void hold_all(struct integrity *in, struct range_hold *hold)
{
	hold->exclusive = true;
	lvi_range_lock_take(&in->ranges, hold, 0, UINT64_MAX);
}

int lvi_integrity_flush_ports(struct integrity *in, struct lvol_error *err)
{
	struct user_port_io ios[2] = { { .port = in->data, .op = USER_PORT_FLUSH },
		{ .port = in->meta, .op = USER_PORT_FLUSH } };

	return lvi_user_port_many(ios, in->separate ? 2 : 1, err);
}

static int prepare(struct integrity *in, struct lvol_error *err)
{
	int r = lvi_journal_prepare(in, err);

	if (r)
		return r;
	if (in->options.mode == 'B') {
		r = lvi_bitmap_prepare(in, err);
	} else {
		in->super.flags &= ~INTEGRITY_DIRTY_BITMAP;
		r = lvi_integrity_write_super(in, err);
	}
	if (!r)
		in->format = false;
	return r;
}

int lvi_integrity_prepare(struct integrity *in, struct lvol_error *err)
{
	struct range_hold hold;
	int r = lvi_journal_broken(in, err);

	if (r || atomic_load(&in->ready))
		return r;
	pthread_mutex_lock(&in->preparing);
	if (!atomic_load(&in->ready)) {
		hold_all(in, &hold);
		r = prepare(in, err);
		lvi_range_lock_give(&in->ranges, &hold);
		if (!r)
			atomic_store(&in->ready, true);
	}
	pthread_mutex_unlock(&in->preparing);
	return r;
}

static int stop(struct integrity *in, struct lvol_error *err)
{
	int r;

	if (in->options.mode == 'B') {
		r = lvi_integrity_flush_ports(in, err);
		return r ? r : lvi_bitmap_stop(in, err);
	}
	r = lvi_journal_stop(in, err);
	return r || !in->unsaved ? r : lvi_integrity_write_super(in, err);
}

int lvi_integrity_stop(struct integrity *in, struct lvol_error *err)
{
	struct range_hold hold;
	int r;

	if (!atomic_load(&in->ready))
		return 0;
	hold_all(in, &hold);
	r = stop(in, err);
	if (!r)
		atomic_store(&in->ready, false);
	lvi_range_lock_give(&in->ranges, &hold);
	return r;
}

/* Tags first, then how far they go; regions in between that are not stale are not touched. */
static int save(struct integrity *in, struct lvol_error *err)
{
	int r = lvi_user_port_flush(in->meta, err);

	if (!r)
		r = lvi_integrity_write_super(in, err);
	if (!r)
		in->unsaved = 0;
	return r;
}

static int recalculate(struct integrity *in, struct lvol_error *err)
{
	struct integrity_super *s = &in->super;
	uint64_t left = s->provided - s->recalc, n = left < STEP_SECTORS ? left : STEP_SECTORS;
	uint64_t offset = s->recalc << LVI_SECTOR_SHIFT, bytes = n << LVI_SECTOR_SHIFT, run = bytes;
	bool stale = in->options.mode != 'B' || lvi_bitmap_is_stale(in, offset, &run);
	int r = 0;

	if (!stale || run < bytes)
		bytes = run;
	if (stale)
		r = lvi_integrity_recalculate(in, bytes, offset, err);
	if (r)
		return r;
	if (in->options.mode == 'B')
		lvi_bitmap_trust(in, bytes, offset);
	s->recalc += bytes >> LVI_SECTOR_SHIFT;
	in->unsaved++;
	return s->recalc == s->provided || in->unsaved >= SAVE_STEPS ? save(in, err) : 0;
}

static bool is_wanted(const struct integrity *in)
{
	return in->super.flags & INTEGRITY_RECALCULATING && in->super.recalc < in->super.provided;
}

static int step(struct integrity *in, struct lvol_error *err)
{
	struct range_hold hold;
	int r = lvi_integrity_prepare(in, err);

	if (r)
		return r;
	hold_all(in, &hold);
	if (is_wanted(in))
		r = recalculate(in, err);
	r = r ? r : is_wanted(in);
	lvi_range_lock_give(&in->ranges, &hold);
	return r;
}

int lvi_integrity_step(struct integrity *in, struct user_progress *out, struct lvol_error *err)
{
	struct range_hold hold = { .exclusive = false };
	int r;

	pthread_mutex_lock(&in->stepping);
	lvi_range_lock_take(&in->ranges, &hold, 0, UINT64_MAX);
	r = is_wanted(in) || in->map.count;
	lvi_range_lock_give(&in->ranges, &hold);
	if (r)
		r = step(in, err);
	out->total_bytes = lvi_integrity_provided_bytes(in);
	out->done_bytes = is_wanted(in) ? in->super.recalc << LVI_SECTOR_SHIFT : out->total_bytes;
	pthread_mutex_unlock(&in->stepping);
	return r;
}
