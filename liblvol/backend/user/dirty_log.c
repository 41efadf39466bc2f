/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/dirty_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

static bool has(const unsigned char *bits, uint64_t i)
{
	return bits[i / 8] >> (i % 8) & 1;
}

static void set(unsigned char *bits, uint64_t i)
{
	bits[i / 8] |= 1u << (i % 8);
}

static void clear(unsigned char *bits, uint64_t i)
{
	bits[i / 8] &= ~(1u << (i % 8));
}

static uint64_t bytes_of(const struct dirty_log *log)
{
	return lvi_round_up(log->regions, 64) / 8;
}

static void touch(struct dirty_log *log, uint64_t first, uint64_t end)
{
	if (log->touched_first >= log->touched_end) {
		log->touched_first = first;
		log->touched_end = end;
		return;
	}
	if (first < log->touched_first)
		log->touched_first = first;
	if (end > log->touched_end)
		log->touched_end = end;
}

static void touch_region(struct dirty_log *log, uint64_t region)
{
	touch(log, DIRTY_LOG_BITS + region / 8, DIRTY_LOG_BITS + region / 8 + 1);
}

static int init_locks(struct dirty_log *log)
{
	if (pthread_mutex_init(&log->lock, NULL))
		return -1;
	if (pthread_mutex_init(&log->io_lock, NULL))
		goto no_io_lock;
	if (!pthread_mutex_init(&log->flush_lock, NULL))
		return 0;
	pthread_mutex_destroy(&log->io_lock);
no_io_lock:
	pthread_mutex_destroy(&log->lock);
	return -1;
}

static int allocate(struct dirty_log *log, struct lvol_error *err)
{
	uint64_t bytes = bytes_of(log);

	log->area_bytes = lvi_round_up(DIRTY_LOG_BITS + bytes, LVI_SECTOR_BYTES);
	log->area = calloc(1, 2 * log->area_bytes + 3 * bytes);
	if (!log->area || init_locks(log)) {
		free(log->area);
		return lvi_error_nomem(err);
	}
	log->clean = log->area + DIRTY_LOG_BITS;
	log->scratch = log->area + log->area_bytes;
	log->sync = log->scratch + log->area_bytes;
	log->recent = log->sync + bytes;
	log->cleaning = log->recent + bytes;
	return 0;
}

int lvi_dirty_log_open(struct dirty_log *log, struct lvol_error *err)
{
	int r = allocate(log, err);

	if (r)
		return r;
	log->health = 'A';
	r = log->ops->load(log, err);
	if (r) {
		lvi_dirty_log_close(log);
		return r;
	}
	memcpy(log->sync, log->clean, bytes_of(log));
	for (uint64_t i = 0; i < bytes_of(log); i++)
		log->sync_count += __builtin_popcount(log->sync[i]);
	/* the kernel writes all of it when the mirror is activated; here it waits until something is written */
	touch(log, 0, log->area_bytes);
	log->noted = 1;
	return 0;
}

void lvi_dirty_log_close(struct dirty_log *log)
{
	pthread_mutex_destroy(&log->flush_lock);
	pthread_mutex_destroy(&log->io_lock);
	pthread_mutex_destroy(&log->lock);
	free(log->area);
}

bool lvi_dirty_log_remembers(const struct dirty_log *log)
{
	return log->start != DIRTY_LOG_NOSYNC && !log->broken;
}

static int has_failed(const struct dirty_log *log, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_IO, log->device, "the log of mirror %s on %s failed; replace it "
			"(lvconvert --mirrorlog)", log->device, log->port->name);
}

int lvi_dirty_log_check(const struct dirty_log *log, struct lvol_error *err)
{
	return log->careful ? 0 : has_failed(log, err);
}

uint64_t lvi_dirty_log_in_sync(struct dirty_log *log)
{
	uint64_t count;

	pthread_mutex_lock(&log->lock);
	count = log->sync_count;
	pthread_mutex_unlock(&log->lock);
	return count;
}

bool lvi_dirty_log_run(struct dirty_log *log, uint64_t region, uint64_t end, uint64_t *run_end)
{
	bool in_sync;

	pthread_mutex_lock(&log->lock);
	in_sync = has(log->sync, region);
	while (++region < end && has(log->sync, region) == in_sync)
		;
	pthread_mutex_unlock(&log->lock);
	*run_end = region;
	return in_sync;
}

static void failed(struct dirty_log *log, char health, int r)
{
	if (!r || r == -LVOL_E_NO_MEMORY)
		return;
	log->health = health;
	log->broken = true;
}

/* What was touched goes to disk; with io_lock held. */
static int store(struct dirty_log *log, bool durable, struct lvol_error *err)
{
	uint64_t first, end, noted;
	int r;

	pthread_mutex_lock(&log->lock);
	first = lvi_round_down(log->touched_first, LVI_SECTOR_BYTES);
	end = lvi_round_up(log->touched_end, LVI_SECTOR_BYTES);
	noted = log->noted;
	memcpy(log->scratch + first, log->area + first, end - first);
	log->touched_first = log->touched_end = 0;
	pthread_mutex_unlock(&log->lock);
	r = end > first ? log->ops->store(log, log->scratch + first, end - first, first, err) : 0;
	failed(log, 'D', r);
	if (!r && durable) {
		r = lvi_user_port_flush(log->port, err);
		failed(log, 'F', r);
	}
	if (!r && durable) {
		log->durable = noted;
		log->careful = true;
	}
	if (r) {
		pthread_mutex_lock(&log->lock);
		touch(log, first, end);
		pthread_mutex_unlock(&log->lock);
	}
	return r;
}

