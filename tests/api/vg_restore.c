/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

static char *backup(struct world *w, const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = look(w, name);
	char *text = NULL;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	return text;
}

static uint32_t seqno(struct world *w, const char *name)
{
	struct lvol_vg *vg = look(w, name);
	uint32_t n = lvol_vg_seqno(vg);

	lvol_vg_unref(vg);
	return n;
}

static int restore(struct world *w, const char *name, const char *text, struct lvol_error *err)
{
	return lvol_vg_restore(w->txn, name, text, strlen(text), err);
}

/* VG "vg" on disks 0 and 1 with LVs a and b (version 2). */
static char *make_backup(struct world *w)
{
	DISKS(w, 16, 16, 16);
	make_vg(w, "vg", LIST(w->disks[0], w->disks[1]));
	start(w, "vg");
	make_lv(w, "vg", "a", 5, NULL);
	make_lv(w, "vg", "b", 7, w->disks[1]);
	commit(w);
	return backup(w, "vg");
}

START_TEST(over_a_newer_version)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char *text = make_backup(&w);

	start(&w, "vg");
	t_ok(lvol_lv_remove(w.txn, "a", &err), err);
	t_ok(lvol_vg_extend(w.txn, "vg", LIST(w.disks[2]), 0, &err), err);
	commit(&w);
	start(&w, "vg");
	t_ok(restore(&w, "vg", text, &err), err);
	expect_names(&w, "vg", "a b");
	make_lv(&w, "vg", "c", 18, NULL);
	commit(&w);
	expect_names(&w, "vg", "a b c");
	expect_disks(&w, "vg", "0 1");
	ck_assert_uint_eq(seqno(&w, "vg"), 4);
	ck_assert(is_orphan(&w, 2));
	expect_sound(&w, "vg");
	free(text);
	world_free(&w);
}
END_TEST

START_TEST(over_an_older_version)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char *text = make_backup(&w), *newer;

	for (int i = 0; i < 4; i++) {
		start(&w, "vg");
		make_lv(&w, "vg", NULL, 1, NULL);
		commit(&w);
	}
	newer = backup(&w, "vg");
	/* the metadata is lost, an old copy is put back by hand, then the newest */
	start(&w, "vg");
	t_ok(restore(&w, "vg", text, &err), err);
	commit(&w);
	ck_assert_uint_eq(seqno(&w, "vg"), 7);
	start(&w, "vg");
	t_ok(restore(&w, "vg", newer, &err), err);
	commit(&w);
	ck_assert_uint_eq(seqno(&w, "vg"), 8);
	expect_sound(&w, "vg");
	free(text);
	free(newer);
	world_free(&w);
}
END_TEST

START_TEST(after_removal)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char *text = make_backup(&w);

	start(&w, "vg");
	t_ok(lvol_vg_remove(w.txn, "vg", LVOL_VG_REMOVE_LVS, &err), err);
	commit(&w);
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_ABSENT);
	t_ok(restore(&w, "vg", text, &err), err);
	commit(&w);
	expect_names(&w, "vg", "a b");
	ck_assert_uint_eq(seqno(&w, "vg"), 3);
	expect_sound(&w, "vg");
	/* and in the transaction that removes it */
	start(&w, "vg");
	t_ok(lvol_vg_remove(w.txn, "vg", LVOL_VG_REMOVE_LVS, &err), err);
	t_ok(restore(&w, "vg", text, &err), err);
	commit(&w);
	expect_names(&w, "vg", "a b");
	ck_assert_uint_eq(seqno(&w, "vg"), 4);
	expect_sound(&w, "vg");
	free(text);
	world_free(&w);
}
END_TEST

/* A disk is lost: a new one becomes the PV, then the VG comes back; in one transaction. */
START_TEST(with_a_new_pv)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char *text = make_backup(&w), id[39];

	pv_id(&w, "vg", 1, id);
	t_sparse_file(w.disks[1], 16 * MIB);
	reopen(&w);
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_PARTIAL);
	t_fails(restore(&w, "vg", text, &err), LVOL_E_MISSING_PV, err);
	says(&err, id);
	o.device = w.disks[2];
	o.uuid = id;
	o.restore_text = text;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	t_ok(restore(&w, "vg", text, &err), err);
	commit(&w);
	expect_disks(&w, "vg", "0 2");
	expect_names(&w, "vg", "a b");
	expect_sound(&w, "vg");
	free(text);
	world_free(&w);
}
END_TEST

