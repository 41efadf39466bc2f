/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_MODEL_MAKE_H
#define TESTS_UNIT_MODEL_MAKE_H

/* VGs for tests of the model: small, valid, and without memory failing. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/build.h"
#include "model/free_runs.h"
#include "util.h"

/* Types are opaque to the model. */
#define TYPE_A ((const struct segtype *)"type a")
#define TYPE_B ((const struct segtype *)"type b")

static inline struct uuid make_id(char kind, unsigned n)
{
	struct uuid id;
	char text[LVI_UUID_LEN + 1];

	snprintf(text, sizeof text, "%c%031u", kind, n);
	memcpy(id.c, text, LVI_UUID_LEN);
	return id;
}

static inline struct lvol_vg *make_vg(void)
{
	struct lvol_vg *vg = lvi_vg_new("vg");

	ck_assert_ptr_nonnull(vg);
	vg->id = make_id('V', 0);
	vg->seqno = 1;
	vg->extent_sectors = 8192;
	vg->flags = VG_RESIZEABLE | VG_READ | VG_WRITE;
	return vg;
}

static inline struct lvol_pv *make_pv(struct lvol_vg *vg, uint32_t extents)
{
	struct uuid id = make_id('P', vg->pv_count);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_pv *pv = NULL;

	t_ok(lvi_vg_add_pv(vg, &id, &pv, &err), err);
	pv->pe_start_sectors = 2048;
	pv->flags = PV_ALLOCATABLE;
	t_ok(lvi_pv_set_extents(pv, extents, &err), err);
	return pv;
}

/* Named LVs have ids that follow from their order: remove none before the last is made. */
static inline struct lvol_lv *make_lv(struct lvol_vg *vg, const char *name)
{
	struct uuid id = make_id('L', vg->lv_count);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_lv *lv = NULL;

	t_ok(lvi_vg_add_lv(vg, name, &id, &lv, &err), err);
	lv->flags = LV_READ | LV_WRITE | LV_VISIBLE;
	return lv;
}

static inline struct lvol_segment *make_segment(struct lvol_lv *lv, uint32_t count, uint32_t areas)
{
	struct lvol_segment *seg = lvi_lv_add_segment(lv, TYPE_A, count, areas, false);

	ck_assert_ptr_nonnull(seg);
	seg->type_text = "striped";
	seg->area_extents = areas ? count / areas : 0;
	return seg;
}

/* A segment on a PV; in a prepared VG its extents are taken. */
static inline struct lvol_segment *make_on_pv(struct lvol_lv *lv, struct lvol_pv *pv, uint32_t start, uint32_t count)
{
	struct lvol_segment *seg = make_segment(lv, count, 1);

	seg->areas[0] = (struct area) { .kind = AREA_PV, .pv = pv, .start = start };
	ck_assert_int_eq(lvi_pv_take(pv, start, count), 0);
	return seg;
}

static inline struct lvol_segment *make_on_lv(struct lvol_lv *lv, struct lvol_lv *below, uint32_t start, uint32_t count)
{
	struct lvol_segment *seg = make_segment(lv, count, 1);

	seg->areas[0] = (struct area) { .kind = AREA_LV, .lv = below, .start = start };
	return seg;
}

/* An LV of one segment on a PV. */
static inline struct lvol_lv *make_linear(struct lvol_vg *vg, const char *name, struct lvol_pv *pv, uint32_t start,
		uint32_t count)
{
	struct lvol_lv *lv = make_lv(vg, name);

	make_on_pv(lv, pv, start, count);
	return lv;
}

/* The suite of one test program: cases are added by the caller. */
static inline TCase *make_case(Suite *suite, const char *name)
{
	TCase *tc = tcase_create(name);

	suite_add_tcase(suite, tc);
	return tc;
}

#endif
