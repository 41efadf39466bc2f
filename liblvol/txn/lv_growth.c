/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/lv_growth.h"

#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "segtype/segtype.h"
#include "txn/lv_size.h"

bool lvi_segtype_is_plain(const struct segtype *type)
{
	return (type->flags & SEGTYPE_CAN_SPLIT) ||
		((type->flags & SEGTYPE_VIRTUAL) && !(type->flags & SEGTYPE_ONE_SEGMENT));
}

int lvi_growth_stripes(struct lv_growth *g, const struct lvol_vg *vg, uint64_t bytes, const char *subject,
		struct lvol_error *err)
{
	uint64_t extent = lvi_extent_bytes(vg);

	g->stripe_sectors = 0;
	if (g->stripes > LVI_STRIPES_MAX)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s cannot have %u stripes; %u are the most", subject, g->stripes,
				LVI_STRIPES_MAX);
	if (g->stripes < 2)
		return 0;
	if (!bytes)
		bytes = extent < LVI_STRIPE_BYTES_DEFAULT && lvi_is_pow2(extent) ? extent : LVI_STRIPE_BYTES_DEFAULT;
	if (bytes < LVI_STRIPE_BYTES_MIN || !lvi_is_pow2(bytes) || bytes > extent)
		return lvi_error(err, LVOL_E_INVALID, subject,
				"%s cannot have stripes of %llu bytes: a power of two from 4096 to the extent size, %llu, is possible",
				subject, (unsigned long long)bytes, (unsigned long long)extent);
	g->stripe_sectors = (uint32_t)(bytes / LVI_SECTOR_BYTES);
	return 0;
}

static int too_many(const struct lv_growth *g, const struct lvol_vg *vg, uint64_t extents, const char *subject,
		struct lvol_error *err)
{
	if (!g->stripes)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s cannot have %llu extents; %u are the most", subject,
				(unsigned long long)extents, UINT32_MAX);
	return lvi_error(err, LVOL_E_NO_SPACE, subject, "not enough room for %s: it needs %llu extents, %llu are free",
			subject, (unsigned long long)extents, (unsigned long long)vg->free_count);
}

int lvi_growth_extents(struct lv_growth *g, const struct lvol_vg *vg, uint64_t extents, const char *subject,
		struct lvol_error *err)
{
	uint32_t per = g->stripes ? g->stripes : 1, rest;

	if (g->approximate && extents > UINT32_MAX)
		extents = UINT32_MAX;
	if (extents > UINT32_MAX)
		return too_many(g, vg, extents, subject, err);
	rest = (uint32_t)(extents % per);
	if (rest)
		extents = g->approximate ? extents - rest : extents + per - rest;
	if (extents > UINT32_MAX)
		return too_many(g, vg, extents, subject, err);
	if (!extents)
		return lvi_error(err, LVOL_E_NO_SPACE, subject,
				"not enough room for %s: that percentage is less than an extent for each of %u stripes; %llu extents are free",
				subject, per, (unsigned long long)vg->free_count);
	g->extents = (uint32_t)extents;
	return 0;
}

int lvi_growth_allocate(struct lv_growth *g, struct alloc_request *where, struct allocation *out,
		struct lvol_error *err)
{
	int ret;

	*out = (struct allocation) {0};
	if (!g->stripes)
		return 0;
	where->area_count = g->stripes;
	where->area_extents = g->extents / g->stripes;
	where->policy = g->policy;
	where->approximate = g->approximate;
	ret = lvi_allocate(where, out, err);
	if (!ret)
		g->extents = out->area_extents * g->stripes;
	return ret;
}

/* Segments */

static struct lvol_segment *add_segment(const struct lv_growth *g, struct lvol_lv *lv, uint32_t extents)
{
	const struct lvol_segment *last = lv->seg_last;
	struct lvol_segment *seg = lvi_lv_add_segment(lv, g->type, extents, g->stripes, false);

	if (!seg)
		return NULL;
	/* One word for one type, so that neighbours can be joined. */
	if (last && last->type == g->type)
		seg->type_text = last->type_text;
	if (g->stripe_sectors && lvi_seg_set_number(seg, SEG_STRIPE_SIZE, g->stripe_sectors))
		return NULL;
	return seg;
}

static int add_piece(const struct lv_growth *g, const struct alloc_piece *piece, struct lvol_lv *lv)
{
	struct lvol_segment *seg = add_segment(g, lv, piece->count * g->stripes);

	if (!seg)
		return -LVOL_E_NO_MEMORY;
	seg->area_extents = piece->count;
	for (uint32_t i = 0; i < g->stripes; i++) {
		if (lvi_pv_take(piece->pvs[i], piece->starts[i], piece->count))
			return -LVOL_E_NO_MEMORY;
		seg->areas[i] = (struct area) { .kind = AREA_PV, .pv = piece->pvs[i], .start = piece->starts[i] };
	}
	return 0;
}

static int add_virtual(const struct lv_growth *g, struct lvol_lv *lv)
{
	struct lvol_segment *seg = add_segment(g, lv, g->extents);

	if (!seg)
		return -LVOL_E_NO_MEMORY;
	seg->area_extents = lvi_seg_area_extents(seg);
	return 0;
}

/* Joining what continues: lvm2 would when it reads, for any number of stripes. */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool is_simple(const struct lvol_segment *seg)
{
	const struct seg_value *stripe = lvi_seg_value(seg, SEG_STRIPE_SIZE);

	return !seg->metas && !seg->tags.count && !seg->extra && !seg->type_flags && !seg->reshape_count &&
		seg->value_count == (stripe != NULL);
}

static bool continues(const struct lvol_segment *a, const struct lvol_segment *b)
{
	if (a->type != b->type || a->area_count != b->area_count || !same_text(a->type_text, b->type_text) ||
			!is_simple(a) || !is_simple(b))
		return false;
	if (a->area_count > 1 && lvi_seg_number(a, SEG_STRIPE_SIZE, 0) != lvi_seg_number(b, SEG_STRIPE_SIZE, 0))
		return false;
	for (uint32_t i = 0; i < a->area_count; i++)
		if (a->areas[i].kind != AREA_PV || b->areas[i].kind != AREA_PV || a->areas[i].pv != b->areas[i].pv ||
				(uint64_t)a->areas[i].start + a->area_extents != b->areas[i].start)
			return false;
	return true;
}

static void join_from(struct lvol_lv *lv, struct lvol_segment *seg)
{
	for (struct lvol_segment *next; seg && (next = seg->next); ) {
		if (!continues(seg, next)) {
			seg = next;
			continue;
		}
		seg->count += next->count;
		seg->area_extents += next->area_extents;
		seg->next = next->next;
		if (lv->seg_last == next)
			lv->seg_last = seg;
		lv->seg_count--;
	}
}

int lvi_growth_apply(const struct lv_growth *g, const struct allocation *a, struct lvol_lv *lv)
{
	struct lvol_segment *last = lv->seg_last;
	uint32_t had = lv->extent_count, had_areas = last ? last->area_extents : 0;
	int ret = g->stripes ? 0 : add_virtual(g, lv);

	for (size_t i = 0; i < a->pieces.len && !ret; i++)
		ret = add_piece(g, &a->pieces.items[i], lv);
	if (ret)
		lvi_lv_truncate(lv, had, had_areas);
	else
		join_from(lv, last ? last : lv->seg_first);
	return ret;
}
