/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_lv_rename(): the LV, its hidden parts, and what refers to it by name. */
#include "lv_world.h"

static void do_rename(struct world *w, const char *name, const char *to)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_lv_rename(w->txn, name, to, &err), err);
}

static void refuse(struct world *w, const char *name, const char *to, int code, const char *part)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char last[256];
	size_t n = changes(w, last, sizeof last);

	t_fails(lvol_lv_rename(w->txn, name, to, &err), code, err);
	says(&err, part);
	ck_assert_uint_eq(changes(w, last, sizeof last), n);
}

static void golden(struct world *w, const char *scenario, unsigned disks)
{
	world_golden(w, scenario, disks);
	begin_golden(w);
}

START_TEST(simple)
{
	struct world w;
	char last[256], id[39], same[39];
	struct lvol_vg *vg;

	WORLD(&w, 20);
	begin(&w);
	create(&w, "a", 5);
	create(&w, "b", 5);
	vg = look(&w, NULL);
	lvol_lv_uuid(lvol_lv_find(vg, "a"), id);
	lvol_vg_unref(vg);
	do_rename(&w, "a", "c");
	changes(&w, last, sizeof last);
	ck_assert_str_eq(last, "rename LV to c");
	expect_names(&w, NULL, "b c");
	do_rename(&w, "vg/b", "a");
	do_rename(&w, "c", "b");
	commit(&w);
	expect_names(&w, NULL, "a b");
	expect_layout(&w, "b", "0:0+5");
	vg = look(&w, NULL);
	ck_assert_str_eq(lvol_lv_uuid(lvol_lv_find(vg, "b"), same), id);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(errors)
{
	static const char *const bad[] = { "", "-x", ".", "x y", "snapshot3", "pvmove0", "x_rmeta_1", "x_tmeta" };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 20);
	begin(&w);
	create(&w, "a", 5);
	create(&w, "b", 5);
	refuse(&w, "nosuch", "x", LVOL_E_NOT_FOUND, "nosuch");
	refuse(&w, "a", "b", LVOL_E_EXISTS, "b");
	refuse(&w, "a", "a", LVOL_E_EXISTS, "already");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuse(&w, "a", bad[i], LVOL_E_INVALID, "name");
	refuse(&w, "a", "vg/x", LVOL_E_INVALID, "name");
	t_fails(lvol_lv_rename(w.txn, "a", NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_rename(w.txn, NULL, "x", &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_rename(NULL, "a", "x", &err), LVOL_E_INVALID, err);
	expect_names(&w, NULL, "a b");
	lvol_txn_abort(w.txn);
	t_fails(lvol_lv_rename(w.txn, "a", "x", &err), LVOL_E_STATE, err);
	world_free(&w);
}
END_TEST

START_TEST(parts_follow)
{
	struct world w;
	char name[128];

	golden(&w, "raid1", 3);
	do_rename(&w, "three", "drei");
	do_rename(&w, "two", "zwei");
	/* "was" would be a name of 116 characters, its images' names are too long */
	memset(name, 'x', sizeof name);
	name[116] = '\0';
	refuse(&w, "was", name, LVOL_E_INVALID, "too long");
	refuse(&w, "less_rimage_0", "x", LVOL_E_NOT_SUPPORTED, "part of LV less");
	commit(&w);
	expect_names(&w, "vg0", "drei drei_rimage_0 drei_rimage_1 drei_rimage_2 drei_rmeta_0 drei_rmeta_1 drei_rmeta_2 "
			"less less_rimage_0 less_rimage_1 less_rmeta_0 less_rmeta_1 was was_rimage_0 was_rimage_1 was_rmeta_0 was_rmeta_1 "
			"zwei zwei_rimage_0 zwei_rimage_1 zwei_rmeta_0 zwei_rmeta_1");
	world_free(&w);
}
END_TEST

START_TEST(parts_of_parts_follow)
{
	struct world w;

	golden(&w, "raid-integrity", 2);
	do_rename(&w, "rb", "x");
	expect_names(&w, "vg0", "rj rj_rimage_0 rj_rimage_0_imeta rj_rimage_0_iorig rj_rimage_1 rj_rimage_1_imeta "
			"rj_rimage_1_iorig rj_rmeta_0 rj_rmeta_1 "
			"x x_rimage_0 x_rimage_0_imeta x_rimage_0_iorig x_rimage_1 x_rimage_1_imeta x_rimage_1_iorig x_rmeta_0 x_rmeta_1");
	commit(&w);
	world_free(&w);
	golden(&w, "mirror", 4);
	do_rename(&w, "mlog", "m");
	expect_names(&w, "vg0", "m m_mimage_0 m_mimage_1 m_mlog m_mlog_mimage_0 m_mlog_mimage_1 "
			"mcore mcore_mimage_0 mcore_mimage_1 mdisk mdisk_mimage_0 mdisk_mimage_1 mdisk_mlog "
			"mthree mthree_mimage_0 mthree_mimage_1 mthree_mimage_2 mthree_mlog");
	commit(&w);
	world_free(&w);
}
END_TEST

/* A cache pool has a name of its own, as in lvm2. */
START_TEST(caches)
{
	struct world w;

	golden(&w, "cache-pool-writeback", 3);
	do_rename(&w, "main", "x");
	commit(&w);
	expect_names(&w, "vg0", "cpool_cpool cpool_cpool_cdata cpool_cpool_cmeta lvol0_pmspare pass pass_corig pfast_cvol "
			"was x x_corig");
	world_free(&w);
}
END_TEST

START_TEST(snapshots)
{
	struct world w;
	struct lvol_vg *vg;
	const struct lvol_segment *relation;

	golden(&w, "snapshot-basic", 2);
	do_rename(&w, "fs", "origin");
	do_rename(&w, "fssnap", "store");
	refuse(&w, "snapshot0", "x", LVOL_E_NOT_SUPPORTED, "part of");
	commit(&w);
	vg = look(&w, "vg0");
	relation = NULL;
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv)) {
		const struct lvol_segment *seg = lvol_lv_segment_first(lv);
		const struct lvol_lv *cow = lvol_segment_ref(seg, "cow_store");

		if (cow && !strcmp(lvol_lv_name(cow), "store"))
			relation = seg;
	}
	ck_assert_ptr_nonnull(relation);
	ck_assert_str_eq(lvol_lv_name(lvol_segment_ref(relation, "origin")), "origin");
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* The history names live LVs as origins and descendants. */
START_TEST(history)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	struct world w;
	char *text;

	golden(&w, "historical", 1);
	refuse(&w, "t1", "s1", LVOL_E_EXISTS, "history");
	do_rename(&w, "t1", "first");
	do_rename(&w, "s3", "third");
	do_rename(&w, "pool", "p");
	commit(&w);
	expect_names(&w, "vg0", "first lvol0_pmspare p p_tdata p_tmeta third");
	vg = look(&w, "vg0");
	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	ck_assert(strstr(text, "origin = \"first\""));
	ck_assert(strstr(text, "descendants = [\"third\"]"));
	ck_assert(!strstr(text, "\"t1\"") && !strstr(text, "\"s3\""));
	lvol_string_free(text);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lv rename");
	TCase *tc = make_case(suite, "rename");

	tcase_add_test(tc, simple);
	tcase_add_test(tc, errors);
	tcase_add_test(tc, parts_follow);
	tcase_add_test(tc, parts_of_parts_follow);
	tcase_add_test(tc, caches);
	tcase_add_test(tc, snapshots);
	tcase_add_test(tc, history);
	return t_main(suite);
}
