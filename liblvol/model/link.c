/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/internal.h"

/*
 * From lists of what the text says to a model that can be trusted: references lead to what is in the VG, areas lie
 * within their PV or LV, no extent of a PV is used twice, no LV stands on itself. All that comes later relies on it, so
 * it is checked here and not in validate, and a VG that fails is not shown to anybody.
 */

/* References and places */

static int area_error(const struct lvol_segment *seg, struct lvol_error *err, const char *what, const char *name)
{
	char subject[LVI_SUBJECT_LEN];

	return lvi_error(err, LVOL_E_CORRUPT, lvi_lv_subject(subject, seg->lv), "segment at extent %u of LV %s %s %.128s",
			seg->start, seg->lv->name, what, name);
}

static int check_pv_area(const struct lvol_segment *seg, const struct area *a, bool is_meta, struct lvol_error *err)
{
	char name[LVI_UUID_TEXT_LEN + 1];

	if (a->pv->vg != seg->lv->vg)
		return area_error(seg, err, "lies on a PV that is not in the VG:", lvi_pv_subject(name, a->pv));
	/* Metadata areas are LVs of their own; how long one would be on a PV nobody says. */
	if (is_meta)
		return area_error(seg, err, "has raid metadata directly on PV", lvi_pv_subject(name, a->pv));
	if ((uint64_t)a->start + seg->area_extents > a->pv->pe_count)
		return area_error(seg, err, "goes past the end of PV", lvi_pv_subject(name, a->pv));
	return 0;
}

static int check_lv_area(const struct lvol_segment *seg, const struct area *a, bool is_meta, struct lvol_error *err)
{
	uint32_t need = is_meta ? 1 : seg->area_extents;

	if (a->lv->vg != seg->lv->vg)
		return area_error(seg, err, "lies on an LV that is not in the VG:", a->lv->name);
	if ((uint64_t)a->start + need > a->lv->extent_count)
		return area_error(seg, err, "goes past the end of LV", a->lv->name);
	return 0;
}

static int check_areas(const struct lvol_segment *seg, struct lvol_error *err)
{
	size_t n = lvi_seg_area_total(seg);
	int ret = 0;

	for (size_t i = 0; i < n && !ret; i++) {
		const struct area *a = lvi_seg_any_area(seg, i);
		bool is_meta = i >= seg->area_count;

		if (a->kind == AREA_PV)
			ret = check_pv_area(seg, a, is_meta, err);
		else if (a->kind == AREA_LV)
			ret = check_lv_area(seg, a, is_meta, err);
	}
	return ret;
}

static int check_values(const struct lvol_segment *seg, struct lvol_error *err)
{
	for (uint32_t i = 0; i < seg->value_count; i++) {
		const struct seg_value *v = &seg->values[i];

		if (v->kind == SEG_VALUE_LV && v->lv->vg != seg->lv->vg)
			return area_error(seg, err, "refers to an LV that is not in the VG:", v->lv->name);
	}
	return 0;
}

static int check_lv(const struct lvol_lv *lv, struct lvol_error *err)
{
	char subject[LVI_SUBJECT_LEN];
	uint64_t end = 0;
	int ret = 0;

	for (const struct lvol_segment *seg = lv->seg_first; seg && !ret; seg = seg->next) {
		if (seg->start != end)
			return lvi_error(err, LVOL_E_CORRUPT, lvi_lv_subject(subject, lv),
					"segments of LV %s do not follow each other: one starts at extent %u, the one before ends at %llu",
					lv->name, seg->start, (unsigned long long)end);
		end += seg->count;
		ret = check_areas(seg, err);
		if (!ret)
			ret = check_values(seg, err);
	}
	if (!ret && end > UINT32_MAX)
		return lvi_error(err, LVOL_E_CORRUPT, lvi_lv_subject(subject, lv), "LV %s has more than %u extents", lv->name,
				UINT32_MAX);
	return ret;
}

static int check_all(struct lvol_vg *vg, struct lvol_error *err)
{
	lvi_vg_number(vg);
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next) {
		int ret = check_lv(lv, err);

		if (ret)
			return ret;
	}
	return lvi_vg_check_cycles(vg, err);
}

/* Used runs */

static bool is_run(const struct lvol_segment *seg, uint32_t area)
{
	return seg->areas[area].kind == AREA_PV && seg->area_extents;
}

/* Counts the runs of every PV in pv->run_count; returns how many there are in all. */
static size_t count_runs(struct lvol_vg *vg)
{
	size_t n = 0;

	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		pv->run_count = 0;
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
			for (uint32_t i = 0; i < seg->area_count; i++)
				if (is_run(seg, i)) {
					seg->areas[i].pv->run_count++;
					n++;
				}
	return n;
}

