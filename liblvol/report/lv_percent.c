/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "report/live.h"
#include "segtype/segtype.h"

/* How full and how far, as lvm2 counts and rounds. */

#define ONE UINT64_C(1000000)
#define ALL (100 * ONE)
/* the second digit behind the point, the last that is shown */
#define LEAST (ONE / 100)

/* Only what is nothing is 0 and only what is all is 100. */
uint64_t lvi_percent(uint64_t part, uint64_t whole)
{
	double percent;

	if (!whole || part == whole)
		return ALL;
	if (!part)
		return 0;
	percent = (double)ALL * ((double)part / (double)whole);
	if (percent >= (double)INT32_MAX)
		return INT32_MAX;
	if ((uint64_t)percent == ALL)
		return ALL - 1;
	return (uint64_t)percent ? (uint64_t)percent : 1;
}

/* As "%.2f" rounds it, with a point in every locale; a float times 100 fits into a double exactly. */
static char *text_of(struct out *o, float shown)
{
	double exact = (double)shown * 100;
	uint64_t hundredths = (uint64_t)exact;
	double rest = exact - (double)hundredths;

	hundredths += rest > 0.5 || (rest == 0.5 && hundredths & 1);
	return lvi_arena_printf(o->arena, "%" PRIu64 ".%02u", hundredths / 100, (unsigned)(hundredths % 100));
}

/* So that the text does not say 0 or 100 either where it is not. */
int lvi_put_percent(struct out *o, uint64_t percent)
{
	float shown = (float)percent / (float)ONE;

	if (percent == NUMBER_UNDEFINED)
		return lvi_put_undefined(o, "");
	if (percent && percent < LEAST)
		shown = 0.01f;
	else if (percent > ALL - LEAST && percent < ALL)
		shown = (float)(ALL - LEAST) / (float)ONE;
	o->cell->key.number = percent;
	o->cell->text = text_of(o, shown);
	return o->cell->text ? 0 : -LVOL_E_NO_MEMORY;
}

static uint64_t snapshot_percent(const struct lvol_snapshot_status *s)
{
	if (s->has_merge_failed)
		return NUMBER_UNDEFINED;
	if (s->is_invalid)
		return ALL;
	return s->metadata_sectors && s->used_sectors == s->metadata_sectors ? 0 : lvi_percent(s->used_sectors, s->total_sectors);
}

/* A pool gives whole chunks. */
static uint64_t thin_percent(const struct lv_state *state)
{
	const struct lvol_lv *pool = lvi_seg_lv(state->lv->seg_first, SEG_THIN_POOL);
	uint64_t chunk = pool && pool->seg_first ? lvi_seg_number(pool->seg_first, SEG_CHUNK_SIZE, 1) : 1;
	uint64_t size = state->lv->extent_count * state->lv->vg->extent_sectors, mapped = state->line->thin->mapped_sectors;

	if (state->line->thin->has_failed || !chunk)
		return NUMBER_UNDEFINED;
	size = (size + chunk - 1) / chunk * chunk;
	return lvi_percent(mapped < size ? mapped : size, size);
}

static uint64_t pool_percent(const struct lvol_thin_pool_status *s, bool metadata)
{
	if (s->mode == LVOL_THIN_POOL_FAILED)
		return NUMBER_UNDEFINED;
	return metadata ? lvi_percent(s->used_metadata_blocks, s->total_metadata_blocks) :
		lvi_percent(s->used_data_blocks, s->total_data_blocks);
}

uint64_t lvi_lv_data_percent(const struct item *it)
{
	const struct lv_state *state = lvi_lv_state(it);
	const struct lvol_status_line *l = state->line;

	if (state->said != SAID)
		return NUMBER_UNDEFINED;
	if (l->snapshot)
		return snapshot_percent(l->snapshot);
	if (l->thin_pool)
		return pool_percent(l->thin_pool, false);
	if (l->thin)
		return thin_percent(state);
	if (l->cache)
		return l->cache->has_failed ? NUMBER_UNDEFINED : lvi_percent(l->cache->used_blocks, l->cache->total_blocks);
	if (l->writecache && l->writecache->free_blocks <= l->writecache->total_blocks)
		return lvi_percent(l->writecache->total_blocks - l->writecache->free_blocks, l->writecache->total_blocks);
	return NUMBER_UNDEFINED;
}

