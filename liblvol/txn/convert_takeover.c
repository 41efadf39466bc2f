/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "txn/convert_kinds.h"
#include "txn/lv_growth.h"

static int choose_stripe(struct convert *c, const struct takeover_wanted *w, struct lvol_error *err)
{
	struct lv_growth g = { .stripes = 2 };
	uint32_t had = (uint32_t)lvi_seg_number(c->lv->seg_first, SEG_STRIPE_SIZE, 0);
	bool stripes = w->type->flags & (SEGTYPE_STRIPED | SEGTYPE_CAN_SPLIT);
	int ret;

	c->facts.stripe_sectors = stripes ? had : 0;
	if (!stripes || (had && (!w->stripe_bytes || w->stripe_bytes == had * LVI_SECTOR_BYTES)))
		return 0;
	if (had)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s has stripes of %llu bytes; other ones move all data, which is "
				"left to lvm2 and the kernel", c->subject, (unsigned long long)had * LVI_SECTOR_BYTES);
	ret = lvi_growth_stripes(&g, c->work, w->stripe_bytes, c->subject, err);
	c->facts.stripe_sectors = g.stripe_sectors;
	return ret;
}

static int choose_region(struct convert *c, uint32_t bytes, uint64_t sectors, struct lvol_error *err)
{
	uint32_t had = c->facts.region_sectors;
	int ret;

	if (!(c->facts.type->flags & SEGTYPE_RAID)) {
		c->facts.region_sectors = 0;
		return 0;
	}
	ret = lvi_raid_facts_region(&c->facts, bytes, c->subject, err);
	if (ret)
		return ret;
	if (!bytes && had && lvi_raid_has_bitmap(c->facts.type))
		c->facts.region_sectors = had > c->facts.stripe_sectors ? had : c->facts.stripe_sectors;
	lvi_raid_facts_fit_region(&c->facts, sectors);
	return 0;
}

static void forget_what_it_has_not(struct convert *c)
{
	const struct segtype *type = c->facts.type;

	if (!lvi_raid_has_bitmap(type) || (type->flags & SEGTYPE_CAN_SPLIT))
		c->facts.min_recovery = c->facts.max_recovery = 0;
	if (lvi_raid_is_striped(type) || (type->flags & SEGTYPE_CAN_SPLIT))
		c->facts.write_behind = 0;
}

static bool has_bitmap(const struct segtype *type)
{
	return (type->flags & SEGTYPE_RAID) && lvi_raid_has_bitmap(type);
}

int lvi_convert_takeover(struct convert *c, const struct takeover_wanted *w, struct lvol_error *err)
{
	const struct lvol_segment *seg = c->lv->seg_first;
	uint64_t sectors = c->lv->extent_count * c->work->extent_sectors;
	bool had_bitmap = has_bitmap(seg->type);
	int ret = lvi_convert_must_be_in_sync(c, err);

	if (ret)
		return ret;
	if (seg->reshape_count)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "legs of LV %s keep room for a reshape, so that its data begins "
				"elsewhere; give that up with lvm2 first", c->subject);
	lvi_raid_facts_of(seg, &c->facts);
	ret = choose_stripe(c, w, err);
	if (!ret)
		ret = lvi_convert_match_roles(c, w->type, err);
	if (ret)
		return ret;
	c->facts.type = w->type;
	c->facts.word = w->word;
	c->facts.legs = (uint32_t)c->to.len;
	c->facts.copies = lvi_raid_has_copies(w->type) && (w->type->flags & SEGTYPE_RAID) ? 2 : 1;
	c->facts.data_legs = (c->facts.legs - w->type->parity_areas) / c->facts.copies;
	/* superblocks of a raid0 come without a bitmap, which the kernel would look for */
	c->fresh_metas |= !had_bitmap && has_bitmap(w->type);
	forget_what_it_has_not(c);
	ret = choose_region(c, w->region_bytes, sectors, err);
	if (!ret)
		ret = lvi_convert_new_legs(c, err);
	return ret ? ret : lvi_convert_put_legs(c, err);
}

int lvi_convert_region(struct convert *c, uint32_t bytes, struct lvol_error *err)
{
	struct lvol_segment *seg = c->lv->seg_first;
	uint32_t meta = seg->metas && seg->metas[0].kind == AREA_LV ? seg->metas[0].lv->extent_count : 0;
	int ret = lvi_convert_must_be_in_sync(c, err);

	if (ret)
		return ret;
	lvi_raid_facts_of(seg, &c->facts);
	if (c->facts.region_sectors == bytes / LVI_SECTOR_BYTES)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "regions of LV %s have %u bytes already", c->subject, bytes);
	ret = lvi_raid_facts_region(&c->facts, bytes, c->subject, err);
	if (ret)
		return ret;
	lvi_raid_facts_fit_region(&c->facts, c->lv->extent_count * c->work->extent_sectors);
	if (lvi_raid_meta_extents(&c->facts, seg->area_extents, c->work->extent_sectors) > meta)
		return lvi_error(err, LVOL_E_NO_SPACE, c->subject, "regions of %u bytes would need more room for LV %s than its metadata "
				"has", bytes, c->subject);
	return lvi_seg_set_number(seg, SEG_REGION_SIZE, c->facts.region_sectors) ? lvi_error_nomem(err) : 0;
}
