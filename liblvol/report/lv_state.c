/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which devices lvm2 asks for what it shows of an LV. Mostly it is the LV's own one. But
 *   a thin pool         is what its layer -tpool says, and active only if its own device is there too
 *   an origin           shows its own device, and what the layer -real says; while a snapshot is merged into it, what the
 *                       merge says
 *   a merging snapshot  shows its origin's device, once the merge has begun
 *   a used cache pool   has no device and shows what the cached LV says
 * What is said is that of the line for the LV's segment (of a report's row, or the first one). It is unknown when there is no
 * such line, or when its target is another one than the segment's type lets expect.
 */
#include <string.h>

#include "report/live.h"
#include "segtype/segtype.h"

/* The kernel's largest metadata device of a thin pool, in sectors: lvm2 loads no more of a larger LV. */
#define THIN_METADATA_MOST UINT64_C(33161216)

static const struct lv_info *info_of(const struct item *it, const struct lvol_lv *lv)
{
	return lvi_lv_info(it->vi, lv);
}

static bool is_pool(const struct lvol_lv *lv)
{
	return lv->seg_first && lv->seg_first->type->flags & SEGTYPE_THIN_POOL;
}

static bool is_thin(const struct lvol_lv *lv)
{
	return lv->seg_first && lv->seg_first->type->flags & SEGTYPE_THIN;
}

static bool is_merging_origin(const struct lv_info *li)
{
	return li->kinds & KIND_MERGING && li->snapshot;
}

const char *lvi_lv_layer(const struct item *it, const struct lvol_lv *lv)
{
	if (is_pool(lv))
		return "tpool";
	return info_of(it, lv)->kinds & (KIND_ORIGIN | KIND_EXTERNAL_ORIGIN) ? "real" : NULL;
}

/* A pool that was never used has but the one device. */
static const char *own_layer(const struct item *it, const struct lvol_lv *lv)
{
	bool is_new = is_pool(lv) && !lvi_seg_number(lv->seg_first, SEG_TRANSACTION_ID, 0);

	return is_new && !lvi_live_exists(it->live, lv, NULL) ? "tpool" : NULL;
}

const struct live_device *lvi_lv_own_device(const struct item *it, const struct lvol_lv *lv)
{
	return it->live ? lvi_live_device(it->live, lv, own_layer(it, lv)) : NULL;
}

bool lvi_lv_is_active(const struct item *it, const struct lvol_lv *lv)
{
	return it->live && lvi_live_exists(it->live, lv, own_layer(it, lv));
}

/* The line of a segment */

struct asked { const struct item *it; const struct lvol_segment *seg; uint64_t length; };

static uint64_t length_of(const struct asked *a)
{
	const struct lvol_segment *seg = a->seg;
	const struct lvol_lv *origin = seg->type->flags & SEGTYPE_SNAPSHOT ? lvi_seg_lv(seg, SEG_ORIGIN) : NULL;
	uint64_t extent = seg->lv->vg->extent_sectors;

	if (origin)
		return origin->extent_count * extent;
	if (seg->type->flags & SEGTYPE_INTEGRITY)
		return lvi_seg_number(seg, SEG_DATA_SECTORS, 0);
	/* room for a reshape is not in the table */
	if (seg->type->flags & SEGTYPE_RAID && seg->area_count > seg->type->parity_areas)
		return (seg->count - (uint64_t)seg->reshape_count * (seg->area_count - seg->type->parity_areas)) * extent;
	return seg->count * extent;
}

static const struct lvol_status_line *line_of(const struct live_device *d, const struct asked *a)
{
	uint64_t start = a->seg->start * a->seg->lv->vg->extent_sectors, length = length_of(a);
	bool cropped = info_of(a->it, a->seg->lv)->kinds & KIND_THIN_META && length > THIN_METADATA_MOST;

	for (size_t i = 0; d->is_readable && i < d->lines.lines.len; i++) {
		const struct lvol_status_line *line = &d->lines.lines.items[i];

		if (line->start_sectors == start &&
		    (line->length_sectors == length || (cropped && line->length_sectors == THIN_METADATA_MOST)))
			return line;
	}
	return NULL;
}

/* What a type's target is to say. Those of none of these types say nothing that is shown. */
static const struct { unsigned type; const char *targets[2]; } expected[] = {
	{ SEGTYPE_CACHE, { "cache" } }, { SEGTYPE_RAID, { "raid" } }, { SEGTYPE_THIN, { "thin" } },
	{ SEGTYPE_THIN_POOL, { "thin-pool" } }, { SEGTYPE_SNAPSHOT, { "snapshot", "snapshot-merge" } },
	{ SEGTYPE_WRITECACHE, { "writecache" } }, { SEGTYPE_INTEGRITY, { "integrity" } }, { SEGTYPE_MIRROR, { "mirror" } },
	{ SEGTYPE_CAN_SPLIT, { "linear", "striped" } }
};

static bool is_expected(const struct lvol_segment *seg, const char *target)
{
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		if (seg->type->flags & expected[i].type)
			return !strcmp(target, expected[i].targets[0]) ||
				(expected[i].targets[1] && !strcmp(target, expected[i].targets[1]));
	return !strcmp(seg->type->name, target);
}

