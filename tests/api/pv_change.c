/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

static int change(struct world *w, unsigned disk, const struct lvol_pv_change_opts *o, struct lvol_error *err)
{
	return lvol_pv_change(w->txn, w->disks[disk], o, err);
}

START_TEST(allocatable)
{
	struct lvol_pv_change_opts o = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, "vg");
	o.what = LVOL_PV_CHANGE_ALLOCATABLE;
	t_ok(change(&w, 0, &o, &err), err);
	lv.name = "lv";
	lv.size.extents = 16;
	t_fails(lvol_lv_create(w.txn, &lv, &err), LVOL_E_NO_SPACE, err);
	commit(&w);
	vg = look(&w, "vg");
	ck_assert(!lvol_pv_is_allocatable(lvol_pv_first(vg)));
	ck_assert(lvol_pv_is_allocatable(lvol_pv_next(lvol_pv_first(vg))));
	lvol_vg_unref(vg);
	start(&w, "vg");
	o.allocatable = 1;
	t_ok(change(&w, 0, &o, &err), err);
	t_ok(lvol_lv_create(w.txn, &lv, &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(tags)
{
	struct lvol_pv_change_opts o = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, "vg");
	o.add_tags = LIST("fast", "ssd", "x");
	o.remove_tags = LIST("x", "unheard-of");
	t_ok(change(&w, 0, &o, &err), err);
	commit(&w);
	vg = look(&w, "vg");
	ck_assert_str_eq(lvol_pv_tag(lvol_pv_first(vg), 0), "fast");
	ck_assert_str_eq(lvol_pv_tag(lvol_pv_first(vg), 1), "ssd");
	ck_assert_ptr_null(lvol_pv_tag(lvol_pv_first(vg), 2));
	lvol_vg_unref(vg);
	start(&w, "vg");
	o.add_tags = LIST("new", "not good");
	t_fails(change(&w, 0, &o, &err), LVOL_E_INVALID, err);
	o.add_tags = NULL;
	o.remove_tags = LIST("");
	t_fails(change(&w, 0, &o, &err), LVOL_E_INVALID, err);
	vg = look(&w, "vg");
	ck_assert_ptr_null(lvol_pv_tag(lvol_pv_first(vg), 2));
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

static uint32_t used_areas(struct world *w, unsigned disk)
{
	struct lvol_vg *vg = look(w, "vg");
	uint32_t n = lvol_pv_mda_used_count(lvol_pv_find(vg, w->disks[disk]));

	lvol_vg_unref(vg);
	return n;
}

START_TEST(ignored_areas)
{
	struct lvol_pv_change_opts o = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, "vg");
	o.what = LVOL_PV_CHANGE_METADATA_IGNORE;
	o.metadata_ignore = 1;
	t_ok(change(&w, 0, &o, &err), err);
	t_fails(change(&w, 1, &o, &err), LVOL_E_INVALID, err);
	says(&err, "last");
	commit(&w);
	ck_assert_uint_eq(used_areas(&w, 0), 0);
	ck_assert_uint_eq(used_areas(&w, 1), 1);
	expect_sound(&w, "vg");
	/* taken into use again, the other way round */
	start(&w, "vg");
	o.metadata_ignore = 0;
	t_ok(change(&w, 0, &o, &err), err);
	o.metadata_ignore = 1;
	t_ok(change(&w, 1, &o, &err), err);
	commit(&w);
	ck_assert_uint_eq(used_areas(&w, 0), 1);
	ck_assert_uint_eq(used_areas(&w, 1), 0);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

/* lvm2: the number of copies follows the choice. */
START_TEST(ignored_areas_of_a_managed_vg)
{
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_pv_change_opts o = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *v;

	DISKS(&w, 16, 16, 16);
	start(&w, NULL);
	vg.name = "vg";
	vg.pvs = LIST(w.disks[0], w.disks[1], w.disks[2]);
	vg.metadata_copies = 2;
	t_ok(lvol_vg_create(w.txn, &vg, &err), err);
	commit(&w);
	ck_assert_uint_eq(used_areas(&w, 0) + used_areas(&w, 1) + used_areas(&w, 2), 2);
	start(&w, "vg");
	o.what = LVOL_PV_CHANGE_METADATA_IGNORE;
	for (unsigned i = 0; i < 3; i++)
		t_ok(change(&w, i, &o, &err), err);
	commit(&w);
	v = look(&w, "vg");
	ck_assert_uint_eq(lvol_vg_metadata_copies(v), 3);
	lvol_vg_unref(v);
	ck_assert_uint_eq(used_areas(&w, 0) + used_areas(&w, 1) + used_areas(&w, 2), 3);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(new_id)
{
	struct lvol_pv_change_opts o = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char before[39], after[39];
	struct world w;

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	make_pv(&w, 1);
	o.what = LVOL_PV_CHANGE_UUID;
	for (unsigned i = 0; i < 2; i++) {
		const char *vg = i ? NULL : "vg";

		pv_id(&w, vg, i, before);
		start(&w, vg);
		t_ok(change(&w, i, &o, &err), err);
		commit(&w);
		ck_assert_str_ne(before, pv_id(&w, vg, i, after));
	}
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

START_TEST(of_no_vg)
{
	struct lvol_pv_change_opts o = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_scan *s;

	DISKS(&w, 16, 16);
	make_pv(&w, 0);
	start(&w, NULL);
	o.what = LVOL_PV_CHANGE_ALLOCATABLE;
	t_fails(change(&w, 0, &o, &err), LVOL_E_INVALID, err);
	o.what = 0;
	o.add_tags = LIST("t");
	t_fails(change(&w, 0, &o, &err), LVOL_E_INVALID, err);
	o.add_tags = NULL;
	t_fails(change(&w, 1, &o, &err), LVOL_E_NOT_FOUND, err);
	o.what = LVOL_PV_CHANGE_METADATA_IGNORE;
	o.metadata_ignore = 1;
	t_ok(change(&w, 0, &o, &err), err);
	commit(&w);
	s = scan(&w);
	ck_assert_uint_eq(lvol_pv_mda_count(orphan(s, w.disks[0])), 1);
	ck_assert_uint_eq(lvol_pv_mda_used_count(orphan(s, w.disks[0])), 0);
	lvol_scan_free(s);
	/* both at once, and into a VG */
	start(&w, NULL);
	o.what = LVOL_PV_CHANGE_METADATA_IGNORE | LVOL_PV_CHANGE_UUID;
	o.metadata_ignore = 0;
	t_ok(change(&w, 0, &o, &err), err);
	t_ok(create_vg(&w, "vg", LIST(w.disks[0]), &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	ck_assert_uint_eq(used_areas(&w, 0), 1);
	world_free(&w);
}
END_TEST

START_TEST(wrong_calls)
{
	struct lvol_pv_change_opts o = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 16, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, NULL);
	t_fails(change(&w, 0, &o, &err), LVOL_E_BUSY, err);
	says(&err, "vg");
	t_fails(lvol_pv_change(w.txn, "/nowhere", &o, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_pv_change(w.txn, NULL, &o, &err), LVOL_E_INVALID, err);
	t_fails(lvol_pv_change(w.txn, w.disks[0], NULL, &err), LVOL_E_INVALID, err);
	o.what = 1u << 30;
	t_fails(change(&w, 0, &o, &err), LVOL_E_INVALID, err);
	o.what = 0;
	o.allocatable = 2;
	t_fails(change(&w, 0, &o, &err), LVOL_E_INVALID, err);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pv_change");
	TCase *tc = make_case(suite, "changing");

	tcase_add_test(tc, allocatable);
	tcase_add_test(tc, tags);
	tcase_add_test(tc, ignored_areas);
	tcase_add_test(tc, ignored_areas_of_a_managed_vg);
	tcase_add_test(tc, new_id);
	tcase_add_test(tc, of_no_vg);
	tcase_add_test(tc, wrong_calls);
	return t_main(suite);
}
