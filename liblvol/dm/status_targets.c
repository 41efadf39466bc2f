/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Readers of what targets say, by the kernel's documentation of each (admin-guide/device-mapper). Words that newer kernels add
 * at the end are let pass; those that older ones lack are 0 or "".
 */
#include <string.h>

#include "dm/status.h"

/* USED/TOTAL METADATA, or one of a few words. */
static void read_snapshot(struct dm_words *w, struct lvol_status_line *line)
{
	struct lvol_snapshot_status *s = lvi_words_zalloc(w, sizeof *s);

	line->snapshot = s;
	if (!s)
		return;
	s->is_invalid = lvi_words_are(w, "Invalid");
	s->has_merge_failed = lvi_words_are(w, "Merge failed");
	s->has_overflowed = lvi_words_are(w, "Overflow");
	/* "Unknown": the store does not tell how full it is */
	if (s->is_invalid || s->has_merge_failed || s->has_overflowed || lvi_words_are(w, "Unknown"))
		return;
	lvi_words_ratio(w, &s->used_sectors, &s->total_sectors);
	s->metadata_sectors = lvi_words_left(w) ? lvi_words_u64(w) : 0;
}

struct pool_word { const char *word; void (*mean)(struct lvol_thin_pool_status *s); };

static void is_writable(struct lvol_thin_pool_status *s) { s->mode = LVOL_THIN_POOL_READ_WRITE; }
static void is_read_only(struct lvol_thin_pool_status *s) { s->mode = LVOL_THIN_POOL_READ_ONLY; }
static void is_full(struct lvol_thin_pool_status *s) { s->mode = LVOL_THIN_POOL_OUT_OF_SPACE; }
static void passes_down(struct lvol_thin_pool_status *s) { s->discards = "passdown"; }
static void passes_not_down(struct lvol_thin_pool_status *s) { s->discards = "nopassdown"; }
static void ignores(struct lvol_thin_pool_status *s) { s->discards = "ignore"; }
static void fails(struct lvol_thin_pool_status *s) { s->fails_when_full = true; }
static void needs_check(struct lvol_thin_pool_status *s) { s->needs_check = true; }

static const struct pool_word pool_words[] = {
	{ "rw", is_writable }, { "ro", is_read_only }, { "out_of_data_space", is_full }, { "discard_passdown", passes_down },
	{ "no_discard_passdown", passes_not_down }, { "ignore_discard", ignores }, { "error_if_no_space", fails },
	{ "needs_check", needs_check }
};

static void read_pool_words(struct dm_words *w, struct lvol_thin_pool_status *s)
{
	while (lvi_words_left(w)) {
		const char *word = lvi_words_text(w);

		for (size_t i = 0; i < sizeof pool_words / sizeof *pool_words; i++)
			if (!strcmp(word, pool_words[i].word))
				pool_words[i].mean(s);
		/* the only number */
		if (*word >= '0' && *word <= '9') {
			struct dm_words number = { .arena = w->arena, .at = word };

			s->metadata_low_watermark = lvi_words_u64(&number);
			w->bad = number.bad;
		}
	}
}

/* TRANSACTION USED/TOTAL USED/TOTAL ROOT|- MODE DISCARDS [WHEN_FULL] [needs_check|-] [WATERMARK], or "Fail" or "Error" */
static void read_thin_pool(struct dm_words *w, struct lvol_status_line *line)
{
	struct lvol_thin_pool_status *s = lvi_words_zalloc(w, sizeof *s);

	line->thin_pool = s;
	if (!s)
		return;
	s->mode = LVOL_THIN_POOL_FAILED;
	s->discards = "";
	if (lvi_words_are(w, "Fail") || lvi_words_are(w, "Error"))
		return;
	s->transaction_id = lvi_words_u64(w);
	lvi_words_ratio(w, &s->used_metadata_blocks, &s->total_metadata_blocks);
	lvi_words_ratio(w, &s->used_data_blocks, &s->total_data_blocks);
	s->held_root = lvi_words_u64_or_dash(w);
	s->mode = LVOL_THIN_POOL_READ_WRITE;
	s->discards = "passdown";
	read_pool_words(w, s);
}