/* Whoever needs up to @noted on disk. A log that failed once is not asked again: what it would say is not whole. */
static int make_durable(struct dirty_log *log, uint64_t noted, struct lvol_error *err)
{
	int r = 0;

	if (!log->ops->store)
		return 0;
	pthread_mutex_lock(&log->io_lock);
	if (log->broken)
		r = has_failed(log, err);
	else if (log->durable < noted)
		r = store(log, true, err);
	pthread_mutex_unlock(&log->io_lock);
	return r;
}

int lvi_dirty_log_prepare(struct dirty_log *log, struct lvol_error *err)
{
	uint64_t noted;

	pthread_mutex_lock(&log->lock);
	noted = log->noted;
	pthread_mutex_unlock(&log->lock);
	return make_durable(log, noted, err);
}

static void note(struct dirty_log *log, const struct dirty_log_write *w)
{
	bool changed = false;

	for (uint64_t i = w->first; i < w->end; i++) {
		set(log->recent, i);
		clear(log->cleaning, i);
		if (!has(log->clean, i))
			continue;
		clear(log->clean, i);
		touch_region(log, i);
		changed = true;
	}
	log->noted += changed;
}

int lvi_dirty_log_begin(struct dirty_log *log, struct dirty_log_write *w, struct lvol_error *err)
{
	uint64_t noted;

	pthread_mutex_lock(&log->lock);
	w->next = log->writes;
	w->link = &log->writes;
	if (w->next)
		w->next->link = &w->next;
	log->writes = w;
	note(log, w);
	noted = log->noted;
	pthread_mutex_unlock(&log->lock);
	return make_durable(log, noted, err);
}

void lvi_dirty_log_end(struct dirty_log *log, struct dirty_log_write *w)
{
	pthread_mutex_lock(&log->lock);
	*w->link = w->next;
	if (w->next)
		w->next->link = w->link;
	/* a flush may have begun meanwhile */
	for (uint64_t i = w->first; i < w->end; i++)
		set(log->recent, i);
	pthread_mutex_unlock(&log->lock);
}

void lvi_dirty_log_flush_begin(struct dirty_log *log, bool all)
{
	pthread_mutex_lock(&log->flush_lock);
	pthread_mutex_lock(&log->lock);
	for (uint64_t i = 0; i < bytes_of(log); i += 8) {
		uint64_t dirty = lvi_get_le64(log->sync + i) & ~lvi_get_le64(log->clean + i);

		lvi_put_le64(log->cleaning + i, all ? dirty : dirty & ~lvi_get_le64(log->recent + i));
	}
	memset(log->recent, 0, bytes_of(log));
	for (const struct dirty_log_write *w = log->writes; w; w = w->next)
		for (uint64_t i = w->first; i < w->end; i++)
			clear(log->cleaning, i);
	pthread_mutex_unlock(&log->lock);
}

/* True: there are bits for the disk. */
static bool clean_up(struct dirty_log *log, bool succeeded)
{
	bool touched;

	pthread_mutex_lock(&log->lock);
	for (uint64_t i = 0; i < bytes_of(log) && succeeded; i += 8) {
		uint64_t cleaned = lvi_get_le64(log->cleaning + i) & lvi_get_le64(log->sync + i);

		if (!cleaned)
			continue;
		lvi_put_le64(log->clean + i, lvi_get_le64(log->clean + i) | cleaned);
		touch(log, DIRTY_LOG_BITS + i, DIRTY_LOG_BITS + i + 8);
	}
	memset(log->cleaning, 0, bytes_of(log));
	touched = log->touched_first < log->touched_end;
	pthread_mutex_unlock(&log->lock);
	return touched;
}

int lvi_dirty_log_flush_end(struct dirty_log *log, bool succeeded, bool durable, struct lvol_error *err)
{
	int r = 0;

	if (clean_up(log, succeeded) && log->ops->store) {
		pthread_mutex_lock(&log->io_lock);
		if (!log->broken)
			r = store(log, durable, err);
		pthread_mutex_unlock(&log->io_lock);
	}
	pthread_mutex_unlock(&log->flush_lock);
	return r;
}

void lvi_dirty_log_lose(struct dirty_log *log, uint64_t first, uint64_t end)
{
	pthread_mutex_lock(&log->lock);
	for (uint64_t i = first; i < end; i++) {
		log->sync_count -= has(log->sync, i);
		clear(log->sync, i);
	}
	pthread_mutex_unlock(&log->lock);
}

void lvi_dirty_log_lose_dirty(struct dirty_log *log)
{
	pthread_mutex_lock(&log->lock);
	log->sync_count = 0;
	for (uint64_t i = 0; i < bytes_of(log); i++) {
		log->sync[i] &= log->clean[i];
		log->sync_count += __builtin_popcount(log->sync[i]);
	}
	pthread_mutex_unlock(&log->lock);
}

bool lvi_dirty_log_next(struct dirty_log *log, uint64_t *region)
{
	uint64_t i;

	pthread_mutex_lock(&log->lock);
	i = log->cursor;
	while (i < log->regions && has(log->sync, i))
		i += i % 8 || log->sync[i / 8] != 0xff ? 1 : 8;
	log->cursor = i < log->regions ? i + 1 : 0;
	pthread_mutex_unlock(&log->lock);
	*region = i;
	return i < log->regions;
}

void lvi_dirty_log_again(struct dirty_log *log, uint64_t region)
{
	pthread_mutex_lock(&log->lock);
	log->cursor = region;
	pthread_mutex_unlock(&log->lock);
}

void lvi_dirty_log_copied(struct dirty_log *log, uint64_t region)
{
	pthread_mutex_lock(&log->lock);
	log->sync_count += !has(log->sync, region);
	set(log->sync, region);
	pthread_mutex_unlock(&log->lock);
}
