/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/raid_meta.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "dm/raid_bits.h"
#include "dm/raid_super.h"
#include "txn/leg_integrity.h"
#include "txn/raid_facts.h"
#include "txn/start.h"

#define PAGE 4096u
#define SLEEP_MS 5000
/* Superblocks with one event only may be those of an array whose first writing a crash cut off. */
#define EVENTS (RAID_FIRST_EVENT + 1)
#define REGIONS_MAX (UINT64_C(1) << 24)

static int shape_of(const struct lvol_segment *seg, struct raid_shape *out, struct lvol_error *err)
{
	const struct segtype *type = seg->type;
	struct raid_facts f;
	struct raid_shape_request request;

	lvi_raid_facts_of(seg, &f);
	request = (struct raid_shape_request) {
		lvi_raid_type_find(type->raid_word ? type->raid_word : type->name), f.legs, f.copies, f.stripe_sectors,
		seg->count * seg->lv->vg->extent_sectors
	};
	if (!request.type)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, seg->lv->name, "LV %s is a %s, whose superblocks are not known here",
				seg->lv->name, type->name);
	return lvi_raid_shape_init(&request, seg->lv->name, out, err);
}

/*
 * A leg to be rebuilt has no place in the array yet: were the place one that the other superblocks call failed, the kernel
 * would take it for the leg that was there, and copy only what that one had missed.
 */
static struct raid_super make_super(const struct raid_fresh *fresh, const struct raid_shape *s, uint32_t i)
{
	enum raid_leg_state state = fresh->states ? fresh->states[i] : RAID_LEG_IN_SYNC;
	bool rebuild = state == RAID_LEG_REBUILD;

	return (struct raid_super) {
		.legs = s->legs, .position = rebuild ? RAID_NO_LEG : i, .events = fresh->events ? fresh->events : EVENTS,
		.resynced = state == RAID_LEG_RESYNC ? 0 : RAID_ALL, .recovered = rebuild ? 0 : RAID_ALL, .level = s->type->level,
		.layout = lvi_raid_shape_layout(s), .chunk = s->type->level == 1 ? 0 : s->chunk, .size = s->size,
		.leg_size = s->leg_size
	};
}

int lvi_raid_fresh_leg(struct lvol_txn *txn, const struct raid_fresh *fresh, uint32_t i, struct lvol_error *err)
{
	const struct lvol_segment *seg = fresh->lv->seg_first;
	uint64_t region = lvi_seg_number(seg, SEG_REGION_SIZE, 0) * LVI_SECTOR_BYTES;
	uint8_t head[RAID_BITMAP_OFFSET + RAID_BITMAP_HEADER] = { 0 };
	/* the bits of the bitmap: what is set is synchronised */
	bool resync = fresh->states && fresh->states[i] == RAID_LEG_RESYNC;
	struct start_content content = { .head = head, .head_len = sizeof head, .fill = resync ? 0xff : 0,
		.given_up = fresh->in_place };
	struct raid_shape shape;
	struct raid_super super;
	int ret;

	if (!region)
		return lvi_txn_zero_start(txn, seg->metas[i].lv, err);
	ret = shape_of(seg, &shape, err);
	if (ret)
		return ret;
	super = make_super(fresh, &shape, i);
	lvi_raid_super_encode(&super, head);
	lvi_raid_bitmap_header_encode(&(struct raid_bitmap_header) { .events = super.events, .events_cleared = super.events,
			.sync_size = shape.sync_size, .region = region, .sleep_ms = SLEEP_MS,
			.write_behind_sectors = lvi_seg_number(seg, SEG_WRITEBEHIND, 0) / 2 }, head + RAID_BITMAP_OFFSET);
	content.length = lvi_round_up(RAID_BITMAP_OFFSET + lvi_raid_bitmap_bytes(shape.sync_size, region), PAGE);
	return lvi_txn_fill_start(txn, seg->metas[i].lv, &content, err);
}

int lvi_raid_fresh_all(struct lvol_txn *txn, const struct raid_fresh *fresh, struct lvol_error *err)
{
	int ret = 0;

	for (uint32_t i = 0; i < fresh->lv->seg_first->area_count && !ret; i++)
		ret = lvi_raid_fresh_leg(txn, fresh, i, err);
	return ret;
}

/* Reading */

/* Metadata LVs are a run on one PV; @dev NULL: it is missing. */
struct meta_place { struct lvol_dev *dev; uint64_t offset, size; };

static struct meta_place place_of(const struct area *meta)
{
	const struct lvol_segment *seg = meta->kind == AREA_LV ? meta->lv->seg_first : NULL;
	const struct area *a = seg && seg->area_count ? &seg->areas[0] : NULL;
	uint64_t extent;

	if (!a || a->kind != AREA_PV || !a->pv->dev)
		return (struct meta_place) { NULL, 0, 0 };
	extent = a->pv->vg->extent_sectors * LVI_SECTOR_BYTES;
	return (struct meta_place) { a->pv->dev, a->pv->pe_start_sectors * LVI_SECTOR_BYTES + a->start * extent,
		seg->area_extents * extent };
}

static int read_super(const struct lvol_segment *seg, uint32_t i, struct raid_super *out, struct lvol_error *err)
{
	uint8_t sector[RAID_SUPER_BYTES];
	const struct meta_place at = place_of(&seg->metas[i]);
	int ret;

	*out = (struct raid_super) { .is_new = true };
	if (!at.dev)
		return 0;
	ret = lvi_dev_read(at.dev, sector, sizeof sector, at.offset, err);
	return ret ? ret : lvi_raid_super_decode(sector, seg->metas[i].lv->name, out, err);
}

