/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include <lvol/types.h>

#include "base/error.h"
#include "base/textbuf.h"
#include "txn/alloc_work.h"
#include "txn/lv_text.h"

/* "disk0.img 40 (longest run 12), disk1.img 0, disk2.img is not allocatable and 3 more" */
#define NAMED_PVS 4

static void add_pv(struct textbuf *t, const struct lvol_pv *pv, const struct pv_chosen *chosen)
{
	char name[LVI_PV_TEXT_LEN];
	uint64_t have = chosen ? lvi_pv_chosen_free(chosen) : lvi_free_runs_total(pv->free);
	uint32_t longest = lvi_free_runs_longest(pv->free);

	lvi_textbuf_printf(t, "%s%s", t->len ? ", " : "", lvi_pv_text(name, pv));
	if (!chosen && (pv->flags & PV_MISSING || !pv->dev))
		lvi_textbuf_puts(t, " is missing");
	else if (!chosen && !(pv->flags & PV_ALLOCATABLE))
		lvi_textbuf_puts(t, " is not allocatable");
	else if (longest < have)
		lvi_textbuf_printf(t, " %llu (longest run %u)", (unsigned long long)have, longest);
	else
		lvi_textbuf_printf(t, " %llu", (unsigned long long)have);
}

static void list_pvs(const struct alloc_request *req, struct textbuf *t)
{
	size_t n = 0;

	for (size_t i = 0; req->pvs && i < req->pvs->items.len; i++, n++)
		if (n < NAMED_PVS)
			add_pv(t, req->pvs->items.items[i].pv, &req->pvs->items.items[i]);
	for (const struct lvol_pv *pv = req->pvs ? NULL : req->vg->pv_first; pv; pv = pv->next, n++)
		if (n < NAMED_PVS)
			add_pv(t, pv, NULL);
	if (n > NAMED_PVS)
		lvi_textbuf_printf(t, " and %zu more", n - NAMED_PVS);
	if (!n)
		lvi_textbuf_puts(t, "no PV");
	lvi_textbuf_putc(t, '\0');
}

static uint64_t all_free(const struct alloc_request *req)
{
	uint64_t have = 0;

	if (req->pvs)
		return lvi_pv_choice_free_extents(req->pvs);
	for (const struct lvol_pv *pv = req->vg->pv_first; pv; pv = pv->next)
		if (lvi_pv_may_allocate(pv))
			have += lvi_free_runs_total(pv->free);
	return have;
}

/* What the policy asks for beside the number. */
static const char *condition(const struct alloc_request *req)
{
	bool follow = req->behind && req->behind->area_count == req->area_count;

	if (follow && req->policy == LVOL_ALLOC_CONTIGUOUS)
		return " right behind its end, as policy contiguous wants";
	if (follow && req->policy == LVOL_ALLOC_CLING)
		return " on the PVs of its last segment, as policy cling wants";
	if (req->policy == LVOL_ALLOC_CONTIGUOUS)
		return req->area_count > 1 ? " in one run each and on different PVs, as policy contiguous wants" :
			" in one run, as policy contiguous wants";
	return req->area_count > 1 && req->policy != LVOL_ALLOC_ANYWHERE ? " on different PVs" : "";
}

int lvi_alloc_explain(const struct alloc_request *req, struct lvol_error *err)
{
	uint64_t have = all_free(req), need = (uint64_t)req->area_count * req->area_extents;
	const char *where = req->pvs && req->pvs->given ? "on the given PVs" : "on the VG's allocatable PVs";
	struct textbuf pvs = {0};
	char what[64];
	int ret;

	if (!err)
		return -LVOL_E_NO_SPACE;
	if (req->area_count > 1)
		snprintf(what, sizeof what, "%llu extents (%u %s of %u)", (unsigned long long)need, req->area_count,
				req->areas_word ? req->areas_word : "stripes", req->area_extents);
	else
		snprintf(what, sizeof what, "%llu extent%s", (unsigned long long)need, need == 1 ? "" : "s");
	list_pvs(req, &pvs);
	ret = lvi_error(err, LVOL_E_NO_SPACE, req->subject, "not enough room for %s: it needs %s%s; free %s: %llu (%s)",
			req->subject, what, have >= need || req->area_count > 1 ? condition(req) : "", where,
			(unsigned long long)have, pvs.failed ? "" : pvs.data);
	lvi_textbuf_free(&pvs);
	return ret;
}