/* Gives every PV its part of @all and fills it in the order of the text. */
static void collect_runs(struct lvol_vg *vg, struct pv_run *all)
{
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next) {
		pv->runs = all;
		all += pv->run_count;
		pv->run_count = 0;
	}
	for (struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		for (struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
			for (uint32_t i = 0; i < seg->area_count; i++) {
				const struct area *a = &seg->areas[i];

				if (is_run(seg, i))
					a->pv->runs[a->pv->run_count++] = (struct pv_run) { a->start, seg->area_extents, seg, i };
			}
}

static int by_start(const void *left, const void *right)
{
	const struct pv_run *a = left, *b = right;

	return a->start < b->start ? -1 : a->start > b->start;
}

static void sort_runs(struct lvol_pv *pv)
{
	/* LVs are mostly listed as they were allocated. */
	for (size_t i = 1; i < pv->run_count; i++)
		if (pv->runs[i].start < pv->runs[i - 1].start) {
			qsort(pv->runs, pv->run_count, sizeof *pv->runs, by_start);
			return;
		}
}

static int check_overlap(const struct lvol_pv *pv, struct lvol_error *err)
{
	char subject[LVI_SUBJECT_LEN], name[LVI_UUID_TEXT_LEN + 1];

	for (size_t i = 1; i < pv->run_count; i++) {
		const struct pv_run *a = &pv->runs[i - 1], *b = &pv->runs[i];

		if ((uint64_t)a->start + a->count > b->start)
			return lvi_error(err, LVOL_E_CORRUPT, lvi_lv_subject(subject, b->seg->lv),
					"extent %u of PV %s is used by both LV %s and LV %s", b->start, lvi_pv_subject(name, pv),
					a->seg->lv->name, b->seg->lv->name);
	}
	return 0;
}

static void forget_runs(struct lvol_vg *vg)
{
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next) {
		pv->runs = NULL;
		pv->run_count = 0;
	}
}

/* Runs of every PV in @all, which has room for count_runs(). On failure no PV has any. */
static int link_runs(struct lvol_vg *vg, struct pv_run *all, struct lvol_error *err)
{
	collect_runs(vg, all);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next) {
		int ret;

		sort_runs(pv);
		ret = check_overlap(pv, err);
		if (ret) {
			forget_runs(vg);
			return ret;
		}
	}
	return 0;
}

static void count_extents(struct lvol_vg *vg)
{
	vg->extent_count = vg->free_count = 0;
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next) {
		pv->pe_used = 0;
		for (size_t i = 0; i < pv->run_count; i++)
			pv->pe_used += pv->runs[i].count;
		vg->extent_count += pv->pe_count;
		vg->free_count += pv->pe_count - pv->pe_used;
	}
}

/* Back references */

static size_t count_uses(const struct lvol_vg *vg)
{
	size_t n = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
			for (size_t i = 0; i < lvi_seg_ref_count(seg); i++)
				n += lvi_seg_ref(seg, i) != NULL;
	return n;
}

static struct lv_use make_use(struct lvol_segment *seg, size_t ref)
{
	size_t areas = lvi_seg_area_total(seg);

	if (ref < areas)
		return (struct lv_use) { .seg = seg, .is_area = true, .area = (uint32_t)ref };
	return (struct lv_use) { .seg = seg, .field = seg->values[ref - areas].field };
}

/* @last has for each LV the link that its next use is hung on. Returns the rest of @uses. */
static struct lv_use *use_segment(struct lvol_segment *seg, struct lv_use *uses, struct lv_use ***last)
{
	for (size_t i = 0; i < lvi_seg_ref_count(seg); i++) {
		struct lvol_lv *lv = lvi_seg_ref(seg, i);

		if (!lv)
			continue;
		*uses = make_use(seg, i);
		*last[lv->index] = uses;
		last[lv->index] = &uses->next;
		uses++;
	}
	return uses;
}

static int link_uses(struct lvol_vg *vg)
{
	struct lv_use *uses = lvi_arena_calloc(vg->arena, count_uses(vg), sizeof *uses);
	struct lv_use ***last = calloc((size_t)vg->lv_count + 1, sizeof *last);

	if (!uses || !last) {
		free(last);
		return -1;
	}
	for (struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next) {
		lv->uses = NULL;
		last[lv->index] = &lv->uses;
	}
	for (struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		for (struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
			uses = use_segment(seg, uses, last);
	free(last);
	return 0;
}

int lvi_vg_freeze(struct lvol_vg *vg, struct lvol_error *err)
{
	struct pv_run *all;
	int ret;

	assert(!vg->frozen);
	ret = check_all(vg, err);
	if (ret)
		return ret;
	all = lvi_arena_calloc(vg->arena, count_runs(vg), sizeof *all);
	if (!all) {
		forget_runs(vg);
		return lvi_error_nomem(err);
	}
	ret = link_runs(vg, all, err);
	if (ret)
		return ret;
	if (link_uses(vg)) {
		forget_runs(vg);
		return lvi_error_nomem(err);
	}
	count_extents(vg);
	lvi_vg_close_pool(vg);
	vg->frozen = true;
	return 0;
}

static int fill_free(struct lvol_vg *vg)
{
	int ret = lvi_vg_open_pool(vg);

	for (struct lvol_pv *pv = vg->pv_first; pv && !ret; pv = pv->next)
		ret = lvi_pv_free_beside(pv, pv->runs, pv->run_count);
	if (ret)
		lvi_vg_close_pool(vg);
	return ret;
}

int lvi_vg_prepare(struct lvol_vg *vg, struct lvol_error *err)
{
	struct pv_run *all;
	int ret;

	assert(!vg->frozen);
	ret = check_all(vg, err);
	if (ret)
		return ret;
	all = calloc(count_runs(vg) + 1, sizeof *all);
	ret = all ? link_runs(vg, all, err) : lvi_error_nomem(err);
	if (!ret) {
		count_extents(vg);
		if (fill_free(vg))
			ret = lvi_error_nomem(err);
	}
	forget_runs(vg);
	free(all);
	return ret;
}