/* Whether a bit is set, in the bitmap of leg @i. */
static int read_dirty(const struct lvol_segment *seg, uint32_t i, bool *dirty, struct lvol_error *err)
{
	const struct meta_place at = place_of(&seg->metas[i]);
	uint8_t head[RAID_BITMAP_HEADER], *bits;
	struct raid_bitmap_header header;
	uint64_t count;
	int ret = lvi_dev_read(at.dev, head, sizeof head, at.offset + RAID_BITMAP_OFFSET, err);

	if (!ret)
		ret = lvi_raid_bitmap_decode(head, seg->metas[i].lv->name, &header, err);
	if (ret)
		return ret;
	count = lvi_div_up(header.sync_size, header.region);
	*dirty = header.stale || count > REGIONS_MAX ||
		RAID_BITMAP_OFFSET + RAID_BITMAP_HEADER + lvi_div_up(count, 8) > at.size;
	if (*dirty)
		return 0;
	bits = malloc(lvi_div_up(count, 8) + 1);
	if (!bits)
		return lvi_error_nomem(err);
	ret = lvi_dev_read(at.dev, bits, lvi_div_up(count, 8), at.offset + RAID_BITMAP_OFFSET + RAID_BITMAP_HEADER, err);
	for (uint64_t bit = 0; bit < count && !ret && !*dirty; bit++)
		*dirty = bits[bit / 8] >> bit % 8 & 1;
	free(bits);
	return ret;
}

/* @lv NULL: there is nothing that could be missing. */
static bool are_there(const struct lvol_lv *lv)
{
	for (const struct lvol_segment *s = lv ? lv->seg_first : NULL; s; s = s->next)
		for (uint32_t k = 0; k < s->area_count; k++)
			if (s->areas[k].kind == AREA_PV && !s->areas[k].pv->dev)
				return false;
	return true;
}

static bool is_there(const struct lvol_segment *seg, uint32_t i)
{
	const struct area *data = &seg->areas[i];

	if (data->kind != AREA_LV || !place_of(&seg->metas[i]).dev)
		return false;
	return are_there(lvi_leg_room(data->lv)) && are_there(lvi_leg_checksums(data->lv));
}

static const struct raid_super *freshest(const struct raid_super *supers, uint32_t legs)
{
	const struct raid_super *best = NULL;

	for (uint32_t i = 0; i < legs; i++)
		if (!supers[i].is_new && (!best || supers[i].events > best->events))
			best = &supers[i];
	return best;
}

/* A crash while superblocks are written leaves some of them one event behind; those further behind have missed something. */
static bool is_good(const struct raid_super *s, const struct raid_super *best)
{
	return !s->is_new && s->events + 1 >= best->events && s->recovered == RAID_ALL && s->position < 256 &&
		!lvi_raid_mask_has(&best->failed, s->position);
}

static int judge(const struct lvol_segment *seg, const struct raid_super *supers, struct raid_state *out,
		struct lvol_error *err)
{
	const struct raid_super *best = freshest(supers, seg->area_count);
	bool dirty = false, all = true;
	int ret = 0;

	out->is_new = !best;
	for (uint32_t i = 0; i < seg->area_count && i < sizeof out->good; i++) {
		bool there = is_there(seg, i);

		out->degraded |= !there;
		out->good[i] = there && (!best || is_good(&supers[i], best));
		all = all && (out->good[i] || !there);
	}
	if (!best)
		return 0;
	out->events = best->events;
	for (uint32_t i = 0; lvi_raid_has_bitmap(seg->type) && i < seg->area_count && !ret; i++)
		if (out->good[i]) {
			ret = read_dirty(seg, i, &dirty, err);
			break;
		}
	/* bits stay for what a missing leg lacks */
	out->in_sync = all && best->resynced == RAID_ALL && !(dirty && !out->degraded);
	return ret;
}

int lvi_raid_read_state(const struct lvol_lv *lv, struct raid_state *out, struct lvol_error *err)
{
	const struct lvol_segment *seg = lv->seg_first;
	struct raid_super *supers = calloc(seg->area_count, sizeof *supers);
	int ret = supers ? 0 : lvi_error_nomem(err);

	*out = (struct raid_state) { .in_sync = !lvi_raid_has_bitmap(seg->type) };
	for (uint32_t i = 0; i < seg->area_count && !ret && seg->metas; i++)
		ret = read_super(seg, i, &supers[i], err);
	if (!ret && seg->metas && lvi_raid_has_bitmap(seg->type))
		ret = judge(seg, supers, out, err);
	free(supers);
	return ret;
}

/*
 * 'A': it has all. 'a': not yet; or, where no leg is an 'A', the array is synchronised as a whole, from the first leg or by
 * parity, and each leg is what it should be for that.
 */
int lvi_raid_live_state(const struct lvol_lv *lv, const struct live_legs *legs, struct raid_state *out,
		struct lvol_error *err)
{
	const struct lvol_segment *seg = lv->seg_first;
	bool any = memchr(legs->health, 'A', legs->count);
	struct raid_super super;
	int ret = 0;

	*out = (struct raid_state) { .is_active = true, .in_sync = legs->in_sync };
	for (uint32_t i = 0; i < legs->count && !ret; i++) {
		char letter = legs->health[i];
		bool there = is_there(seg, i) && (letter == 'A' || letter == 'a');

		out->degraded |= !there;
		out->good[i] = there && (letter == 'A' || !any);
		if (there)
			ret = read_super(seg, i, &super, err);
		if (there && !ret && !super.is_new && super.events > out->events)
			out->events = super.events;
	}
	return ret;
}