static bool says_something(const struct lvol_status_line *l)
{
	return l->snapshot || l->thin_pool || l->thin || l->raid || l->cache || l->writecache || l->integrity;
}

static void say(struct lv_state *s, const struct asked *a, const struct live_device *d)
{
	const struct lvol_status_line *line = line_of(d, a);
	bool merges = is_merging_origin(info_of(a->it, a->seg->lv));

	if (!d->info.has_table)
		return;
	s->said = SAID_UNKNOWN;
	if (merges && line && !strcmp(line->target, "snapshot-origin"))
		s->said = SAID_NOTHING;
	else if (line && ((merges && !strcmp(line->target, "snapshot-merge")) || a->seg->lv->flags & LV_LOCKED ||
			is_expected(a->seg, line->target)))
		s->said = says_something(line) ? SAID : SAID_NOTHING;
	s->line = s->said == SAID ? line : NULL;
	s->lv = a->seg->lv;
}

static void ask_status(struct lv_state *s, const struct item *it, const struct lvol_segment *seg, const char *layer)
{
	const struct asked a = { .it = it, .seg = seg };
	const struct live_device *d = seg ? lvi_live_device(it->live, seg->lv, layer) : NULL;

	if (d)
		say(s, &a, d);
}

static void ask_own_status(struct lv_state *s, const struct item *it, const struct lvol_segment *seg,
		const struct lvol_lv *lv)
{
	const struct asked a = { .it = it, .seg = seg };
	const struct live_device *d = lvi_lv_own_device(it, lv);

	if (d && seg)
		say(s, &a, d);
}

static void show(struct lv_state *s, const struct item *it, const struct live_device *d)
{
	s->exists = d != NULL;
	s->info = d ? d->info : (struct control_live){ 0 };
	s->read_ahead_sectors = d ? lvi_live_read_ahead(it->live, d) : 0;
}

/* One rule for each kind of LV that is not like the others. */

static void look_at_pool(struct lv_state *s, const struct item *it, const struct lvol_segment *seg)
{
	const struct live_device *d = lvi_live_device(it->live, it->lv, "tpool");

	s->exists = d != NULL;
	s->info = d ? d->info : (struct control_live){ 0 };
	ask_status(s, it, seg, "tpool");
	if (s->said == SAID && !lvi_lv_is_active(it, it->lv) && !s->line->thin_pool->needs_check)
		s->exists = false;
}

static void look_at_origin(struct lv_state *s, const struct item *it, const struct lvol_segment *seg)
{
	show(s, it, lvi_lv_own_device(it, it->lv));
	if (is_merging_origin(it->li))
		ask_own_status(s, it, seg, it->lv);
	if (s->exists && !(s->said == SAID && s->line->snapshot))
		ask_status(s, it, seg, "real");
}

/* True: the merge has begun, and that was all. */
static bool look_at_merge(struct lv_state *s, const struct item *it)
{
	const struct lvol_lv *origin = lvi_seg_lv(it->li->snapshot, SEG_ORIGIN);

	if (!lvi_seg_lv(it->li->snapshot, SEG_MERGING_STORE) || !origin)
		return false;
	show(s, it, lvi_lv_own_device(it, origin));
	ask_own_status(s, it, origin->seg_first, origin);
	return s->said == SAID && (s->line->snapshot || (is_thin(origin) && s->line->thin));
}

static void look(struct lv_state *s, const struct item *it, const struct lvol_segment *seg)
{
	unsigned kinds = it->li->kinds;

	if (it->li->types & SEGTYPE_CACHE_POOL) {
		if (it->lv->uses)
			ask_status(s, it, it->lv->uses->seg, lvi_lv_layer(it, it->lv->uses->seg->lv));
	} else if (is_pool(it->lv)) {
		look_at_pool(s, it, seg);
	} else if (kinds & KIND_EXTERNAL_ORIGIN) {
		show(s, it, lvi_lv_own_device(it, it->lv));
		ask_status(s, it, seg, "real");
	} else if (kinds & KIND_ORIGIN) {
		look_at_origin(s, it, seg);
	} else if (!(kinds & KIND_COW) || !look_at_merge(s, it)) {
		*s = (struct lv_state){ 0 };
		show(s, it, lvi_lv_own_device(it, it->lv));
		ask_own_status(s, it, kinds & KIND_COW ? it->li->snapshot : seg, it->lv);
	}
}

const struct lv_state *lvi_lv_state(const struct item *it)
{
	static const struct lv_state nothing;
	const struct lvol_segment *seg;

	if (!it->live || !it->lv)
		return &nothing;
	if (it->state->is_done)
		return it->state;
	*it->state = (struct lv_state){ 0 };
	seg = it->seg && it->seg->lv == it->lv ? it->seg : it->lv->seg_first;
	if (!lvi_live_asks_status(it->live))
		show(it->state, it, lvi_lv_own_device(it, it->lv));
	else
		look(it->state, it, seg);
	it->state->is_done = true;
	return it->state;
}