/* All metadata areas are damaged; the labels are not. */
START_TEST(over_damage)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char *text = make_backup(&w), junk[1536];

	memset(junk, 'j', sizeof junk);
	/* of one the header, of the other the texts */
	t_pwrite(w.disks[0], junk, 512, 4096);
	t_pwrite(w.disks[1], junk, sizeof junk, 4096 + 512);
	reopen(&w);
	ck_assert(!vg_exists(&w, "vg"));
	start_with(&w, LIST("vg"), LVOL_TXN_ALLOW_ABSENT);
	t_ok(restore(&w, "vg", text, &err), err);
	commit(&w);
	expect_names(&w, "vg", "a b");
	expect_sound(&w, "vg");
	free(text);
	world_free(&w);
}
END_TEST

/* Renamed since: it gets its old name back. */
START_TEST(after_a_rename)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char *text = make_backup(&w);

	start(&w, "vg");
	t_ok(lvol_vg_rename(w.txn, "vg", "new", &err), err);
	commit(&w);
	start(&w, "new");
	t_fails(restore(&w, "new", text, &err), LVOL_E_INVALID, err);
	t_ok(restore(&w, "vg", text, &err), err);
	commit(&w);
	ck_assert(!vg_exists(&w, "new"));
	expect_names(&w, "vg", "a b");
	ck_assert_uint_eq(seqno(&w, "vg"), 4);
	expect_sound(&w, "vg");
	free(text);
	world_free(&w);
}
END_TEST

START_TEST(not_possible)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char *text = make_backup(&w);

	start(&w, NULL);
	t_fails(restore(&w, "vg", text, &err), LVOL_E_EXISTS, err);  /* the transaction does not hold it */
	t_fails(restore(&w, "other", text, &err), LVOL_E_INVALID, err);
	t_fails(restore(&w, "vg", "vg {\n  id = \n", &err), LVOL_E_CORRUPT, err);
	t_fails(restore(&w, "vg", "", &err), LVOL_E_CORRUPT, err);
	t_fails(lvol_vg_restore(w.txn, "vg", NULL, 0, &err), LVOL_E_INVALID, err);
	t_fails(restore(&w, NULL, text, &err), LVOL_E_INVALID, err);
	give_up(&w);
	/* another VG of that name */
	start(&w, "vg");
	t_ok(lvol_vg_remove(w.txn, "vg", LVOL_VG_REMOVE_LVS, &err), err);
	t_ok(create_vg(&w, "vg", LIST(w.disks[2]), &err), err);
	commit(&w);
	start(&w, "vg");
	t_fails(restore(&w, "vg", text, &err), LVOL_E_INVALID, err);
	give_up(&w);
	/* a PV that is another VG's now */
	start(&w, "vg");
	t_ok(lvol_vg_rename(w.txn, "vg", "new", &err), err);
	t_ok(lvol_vg_extend(w.txn, "new", LIST(w.disks[1]), 0, &err), err);
	commit(&w);
	start(&w, NULL);
	t_fails(restore(&w, "vg", text, &err), LVOL_E_BUSY, err);
	says(&err, "new");
	free(text);
	world_free(&w);
}
END_TEST

/* The PV has been laid out anew, and extents of the backup would lie over its metadata. */
START_TEST(over_a_metadata_area)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char *text = make_backup(&w), id[39];

	pv_id(&w, "vg", 0, id);
	start(&w, "vg");
	t_ok(lvol_vg_remove(w.txn, "vg", LVOL_VG_REMOVE_LVS, &err), err);
	commit(&w);
	start(&w, NULL);
	o.device = w.disks[0];
	o.uuid = id;
	o.metadata_bytes = 4 * MIB;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	t_fails(restore(&w, "vg", text, &err), LVOL_E_INVALID, err);
	o.metadata_bytes = 0;
	o.restore_text = text;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	t_ok(restore(&w, "vg", text, &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	free(text);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vg_restore");
	TCase *tc = make_case(suite, "restoring");

	tcase_add_test(tc, over_a_newer_version);
	tcase_add_test(tc, over_an_older_version);
	tcase_add_test(tc, after_removal);
	tcase_add_test(tc, with_a_new_pv);
	tcase_add_test(tc, over_damage);
	tcase_add_test(tc, after_a_rename);
	tc = make_case(suite, "errors");
	tcase_add_test(tc, not_possible);
	tcase_add_test(tc, over_a_metadata_area);
	return t_main(suite);
}
