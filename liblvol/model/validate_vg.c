/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "model/internal.h"
#include "model/names.h"

/* Checks of the VG itself and of its PVs. */

/* Sectors beyond this cannot be said in bytes. */
#define SECTORS_MAX (UINT64_MAX / 512)

int lvi_check_vg_name(const struct lvol_vg *vg, const struct check_sink *sink)
{
	struct lvol_error err;

	if (!lvi_vg_name_check(vg->name, &err))
		return 0;
	return lvi_check_found(sink, "vg-name", vg->name, "%s", err.message);
}

int lvi_check_vg_id(const struct lvol_vg *vg, const struct check_sink *sink)
{
	if (lvi_uuid_valid(&vg->id))
		return 0;
	return lvi_check_found(sink, "vg-id", vg->name, "VG %s has no valid id", vg->name);
}

int lvi_check_vg_seqno(const struct lvol_vg *vg, const struct check_sink *sink)
{
	/* Versions count from 1; 0 also is what comes after the last. */
	if (vg->seqno)
		return 0;
	return lvi_check_found(sink, "vg-seqno", vg->name, "VG %s has seqno 0", vg->name);
}

int lvi_check_vg_format(const struct lvol_vg *vg, const struct check_sink *sink)
{
	if (!vg->format || !strcmp(vg->format, "lvm2"))
		return 0;
	return lvi_check_found(sink, "vg-format", vg->name, "VG %s has the unknown format \"%s\"", vg->name, vg->format);
}

int lvi_check_vg_extent_size(const struct lvol_vg *vg, const struct check_sink *sink)
{
	if (vg->extent_sectors && vg->extent_sectors <= UINT32_MAX)
		return 0;
	return lvi_check_found(sink, "vg-extent-size", vg->name,
			"VG %s has an extent size of %llu sectors; 1 to %u are possible", vg->name,
			(unsigned long long)vg->extent_sectors, UINT32_MAX);
}

int lvi_check_vg_alloc(const struct lvol_vg *vg, const struct check_sink *sink)
{
	if (vg->alloc >= LVOL_ALLOC_CONTIGUOUS && vg->alloc <= LVOL_ALLOC_ANYWHERE)
		return 0;
	return lvi_check_found(sink, "vg-alloc", vg->name, "VG %s has no allocation policy that a VG can have (%d)", vg->name,
			vg->alloc);
}

static uint32_t visible_lvs(const struct lvol_vg *vg)
{
	uint32_t n = 0;

	/* A snapshot counts once: its store is hidden, the LV that ties it to its origin is visible. */
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		n += (lv->flags & LV_VISIBLE) != 0;
	return n;
}

int lvi_check_vg_limits(const struct lvol_vg *vg, const struct check_sink *sink)
{
	uint32_t lvs = visible_lvs(vg);
	int ret = 0;

	if (vg->max_pv && vg->pv_count > vg->max_pv)
		ret = lvi_check_found(sink, "vg-limits", vg->name, "VG %s has %u PVs, but its limit is %u", vg->name, vg->pv_count,
				vg->max_pv);
	if (!ret && vg->max_lv && lvs > vg->max_lv)
		ret = lvi_check_found(sink, "vg-limits", vg->name, "VG %s has %u LVs, but its limit is %u", vg->name, lvs,
				vg->max_lv);
	return ret;
}

/* Lists and sums that the model keeps twice: a difference is a mistake of ours, which must not reach the disk. */
int lvi_check_vg_counts(const struct lvol_vg *vg, const struct check_sink *sink)
{
	uint64_t extents = 0, used = 0;
	uint32_t pvs = 0, lvs = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next, pvs++) {
		extents += pv->pe_count;
		used += pv->pe_used;
	}
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		lvs++;
	if (pvs == vg->pv_count && lvs == vg->lv_count && extents == vg->extent_count &&
			extents - used == vg->free_count)
		return 0;
	return lvi_check_found(sink, "vg-counts", vg->name, "VG %s: counts of PVs, LVs or extents do not fit together",
			vg->name);
}

static int check_tags(const struct strings *tags, const char *check, const char *subject, const struct check_sink *sink)
{
	struct lvol_error err;
	int ret = 0;

	for (size_t i = 0; i < tags->count && !ret; i++)
		if (lvi_tag_check(tags->items[i], &err))
			ret = lvi_check_found(sink, check, subject, "%s", err.message);
	return ret;
}

int lvi_check_vg_tags(const struct lvol_vg *vg, const struct check_sink *sink)
{
	return check_tags(&vg->tags, "vg-tags", vg->name, sink);
}

/* PVs */

int lvi_check_pv_tags(const struct lvol_vg *vg, const struct check_sink *sink)
{
	char name[LVI_UUID_TEXT_LEN + 1];
	int ret = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv && !ret; pv = pv->next)
		ret = check_tags(&pv->tags, "pv-tags", lvi_pv_subject(name, pv), sink);
	return ret;
}

int lvi_check_pv_ids(const struct lvol_vg *vg, const struct check_sink *sink)
{
	char name[LVI_UUID_TEXT_LEN + 1];
	int ret = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv && !ret; pv = pv->next) {
		if (!lvi_uuid_valid(&pv->id))
			ret = lvi_check_found(sink, "pv-ids", vg->name, "PV %u of VG %s has no valid id", pv->index, vg->name);
		else if (lvi_vg_find_pv(vg, &pv->id) != pv)
			ret = lvi_check_found(sink, "pv-ids", lvi_pv_subject(name, pv), "PV %u of VG %s has the id of another one",
					pv->index, vg->name);
	}
	return ret;
}

static const char *place_fault(const struct lvol_pv *pv)
{
	uint64_t data, end;

	if (__builtin_mul_overflow(pv->pe_count, pv->vg->extent_sectors, &data) ||
			__builtin_add_overflow(pv->pe_start_sectors, data, &end) || end > SECTORS_MAX)
		return "its extents end beyond what can be addressed";
	if (!pv->ba_size_sectors)
		return pv->ba_start_sectors ? "its bootloader area has a start but no size" : NULL;
	if (__builtin_add_overflow(pv->ba_start_sectors, pv->ba_size_sectors, &end) || end > SECTORS_MAX)
		return "its bootloader area ends beyond what can be addressed";
	if (data && pv->ba_start_sectors < pv->pe_start_sectors + data && end > pv->pe_start_sectors)
		return "its bootloader area overlaps its extents";
	return NULL;
}

int lvi_check_pv_places(const struct lvol_vg *vg, const struct check_sink *sink)
{
	char name[LVI_UUID_TEXT_LEN + 1];
	int ret = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv && !ret; pv = pv->next) {
		const char *fault = place_fault(pv);

		if (fault)
			ret = lvi_check_found(sink, "pv-places", lvi_pv_subject(name, pv), "PV %s: %s", lvi_pv_subject(name, pv),
					fault);
	}
	return ret;
}

int lvi_check_pv_exported(const struct lvol_vg *vg, const struct check_sink *sink)
{
	bool exported = vg->flags & VG_EXPORTED;
	char name[LVI_UUID_TEXT_LEN + 1];
	int ret = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv && !ret; pv = pv->next)
		if (!(pv->flags & PV_EXPORTED) == exported)
			ret = lvi_check_found(sink, "pv-exported", lvi_pv_subject(name, pv), "PV %s is %sexported, but VG %s is %s",
					lvi_pv_subject(name, pv), exported ? "not " : "", vg->name, exported ? "exported" : "not");
	return ret;
}