/* MAPPED HIGHEST|-, or "Fail", or "-" while it has no device */
static void read_thin(struct dm_words *w, struct lvol_status_line *line)
{
	struct lvol_thin_status *s = lvi_words_zalloc(w, sizeof *s);

	line->thin = s;
	if (!s || lvi_words_are(w, "-"))
		return;
	s->has_failed = lvi_words_are(w, "Fail") || lvi_words_are(w, "Error");
	if (s->has_failed)
		return;
	s->mapped_sectors = lvi_words_u64(w);
	s->highest_mapped_sector = lvi_words_u64_or_dash(w);
}

static uint32_t read_count(struct dm_words *w)
{
	uint64_t count = lvi_words_u64(w);

	if (!w->bad && count > UINT32_MAX)
		w->bad = "is too many";
	return (uint32_t)count;
}

/* A letter for each of @count. */
static const char *read_health(struct dm_words *w, uint32_t count)
{
	const char *health = lvi_words_text(w);

	if (!w->bad && strlen(health) != count)
		w->bad = "is not one letter for each device";
	return health;
}

/* TYPE COUNT HEALTH SYNCED/TOTAL [ACTION MISMATCHES [OFFSET [JOURNAL]]] */
static void read_raid(struct dm_words *w, struct lvol_status_line *line)
{
	struct lvol_raid_status *s = lvi_words_zalloc(w, sizeof *s);

	line->raid = s;
	if (!s)
		return;
	s->type = lvi_words_text(w);
	s->device_count = read_count(w);
	s->health = read_health(w, s->device_count);
	lvi_words_ratio(w, &s->synced_sectors, &s->total_sectors);
	s->action = lvi_words_left(w) ? lvi_words_text(w) : "";
	s->mismatch_count = lvi_words_left(w) ? lvi_words_u64(w) : 0;
	s->data_offset_sectors = lvi_words_left(w) ? lvi_words_u64(w) : 0;
	s->journal = lvi_words_left(w) ? *lvi_words_text(w) : '-';
}

/* COUNT DEVICE... SYNCED/TOTAL 1 HEALTH WORDS LOG [DEVICE HEALTH] */
static void read_mirror(struct dm_words *w, struct lvol_status_line *line)
{
	struct lvol_mirror_status *s = lvi_words_zalloc(w, sizeof *s);
	uint64_t words;

	line->mirror = s;
	if (!s)
		return;
	s->device_count = read_count(w);
	for (uint32_t i = 0; i < s->device_count && !w->bad; i++)
		lvi_words_text(w);
	lvi_words_ratio(w, &s->synced_regions, &s->total_regions);
	if (lvi_words_u64(w) != 1 && !w->bad)
		w->bad = "is not 1";
	s->health = read_health(w, s->device_count);
	words = lvi_words_u64(w);
	s->log = lvi_words_text(w);
	s->log_health = "";
	for (uint64_t i = 1; i < words && !w->bad; i++)
		s->log_health = lvi_words_text(w);
}

/* MISMATCHES SECTORS RECALCULATED|- */
static void read_integrity(struct dm_words *w, struct lvol_status_line *line)
{
	struct lvol_integrity_status *s = lvi_words_zalloc(w, sizeof *s);

	line->integrity = s;
	if (!s)
		return;
	s->mismatch_count = lvi_words_u64(w);
	s->data_sectors = lvi_words_u64(w);
	s->is_recalculating = lvi_words_left(w) && *w->at != '-';
	s->recalculated_sectors = lvi_words_left(w) ? lvi_words_u64_or_dash(w) : 0;
	if (!s->is_recalculating)
		s->recalculated_sectors = s->data_sectors;
}

const struct dm_status_target lvi_dm_status_targets[] = {
	{ "snapshot", read_snapshot },
	{ "snapshot-merge", read_snapshot },
	{ "thin-pool", read_thin_pool },
	{ "thin", read_thin },
	{ "raid", read_raid },
	{ "mirror", read_mirror },
	{ "cache", lvi_dm_status_cache },
	{ "writecache", lvi_dm_status_writecache },
	{ "integrity", read_integrity },
	{ NULL, NULL }
};
