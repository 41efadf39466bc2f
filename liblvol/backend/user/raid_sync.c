/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel's sync thread does, in steps. A pass goes once through sync space: over the regions that are
 * needed, and all that a leg being rebuilt still lacks; a scrub ("check", "repair") over everything. One pass serves
 * both resynchronising and rebuilding, as making a place consistent on all legs is the same work.
 */
#include <stdlib.h>
#include <strings.h>

#include "backend/user/raid.h"
#include "base/error.h"
#include "base/units.h"

#define UNIT ((uint64_t)1 << 20)                  /* bytes of sync space in one step */
#define CHECKPOINT_LEAST ((uint64_t)64 << 20)

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static bool is_recovering(const struct raid_leg *leg)
{
	return !atomic_load(&leg->failed) && atomic_load(&leg->recovered) != RAID_ALL;
}

static bool any_recovering(const struct raid_set *set)
{
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (is_recovering(&set->legs[i]))
			return true;
	return false;
}

static bool any_needed(const struct raid_set *set)
{
	for (uint64_t i = 0; i < set->bitmap.count; i++)
		if (atomic_load_explicit(&set->bitmap.work[i], memory_order_relaxed) & RAID_NEEDED)
			return true;
	return false;
}

/* Whether a leg lacks something of sync space before @end. */
static bool lacks(const struct raid_set *set, uint64_t end)
{
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (set->legs[i].whole && is_recovering(&set->legs[i]) &&
				lvi_raid_leg_position(&set->shape, end) > atomic_load(&set->legs[i].recovered))
			return true;
	return false;
}

static uint64_t region_end(const struct raid_set *set, uint64_t pos)
{
	return min64((pos / set->bitmap.region + 1) * set->bitmap.region, set->shape.sync_size);
}

/* The cursor to where there is work; false: there is none up to the end. */
static bool find_work(struct raid_set *set)
{
	const struct raid_bitmap *b = &set->bitmap;

	for (; set->cursor < set->shape.sync_size; set->cursor = region_end(set, set->cursor))
		if (set->action != RAID_IDLE || atomic_load(&b->work[set->cursor / b->region]) & RAID_NEEDED ||
				lacks(set, region_end(set, set->cursor)))
			return true;
	return false;
}

static void advance(struct raid_set *set, uint64_t from)
{
	for (unsigned i = 0; i < set->shape.legs; i++) {
		struct raid_leg *leg = &set->legs[i];
		uint64_t to = lvi_raid_leg_position(&set->shape, set->cursor);

		if (is_recovering(leg) && to > atomic_load(&leg->recovered))
			atomic_store(&leg->recovered, to);
	}
	if (set->cursor == region_end(set, from))
		lvi_raid_bitmap_done(&set->bitmap, from / set->bitmap.region);
	pthread_mutex_lock(&set->lock);
	if (set->resynced != RAID_ALL && set->resynced < set->cursor)
		set->resynced = set->cursor;
	pthread_mutex_unlock(&set->lock);
}

static int write_supers(struct raid_set *set, struct lvol_error *err)
{
	int r;

	pthread_mutex_lock(&set->lock);
	r = lvi_raid_write_supers(set, err);
	pthread_mutex_unlock(&set->lock);
	return r;
}

/* What is done need not be done again after a crash: bits of regions go out, or superblocks say how far a leg is. */
static int checkpoint(struct raid_set *set, struct lvol_error *err)
{
	uint64_t least = set->shape.sync_size / 16;
	int r;

	if (set->cursor - set->checkpoint < (least > CHECKPOINT_LEAST ? least : CHECKPOINT_LEAST))
		return 0;
	set->checkpoint = set->cursor;
	r = lvi_raid_settle(set, err);
	return r || !any_recovering(set) ? r : write_supers(set, err);
}

/* A repair writes only what differs, and so knows how much that was. */
static int sync_range(struct raid_set *set, uint64_t from, uint64_t len, struct lvol_error *err)
{
	uint64_t found = set->mismatches;
	int r = set->action == RAID_IDLE ? 0 : set->ops->sync(set, from, len, true, err);

	if (r || set->action == RAID_CHECK || (set->action == RAID_REPAIR && set->mismatches == found))
		return r;
	return set->ops->sync(set, from, len, false, err);
}

static int sync_unit(struct raid_set *set, struct lvol_error *err)
{
	struct range_hold hold = { .exclusive = true };
	uint64_t from = set->cursor, len = min64(UNIT, region_end(set, from) - from);
	bool check = set->action == RAID_CHECK;
	int r;

	lvi_range_lock_take(&set->ranges, &hold, from, from + len);
	r = sync_range(set, from, len, err);
	if (!r) {
		set->cursor += len;
		if (!check)
			advance(set, from);
	}
	lvi_range_lock_give(&set->ranges, &hold);
	return r || check ? r : checkpoint(set, err);
}

/* All data is on disk before a superblock says that a leg has it; and all say so before one says that an array without
 * missing legs is being written: see raid_meta.c. */
static int finish_sync(struct raid_set *set, struct lvol_error *err)
{
	int r = lvi_raid_settle(set, err);

	if (r)
		return r;
	pthread_mutex_lock(&set->lock);
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (is_recovering(&set->legs[i])) {
			set->legs[i].fault = RAID_FINE;
			set->legs[i].whole = false;
			atomic_store(&set->legs[i].recovered, RAID_ALL);
		}
	set->resynced = RAID_ALL;
	atomic_store(&set->unsettled, false);
	set->finishing = true;
	r = lvi_raid_write_supers(set, err);
	set->finishing = false;
	if (!r)
		r = lvi_raid_write_supers(set, err);
	pthread_mutex_unlock(&set->lock);
	return r ? r : lvi_raid_settle(set, err);
}

