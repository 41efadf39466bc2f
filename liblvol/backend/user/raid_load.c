/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/raid_load.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"

#define MAX_OLD_REGIONS (UINT64_C(1) << 24)

static bool same_geometry(const struct raid_set *set, const struct raid_super *s)
{
	const struct raid_shape *shape = &set->shape;

	return s->level == shape->type->level && s->layout == lvi_raid_shape_layout(shape) && s->legs == shape->legs &&
			(s->level == 1 || s->chunk == shape->chunk);
}

/* raid1 gains and loses legs without anything moving. */
static bool is_raid1(const struct raid_set *set, const struct raid_super *s)
{
	return s->level == 1 && set->shape.type->level == 1;
}

static struct raid_place place_of(const struct raid_shape *shape, uint64_t offset)
{
	return shape->data ? lvi_raid_data_place(shape, offset) : lvi_raid_copy_place(shape, offset, 0);
}

/* Each leg has all of it: copies on all, or parity of one leg of data. */
static bool legs_are_alike(const struct raid_shape *shape)
{
	return shape->data ? shape->data == 1 && shape->legs == 2 : shape->copies == shape->legs;
}

/* One round of all positions that P and Q take shows all there is. */
static bool same_places(const struct raid_set *set, const struct raid_shape *old)
{
	bool alike = legs_are_alike(old);
	const struct raid_shape *now = &set->shape;
	uint64_t step = old->chunk < now->chunk ? old->chunk : now->chunk, round = step * 2 * now->legs * now->legs;

	for (uint64_t offset = 0; offset < now->size && offset < round; offset += step) {
		struct raid_place a = place_of(old, offset), b = place_of(now, offset);
		const struct raid_leg *leg = &set->legs[b.leg];

		if (a.offset != b.offset || leg->super.is_new || (!alike && leg->super.position != a.leg))
			return false;
	}
	return true;
}

int lvi_raid_load_takeover(const struct raid_set *set, const struct raid_super *s, struct raid_load *load,
		struct lvol_error *err)
{
	struct raid_shape_request request = { lvi_raid_type_of(s->level, s->layout), s->legs, s->layout & 0xff,
			s->chunk >> LVI_SECTOR_SHIFT, set->shape.size >> LVI_SECTOR_SHIFT };
	struct raid_shape old;

	if (same_geometry(set, s) || is_raid1(set, s))
		return 0;
	load->takeover = request.type && !lvi_raid_shape_init(&request, set->name, &old, NULL) && same_places(set,
			&old);
	if (load->takeover)
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, set->name, "superblocks of %s are of %s with %u legs and chunks "
			"of %" PRIu64
			" bytes, its table of %s with %u and %" PRIu64 ": that is reshaping, which the kernel "
			"does", set->name,
			request.type ? request.type->name : "an unknown type", s->legs, s->chunk, set->shape.type->name,
			set->shape.legs, set->shape.type->level == 1 ? 0 : set->shape.chunk);
}

/* What is on disk: header and bits, if any. */
struct old_bitmap {
	struct raid_bitmap_header header;
	uint8_t *bits;
	uint64_t count;
};

static int read_bits(const struct raid_leg *leg, struct old_bitmap *out, struct lvol_error *err)
{
	size_t bytes;

	out->count = lvi_div_up(out->header.sync_size, out->header.region);
	if (out->count > MAX_OLD_REGIONS)
		return lvi_error(err, LVOL_E_CORRUPT, leg->meta->name, "write-intent bitmap on %s has %" PRIu64 " "
				"regions",
				leg->meta->name, out->count);
	bytes = lvi_div_up(out->count, 8);
	out->bits = malloc(bytes ? bytes : 1);
	if (!out->bits)
		return lvi_error_nomem(err);
	return lvi_user_port_read(leg->meta, out->bits, bytes, RAID_BITMAP_OFFSET + RAID_BITMAP_HEADER, err);
}

static int read_bitmap(const struct raid_leg *leg, struct old_bitmap *out, struct lvol_error *err)
{
	uint8_t header[RAID_BITMAP_HEADER];
	int r = lvi_user_port_read(leg->meta, header, sizeof header, RAID_BITMAP_OFFSET, err);

	if (!r)
		r = lvi_raid_bitmap_decode(header, leg->meta->name, &out->header, err);
	if (!r)
		r = read_bits(leg, out, err);
	if (r) {
		free(out->bits);
		out->bits = NULL;
	}
	return r;
}

/* Of the first leg in sync that has a good one. */
static int find_bitmap(const struct raid_set *set, struct old_bitmap *out, struct lvol_error *err)
{
	struct lvol_error first = LVOL_ERROR_INIT;
	int r = -LVOL_E_CORRUPT;

	for (unsigned i = 0; i < set->shape.legs; i++) {
		if (!lvi_raid_leg_in_sync(&set->legs[i]))
			continue;
		r = read_bitmap(&set->legs[i], out, first.code ? NULL : &first);
		if (!r || r == -LVOL_E_NO_MEMORY)
			break;
	}
	if (r == -LVOL_E_NO_MEMORY)
		return lvi_error_nomem(err);
	if (r && err)
		*err = first;
	return r ? -first.code : 0;
}

