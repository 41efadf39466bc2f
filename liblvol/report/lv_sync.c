/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "report/live.h"
#include "segtype/segtype.h"

/* What raids and mirrors say of their legs. */

const struct lvol_raid_status *lvi_lv_raid(const struct item *it, const struct lvol_lv *lv)
{
	const struct live_device *d = lvi_lv_is_active(it, lv) ? lvi_live_device(it->live, lv, lvi_lv_layer(it, lv)) : NULL;

	return d && d->is_readable && d->lines.lines.len ? d->lines.lines.items[0].raid : NULL;
}

/* The raid that the LV is, or is a part of; *leg is which. */
static const struct lvol_lv *raid_of(const struct item *it, uint32_t *leg)
{
	*leg = UINT32_MAX;
	if (it->li->types & SEGTYPE_RAID)
		return it->lv;
	for (const struct lv_use *use = it->lv->uses; use; use = use->next)
		if (use->is_area && use->seg->type->flags & SEGTYPE_RAID) {
			*leg = use->area % use->seg->area_count;
			return use->seg->lv;
		}
	return NULL;
}

bool lvi_lv_raid_is_healthy(const struct item *it)
{
	const struct lvol_raid_status *raid;
	const struct lvol_lv *lv;
	uint32_t leg;

	if (!lvi_lv_is_active(it, it->lv))
		return true;
	lv = raid_of(it, &leg);
	raid = lv ? lvi_lv_raid(it, lv) : NULL;
	if (!raid)
		return false;
	if (lv == it->lv)
		return !strchr(raid->health, 'D');
	return leg < raid->device_count && raid->health[leg] != 'D';
}

static bool is_synced_raid_image(const struct item *it)
{
	const struct lvol_raid_status *raid;
	const struct lvol_lv *lv;
	uint32_t leg;

	/* an image that is seen was split from its raid */
	if (it->li->kinds & KIND_VISIBLE || !lvi_lv_is_active(it, it->lv))
		return false;
	lv = raid_of(it, &leg);
	raid = lv ? lvi_lv_raid(it, lv) : NULL;
	return raid && leg < raid->device_count && raid->health[leg] == 'A';
}

bool lvi_lv_image_is_synced(const struct item *it)
{
	const struct lv_use *use = it->lv ? it->lv->uses : NULL;

	if (!it->live || !it->lv)
		return false;
	if (it->li->kinds & KIND_RAID_IMAGE)
		return is_synced_raid_image(it);
	while (use && !(use->is_area && use->seg->type->flags & SEGTYPE_MIRROR))
		use = use->next;
	return it->li->kinds & KIND_MIRROR_IMAGE && use &&
		lvi_lv_mirror_percent(it, use->seg->lv) == lvi_percent(1, 1);
}

static bool add_mismatches(const struct item *it, const struct lvol_lv *lv, uint64_t *out)
{
	const struct live_device *d = lvi_lv_own_device(it, lv);
	const struct lvol_integrity_status *s = d && d->is_readable && d->lines.lines.len ? d->lines.lines.items[0].integrity : NULL;

	*out += s ? s->mismatch_count : 0;
	return s != NULL;
}

bool lvi_lv_integrity_mismatches(const struct item *it, uint64_t *out)
{
	const struct lvol_segment *seg = it->lv->seg_first;
	bool found = false;

	*out = 0;
	if (it->li->types & SEGTYPE_INTEGRITY)
		return add_mismatches(it, it->lv, out);
	for (uint32_t i = 0; seg && seg->type->flags & SEGTYPE_RAID && i < seg->area_count; i++) {
		const struct lvol_lv *image = seg->areas[i].kind == AREA_LV ? seg->areas[i].lv : NULL;

		if (!image || !image->seg_first || !(image->seg_first->type->flags & SEGTYPE_INTEGRITY))
			continue;
		if (!add_mismatches(it, image, out))
			return false;
		found = true;
	}
	return found;
}
