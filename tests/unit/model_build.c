/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making and changing a VG. */
#include "model_make.h"

static void released(void *who)
{
	++*(int *)who;
}

START_TEST(references)
{
	struct lvol_vg *vg = make_vg();
	int count = 0;

	vg->owner.put = released;
	vg->owner.who = &count;
	ck_assert_ptr_eq(lvi_vg_ref(vg), vg);
	lvi_vg_unref(vg);
	ck_assert_int_eq(count, 0);
	lvi_vg_unref(vg);
	ck_assert_int_eq(count, 1);
	lvi_vg_unref(NULL);
}
END_TEST

START_TEST(find_what_was_added)
{
	struct lvol_vg *vg = make_vg();
	struct uuid pv_id = make_id('P', 1), lv_id = make_id('L', 0), other = make_id('X', 0);
	struct lvol_pv *first = make_pv(vg, 10), *second = make_pv(vg, 20);
	struct lvol_lv *lv = make_lv(vg, "lv");

	ck_assert_ptr_eq(lvi_vg_find_pv(vg, &pv_id), second);
	ck_assert_ptr_eq(lvi_vg_find_lv(vg, "lv"), lv);
	ck_assert_ptr_eq(lvi_vg_find_lv_by_id(vg, &lv_id), lv);
	ck_assert_ptr_null(lvi_vg_find_lv(vg, "l"));
	ck_assert_ptr_null(lvi_vg_find_lv(vg, ""));
	ck_assert_ptr_null(lvi_vg_find_lv_by_id(vg, &other));
	ck_assert_ptr_null(lvi_vg_find_pv(vg, &other));
	ck_assert(vg->pv_first == first && first->next == second && second->prev == first && vg->pv_last == second);
	ck_assert(vg->pv_count == 2 && vg->lv_count == 1 && lv->minor == -1 && lv->major == -1);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(taken_names_and_ids)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_vg();
	struct uuid id = make_id('L', 7), taken = make_id('L', 0), pv_id = make_id('P', 0);
	struct lvol_lv *lv = NULL;
	struct lvol_pv *pv = NULL;

	make_pv(vg, 1);
	make_lv(vg, "lv");
	t_fails(lvi_vg_add_lv(vg, "lv", &id, &lv, &err), LVOL_E_EXISTS, err);
	t_fails(lvi_vg_add_lv(vg, "new", &taken, &lv, &err), LVOL_E_EXISTS, err);
	t_fails(lvi_vg_add_pv(vg, &pv_id, &pv, &err), LVOL_E_EXISTS, err);
	ck_assert(!lv && !pv && vg->lv_count == 1 && vg->pv_count == 1);
	ck_assert_ptr_null(lvi_vg_find_lv(vg, "new"));
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(renaming)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_vg();
	struct lvol_lv *a = make_lv(vg, "a"), *b = make_lv(vg, "b");

	t_fails(lvi_lv_set_name(a, "b", &err), LVOL_E_EXISTS, err);
	t_ok(lvi_lv_set_name(a, "a", &err), err);
	t_ok(lvi_lv_set_name(a, "c", &err), err);
	ck_assert_ptr_null(lvi_vg_find_lv(vg, "a"));
	ck_assert_ptr_eq(lvi_vg_find_lv(vg, "c"), a);
	ck_assert_ptr_eq(lvi_vg_find_lv(vg, "b"), b);
	t_ok(lvi_vg_set_name(vg, "other", &err), err);
	ck_assert_str_eq(vg->name, "other");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(strings)
{
	const char *const items[] = { "a", "b", "c" };
	struct lvol_vg *vg = make_vg();
	struct strings list = {0}, before;

	ck_assert(!lvi_strings_has(&list, "a"));
	ck_assert_int_eq(lvi_strings_remove(vg, &list, "a"), 0);
	ck_assert_int_eq(lvi_strings_set(vg, &list, items, 3), 0);
	before = list;
	ck_assert_int_eq(lvi_strings_add(vg, &list, "b"), 0);
	ck_assert_uint_eq(list.count, 3);
	ck_assert_int_eq(lvi_strings_add(vg, &list, "d"), 0);
	ck_assert_int_eq(lvi_strings_remove(vg, &list, "b"), 0);
	ck_assert(list.count == 3 && !strcmp(list.items[0], "a") && !strcmp(list.items[1], "c") &&
			!strcmp(list.items[2], "d"));
	/* who shared the list before has it still */
	ck_assert(before.count == 3 && lvi_strings_has(&before, "b") && !lvi_strings_has(&before, "d"));
	ck_assert_int_eq(lvi_strings_set(vg, &list, NULL, 0), 0);
	ck_assert_uint_eq(list.count, 0);
	ck_assert_int_eq(lvi_strings_add(vg, &list, "z"), 0);
	ck_assert_int_eq(lvi_strings_remove(vg, &list, "z"), 0);
	ck_assert_uint_eq(list.count, 0);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(values)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_lv *lv = make_lv(vg, "lv"), *other = make_lv(vg, "other");
	struct lvol_segment *seg = make_segment(lv, 4, 0);

	ck_assert_uint_eq(lvi_seg_number(seg, SEG_CHUNK_SIZE, 77), 77);
	/* backwards, so that every one is put in front */
	for (int f = SEG_FIELD_COUNT - 1; f >= 0; f--)
		ck_assert_int_eq(lvi_seg_set_number(seg, f, (uint64_t)f * 3), 0);
	ck_assert_uint_eq(seg->value_count, SEG_FIELD_COUNT);
	for (int f = 0; f < SEG_FIELD_COUNT; f++)
		ck_assert(seg->values[f].field == f && lvi_seg_number(seg, f, 0) == (uint64_t)f * 3);
	ck_assert_int_eq(lvi_seg_set_text(seg, SEG_MODE, "J", false), 0);
	ck_assert_int_eq(lvi_seg_set_text(seg, SEG_POLICY_SETTINGS, "a=1", true), 0);
	ck_assert_int_eq(lvi_seg_set_lv(seg, SEG_ORIGIN, other), 0);
	ck_assert_uint_eq(seg->value_count, SEG_FIELD_COUNT);
	ck_assert_str_eq(lvi_seg_text(seg, SEG_MODE), "J");
	ck_assert_str_eq(lvi_seg_text(seg, SEG_POLICY_SETTINGS), "a=1");
	ck_assert_ptr_eq(lvi_seg_lv(seg, SEG_ORIGIN), other);
	ck_assert_ptr_null(lvi_seg_lv(seg, SEG_MODE));
	ck_assert_ptr_null(lvi_seg_text(seg, SEG_ORIGIN));
	ck_assert_uint_eq(lvi_seg_number(seg, SEG_ORIGIN, 5), 5);
	lvi_seg_unset(seg, SEG_ORIGIN);
	lvi_seg_unset(seg, SEG_ORIGIN);
	ck_assert_ptr_null(lvi_seg_value(seg, SEG_ORIGIN));
	ck_assert_uint_eq(seg->value_count, SEG_FIELD_COUNT - 1);
	ck_assert_uint_eq(lvi_seg_number(seg, SEG_ALLOW_DISCARDS, 0), SEG_ALLOW_DISCARDS * 3);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(values_come_and_go)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_segment *seg = make_segment(make_lv(vg, "lv"), 4, 0);

	for (unsigned round = 0; round < 3; round++) {
		for (int f = 0; f < 9; f++)
			ck_assert_int_eq(lvi_seg_set_number(seg, f, 1), 0);
		for (int f = 8; f >= 0; f--)
			lvi_seg_unset(seg, f);
		ck_assert_uint_eq(seg->value_count, 0);
	}
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(problems)
{
	struct lvol_vg *vg = make_vg();

	ck_assert(!lvi_vg_has_problem(vg, 3));
	ck_assert_int_eq(lvi_vg_add_problem(vg, 3, true, "vg/lv", "number %d", 1), 0);
	ck_assert_int_eq(lvi_vg_add_problem(vg, 4, false, NULL, "second"), 0);
	ck_assert(lvi_vg_has_problem(vg, 3) && lvi_vg_has_problem(vg, 4) && !lvi_vg_has_problem(vg, 5));
	ck_assert_str_eq(vg->problems->message, "number 1");
	ck_assert_str_eq(vg->problems->next->subject, "");
	ck_assert_ptr_eq(vg->problems_last, vg->problems->next);
	lvi_vg_unref(vg);
}
END_TEST

/* Free extents */

static struct lvol_vg *prepared(struct lvol_pv **pv, uint32_t extents)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_vg();

	*pv = make_pv(vg, extents);
	t_ok(lvi_vg_prepare(vg, &err), err);
	return vg;
}

START_TEST(removing_frees)
{
	struct lvol_pv *pv;
	struct lvol_vg *vg = prepared(&pv, 100);
	struct lvol_lv *a = make_linear(vg, "a", pv, 0, 30), *b = make_linear(vg, "b", pv, 30, 30);
	struct free_run r;

	ck_assert(pv->pe_used == 60 && vg->free_count == 40);
	lvi_vg_remove_lv(vg, a);
	ck_assert(pv->pe_used == 30 && vg->free_count == 70 && vg->lv_count == 1 && vg->lv_first == b && !b->prev);
	ck_assert(lvi_free_runs_next(pv->free, 0, 1, &r) && r.start == 0 && r.count == 30);
	ck_assert_ptr_null(lvi_vg_find_lv(vg, "a"));
	lvi_vg_remove_lv(vg, b);
	ck_assert(lvi_free_runs_longest(pv->free) == 100 && !vg->lv_first && !vg->lv_last);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(truncating)
{
	struct lvol_pv *pv;
	struct lvol_vg *vg = prepared(&pv, 100);
	struct lvol_lv *lv = make_linear(vg, "lv", pv, 0, 10);

	make_on_pv(lv, pv, 20, 10);
	make_on_pv(lv, pv, 40, 10);
	lvi_lv_truncate(lv, 30, 0);
	ck_assert(lv->extent_count == 30 && lv->seg_count == 3);
	lvi_lv_truncate(lv, 15, 5);
	ck_assert(lv->extent_count == 15 && lv->seg_count == 2 && lv->seg_last->count == 5 && !lv->seg_last->next);
	ck_assert(lv->seg_last->area_extents == 5 && pv->pe_used == 15);
	lvi_lv_truncate(lv, 10, 0);
	ck_assert(lv->seg_first == lv->seg_last && lv->extent_count == 10 && pv->pe_used == 10 && vg->free_count == 90);
	ck_assert_uint_eq(lvi_free_runs_longest(pv->free), 90);
	lvi_lv_truncate(lv, 0, 0);
	ck_assert(!lv->seg_first && !lv->seg_last && !lv->seg_count && !lv->extent_count && !pv->pe_used);
	make_on_pv(lv, pv, 50, 3);
	ck_assert(lv->seg_first->start == 0 && lv->extent_count == 3);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(truncating_stripes)
{
	struct lvol_pv *pv;
	struct lvol_vg *vg = prepared(&pv, 100);
	struct lvol_lv *lv = make_lv(vg, "lv");
	struct lvol_segment *seg = make_segment(lv, 30, 3);
	struct free_run r;

	for (uint32_t i = 0; i < 3; i++) {
		seg->areas[i] = (struct area) { .kind = AREA_PV, .pv = pv, .start = i * 20 };
		ck_assert_int_eq(lvi_pv_take(pv, i * 20, 10), 0);
	}
	lvi_lv_truncate(lv, 12, 4);
	ck_assert(seg->count == 12 && seg->area_extents == 4 && pv->pe_used == 12);
	ck_assert(lvi_free_runs_at(pv->free, 24, &r) && r.count == 16);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(resizing_a_pv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_pv *pv;
	struct lvol_vg *vg = prepared(&pv, 100);
	struct lvol_lv *lv = make_linear(vg, "lv", pv, 50, 10);

	t_fails(lvi_pv_set_extents(pv, 59, &err), LVOL_E_BUSY, err);
	ck_assert_uint_eq(pv->pe_count, 100);
	t_ok(lvi_pv_set_extents(pv, 60, &err), err);
	ck_assert(vg->extent_count == 60 && vg->free_count == 50 && lvi_free_runs_total(pv->free) == 50);
	t_ok(lvi_pv_set_extents(pv, 200, &err), err);
	ck_assert(vg->extent_count == 200 && vg->free_count == 190 && lvi_free_runs_longest(pv->free) == 140);
	lvi_vg_remove_lv(vg, lv);
	ck_assert_uint_eq(lvi_free_runs_longest(pv->free), 200);
	t_ok(lvi_pv_set_extents(pv, 0, &err), err);
	ck_assert(!vg->extent_count && !vg->free_count);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(pvs_come_and_go)
{
	struct lvol_pv *first, *second;
	struct lvol_vg *vg = prepared(&first, 100);

	second = make_pv(vg, 50);
	ck_assert(vg->extent_count == 150 && vg->free_count == 150 && lvi_free_runs_total(second->free) == 50);
	lvi_vg_remove_pv(vg, first);
	ck_assert(vg->extent_count == 50 && vg->free_count == 50 && vg->pv_first == second && vg->pv_count == 1);
	lvi_vg_remove_pv(vg, second);
	ck_assert(!vg->pv_first && !vg->pv_last && !vg->extent_count);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(giving_a_part)
{
	struct lvol_pv *pv;
	struct lvol_vg *vg = prepared(&pv, 100);
	struct free_run r;

	ck_assert_int_eq(lvi_pv_take(pv, 10, 50), 0);
	ck_assert_int_eq(lvi_pv_give(pv, 20, 5), 0);
	ck_assert(pv->pe_used == 45 && vg->free_count == 55);
	ck_assert(lvi_free_runs_at(pv->free, 20, &r) && r.count == 5);
	lvi_vg_unref(vg);
}
END_TEST

#define LVS 40

/* A random LV from what is free in a few pieces; NULL when nothing is. */
static struct lvol_lv *scatter(struct lvol_vg *vg, struct lvol_pv *pv, uint64_t *seed)
{
	struct free_run r;
	struct lvol_lv *lv;
	struct uuid id = make_id('R', (unsigned)*seed);
	struct lvol_error err = LVOL_ERROR_INIT;
	char name[24];

	if (!lvi_free_runs_total(pv->free))
		return NULL;
	snprintf(name, sizeof name, "lv%u", (unsigned)*seed);
	t_ok(lvi_vg_add_lv(vg, name, &id, &lv, &err), err);
	for (unsigned i = 0; i < 4; i++) {
		uint32_t from = (uint32_t)(t_mix(++*seed) % pv->pe_count), most = 1 + (uint32_t)(t_mix(++*seed) % 30);

		if (lvi_free_runs_next(pv->free, from, 1, &r))
			make_on_pv(lv, pv, r.start, r.count < most ? r.count : most);
	}
	return lv;
}

/* Giving back must not fail, whatever came before: it does not ask for memory at all. */
START_TEST(giving_back_needs_no_memory)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_pv *pv;
	struct lvol_vg *vg = prepared(&pv, 1000);
	struct lvol_lv *lvs[LVS] = {0};
	uint64_t seed = 100000 * (uint64_t)_i;

	for (unsigned step = 0; step < 2000; step++) {
		struct lvol_lv **at = &lvs[t_mix(++seed) % LVS];
		size_t before = lvi_arena_bytes(vg->arena);

		if (!*at) {
			*at = scatter(vg, pv, &seed);
			continue;
		}
		if ((*at)->extent_count > 1 && t_mix(++seed) % 2) {
			uint32_t keep = (uint32_t)(t_mix(++seed) % (*at)->extent_count);
			struct lvol_segment *seg = (*at)->seg_first;

			while (seg->start + seg->count < keep)
				seg = seg->next;
			lvi_lv_truncate(*at, keep, keep - seg->start);
		} else {
			lvi_vg_remove_lv(vg, *at);
			*at = NULL;
		}
		ck_assert_uint_eq(lvi_arena_bytes(vg->arena), before);
		ck_assert_uint_eq(lvi_free_runs_total(pv->free), vg->free_count);
		ck_assert_uint_eq(pv->pe_count - pv->pe_used, vg->free_count);
	}
	seed = vg->free_count;
	t_ok(lvi_vg_freeze(vg, &err), err);
	ck_assert_uint_eq(vg->free_count, seed);
	lvi_vg_unref(vg);
}
END_TEST

/* Merging */

static unsigned merged(struct lvol_lv *lv)
{
	lvi_lv_merge_segments(lv);
	return lv->seg_count;
}

START_TEST(merge_what_continues)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 1000), *other = make_pv(vg, 1000);
	struct lvol_lv *lv = make_linear(vg, "lv", pv, 0, 10);

	make_on_pv(lv, pv, 10, 5);
	make_on_pv(lv, pv, 15, 5);
	make_on_pv(lv, pv, 30, 5);
	make_on_pv(lv, other, 35, 5);
	make_on_pv(lv, other, 40, 1);
	ck_assert_uint_eq(merged(lv), 3);
	ck_assert(lv->seg_first->count == 20 && lv->seg_first->area_extents == 20 && lv->extent_count == 31);
	ck_assert(lv->seg_last->start == 25 && lv->seg_last->count == 6 && !lv->seg_last->next);
	ck_assert_uint_eq(merged(make_lv(vg, "empty")), 0);
	lvi_vg_unref(vg);
}
END_TEST

/* Two segments that would be one, but for what each loop changes. */
START_TEST(keep_what_differs)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 100);
	struct lvol_lv *lv = make_linear(vg, "lv", pv, 0, 10);
	struct lvol_segment *seg = make_on_pv(lv, pv, 10, 10);

	switch (_i) {
	case 0: seg->type = TYPE_B; break;
	case 1: seg->type_text = "linear"; break;
	case 2: ck_assert_int_eq(lvi_strings_add(vg, &seg->tags, "t"), 0); break;
	case 3: ck_assert_int_eq(lvi_seg_set_number(seg, SEG_STRIPE_SIZE, 8), 0); break;
	case 4: seg->extra = "x = 1"; break;
	case 5: lv->flags |= LV_LOCKED; break;
	case 6: lv->flags |= LV_PVMOVE; break;
	case 7: seg->reshape_count = 1; break;
	case 8: seg->type_flags = "+FROB"; break;
	case 9: seg->areas[0] = (struct area) { .kind = AREA_LV, .lv = lv, .start = 10 }; break;
	case 10: seg->areas[0].kind = AREA_NONE; break;
	}
	ck_assert_uint_eq(merged(lv), 2);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(merge_same_values)
{
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 100);
	struct lvol_lv *lv = make_linear(vg, "lv", pv, 0, 10);
	struct lvol_segment *seg = make_on_pv(lv, pv, 10, 10);

	for (struct lvol_segment *s = lv->seg_first; s; s = s->next) {
		ck_assert_int_eq(lvi_seg_set_number(s, SEG_STRIPE_SIZE, 8), 0);
		ck_assert_int_eq(lvi_seg_set_text(s, SEG_MODE, "J", false), 0);
		ck_assert_int_eq(lvi_seg_set_lv(s, SEG_ORIGIN, lv), 0);
	}
	ck_assert_int_eq(lvi_seg_set_number(seg, SEG_STRIPE_SIZE, 9), 0);
	ck_assert_uint_eq(merged(lv), 2);
	ck_assert_int_eq(lvi_seg_set_number(seg, SEG_STRIPE_SIZE, 8), 0);
	ck_assert_uint_eq(merged(lv), 1);
	lvi_vg_unref(vg);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("model build");
	TCase *tc = make_case(suite, "objects");

	tcase_add_test(tc, references);
	tcase_add_test(tc, find_what_was_added);
	tcase_add_test(tc, taken_names_and_ids);
	tcase_add_test(tc, renaming);
	tcase_add_test(tc, strings);
	tcase_add_test(tc, values);
	tcase_add_test(tc, values_come_and_go);
	tcase_add_test(tc, problems);
	tc = make_case(suite, "extents");
	tcase_add_test(tc, removing_frees);
	tcase_add_test(tc, truncating);
	tcase_add_test(tc, truncating_stripes);
	tcase_add_test(tc, resizing_a_pv);
	tcase_add_test(tc, pvs_come_and_go);
	tcase_add_test(tc, giving_a_part);
	tcase_add_loop_test(tc, giving_back_needs_no_memory, 0, 4);
	tc = make_case(suite, "merge");
	tcase_add_test(tc, merge_what_continues);
	tcase_add_loop_test(tc, keep_what_differs, 0, 11);
	tcase_add_test(tc, merge_same_values);
	return t_main(suite);
}