static int finish(struct raid_set *set, struct lvol_error *err)
{
	enum raid_action action = set->action;

	set->action = RAID_IDLE;
	set->cursor = set->checkpoint = 0;
	return action == RAID_CHECK ? 0 : finish_sync(set, err);
}

/* A pass is under way, or there is work for one. */
static bool is_busy(const struct raid_set *set)
{
	return set->bitmap.count && (set->action != RAID_IDLE || set->cursor || any_recovering(set) || any_needed(set));
}

static uint64_t progress(const struct raid_set *set)
{
	uint64_t done = set->shape.sync_size;

	if (!is_busy(set))
		return done;
	if (set->action != RAID_IDLE || set->cursor)
		return set->cursor;
	if (any_recovering(set)) {
		for (unsigned i = 0; i < set->shape.legs; i++)
			if (is_recovering(&set->legs[i]))
				done = min64(done, lvi_raid_sync_position(&set->shape,
						atomic_load(&set->legs[i].recovered)));
		return done;
	}
	return set->resynced == RAID_ALL ? 0 : set->resynced;
}

static int step_locked(struct raid_set *set, struct lvol_error *err)
{
	int r;

	if (set->frozen || (!is_busy(set) && !atomic_load(&set->unsettled)))
		return 0;
	r = set->action == RAID_CHECK ? 0 : lvi_raid_start(set, err);
	if (r)
		return r;
	r = find_work(set) ? sync_unit(set, err) : finish(set, err);
	return r ? r : is_busy(set);
}

int lvi_raid_step(struct raid_set *set, struct user_progress *out, struct lvol_error *err)
{
	int r;

	pthread_mutex_lock(&set->sync_lock);
	r = step_locked(set, err);
	*out = (struct user_progress){ progress(set), set->shape.sync_size, set->mismatches };
	pthread_mutex_unlock(&set->sync_lock);
	return r;
}

static int begin_scrub(struct raid_set *set, enum raid_action action)
{
	set->action = action;
	set->last_was_check = action == RAID_CHECK;
	set->cursor = set->checkpoint = 0;
	set->mismatches = 0;
	return 0;
}

/* "resync" and "recover" only wake what is to be done anyway. */
static int message_locked(struct raid_set *set, const char *text, struct lvol_error *err)
{
	bool known = !strcasecmp(text, "resync") || !strcasecmp(text, "recover"), check = !strcasecmp(text, "check");

	if (!strcasecmp(text, "frozen") || !strcasecmp(text, "idle")) {
		set->frozen = *text == 'f' || *text == 'F';
		if (set->action != RAID_IDLE)
			set->cursor = 0;
		set->action = RAID_IDLE;
		return 0;
	}
	if (!check && !known && strcasecmp(text, "repair"))
		return lvi_error(err, LVOL_E_INVALID, set->name, "raid %s takes no message '%s', only check, "
				"repair, resync, recover, idle and frozen", set->name, text);
	set->frozen = false;
	if (!known && is_busy(set))
		return lvi_error(err, LVOL_E_BUSY, set->name, "%s is being synchronised; '%s' can begin when that "
				"is done, or after 'idle' if it is a scrub", set->name, text);
	return known ? 0 : begin_scrub(set, check ? RAID_CHECK : RAID_REPAIR);
}

int lvi_raid_message(struct raid_set *set, const char *text, struct lvol_error *err)
{
	int r;

	if (!set->bitmap.count)
		return lvi_error(err, LVOL_E_INVALID, set->name, "%s is raid0, which has nothing to synchronise",
				set->name);
	pthread_mutex_lock(&set->sync_lock);
	r = message_locked(set, text, err);
	pthread_mutex_unlock(&set->sync_lock);
	return r;
}

static const char *action_name(const struct raid_set *set)
{
	if (set->frozen)
		return "frozen";
	if (set->action != RAID_IDLE)
		return set->action == RAID_CHECK ? "check" : "repair";
	if (!is_busy(set))
		return "idle";
	return any_recovering(set) ? "recover" : "resync";
}

/* While the array as a whole is being synchronised no leg counts as in sync. */
static char health(const struct raid_set *set, const struct raid_leg *leg)
{
	if (!leg->data)
		return '-';
	if (atomic_load(&leg->failed))
		return 'D';
	if (is_recovering(leg))
		return 'a';
	return set->action == RAID_IDLE && is_busy(set) && !any_recovering(set) ? 'a' : 'A';
}

int lvi_raid_status(struct raid_set *set, struct textbuf *out)
{
	pthread_mutex_lock(&set->sync_lock);
	lvi_textbuf_printf(out, "%s %u ", set->shape.type->name, set->shape.legs);
	for (unsigned i = 0; i < set->shape.legs; i++)
		lvi_textbuf_putc(out, health(set, &set->legs[i]));
	lvi_textbuf_printf(out, " %llu/%llu %s %llu %llu -", (unsigned long long)(progress(set) >> LVI_SECTOR_SHIFT),
			(unsigned long long)(set->shape.sync_size >> LVI_SECTOR_SHIFT), action_name(set),
			(unsigned long long)(set->last_was_check ? set->mismatches >> LVI_SECTOR_SHIFT : 0),
			(unsigned long long)(set->data_offset >> LVI_SECTOR_SHIFT));
	pthread_mutex_unlock(&set->sync_lock);
	return 0;
}
