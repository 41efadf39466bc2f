/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/extent_size.h"

#include "base/error.h"
#include "base/units.h"
#include "dev/dev.h"
#include "dev/dev.h"
#include "model/build.h"
#include "segtype/segtype.h"
#include "txn/lv_text.h"

struct extents {
	uint64_t from, to;         /* sectors of one */
	const char *subject;       /* PV or LV at hand */
};

static int misfit(const struct extents *x, const char *what, uint64_t extents, struct lvol_error *err)
{
	char have[LVI_SIZE_TEXT_LEN], size[LVI_SIZE_TEXT_LEN];

	return lvi_error(err, LVOL_E_INVALID, x->subject, "%s of %s (%s) does not fit whole extents of %s", what,
			x->subject, lvi_size_text(have, extents * x->from * LVI_SECTOR_BYTES),
			lvi_size_text(size, x->to * LVI_SECTOR_BYTES));
}

static int convert64(const struct extents *x, uint64_t *extents, const char *what, struct lvol_error *err)
{
	uint64_t sectors;

	if (__builtin_mul_overflow(*extents, x->from, &sectors) || sectors % x->to || sectors / x->to > UINT32_MAX)
		return misfit(x, what, *extents, err);
	*extents = sectors / x->to;
	return 0;
}

static int convert(const struct extents *x, uint32_t *extents, const char *what, struct lvol_error *err)
{
	uint64_t wide = *extents;
	int ret = convert64(x, &wide, what, err);

	*extents = (uint32_t)wide;
	return ret;
}

static int convert_areas(const struct extents *x, struct area *areas, uint32_t count, struct lvol_error *err)
{
	int ret = 0;

	for (uint32_t i = 0; i < count && !ret; i++)
		ret = convert(x, &areas[i].start, "an area", err);
	return ret;
}

/* Values that are counted in extents say so in their type's table. */
static int convert_values(const struct extents *x, struct lvol_segment *seg, struct lvol_error *err)
{
	int ret = 0;

	for (const struct seg_field_desc *f = seg->type->fields; f && f->key && !ret; f++) {
		uint64_t v = f->unit_sectors == FIELD_UNIT_EXTENT ? lvi_seg_number(seg, f->field, 0) : 0;

		if (!v)
			continue;
		ret = convert64(x, &v, f->key, err);
		(void)lvi_seg_set_number(seg, f->field, v);  /* it is there, so that takes no memory */
	}
	return ret;
}

static int convert_segment(const struct extents *x, struct lvol_segment *seg, struct lvol_error *err)
{
	int ret = convert(x, &seg->count, "a segment", err);

	seg->start = (uint32_t)(seg->start * x->from / x->to);  /* the segments before it did fit */
	if (!ret)
		ret = convert(x, &seg->area_extents, "an area", err);
	if (!ret)
		ret = convert(x, &seg->reshape_count, "room for reshaping", err);
	/* metadata LVs are used from their beginning */
	if (!ret)
		ret = convert_areas(x, seg->areas, seg->area_count, err);
	return ret ? ret : convert_values(x, seg, err);
}

static int convert_lv(struct extents *x, struct lvol_lv *lv, struct lvol_error *err)
{
	char name[LVI_LV_TEXT_LEN];
	int ret;

	x->subject = lvi_lv_text(name, lv);
	ret = convert(x, &lv->extent_count, "the size", err);
	for (struct lvol_segment *seg = lv->seg_first; seg && !ret; seg = seg->next)
		ret = convert_segment(x, seg, err);
	return ret;
}

static int convert_pv(struct extents *x, struct lvol_pv *pv, struct lvol_error *err)
{
	char name[LVI_PV_TEXT_LEN];

	x->subject = lvi_pv_text(name, pv);
	return convert(x, &pv->pe_count, "the size", err);
}

/* A block must not lie in two extents. */
static int check_blocks(const struct lvol_vg *vg, uint64_t sectors, struct lvol_error *err)
{
	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		if (pv->dev && sectors * LVI_SECTOR_BYTES % pv->dev->block_bytes)
			return lvi_error(err, LVOL_E_INVALID, pv->dev_name,
					"extents of %llu bytes are no whole number of the %u byte blocks of %s",
					(unsigned long long)(sectors * LVI_SECTOR_BYTES), pv->dev->block_bytes, pv->dev_name);
	return 0;
}

int lvi_vg_set_extent_size(struct lvol_vg *vg, uint64_t sectors, struct lvol_error *err)
{
	struct extents x = { .from = vg->extent_sectors, .to = sectors };
	int ret = check_blocks(vg, sectors, err);

	if (sectors == vg->extent_sectors)
		return 0;
	for (struct lvol_pv *pv = vg->pv_first; pv && !ret; pv = pv->next)
		ret = convert_pv(&x, pv, err);
	for (struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next)
		ret = convert_lv(&x, lv, err);
	if (ret)
		return ret;
	vg->extent_sectors = sectors;
	return lvi_vg_prepare(vg, err);  /* free extents anew */
}
