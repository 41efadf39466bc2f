/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From lists of what the text says to a frozen VG. */
#include "model_make.h"

/* Neither can be linked, and neither is changed by the attempt. */
static void refused(struct lvol_vg *vg, const char *word)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_fails(lvi_vg_prepare(vg, &err), LVOL_E_CORRUPT, err);
	t_fails(lvi_vg_freeze(vg, &err), LVOL_E_CORRUPT, err);
	ck_assert_msg(strstr(err.message, word) != NULL, "\"%s\" does not say \"%s\"", err.message, word);
	ck_assert(!vg->frozen && !vg->run_pool && !vg->pv_first->runs && !vg->pv_first->free);
	lvi_vg_unref(vg);
}

static void accepted(struct lvol_vg *vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvi_vg_prepare(vg, &err), err);
	ck_assert(!vg->frozen);
	t_ok(lvi_vg_freeze(vg, &err), err);
	ck_assert(vg->frozen && !vg->run_pool);
	lvi_vg_unref(vg);
}

START_TEST(used_runs)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 100), *other = make_pv(vg, 10);
	struct lvol_lv *b = make_linear(vg, "b", pv, 50, 10), *a = make_linear(vg, "a", pv, 5, 10);
	struct lvol_segment *none = make_segment(a, 7, 2);

	none->areas[1] = (struct area) { .kind = AREA_PV, .pv = other, .start = 1 };
	make_on_pv(b, pv, 60, 40);
	t_ok(lvi_vg_freeze(vg, &err), err);
	ck_assert(pv->run_count == 3 && other->run_count == 1 && pv->pe_used == 60 && other->pe_used == 3);
	ck_assert(pv->runs[0].start == 5 && pv->runs[0].seg == a->seg_first && pv->runs[0].count == 10);
	ck_assert(pv->runs[1].start == 50 && pv->runs[2].start == 60 && pv->runs[2].seg == b->seg_last);
	ck_assert(other->runs[0].area == 1 && other->runs[0].seg == none);
	ck_assert(vg->extent_count == 110 && vg->free_count == 47);
	ck_assert(b->index == 0 && a->index == 1 && other->index == 1);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(free_runs_of_a_prepared_vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 100);
	struct free_run r;

	make_linear(vg, "b", pv, 50, 10);
	make_linear(vg, "a", pv, 0, 10);
	for (int again = 0; again < 2; again++) {
		t_ok(lvi_vg_prepare(vg, &err), err);
		ck_assert(lvi_free_runs_next(pv->free, 0, 1, &r) && r.start == 10 && r.count == 40);
		ck_assert(lvi_free_runs_next(pv->free, 50, 1, &r) && r.start == 60 && r.count == 40);
		ck_assert(pv->pe_used == 20 && vg->free_count == 80 && !pv->runs);
	}
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(uses)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 100);
	struct lvol_lv *top = make_lv(vg, "top"), *below = make_linear(vg, "below", pv, 0, 10), *user = make_lv(vg, "user");
	struct lvol_segment *seg = lvi_lv_add_segment(top, TYPE_A, 5, 1, true);
	const struct lv_use *u;

	seg->area_extents = 5;
	seg->areas[0] = (struct area) { .kind = AREA_LV, .lv = below };
	seg->metas[0] = (struct area) { .kind = AREA_LV, .lv = below, .start = 5 };
	ck_assert_int_eq(lvi_seg_set_lv(seg, SEG_ORIGIN, below), 0);
	make_on_lv(user, below, 9, 1);
	t_ok(lvi_vg_freeze(vg, &err), err);
	u = below->uses;
	ck_assert(u->is_area && u->area == 0 && u->seg == seg);
	u = u->next;
	ck_assert(u->is_area && u->area == 1 && u->seg == seg);
	u = u->next;
	ck_assert(!u->is_area && u->field == SEG_ORIGIN && u->seg == seg);
	u = u->next;
	ck_assert(u->is_area && u->area == 0 && u->seg == user->seg_first && !u->next);
	ck_assert(!top->uses && !user->uses);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(overlap)
{
	for (uint32_t start = 0; start <= 40; start++) {
		struct lvol_vg *vg = make_vg();
		struct lvol_pv *pv = make_pv(vg, 100);

		make_linear(vg, "a", pv, 15, 10);
		make_linear(vg, "b", pv, start, 5);
		if (start > 10 && start < 25)
			refused(vg, "used by both");
		else
			accepted(vg);
	}
}
END_TEST

START_TEST(overlap_within_a_segment)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 100);
	struct lvol_segment *seg = make_segment(make_lv(vg, "lv"), 10, 2);

	seg->areas[0] = (struct area) { .kind = AREA_PV, .pv = pv, .start = 10 };
	seg->areas[1] = (struct area) { .kind = AREA_PV, .pv = pv, .start = 14 };
	refused(vg, "used by both");
}
END_TEST

START_TEST(past_the_end_of_a_pv)
{
	static const struct { uint32_t start, count; bool good; } cases[] = {
		{ 90, 10, true }, { 90, 11, false }, { 100, 1, false }, { UINT32_MAX, 2, false }, { 0, 101, false },
	};
	struct lvol_vg *vg = make_vg();

	make_linear(vg, "lv", make_pv(vg, 100), cases[_i].start, cases[_i].count);
	if (cases[_i].good)
		accepted(vg);
	else
		refused(vg, "past the end of PV");
}
END_TEST

START_TEST(past_the_end_of_an_lv)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_lv *below = make_linear(vg, "below", make_pv(vg, 100), 0, 10);

	make_on_lv(make_lv(vg, "top"), below, 5, _i ? 6 : 5);
	if (_i)
		refused(vg, "past the end of LV");
	else
		accepted(vg);
}
END_TEST

