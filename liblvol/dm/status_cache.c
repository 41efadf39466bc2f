/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "dm/status.h"

/* No target has nearly as many; a count from a damaged text takes no memory. */
#define SETTINGS_MAX 256

static void read_numbers(struct dm_words *w, struct lvol_cache_status *s)
{
	s->metadata_block_sectors = lvi_words_u64(w);
	lvi_words_ratio(w, &s->used_metadata_blocks, &s->total_metadata_blocks);
	s->block_sectors = lvi_words_u64(w);
	lvi_words_ratio(w, &s->used_blocks, &s->total_blocks);
	s->read_hits = lvi_words_u64(w);
	s->read_misses = lvi_words_u64(w);
	s->write_hits = lvi_words_u64(w);
	s->write_misses = lvi_words_u64(w);
	s->demotions = lvi_words_u64(w);
	s->promotions = lvi_words_u64(w);
	s->dirty_blocks = lvi_words_u64(w);
}

static void read_features(struct dm_words *w, struct lvol_cache_status *s)
{
	uint64_t count = lvi_words_u64(w);

	s->metadata_format = 1;
	s->passes_discards = true;
	for (uint64_t i = 0; i < count && !w->bad && !w->no_memory; i++) {
		const char *word = lvi_words_text(w);

		if (!strcmp(word, "metadata2"))
			s->metadata_format = 2;
		else if (!strcmp(word, "no_discard_passdown"))
			s->passes_discards = false;
		else if (!strcmp(word, "writeback") || !strcmp(word, "writethrough") || !strcmp(word, "passthrough"))
			s->mode = word;
	}
}

/* COUNT WORD... behind those that are there already; how many there are then. */
static size_t read_settings(struct dm_words *w, const char **list, size_t have)
{
	uint64_t count = lvi_words_u64(w);

	if (!w->bad && (count & 1 || count > SETTINGS_MAX - have))
		w->bad = "is no number of settings";
	for (uint64_t i = 0; i < count && !w->bad && !w->no_memory; i++)
		list[have++] = lvi_words_text(w);
	return have;
}

static const char *const no_settings[] = { NULL };

static void read_all(struct dm_words *w, struct lvol_cache_status *s)
{
	const char *list[SETTINGS_MAX];
	const char **kept;
	size_t count;

	read_numbers(w, s);
	read_features(w, s);
	count = read_settings(w, list, 0);
	s->policy = lvi_words_text(w);
	count = read_settings(w, list, count);
	while (lvi_words_left(w)) {
		const char *word = lvi_words_text(w);

		s->is_read_only |= !strcmp(word, "ro");
		s->needs_check |= !strcmp(word, "needs_check");
	}
	kept = lvi_arena_calloc(w->arena, count + 1, sizeof *kept);
	if (!kept) {
		w->no_memory = true;
		return;
	}
	memcpy(kept, list, count * sizeof *kept);
	s->settings = kept;
}

/*
 * METADATA_BLOCK USED/TOTAL BLOCK USED/TOTAL READ_HITS READ_MISSES WRITE_HITS WRITE_MISSES DEMOTIONS PROMOTIONS DIRTY
 * COUNT FEATURE... COUNT SETTING... POLICY COUNT SETTING... [rw|ro] [needs_check|-], or "Fail" or "Error"
 */
void lvi_dm_status_cache(struct dm_words *w, struct lvol_status_line *line)
{
	struct lvol_cache_status *s = lvi_words_zalloc(w, sizeof *s);

	line->cache = s;
	if (!s)
		return;
	s->mode = s->policy = "";
	s->settings = no_settings;
	s->has_failed = lvi_words_are(w, "Fail") || lvi_words_are(w, "Error");
	if (!s->has_failed)
		read_all(w, s);
}

/* ERROR BLOCKS FREE WRITEBACK, and since Linux 5.15 ten counts */
void lvi_dm_status_writecache(struct dm_words *w, struct lvol_status_line *line)
{
	struct lvol_writecache_status *s = lvi_words_zalloc(w, sizeof *s);

	line->writecache = s;
	if (!s)
		return;
	s->error = lvi_words_u64(w);
	s->total_blocks = lvi_words_u64(w);
	s->free_blocks = lvi_words_u64(w);
	s->writeback_blocks = lvi_words_u64(w);
	if (!lvi_words_left(w))
		return;
	s->reads = lvi_words_u64(w);
	s->read_hits = lvi_words_u64(w);
	s->writes = lvi_words_u64(w);
	s->write_hits_uncommitted = lvi_words_u64(w);
	s->write_hits_committed = lvi_words_u64(w);
	s->writes_around = lvi_words_u64(w);
	s->writes_allocated = lvi_words_u64(w);
	s->writes_blocked = lvi_words_u64(w);
	s->flushes = lvi_words_u64(w);
	s->discards = lvi_words_u64(w);
}
