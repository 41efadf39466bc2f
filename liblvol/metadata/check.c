/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include <lvol/vg.h>

#include "base/error.h"
#include "metadata/metadata.h"

/* The model's checks, then those that need to know what segment types are. */

#define SUBJECT_LEN (2 * 128)

static const char *subject_of(char out[SUBJECT_LEN], const struct lvol_lv *lv)
{
	snprintf(out, SUBJECT_LEN, "%.127s/%.127s", lv->vg->name, lv->name);
	return out;
}

static bool has_type(const struct lvol_lv *lv, unsigned flags)
{
	return lv->seg_first && (lv->seg_first->type->flags & flags);
}

static bool is_raid_part(const struct lvol_lv *lv)
{
	for (const struct lv_use *use = lv->uses; use; use = use->next)
		if (use->is_area && (use->seg->type->flags & SEGTYPE_RAID))
			return true;
	return false;
}

/* A flag that only one kind of LV may have. */
struct kind_flag {
	unsigned flag, types;
	bool raid_parts;     /* its images and metadata LVs too */
	const char *word;
};

static const struct kind_flag kind_flags[] = {
	{ LV_ERROR_WHEN_FULL, SEGTYPE_THIN_POOL, false, "ERROR_WHEN_FULL" },
	{ LV_CROP_METADATA, SEGTYPE_THIN_POOL, false, "CROP_METADATA" },
	{ LV_METADATA_FORMAT, SEGTYPE_CACHE_POOL | SEGTYPE_CACHE, false, "METADATA_FORMAT" },
	{ LV_RESHAPE, SEGTYPE_RAID, true, "RESHAPE" },
	{ LV_RESHAPE_DELTA_DISKS_PLUS, SEGTYPE_RAID, true, "RESHAPE_DELTA_DISKS_PLUS" },
	{ LV_RESHAPE_DELTA_DISKS_MINUS, SEGTYPE_RAID, true, "RESHAPE_DELTA_DISKS_MINUS" }
};

static int check_flags(const struct lvol_lv *lv, const struct check_sink *sink)
{
	char subject[SUBJECT_LEN];

	for (size_t i = 0; i < sizeof kind_flags / sizeof *kind_flags; i++) {
		const struct kind_flag *k = &kind_flags[i];
		int r;

		if (!(lv->flags & k->flag) || has_type(lv, k->types | SEGTYPE_UNKNOWN) ||
				(k->raid_parts && is_raid_part(lv)))
			continue;
		r = lvi_check_found(sink, "lv-flags", subject_of(subject, lv), "%s does not belong to its segment type",
				k->word);
		if (r)
			return r;
	}
	return 0;
}

static int check_count(const struct lvol_lv *lv, const struct check_sink *sink)
{
	char subject[SUBJECT_LEN];

	if (lv->seg_count < 2 || !has_type(lv, SEGTYPE_ONE_SEGMENT))
		return 0;
	return lvi_check_found(sink, "one-segment", subject_of(subject, lv), "it has %u segments, but type %s has one only",
			lv->seg_count, lv->seg_first->type->name);
}

static int check_area_count(const struct lvol_segment *seg, const struct check_sink *sink)
{
	const struct seg_area_desc *areas = &seg->type->areas;
	char subject[SUBJECT_LEN];

	if (areas->form == AREAS_NONE)
		return 0;
	if (seg->area_count >= areas->min && (!areas->max || seg->area_count <= areas->max))
		return 0;
	return lvi_check_found(sink, "area-count", subject_of(subject, seg->lv), "%u areas, type %s has %u to %u",
			seg->area_count, seg->type->name, areas->min, areas->max);
}

static int check_lv(const struct lvol_lv *lv, const struct check_sink *sink)
{
	int r = check_flags(lv, sink);

	if (!r)
		r = check_count(lv, sink);
	for (const struct lvol_segment *seg = lv->seg_first; !r && seg; seg = seg->next) {
		r = check_area_count(seg, sink);
		if (!r && seg->type->check)
			r = seg->type->check(seg, sink);
	}
	return r;
}

int lvi_metadata_validate(const struct lvol_vg *vg, const struct check_sink *sink)
{
	int r = 0;

	for (const struct vg_check *c = lvi_vg_checks; !r && c->name; c++)
		r = c->run(vg, sink);
	for (const struct lvol_lv *lv = vg->lv_first; !r && lv; lv = lv->next)
		r = check_lv(lv, sink);
	return r;
}

static int found_error(void *arg, const char *check, const char *subject, const char *message)
{
	return lvi_error(arg, LVOL_E_CORRUPT, subject, "%s (%s)", message, check);
}

int lvi_metadata_must_be_valid(const struct lvol_vg *vg, struct lvol_error *err)
{
	struct check_sink sink = { .found = found_error, .arg = err };
	int r = lvi_metadata_validate(vg, &sink);

	/* of a check itself */
	return r == -LVOL_E_NO_MEMORY ? lvi_error_nomem(err) : r;
}

static int found_problem(void *arg, const char *check, const char *subject, const char *message)
{
	bool type = !strcmp(check, lvi_segtype_unknown.name);

	return lvi_vg_add_problem(arg, type ? LVOL_PROBLEM_UNKNOWN_SEGTYPE : LVOL_PROBLEM_INVALID, true, subject, "%s",
			message);
}

int lvi_metadata_note_problems(struct lvol_vg *vg, struct lvol_error *err)
{
	struct check_sink sink = { .found = found_problem, .arg = vg };
	int r = vg->frozen ? 0 : lvi_vg_freeze(vg, err);

	if (!r && lvi_metadata_validate(vg, &sink))
		r = lvi_error_nomem(err);
	return r;
}