static bool has_rebuilding(const struct raid_set *set)
{
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (!atomic_load(&set->legs[i].failed) && atomic_load(&set->legs[i].recovered) != RAID_ALL)
			return true;
	return false;
}

/* In an array that lacks a leg bits say what that leg will lack: something to be done only when it is back. */
static void need_range(struct raid_set *set, uint64_t start, uint64_t end)
{
	struct raid_bitmap *b = &set->bitmap;
	bool degraded = lvi_raid_degraded(set), rebuilding = has_rebuilding(set);
	uint64_t last = lvi_div_up(end < b->sync_size ? end : b->sync_size, b->region);

	for (uint64_t i = start / b->region; i < last; i++) {
		bool beyond = set->resynced != RAID_ALL && (i + 1) * b->region > set->resynced;

		lvi_raid_bitmap_set(b, i, true);
		if (!degraded || beyond)
			atomic_store(&b->work[i], RAID_NEEDED | RAID_UNTRUSTED);
		else if (rebuilding)
			atomic_store(&b->work[i], RAID_NEEDED);
	}
}

static void take_bits(struct raid_set *set, const struct old_bitmap *old, bool all)
{
	bool any = false;

	for (uint64_t i = 0; i < old->count; i++)
		if (old->header.stale || old->bits[i / 8] >> i % 8 & 1) {
			any = true;
			if (!all)
				need_range(set, i * old->header.region, (i + 1) * old->header.region);
		}
	if (all && any)
		need_range(set, 0, set->bitmap.sync_size);
}

/* A leg that comes back needs only what was written without it, as long as no bit went out since. */
static void spare_returned_legs(struct raid_set *set, const struct old_bitmap *old)
{
	for (unsigned i = 0; i < set->shape.legs; i++) {
		struct raid_leg *leg = &set->legs[i];

		if (leg->fault == RAID_RECORDED)
			leg->whole = old->header.stale || leg->super.events < old->header.events_cleared;
	}
}

static int load_known(struct raid_set *set, const struct raid_load *load, struct lvol_error *err)
{
	struct raid_bitmap *b = &set->bitmap;
	struct old_bitmap old = { 0 };
	int r = find_bitmap(set, &old, err);

	if (r)
		return r;
	if (old.header.events < set->events)
		old.header.stale = true;
	b->events_cleared = old.header.events_cleared;
	set->rewrite = load->takeover || old.header.region != b->region || old.header.sync_size != b->sync_size;
	take_bits(set, &old, load->takeover);
	spare_returned_legs(set, &old);
	free(old.bits);
	return 0;
}

/* raid0 has superblocks at most. */
static bool had_bitmap(const struct raid_set *set)
{
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (lvi_raid_leg_in_sync(&set->legs[i]) && !set->legs[i].super.is_new && set->legs[i].super.level)
			return true;
	return false;
}

static int check_room(const struct raid_set *set, struct lvol_error *err)
{
	uint64_t bytes = RAID_BITMAP_OFFSET + lvi_raid_bitmap_bytes(set->bitmap.sync_size, set->bitmap.region);

	for (unsigned i = 0; i < set->shape.legs; i++) {
		const struct user_port *meta = set->legs[i].meta;

		if (meta && !meta->missing && meta->size < bytes)
			return lvi_error(err, LVOL_E_CORRUPT, meta->name, "%s has %" PRIu64 " bytes, too few for "
					"the superblock and a bitmap of %" PRIu64 " regions (%" PRIu64 " bytes)",
					meta->name,
					meta->size, set->bitmap.count, bytes);
	}
	return 0;
}

static bool anything_needed(const struct raid_bitmap *b)
{
	for (uint64_t i = 0; i < b->count; i++)
		if (atomic_load(&b->work[i]))
			return true;
	return false;
}

int lvi_raid_load_bitmap(struct raid_set *set, const struct raid_load *load, struct lvol_error *err)
{
	struct raid_bitmap_shape shape = { set->shape.sync_size, load->region };
	struct raid_bitmap *b = &set->bitmap;
	int r = lvi_raid_bitmap_init(b, &shape, err);

	if (r)
		return r;
	b->on_disk = set->has_meta;
	b->sleep_ms = load->sleep_ms;
	b->write_behind_sectors = load->write_behind_sectors;
	r = set->has_meta ? check_room(set, err) : 0;
	if (!r && load->known && had_bitmap(set))
		r = load_known(set, load, err);
	else
		set->rewrite = set->has_meta;
	if (r)
		return r;
	if (set->resynced != RAID_ALL && !(load->known && set->resynced == 0))
		need_range(set, set->resynced, b->sync_size);
	/* bitmaps of legs may differ after a crash: all are written anew */
	set->rewrite |= set->has_meta && set->resynced == 0;
	if (!anything_needed(b)) {
		atomic_store(&set->unsettled, set->resynced != RAID_ALL);
		set->resynced = RAID_ALL;
	}
	return 0;
}
