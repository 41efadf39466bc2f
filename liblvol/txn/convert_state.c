/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/convert.h"

#include "base/error.h"
#include "txn/mirror_log.h"

/*
 * Which legs of a raid or mirror have all its data. While it is active the kernel alone knows: it writes superblocks, bitmaps
 * and logs late, so that the disks may call dirty what has long been synchronised.
 */
static bool is_raid(const struct lvol_lv *lv)
{
	return lv->seg_first && (lv->seg_first->type->flags & SEGTYPE_RAID);
}

static bool is_mirror(const struct lvol_lv *lv)
{
	return lv->seg_first && (lv->seg_first->type->flags & SEGTYPE_MIRROR);
}

/* A transaction without anything that could be active (an image file, say) has nobody to ask. */
static int ask(struct convert *c, const struct lvol_lv *base, struct live_legs *out, struct lvol_error *err)
{
	struct commit_live *live = c->txn->live;
	uint32_t legs = base->seg_first->area_count;
	int ret = live ? live->ops->legs(live, base, out, err) : 0;

	if (ret || !out->runs || out->count == legs)
		return ret;
	return lvi_error(err, LVOL_E_CONFLICT, c->subject, "LV %s has %u legs, but its device has %u: somebody changed one of the two "
			"only (lvchange --refresh)", c->subject, legs, out->count);
}

/* The first leg has everything, whatever the log says; a leg that has failed has not. */
static int read_mirror(struct convert *c, const struct lvol_lv *lv, struct lvol_error *err)
{
	const struct lvol_lv *base = c->vg->base ? lvi_vg_find_lv_by_id(c->vg->base, &lv->id) : NULL;
	struct live_legs legs = { 0 };
	int ret = base && is_mirror(base) ? ask(c, base, &legs, err) : 0;

	c->state.is_active = legs.runs;
	c->state.in_sync = legs.in_sync;
	if (!ret && !legs.runs && base && is_mirror(base))
		ret = lvi_mirror_log_read(lv->seg_first, &c->state.in_sync, err);
	for (uint32_t i = 0; i < lv->seg_first->area_count && i < sizeof c->state.good; i++)
		c->state.good[i] = (!i || c->state.in_sync) && (!legs.runs || legs.health[i] == 'A');
	return ret;
}

/* Of a mirror that is being given legs, those of the one below come before those that are new. */
static int read_mirrors(struct convert *c, const struct lvol_lv *lv, struct lvol_error *err)
{
	const struct lvol_lv *layer = lvi_mirror_layer(lv);
	uint32_t below = layer ? layer->seg_first->area_count : 0;
	int ret = read_mirror(c, lv, err);
	struct raid_state top = c->state;

	if (ret || !layer)
		return ret;
	ret = read_mirror(c, layer, err);
	for (uint32_t i = 1; i < lv->seg_first->area_count && below + i - 1 < sizeof c->state.good; i++)
		c->state.good[below + i - 1] = top.good[i];
	c->state.is_active |= top.is_active;
	c->state.in_sync &= top.in_sync;
	return ret;
}

static int read_raid(struct convert *c, const struct lvol_lv *lv, const struct lvol_lv *base, struct lvol_error *err)
{
	struct live_legs legs = { 0 };
	int ret = lvi_raid_has_bitmap(base->seg_first->type) ? ask(c, base, &legs, err) : 0;

	if (ret)
		return ret;
	return legs.runs ? lvi_raid_live_state(lv, &legs, &c->state, err) : lvi_raid_read_state(lv, &c->state, err);
}

/* What its legs say is on the devices: it must be the LV that was read from there. */
int lvi_convert_read_state(struct convert *c, const struct lvol_lv *lv, struct lvol_error *err)
{
	const struct lvol_lv *base = c->vg->base ? lvi_vg_find_lv_by_id(c->vg->base, &lv->id) : NULL;

	if (is_mirror(lv))
		return read_mirrors(c, lv, err);
	if (!is_raid(lv)) {
		c->state.in_sync = true;
		return 0;
	}
	if (base && is_raid(base) && base->seg_first->type == lv->seg_first->type &&
			base->seg_first->area_count == lv->seg_first->area_count)
		return read_raid(c, lv, base, err);
	return lvi_error(err, LVOL_E_STATE, c->subject, "LV %s was made or changed in this transaction: whether its legs are in sync is "
			"known after the commit", c->subject);
}
