/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>

#include "base/array.h"
#include "base/error.h"
#include "model/internal.h"

/*
 * Free extents while a VG is under construction. Counts of PV and VG change together with the runs, here only. Taking
 * and adding areas may fail for lack of memory, giving back never does: see free_runs.h about promised nodes.
 */

int lvi_pv_take(struct lvol_pv *pv, uint32_t start, uint32_t count)
{
	assert(!pv->vg->frozen);
	if (!pv->free)
		return 0;
	if (lvi_free_runs_take(pv->free, start, count))
		return -LVOL_E_NO_MEMORY;
	pv->pe_used += count;
	pv->vg->free_count -= count;
	return 0;
}

static int give(struct lvol_pv *pv, uint32_t start, uint32_t count)
{
	if (lvi_free_runs_give(pv->free, start, count))
		return -LVOL_E_NO_MEMORY;
	pv->pe_used -= count;
	pv->vg->free_count += count;
	return 0;
}

int lvi_pv_give(struct lvol_pv *pv, uint32_t start, uint32_t count)
{
	assert(!pv->vg->frozen);
	if (!pv->free)
		return 0;
	/* It may leave two areas where there was one. */
	if (lvi_free_run_pool_promise(pv->vg->run_pool, 1))
		return -LVOL_E_NO_MEMORY;
	return give(pv, start, count);
}

void lvi_seg_give(struct lvol_segment *seg, uint32_t from)
{
	for (uint32_t i = 0; i < seg->area_count; i++) {
		const struct area *a = &seg->areas[i];
		int ret = 0;

		if (a->kind == AREA_PV && a->pv->free)
			ret = give(a->pv, a->start + from, seg->area_extents - from);
		assert(!ret);
		(void)ret;
	}
}

static int resize_free(struct lvol_pv *pv, uint32_t count, struct lvol_error *err)
{
	char name[LVI_UUID_TEXT_LEN + 1];
	uint32_t had = pv->pe_count;
	struct free_run tail;

	if (count > had)
		return lvi_free_runs_give(pv->free, had, count - had) ? lvi_error_nomem(err) : 0;
	if (count == had)
		return 0;
	if (!lvi_free_runs_at(pv->free, count, &tail) || tail.count != had - count)
		return lvi_error(err, LVOL_E_BUSY, lvi_pv_subject(name, pv),
				"PV %s has extents in use behind its new end at %u; move them first", lvi_pv_subject(name, pv), count);
	return lvi_free_runs_take(pv->free, count, tail.count) ? lvi_error_nomem(err) : 0;
}

int lvi_pv_set_extents(struct lvol_pv *pv, uint32_t count, struct lvol_error *err)
{
	int ret;

	assert(!pv->vg->frozen);
	if (pv->free) {
		ret = resize_free(pv, count, err);
		if (ret)
			return ret;
		pv->vg->extent_count += (uint64_t)count - pv->pe_count;
		pv->vg->free_count += (uint64_t)count - pv->pe_count;
	}
	pv->pe_count = count;
	return 0;
}

/* Getting ready for changes */

static size_t area_total(const struct lvol_vg *vg)
{
	size_t n = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
			n += lvi_seg_area_total(seg);
	return n;
}

void lvi_vg_close_pool(struct lvol_vg *vg)
{
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		pv->free = NULL;
	vg->run_pool = NULL;
}

int lvi_vg_open_pool(struct lvol_vg *vg)
{
	lvi_vg_close_pool(vg);
	vg->run_pool = lvi_free_run_pool_new(vg->arena);
	if (!vg->run_pool || lvi_free_run_pool_promise(vg->run_pool, area_total(vg)))
		return -1;
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		if (!(pv->free = lvi_free_runs_new_in(vg->run_pool)))
			return -1;
	return 0;
}

typedef ARRAY(struct free_run) free_run_array;

static int push_run(free_run_array *a, uint32_t start, uint32_t count)
{
	struct free_run *r = count ? ARRAY_PUSH(a) : NULL;

	if (r)
		*r = (struct free_run) { start, count };
	return count && !r ? -1 : 0;
}

static int gaps(free_run_array *out, const struct pv_run *runs, size_t count, uint32_t pe_count)
{
	uint32_t at = 0;

	for (size_t i = 0; i < count; i++) {
		if (push_run(out, at, runs[i].start - at))
			return -1;
		at = runs[i].start + runs[i].count;
	}
	return push_run(out, at, pe_count - at);
}

int lvi_pv_free_beside(struct lvol_pv *pv, const struct pv_run *runs, size_t count)
{
	free_run_array a = {0};
	int ret = gaps(&a, runs, count, pv->pe_count);

	if (!ret)
		ret = lvi_free_runs_fill(pv->free, a.items, a.len);
	ARRAY_FREE(&a);
	return ret;
}

int lvi_pv_free_like(struct lvol_pv *pv, const struct free_runs *from)
{
	free_run_array a = {0};
	struct free_run r = {0};
	uint64_t at = 0;
	int ret = 0;

	while (!ret && at <= UINT32_MAX && lvi_free_runs_next(from, (uint32_t)at, 1, &r)) {
		ret = push_run(&a, r.start, r.count);
		at = (uint64_t)r.start + r.count;
	}
	if (!ret)
		ret = lvi_free_runs_fill(pv->free, a.items, a.len);
	ARRAY_FREE(&a);
	return ret;
}
