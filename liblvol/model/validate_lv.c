/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "model/internal.h"
#include "model/names.h"

/* Checks of each LV by itself. */

#define MINOR_MAX 0xfffff   /* 20 bits, as the kernel has them */
#define MAJOR_MAX 0xfff

static int found(const struct check_sink *sink, const char *check, const struct lvol_lv *lv, const char *fault)
{
	char name[LVI_SUBJECT_LEN];

	return lvi_check_found(sink, check, lvi_lv_subject(name, lv), "LV %s %s", lv->name, fault);
}

/* Every LV by its very name, and none twice: so many entries, each with the key of its own LV. Going through the table is
 * cheaper by far than one search for each LV. */
static bool names_are_unique(const struct lvol_vg *vg)
{
	const struct lvol_lv *lv;
	const void *key;
	size_t at = 0;

	while ((lv = lvi_hash_next(&vg->lv_by_name, &at, &key)))
		if (key != lv->name || lv->vg != vg)
			return false;
	return lvi_hash_count(&vg->lv_by_name) == vg->lv_count;
}

int lvi_check_lv_names(const struct lvol_vg *vg, const struct check_sink *sink)
{
	bool unique = names_are_unique(vg);
	char name[LVI_SUBJECT_LEN];
	struct lvol_error err;
	int ret = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next) {
		if (lvi_lv_name_check(vg->name, lv->name, &err))
			ret = lvi_check_found(sink, "lv-names", lvi_lv_subject(name, lv), "%s", err.message);
		else if (!unique && lvi_vg_find_lv(vg, lv->name) != lv)
			ret = found(sink, "lv-names", lv, "is there twice");
	}
	return ret;
}

int lvi_check_lv_ids(const struct lvol_vg *vg, const struct check_sink *sink)
{
	int ret = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next) {
		if (!lvi_uuid_valid(&lv->id))
			ret = found(sink, "lv-ids", lv, "has no valid id");
		else if (lvi_vg_find_lv_by_id(vg, &lv->id) != lv)
			ret = found(sink, "lv-ids", lv, "has the id of another one");
	}
	return ret;
}

static int check_tags(const struct lvol_lv *lv, const struct strings *tags, const struct check_sink *sink)
{
	char name[LVI_SUBJECT_LEN];
	struct lvol_error err;
	int ret = 0;

	for (size_t i = 0; i < tags->count && !ret; i++)
		if (lvi_tag_check(tags->items[i], &err))
			ret = lvi_check_found(sink, "lv-tags", lvi_lv_subject(name, lv), "%s", err.message);
	return ret;
}

int lvi_check_lv_tags(const struct lvol_vg *vg, const struct check_sink *sink)
{
	int ret = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next) {
		ret = check_tags(lv, &lv->tags, sink);
		for (const struct lvol_segment *seg = lv->seg_first; seg && !ret; seg = seg->next)
			ret = check_tags(lv, &seg->tags, sink);
	}
	return ret;
}

int lvi_check_lv_creation(const struct lvol_vg *vg, const struct check_sink *sink)
{
	int ret = 0;

	/* LVM2 cannot read a VG in which one of the two is alone. */
	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next)
		if (!lv->creation_time != !lv->creation_host)
			ret = found(sink, "lv-creation", lv, lv->creation_host ? "has a creation host without a time" :
					"has a creation time without a host");
	return ret;
}

int lvi_check_lv_device_number(const struct lvol_vg *vg, const struct check_sink *sink)
{
	int ret = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next) {
		if ((lv->flags & LV_FIXED_MINOR) && lv->minor < 0)
			ret = found(sink, "lv-device-number", lv, "is to have a fixed minor number, but none is given");
		else if (lv->minor < -1 || lv->minor > MINOR_MAX || lv->major < -1 || lv->major > MAJOR_MAX)
			ret = found(sink, "lv-device-number", lv, "has a device number that the kernel does not know");
	}
	return ret;
}

int lvi_check_lv_settings(const struct lvol_vg *vg, const struct check_sink *sink)
{
	int ret = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next) {
		if (lv->alloc < LVOL_ALLOC_INHERIT || lv->alloc > LVOL_ALLOC_ANYWHERE)
			ret = found(sink, "lv-settings", lv, "has an unknown allocation policy");
		else if (lv->read_ahead_sectors < LV_READ_AHEAD_NONE || lv->read_ahead_sectors > UINT32_MAX)
			ret = found(sink, "lv-settings", lv, "has a read-ahead out of range");
	}
	return ret;
}

static const char *segments_fault(const struct lvol_lv *lv)
{
	uint32_t segments = 0, extents = 0;

	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next, segments++) {
		if (!seg->count)
			return "has a segment without extents";
		if (seg->lv != lv)
			return "has a segment of another LV";
		extents += seg->count;
	}
	if (segments != lv->seg_count || extents != lv->extent_count)
		return "does not have as many segments or extents as it should";
	/* A move that has just begun or ended may be empty. */
	return segments || (lv->flags & LV_PVMOVE) ? NULL : "has no segments";
}

int lvi_check_lv_segments(const struct lvol_vg *vg, const struct check_sink *sink)
{
	int ret = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next) {
		const char *fault = segments_fault(lv);

		if (fault)
			ret = found(sink, "lv-segments", lv, fault);
	}
	return ret;
}

int lvi_check_lv_one_spare(const struct lvol_vg *vg, const struct check_sink *sink)
{
	const struct lvol_lv *first = NULL;
	int ret = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next) {
		if ((lv->flags & LV_VISIBLE) || !strstr(lv->name, "_pmspare"))
			continue;
		if (first)
			ret = found(sink, "lv-one-spare", lv, "is a second spare for pool metadata; a VG has one");
		first = lv;
	}
	return ret;
}
