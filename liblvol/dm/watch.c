/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dm/watch.h"

#include <string.h>

#define STEP 5

void lvi_dm_watch_init(struct dm_watch *state, uint32_t fill_percent)
{
	*state = (struct dm_watch){ .fill_percent = fill_percent, .next_percent = fill_percent };
}

static uint32_t percent(uint64_t part, uint64_t whole)
{
	double p = whole ? (double)part / (double)whole * 100 : 0;

	return p > 100 ? 100 : (uint32_t)p;
}

/* The fullest of all that fills up in it, in percent, rounded down; 0: nothing does. */
static uint32_t fill(const struct lvol_status_line *l)
{
	uint32_t data, metadata;

	/* one that is invalid was full */
	if (l->snapshot)
		return l->snapshot->is_invalid || l->snapshot->has_overflowed ? 100 :
			percent(l->snapshot->used_sectors, l->snapshot->total_sectors);
	if (!l->thin_pool)
		return 0;
	data = percent(l->thin_pool->used_data_blocks, l->thin_pool->total_data_blocks);
	metadata = percent(l->thin_pool->used_metadata_blocks, l->thin_pool->total_metadata_blocks);
	return data > metadata ? data : metadata;
}

static bool has_failed(const struct lvol_status_line *l)
{
	if (l->snapshot)
		return l->snapshot->is_invalid || l->snapshot->has_overflowed || l->snapshot->has_merge_failed;
	if (l->thin_pool)
		return l->thin_pool->mode != LVOL_THIN_POOL_READ_WRITE || l->thin_pool->needs_check;
	if (l->cache)
		return l->cache->has_failed || l->cache->is_read_only || l->cache->needs_check;
	if (l->raid)
		return strchr(l->raid->health, 'D') != NULL;
	if (l->mirror)
		return l->mirror->health[strspn(l->mirror->health, "A")] || l->mirror->log_health[strspn(l->mirror->log_health, "A")];
	return (l->thin && l->thin->has_failed) || (l->writecache && l->writecache->error);
}

static bool is_behind(const struct lvol_status_line *l)
{
	if (l->raid)
		return strchr(l->raid->health, 'a') || l->raid->synced_sectors < l->raid->total_sectors;
	return l->mirror && l->mirror->synced_regions < l->mirror->total_regions;
}

/* Told once on the way up; after it has been given room, again. */
static uint32_t next_fill(struct dm_watch *state, uint32_t now)
{
	if (now < state->fill_percent)
		state->next_percent = state->fill_percent;
	if (now < state->next_percent)
		return 0;
	state->next_percent = now / STEP * STEP + STEP;
	return now;
}

void lvi_dm_watch_compare(struct dm_watch *state, const struct dm_status *status, struct dm_watch_found *out)
{
	struct dm_watch was = *state;
	uint32_t fullest = 0;

	state->fills = state->has_failed = state->is_behind = false;
	for (size_t i = 0; i < status->lines.len; i++) {
		const struct lvol_status_line *line = &status->lines.items[i];
		uint32_t now = fill(line);

		fullest = now > fullest ? now : fullest;
		state->fills |= line->snapshot || line->thin_pool;
		state->has_failed |= has_failed(line);
		state->is_behind |= is_behind(line);
	}
	*out = (struct dm_watch_found){
		.percent = next_fill(state, fullest), .failed = state->has_failed && !was.has_failed,
		.synced = was.is_behind && !state->is_behind && !state->has_failed,
	};
}