uint64_t lvi_lv_metadata_percent(const struct item *it)
{
	const struct lv_state *state = lvi_lv_state(it);
	const struct lvol_status_line *l = state->line;

	if (state->said != SAID)
		return NUMBER_UNDEFINED;
	if (l->thin_pool)
		return pool_percent(l->thin_pool, true);
	if (l->cache && !l->cache->has_failed)
		return lvi_percent(l->cache->used_metadata_blocks, l->cache->total_metadata_blocks);
	return NUMBER_UNDEFINED;
}

/* With some legs not in sync and nothing begun yet, the kernel says that it is done; it will begin. */
static uint64_t raid_percent(const struct lvol_raid_status *s)
{
	uint32_t behind = 0;
	bool waits;

	for (const char *c = s->health; *c; c++)
		behind += *c == 'a';
	waits = s->synced_sectors == s->total_sectors && s->synced_sectors && behind && behind < s->device_count &&
		(!strcasecmp(s->action, "recover") || !strcasecmp(s->action, "idle"));
	return lvi_percent(s->synced_sectors - waits, s->total_sectors);
}

struct copied { uint64_t copied, all; };

/* A line for each segment. Only mirrors have something to copy; those that a pvmove comes to later do not run yet. */
static void add_copied(struct copied *c, const struct lvol_segment *seg, const struct lvol_status_line *line)
{
	const struct lvol_mirror_status *m = line->mirror;

	c->all += seg->count;
	if (!(seg->type->flags & SEGTYPE_MIRROR) || seg->area_count < 2)
		c->copied += seg->count;
	else if (m && m->total_regions)
		c->copied += seg->count * m->synced_regions / m->total_regions;
	else
		c->copied += lvi_seg_number(seg, SEG_EXTENTS_MOVED, 0);
}

uint64_t lvi_lv_mirror_percent(const struct item *it, const struct lvol_lv *lv)
{
	const struct live_device *d = lvi_lv_is_active(it, lv) ? lvi_live_device(it->live, lv, lvi_lv_layer(it, lv)) : NULL;
	const struct lvol_segment *seg = lv->seg_first;
	struct copied c = { 0 };
	size_t i;

	/* a mirror of one leg is in sync, even when it does not run */
	if (seg && !seg->next && seg->area_count == 1)
		return ALL;
	if (!d || !d->is_readable)
		return NUMBER_UNDEFINED;
	for (i = 0; seg && i < d->lines.lines.len; seg = seg->next, i++)
		add_copied(&c, seg, &d->lines.lines.items[i]);
	return seg || i < d->lines.lines.len ? NUMBER_UNDEFINED : lvi_percent(c.copied, c.all);
}

static bool syncs(const struct lvol_segment *seg)
{
	return seg && seg->type->flags & SEGTYPE_RAID && !lvi_seg_is_raid0(seg);
}

static uint64_t said_sync(const struct lvol_status_line *l)
{
	if (l->raid)
		return raid_percent(l->raid);
	if (l->cache && !l->cache->has_failed)
		return l->cache->used_blocks ? lvi_percent(l->cache->dirty_blocks, l->cache->used_blocks) : 0;
	if (l->integrity && l->integrity->is_recalculating && l->integrity->recalculated_sectors)
		return lvi_percent(l->integrity->recalculated_sectors, l->integrity->data_sectors);
	if (l->snapshot)
		return snapshot_percent(l->snapshot);
	return NUMBER_UNDEFINED;
}

uint64_t lvi_lv_sync_percent(const struct item *it)
{
	const struct lv_state *state = lvi_lv_state(it);
	const struct lvol_raid_status *raid;
	bool merges;

	if (!it->live || !it->lv)
		return NUMBER_UNDEFINED;
	merges = it->li->kinds & KIND_MERGING && it->li->snapshot;
	if (it->li->types & (SEGTYPE_INTEGRITY | SEGTYPE_CACHE | SEGTYPE_CACHE_POOL) || (syncs(it->lv->seg_first) && !merges))
		return state->said == SAID ? said_sync(state->line) : NUMBER_UNDEFINED;
	if (syncs(it->lv->seg_first)) {
		raid = lvi_lv_raid(it, it->lv);
		return raid ? raid_percent(raid) : NUMBER_UNDEFINED;
	}
	return it->li->types & SEGTYPE_MIRROR ? lvi_lv_mirror_percent(it, it->lv) : NUMBER_UNDEFINED;
}
