/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Merging a snapshot into its origin begins in the metadata at once, in the devices only when nobody has either open;
 * lvm2 puts it off to the next activation. So what the metadata says need not be what the devices do.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "live_vg.h"
#include "map/names.h"
#include "model/segment.h"
#include "segtype/segtype.h"

/* The snapshot that goes into it; NULL: none. */
static const struct lvol_lv *merging(const struct lvol_lv *lv)
{
	for (const struct lv_use *use = lv->uses; use; use = use->next) {
		if (!use->is_area && use->field == SEG_ORIGIN && lvi_seg_lv(use->seg, SEG_MERGING_STORE))
			return lvi_seg_lv(use->seg, SEG_MERGING_STORE);
		if (!use->is_area && use->field == SEG_MERGE)
			return use->seg->lv;
	}
	return NULL;
}

/* Of a snapshot its origin, whose device decides for both. */
static const struct lvol_lv *origin_of(const struct lvol_lv *lv)
{
	for (const struct lv_use *use = lv->uses; use; use = use->next)
		if (!use->is_area && (use->field == SEG_COW_STORE || use->field == SEG_MERGING_STORE))
			return lvi_seg_lv(use->seg, SEG_ORIGIN);
	return lv;
}

static int look(const struct live_vg *v, const struct lvol_lv *lv, struct control_live *out, struct lvol_error *err)
{
	char uuid[LVI_DM_UUID_SIZE];

	*out = (struct control_live){ 0 };
	if (!lv || lvi_map_own_uuid(lv, uuid, NULL))
		return 0;
	return v->control->ops->info(v->control, NULL, uuid, out, err);
}

static int is_open(const struct live_vg *v, const struct lvol_lv *lv, bool *out, struct lvol_error *err)
{
	struct control_live live = { 0 };
	int r = look(v, lv, &live, err);

	*out = live.open_count > 0;
	return r;
}

static bool table_merges(const char *table, const struct lvol_lv *snapshot)
{
	uint64_t id;

	if (sscanf(table, "%*u %*u thin %*s %" SCNu64, &id) == 1)
		return snapshot->seg_first && id == lvi_seg_number(snapshot->seg_first, SEG_DEVICE_ID, 0);
	return strstr(table, " snapshot-merge ");
}

/* In the device that runs. */
static int merges_now(const struct live_vg *v, const struct lvol_lv *lv, bool *out, struct lvol_error *err)
{
	struct textbuf table = { 0 };
	struct control_live live;
	int r = look(v, lv, &live, err);

	*out = false;
	if (r || !live.exists)
		return r;
	r = v->control->ops->table(v->control, live.name, 0, &table, err);
	lvi_textbuf_putc(&table, '\0');
	if (!r && table.failed)
		r = lvi_error_nomem(err);
	*out = !r && table_merges(table.data, merging(lv));
	lvi_textbuf_free(&table);
	return r;
}

int lvi_live_merge_waits(const struct live_vg *v, const struct lvol_lv *lv, bool next, bool *out,
		struct lvol_error *err)
{
	const struct lvol_lv *origin = origin_of(lv), *snapshot = merging(origin);
	const struct lvol_lv *old = next ? lvi_vg_find_lv_by_id(v->change->old, &origin->id) : origin;
	bool yes = false;
	int r;

	*out = false;
	if (!snapshot || !v->control)
		return 0;
	if (old && merging(old)) {
		r = merges_now(v, old, &yes, err);
		*out = !yes;
		return r;
	}
	r = is_open(v, old, &yes, err);
	if (!r && !yes)
		r = is_open(v, snapshot, &yes, err);
	*out = yes;
	return r;
}
