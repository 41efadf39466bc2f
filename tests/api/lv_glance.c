/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_lv_glance(): an LV of an open transaction, by name or as that of the last operation. */
#include "lv_world.h"

START_TEST(by_name_and_as_the_last)
{
	struct lvol_lv_glance g = LVOL_LV_GLANCE_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char uuid[39];
	struct lvol_vg *vg;

	WORLD(&w, 20);
	begin(&w);
	create(&w, "a", 5);
	create(&w, NULL, 2);
	t_ok(lvol_lv_glance(w.txn, NULL, &g, &err), err);
	ck_assert_str_eq(g.name, "lvol0");
	ck_assert_str_eq(g.vg, "vg");
	ck_assert_uint_eq(g.size_extents, 2);
	ck_assert_uint_eq(g.size_bytes, 2 * MIB);
	ck_assert_uint_eq(g.segment_count, 1);
	ck_assert(g.is_visible);
	t_ok(lvol_lv_glance(w.txn, "vg/a", &g, &err), err);
	ck_assert_uint_eq(g.size_extents, 5);
	vg = look(&w, NULL);
	ck_assert_str_eq(g.uuid, lvol_lv_uuid(lvol_lv_find(vg, "a"), uuid));
	lvol_vg_unref(vg);
	t_ok(lvol_lv_rename(w.txn, "a", "b", &err), err);
	t_fails(lvol_lv_glance(w.txn, "a", &g, &err), LVOL_E_NOT_FOUND, err);
	world_free(&w);
}
END_TEST

START_TEST(nothing_to_look_at)
{
	struct lvol_lv_glance g = LVOL_LV_GLANCE_INIT, old;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 20);
	begin(&w);
	old = g;
	t_fails(lvol_lv_glance(w.txn, NULL, &g, &err), LVOL_E_NOT_FOUND, err);
	says(&err, "the last operation");
	create(&w, "a", 5);
	t_ok(lvol_lv_remove(w.txn, "a", &err), err);
	t_fails(lvol_lv_glance(w.txn, NULL, &g, &err), LVOL_E_NOT_FOUND, err);
	g.struct_size = 8;
	t_fails(lvol_lv_glance(w.txn, NULL, &g, &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_glance(w.txn, "a", NULL, &err), LVOL_E_INVALID, err);
	g.struct_size = sizeof g;
	ck_assert_mem_eq(&g, &old, sizeof g);
	lvol_txn_abort(w.txn);
	t_fails(lvol_lv_glance(w.txn, "a", &g, &err), LVOL_E_STATE, err);
	world_free(&w);
}
END_TEST

/* A program that is newer has more room, one that is older is told what its struct lacks. */
START_TEST(other_sizes_of_the_struct)
{
	struct { struct lvol_lv_glance g; uint64_t more; } newer = { LVOL_LV_GLANCE_INIT, 77 };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 20);
	begin(&w);
	create(&w, "a", 5);
	newer.g.struct_size = sizeof newer;
	t_ok(lvol_lv_glance(w.txn, "a", &newer.g, &err), err);
	ck_assert_uint_eq(newer.more, 77);
	ck_assert_uint_eq(newer.g.struct_size, sizeof newer);
	newer.g.struct_size = 8;
	t_fails(lvol_lv_glance(w.txn, "a", &newer.g, &err), LVOL_E_INVALID, err);
	says(&err, "struct_size");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lv_glance");
	TCase *tc = make_case(suite, "lv_glance");

	tcase_add_test(tc, by_name_and_as_the_last);
	tcase_add_test(tc, nothing_to_look_at);
	tcase_add_test(tc, other_sizes_of_the_struct);
	return t_main(suite);
}