START_TEST(gaps)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 100);
	struct lvol_lv *lv = make_linear(vg, "lv", pv, 0, 10);

	make_on_pv(lv, pv, 10, 10);
	if (_i == 0)
		lv->seg_first->start = 1;
	else if (_i == 1)
		lv->seg_last->start = 11;
	else
		lv->seg_last->start = 9;
	refused(vg, "do not follow");
}
END_TEST

START_TEST(too_many_extents)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_lv *lv = make_lv(vg, "lv");

	make_pv(vg, 1);
	make_segment(lv, UINT32_MAX, 0);
	make_segment(lv, 2, 0);
	refused(vg, "more than");
}
END_TEST

START_TEST(raid_metadata)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 100);
	struct lvol_lv *meta = make_linear(vg, "meta", pv, 0, 1);
	struct lvol_segment *seg = lvi_lv_add_segment(make_lv(vg, "lv"), TYPE_A, 10, 1, true);

	seg->metas[0] = (struct area) { .kind = AREA_LV, .lv = meta };
	if (_i == 1)
		seg->metas[0].start = 1;
	if (_i == 2)
		seg->metas[0] = (struct area) { .kind = AREA_PV, .pv = pv, .start = 50 };
	if (_i == 0)
		accepted(vg);
	else
		refused(vg, _i == 1 ? "past the end" : "directly on PV");
}
END_TEST

START_TEST(references_to_what_is_gone)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 100), *second = make_pv(vg, 100);
	struct lvol_lv *below = make_linear(vg, "below", pv, 0, 10), *top = make_lv(vg, "top");

	if (_i == 0)
		ck_assert_int_eq(lvi_seg_set_lv(make_segment(top, 1, 0), SEG_POOL, below), 0);
	else if (_i == 1)
		make_on_lv(top, below, 0, 1);
	else
		make_on_pv(top, second, 0, 1);
	lvi_vg_remove_lv(vg, below);
	lvi_vg_remove_pv(vg, second);
	refused(vg, "not in the VG");
}
END_TEST

/* The LV that each of @count others stands on is the next one; the last stands on number @back. */
static struct lvol_vg *chain(unsigned count, unsigned back)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_lv **lvs = calloc(count, sizeof *lvs);
	char name[16];

	make_pv(vg, 1);
	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof name, "lv%u", i);
		lvs[i] = make_lv(vg, name);
	}
	for (unsigned i = 0; i + 1 < count; i++)
		make_on_lv(lvs[i], lvs[i + 1], 0, 1);
	if (back < count)
		make_on_lv(lvs[count - 1], lvs[back], 0, 1);
	else
		make_segment(lvs[count - 1], 1, 0);
	free(lvs);
	return vg;
}

START_TEST(cycles)
{
	refused(chain(1, 0), "stands on itself");
	refused(chain(2, 0), "stands on itself");
	refused(chain(5, 3), "stands on itself");
	refused(chain(5, 4), "stands on itself");
	accepted(chain(5, 5));
}
END_TEST

START_TEST(cycles_through_fields)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_lv *a = make_lv(vg, "a"), *b = make_lv(vg, "b");

	make_pv(vg, 1);
	make_segment(a, 1, 0);
	ck_assert_int_eq(lvi_seg_set_lv(make_segment(a, 1, 0), SEG_ORIGIN, b), 0);
	ck_assert_int_eq(lvi_seg_set_lv(make_segment(b, 1, 0), SEG_POOL, a), 0);
	refused(vg, "stands on itself");
}
END_TEST

/* A thread's stack would not do for this. */
START_TEST(deep_chains)
{
	accepted(chain(100000, 100000));
	refused(chain(100000, 0), "stands on itself");
}
END_TEST

/* One LV below many is no cycle. */
START_TEST(diamonds)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_lv *below = make_linear(vg, "below", make_pv(vg, 10), 0, 10);
	struct lvol_lv *left = make_lv(vg, "left"), *right = make_lv(vg, "right"), *top = make_lv(vg, "top");

	make_on_lv(left, below, 0, 5);
	make_on_lv(right, below, 5, 5);
	make_on_lv(top, left, 0, 5);
	make_on_lv(top, right, 0, 5);
	accepted(vg);
}
END_TEST

START_TEST(empty)
{
	struct lvol_vg *vg = make_vg();

	make_lv(vg, "nothing");
	accepted(vg);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("model link");
	TCase *tc = make_case(suite, "good");

	tcase_add_test(tc, used_runs);
	tcase_add_test(tc, free_runs_of_a_prepared_vg);
	tcase_add_test(tc, uses);
	tcase_add_test(tc, diamonds);
	tcase_add_test(tc, empty);
	tc = make_case(suite, "bad");
	tcase_add_test(tc, overlap);
	tcase_add_test(tc, overlap_within_a_segment);
	tcase_add_loop_test(tc, past_the_end_of_a_pv, 0, 5);
	tcase_add_loop_test(tc, past_the_end_of_an_lv, 0, 2);
	tcase_add_loop_test(tc, gaps, 0, 3);
	tcase_add_test(tc, too_many_extents);
	tcase_add_loop_test(tc, raid_metadata, 0, 3);
	tcase_add_loop_test(tc, references_to_what_is_gone, 0, 3);
	tcase_add_test(tc, cycles);
	tcase_add_test(tc, cycles_through_fields);
	tcase_add_test(tc, deep_chains);
	return t_main(suite);
}
