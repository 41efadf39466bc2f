/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Allocation in a VG of 1,000 PVs whose free space is 1,000,000 runs of one or two extents, beside the same request in a
 * VG as large whose PVs are free in one run each, and beside one walk over all runs, which is what a search without an
 * index would cost at least.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dev/dev.h"
#include "metadata/metadata.h"
#include "model/free_runs.h"
#include "txn/alloc.h"

#define PVS 1000
#define RUNS_PER_PV 1000

static struct lvol_dev present;  /* never read: it only says that a PV is there */

static struct lvol_pv *add_pv(struct lvol_vg *vg, unsigned i)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_pv *pv;
	struct uuid id;
	char text[16];
	int n = snprintf(text, sizeof text, "%u", i);

	memset(&id, 'p', sizeof id);
	memcpy(id.c, text, n);
	b_ok(lvi_vg_add_pv(vg, &id, &pv, &err), &err, "pv");
	pv->flags = PV_ALLOCATABLE;
	pv->dev = &present;
	pv->dev_name = "pv";
	pv->pe_count = RUNS_PER_PV * 3 + 1;
	return pv;
}

/* Between used extents are free runs of one extent and of two, in turn. */
static void fragment(struct lvol_vg *vg, struct lvol_pv *pv, unsigned i)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct uuid id;
	struct lvol_lv *lv;
	char name[16];
	uint32_t at = 0;

	snprintf(name, sizeof name, "lv%u", i);
	memset(&id, 'v', sizeof id);
	memcpy(id.c, name, strlen(name));
	b_ok(lvi_vg_add_lv(vg, name, &id, &lv, &err), &err, "lv");
	for (unsigned k = 0; k < RUNS_PER_PV; k++) {
		struct lvol_segment *seg = lvi_lv_add_segment(lv, &lvi_segtype_striped, 1, 1, false);

		if (!seg)
			b_die("no memory");
		seg->area_extents = 1;
		seg->areas[0] = (struct area) { .kind = AREA_PV, .pv = pv, .start = at };
		at += k % 2 ? 3 : 2;
	}
	pv->pe_count = at;
}

static struct lvol_vg *make_vg(bool fragmented)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = lvi_vg_new("bench");

	if (!vg)
		b_die("no memory");
	vg->extent_sectors = 8192;
	for (unsigned i = 0; i < PVS; i++) {
		struct lvol_pv *pv = add_pv(vg, i);

		if (fragmented)
			fragment(vg, pv, i);
	}
	b_ok(lvi_vg_prepare(vg, &err), &err, "prepare");
	return vg;
}

struct request { struct alloc_request req; bool must; };

static void run_request(void *arg)
{
	const struct request *r = arg;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct allocation got = { 0 };
	struct pv_choice choice = { 0 };
	struct alloc_request req = r->req;
	int ret;

	b_ok(lvi_pv_choice_make(req.vg, NULL, &choice, &err), &err, "choice");
	req.pvs = &choice;
	ret = lvi_allocate(&req, &got, &err);
	if (r->must || ret != -LVOL_E_NO_SPACE)
		b_ok(ret, &err, "allocate");
	if (!ret)
		lvi_allocation_free(&got);
	lvi_pv_choice_free(&choice);
}

static volatile uint64_t walked;

static void run_walk(void *arg)
{
	const struct lvol_vg *vg = arg;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next) {
		struct free_run run = { 0, 0 };

		while (lvi_free_runs_next(pv->free, run.start + run.count, 1, &run))
			walked += run.count;
	}
}

static void bench(const char *title, struct lvol_vg *pieces, struct lvol_vg *whole, struct alloc_request req)
{
	struct request a = { req, req.policy != LVOL_ALLOC_CONTIGUOUS }, b = a;
	struct b_case cases[] = {
		{ "fragmented", NULL, run_request, NULL, &a, 0 },
		{ "whole", NULL, run_request, NULL, &b, 0 },
		{ "walk", NULL, run_walk, NULL, pieces, 0 },
	};

	a.req.vg = pieces;
	b.req.vg = whole;
	b_alternate(cases, 3, b_runs(5));
	b_print_times(title, cases, 3);
}

int main(void)
{
	struct lvol_vg *pieces = make_vg(true), *whole = make_vg(false);
	struct alloc_request req = { .area_count = 1, .area_extents = 1, .policy = LVOL_ALLOC_NORMAL,
		.subject = "bench/new" };

	bench("alloc: 1 extent", pieces, whole, req);
	req.area_extents = 1000;
	bench("alloc: 1,000 extents", pieces, whole, req);
	req.area_count = 8;
	bench("alloc: 8 stripes of 1,000 extents", pieces, whole, req);
	req.policy = LVOL_ALLOC_CLING;
	bench("alloc: 8 stripes of 1,000 extents, cling", pieces, whole, req);
	req.policy = LVOL_ALLOC_ANYWHERE;
	bench("alloc: 8 stripes of 1,000, anywhere", pieces, whole, req);
	req.policy = LVOL_ALLOC_CONTIGUOUS;
	req.area_count = 1;
	bench("alloc: 1,000 extents, contiguous (fails)", pieces, whole, req);
	req.policy = LVOL_ALLOC_NORMAL;
	req.area_extents = 1000000;
	bench("alloc: 1,000,000 extents", pieces, whole, req);
	lvi_vg_unref(pieces);
	lvi_vg_unref(whole);
	return 0;
}
