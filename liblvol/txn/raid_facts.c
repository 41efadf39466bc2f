/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/raid_facts.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define BITMAP_AND_SUPERBLOCK (2 * 4096u)
#define REGIONS_MAX_SHIFT 21
#define REGION_BYTES_MIN 4096u

bool lvi_raid_is_striped(const struct segtype *type)
{
	return type->flags & SEGTYPE_STRIPED;
}

bool lvi_raid_has_copies(const struct segtype *type)
{
	return type->raid_copies || !lvi_raid_is_striped(type);
}

bool lvi_raid_has_metas(const struct segtype *type)
{
	return type->areas.form == AREAS_META_DATA;
}

bool lvi_raid_has_bitmap(const struct segtype *type)
{
	return !type->raid_no_bitmap;
}

uint32_t lvi_raid_least_stripes(const struct segtype *type)
{
	if (!lvi_raid_is_striped(type))
		return 1;
	return type->parity_areas + 1 > 2 ? type->parity_areas + 1 : 2;
}

uint32_t lvi_raid_most_legs(const struct segtype *type)
{
	return lvi_raid_is_striped(type) ? LVI_RAID_LEGS_MAX : LVI_RAID1_LEGS_MAX;
}

int lvi_raid_facts_legs(struct raid_facts *f, uint32_t stripes, const char *subject, struct lvol_error *err)
{
	uint32_t least = lvi_raid_least_stripes(f->type), most = lvi_raid_most_legs(f->type);
	uint64_t legs;

	if (!stripes)
		stripes = least;
	if (stripes < least)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: %s has %u stripes at least, not %u", subject, f->type->name,
				least, stripes);
	if (!lvi_raid_is_striped(f->type) && stripes > 1)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: %s has no stripes, but %u are asked for", subject, f->type->name,
				stripes);
	legs = (uint64_t)stripes * f->copies + f->type->parity_areas;
	if (legs > most)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: %llu legs are too many for %s; %u are the most", subject,
				(unsigned long long)legs, f->type->name, most);
	f->legs = (uint32_t)legs;
	f->data_legs = stripes;
	return 0;
}

uint32_t lvi_raid_leg_extents(const struct raid_facts *f, uint32_t extents)
{
	return (uint32_t)lvi_div_up(extents, f->data_legs);
}

uint64_t lvi_raid_extents(const struct raid_facts *f, uint32_t leg_extents)
{
	return (uint64_t)leg_extents * f->data_legs;
}

uint32_t lvi_raid_meta_extents(const struct raid_facts *f, uint32_t leg_extents, uint64_t extent_sectors)
{
	uint64_t region = f->region_sectors ? f->region_sectors : LVI_REGION_BYTES_DEFAULT / LVI_SECTOR_BYTES, bytes;

	if (!lvi_raid_has_metas(f->type))
		return 0;
	bytes = BITMAP_AND_SUPERBLOCK + lvi_div_up(leg_extents * extent_sectors / region, 8);
	return (uint32_t)lvi_div_up(bytes, extent_sectors * LVI_SECTOR_BYTES);
}

int lvi_raid_facts_region(struct raid_facts *f, uint32_t bytes, const char *subject, struct lvol_error *err)
{
	f->region_sectors = 0;
	if (!lvi_raid_has_bitmap(f->type)) {
		if (bytes)
			return lvi_error(err, LVOL_E_INVALID, subject, "%s: %s has no regions", subject, f->type->name);
		return 0;
	}
	if (bytes && (!lvi_is_pow2(bytes) || bytes < REGION_BYTES_MIN))
		return lvi_error(err, LVOL_E_INVALID, subject, "%s cannot have regions of %u bytes: a power of two, 4096 at least, is "
				"possible", subject, bytes);
	f->region_sectors = (bytes ? bytes : LVI_REGION_BYTES_DEFAULT) / LVI_SECTOR_BYTES;
	if (f->region_sectors < f->stripe_sectors)
		f->region_sectors = f->stripe_sectors;
	return 0;
}

void lvi_raid_facts_fit_region(struct raid_facts *f, uint64_t lv_sectors)
{
	if (!f->region_sectors || !lv_sectors)
		return;
	while (f->region_sectors > lv_sectors)
		f->region_sectors /= 2;
	while ((f->type->flags & SEGTYPE_RAID) && f->region_sectors < lv_sectors >> REGIONS_MAX_SHIFT)
		f->region_sectors *= 2;
}

void lvi_raid_facts_of(const struct lvol_segment *seg, struct raid_facts *out)
{
	const struct segtype *type = seg->type;

	*out = (struct raid_facts) { .type = type, .word = seg->type_text, .legs = seg->area_count, .copies = 1 };
	if (type->raid_copies)
		out->copies = type->raid_copies(seg);
	else if (!lvi_raid_is_striped(type))
		out->copies = seg->area_count;
	out->data_legs = out->copies ? (seg->area_count - type->parity_areas) / out->copies : 0;
	out->data_legs = out->data_legs ? out->data_legs : 1;
	out->stripe_sectors = (uint32_t)lvi_seg_number(seg, SEG_STRIPE_SIZE, 0);
	out->region_sectors = (uint32_t)lvi_seg_number(seg, SEG_REGION_SIZE, 0);
	out->min_recovery = (uint32_t)lvi_seg_number(seg, SEG_MIN_RECOVERY_RATE, 0);
	out->max_recovery = (uint32_t)lvi_seg_number(seg, SEG_MAX_RECOVERY_RATE, 0);
	out->write_behind = (uint32_t)lvi_seg_number(seg, SEG_WRITEBEHIND, 0);
}

static int store(struct lvol_segment *seg, enum seg_field field, uint32_t v)
{
	if (v)
		return lvi_seg_set_number(seg, field, v);
	lvi_seg_unset(seg, field);
	return 0;
}

int lvi_raid_settings_store(const struct raid_facts *f, struct lvol_segment *seg)
{
	return store(seg, SEG_WRITEBEHIND, f->write_behind) || store(seg, SEG_MIN_RECOVERY_RATE, f->min_recovery) ||
		store(seg, SEG_MAX_RECOVERY_RATE, f->max_recovery) ? -LVOL_E_NO_MEMORY : 0;
}

int lvi_raid_facts_store(const struct raid_facts *f, struct lvol_segment *seg)
{
	seg->type_text = f->word ? lvi_arena_strdup(seg->lv->vg->arena, f->word) : NULL;
	if (f->word && !seg->type_text)
		return -LVOL_E_NO_MEMORY;
	return store(seg, SEG_DATA_COPIES, f->type->raid_copies ? f->copies : 0) ||
		store(seg, SEG_REGION_SIZE, f->region_sectors) || store(seg, SEG_STRIPE_SIZE, f->stripe_sectors) ||
		lvi_raid_settings_store(f, seg) ? -LVOL_E_NO_MEMORY : 0;
}
