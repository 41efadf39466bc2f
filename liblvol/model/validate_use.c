/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "model/internal.h"

/* Checks of how LVs use each other, and of what is remembered of removed ones. */

/* Parts of an LV that areas use. */
struct part {
	uint32_t start, count;
	const struct lvol_lv *user;
};

static size_t area_uses(const struct lvol_lv *lv)
{
	size_t n = 0;

	for (const struct lv_use *u = lv->uses; u; u = u->next)
		n += u->is_area;
	return n;
}

static struct part part_of(const struct lvol_lv *lv, const struct lv_use *u)
{
	const struct area *a = lvi_seg_any_area(u->seg, u->area);
	bool is_meta = u->area >= u->seg->area_count;

	/* Raid metadata has the LV for itself. */
	return (struct part) { a->start, is_meta ? lv->extent_count - a->start : u->seg->area_extents, u->seg->lv };
}

static int by_start(const void *left, const void *right)
{
	const struct part *a = left, *b = right;

	return a->start < b->start ? -1 : a->start > b->start;
}

static int check_parts(const struct lvol_lv *lv, struct part *parts, size_t n, const struct check_sink *sink)
{
	char name[LVI_SUBJECT_LEN];
	int ret = 0;

	qsort(parts, n, sizeof *parts, by_start);
	for (size_t i = 1; i < n && !ret; i++)
		if ((uint64_t)parts[i - 1].start + parts[i - 1].count > parts[i].start)
			ret = lvi_check_found(sink, "lv-area-use", lvi_lv_subject(name, lv),
					"extent %u of LV %s is used by both LV %s and LV %s", parts[i].start, lv->name,
					parts[i - 1].user->name, parts[i].user->name);
	return ret;
}

static int check_area_use(const struct lvol_lv *lv, const struct check_sink *sink)
{
	size_t n = area_uses(lv), i = 0;
	struct part *parts;
	int ret;

	if (n < 2)
		return 0;
	parts = calloc(n, sizeof *parts);
	if (!parts)
		return -LVOL_E_NO_MEMORY;
	for (const struct lv_use *u = lv->uses; u; u = u->next)
		if (u->is_area)
			parts[i++] = part_of(lv, u);
	ret = check_parts(lv, parts, n, sink);
	free(parts);
	return ret;
}

int lvi_check_lv_area_use(const struct lvol_vg *vg, const struct check_sink *sink)
{
	int ret = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next)
		ret = check_area_use(lv, sink);
	return ret;
}

/*
 * Fields whose LV belongs to the segment alone: nobody else may write to it. The others refer to what may be shared
 * (a pool by its thin LVs, an origin by its snapshots).
 */
static bool is_owning(const struct lv_use *u)
{
	if (u->is_area)
		return false;
	switch ((enum seg_field)u->field) {
	case SEG_MIRROR_LOG: case SEG_COW_STORE: case SEG_MERGING_STORE: case SEG_METADATA: case SEG_POOL: case SEG_DATA:
	case SEG_CACHE_POOL: case SEG_WRITECACHE: case SEG_META_DEV:
		return true;
	default:
		return false;
	}
}

int lvi_check_lv_one_owner(const struct lvol_vg *vg, const struct check_sink *sink)
{
	char name[LVI_SUBJECT_LEN];
	int ret = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next) {
		size_t owners = 0;

		for (const struct lv_use *u = lv->uses; u; u = u->next)
			owners += is_owning(u);
		if (owners && owners + area_uses(lv) > 1)
			ret = lvi_check_found(sink, "lv-one-owner", lvi_lv_subject(name, lv),
					"LV %s is a part of more than one LV; %s is one of them", lv->name, lv->uses->seg->lv->name);
	}
	return ret;
}

/* Historical LVs */

struct history {
	const struct lvol_vg *vg;
	struct hash names, ids;
};

static void history_free(struct history *h)
{
	lvi_hash_free(&h->names);
	lvi_hash_free(&h->ids);
}

static int check_unique(struct history *h, struct historical_lv *lv, const struct check_sink *sink)
{
	void *same_name, *same_id;

	if (!lvi_uuid_valid(&lv->id))
		return lvi_check_found(sink, "historical-unique", lv->name, "historical LV %s has no valid id", lv->name);
	if (lvi_hash_put(&h->names, lv->name, strlen(lv->name), lv, &same_name) ||
			lvi_hash_put(&h->ids, lv->id.c, sizeof lv->id.c, lv, &same_id))
		return -LVOL_E_NO_MEMORY;
	if (same_name)
		return lvi_check_found(sink, "historical-unique", lv->name, "historical LV %s is there twice", lv->name);
	if (same_id || lvi_vg_find_lv_by_id(h->vg, &lv->id))
		return lvi_check_found(sink, "historical-unique", lv->name, "historical LV %s has the id of another LV",
				lv->name);
	return 0;
}

int lvi_check_historical_unique(const struct lvol_vg *vg, const struct check_sink *sink)
{
	struct history h = { .vg = vg };
	int ret = 0;

	lvi_hash_init(&h.names);
	lvi_hash_init(&h.ids);
	for (struct historical_lv *lv = vg->historical; lv && !ret; lv = lv->next)
		ret = check_unique(&h, lv, sink);
	history_free(&h);
	return ret;
}

/* "lv" is an LV of the VG, "-lv" a historical one. */
static bool is_there(const struct history *h, const char *ref)
{
	return ref[0] == '-' ? lvi_hash_get(&h->names, ref + 1, strlen(ref + 1)) != NULL :
		lvi_vg_find_lv(h->vg, ref) != NULL;
}

static int check_links(const struct history *h, const struct historical_lv *lv, const struct check_sink *sink)
{
	int ret = 0;

	if (lv->origin && !is_there(h, lv->origin))
		ret = lvi_check_found(sink, "historical-links", lv->name, "origin \"%s\" of historical LV %s does not exist",
				lv->origin, lv->name);
	for (size_t i = 0; i < lv->descendants.count && !ret; i++)
		if (!is_there(h, lv->descendants.items[i]))
			ret = lvi_check_found(sink, "historical-links", lv->name,
					"descendant \"%s\" of historical LV %s does not exist", lv->descendants.items[i], lv->name);
	return ret;
}

int lvi_check_historical_links(const struct lvol_vg *vg, const struct check_sink *sink)
{
	struct history h = { .vg = vg };
	int ret = 0;

	lvi_hash_init(&h.names);
	lvi_hash_init(&h.ids);
	for (struct historical_lv *lv = vg->historical; lv && !ret; lv = lv->next)
		if (lvi_hash_put(&h.names, lv->name, strlen(lv->name), lv, NULL))
			ret = -LVOL_E_NO_MEMORY;
	for (const struct historical_lv *lv = vg->historical; lv && !ret; lv = lv->next)
		ret = check_links(&h, lv, sink);
	history_free(&h);
	return ret;
}
