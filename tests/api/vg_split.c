/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

static char *read_lv(struct world *w, const char *vg_name, const char *lv, size_t bytes)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = look(w, vg_name);
	struct lvol_io *io = NULL;
	char *data = calloc(1, bytes);

	ck_assert_ptr_nonnull(data);
	t_ok(lvol_io_open(lvol_lv_find(vg, lv), 0, &io, &err), err);
	t_ok(lvol_io_pread(io, data, bytes, 0, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	return data;
}

static void write_lv(struct world *w, const char *vg_name, const char *lv, const char *text)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = look(w, vg_name);
	struct lvol_io *io = NULL;

	t_ok(lvol_io_open(lvol_lv_find(vg, lv), LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_pwrite(io, text, 512, 0, &err), err);
	t_ok(lvol_io_flush(io, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
}

/* Disks 0, 1 with LV "left", disk 2 with "right" and "more". */
static void make_sides(struct world *w)
{
	DISKS(w, 16, 16, 16, 16);
	make_vg(w, "vg", LIST(w->disks[0], w->disks[1], w->disks[2]));
	start(w, "vg");
	make_lv(w, "vg", "left", 20, NULL);
	make_lv(w, "vg", "right", 5, w->disks[2]);
	make_lv(w, "vg", "more", 4, w->disks[2]);
	commit(w);
}

START_TEST(into_a_new_vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char text[512] = "what lay in it stays in it";
	struct world w;
	struct lvol_vg *vg;
	char *data;

	make_sides(&w);
	write_lv(&w, "vg", "right", text);
	start(&w, "vg");
	t_ok(lvol_vg_split(w.txn, "vg", "new", LIST(w.disks[2]), NULL, &err), err);
	expect_names(&w, "vg", "left");
	expect_names(&w, "new", "more right");
	/* both go on in the same transaction */
	make_lv(&w, "new", "newest", 6, NULL);
	make_lv(&w, "vg", "leftmost", 10, NULL);
	commit(&w);
	expect_sound(&w, "vg");
	expect_sound(&w, "new");
	expect_disks(&w, "vg", "0 1");
	expect_disks(&w, "new", "2");
	vg = look(&w, "new");
	ck_assert_uint_eq(lvol_vg_extent_bytes(vg), MIB);
	ck_assert_uint_eq(lvol_vg_seqno(vg), 1);
	ck_assert_uint_eq(lvol_vg_free_extents(vg), 0);
	lvol_vg_unref(vg);
	data = read_lv(&w, "new", "right", 512);
	ck_assert_str_eq(data, text);
	free(data);
	world_free(&w);
}
END_TEST

START_TEST(into_a_vg_that_exists)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make_sides(&w);
	make_vg(&w, "other", LIST(w.disks[3]));
	start_with(&w, LIST("vg", "other"), 0);
	t_ok(lvol_vg_split(w.txn, "vg", "other", LIST(w.disks[2]), NULL, &err), err);
	commit(&w);
	expect_disks(&w, "other", "3 2");
	expect_names(&w, "other", "more right");
	expect_sound(&w, "vg");
	expect_sound(&w, "other");
	world_free(&w);
}
END_TEST

START_TEST(by_lv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make_sides(&w);
	start(&w, "vg");
	t_fails(lvol_vg_split(w.txn, "vg", "new", NULL, "none", &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_vg_split(w.txn, "vg", "new", LIST(w.disks[2]), "left", &err), LVOL_E_INVALID, err);
	t_ok(lvol_vg_split(w.txn, "vg", "new", NULL, "vg/left", &err), err);
	commit(&w);
	expect_disks(&w, "new", "0 1");
	expect_names(&w, "new", "left");
	expect_disks(&w, "vg", "2");
	world_free(&w);
}
END_TEST

START_TEST(torn_apart)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char text[100];

	make_sides(&w);
	start(&w, "vg");
	t_fails(lvol_vg_split(w.txn, "vg", "new", LIST(w.disks[0]), NULL, &err), LVOL_E_BUSY, err);
	ck_assert_str_eq(err.subject, "vg/left");
	ck_assert_uint_eq(changes(&w, text, sizeof text), 0);
	/* the name is free again */
	t_ok(lvol_vg_split(w.txn, "vg", "new", LIST(w.disks[2]), NULL, &err), err);
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be)
{
	struct lvol_vg_create_opts o = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char text[100];

	make_sides(&w);
	start(&w, NULL);
	o.name = "other";
	o.pvs = LIST(w.disks[3]);
	t_ok(lvol_vg_create(w.txn, &o, &err), err);
	commit(&w);
	start(&w, "vg");
	t_fails(lvol_vg_split(w.txn, "vg", "other", LIST(w.disks[2]), NULL, &err), LVOL_E_EXISTS, err);  /* not held */
	give_up(&w);
	start_with(&w, LIST("vg", "other"), 0);
	t_fails(lvol_vg_split(w.txn, "vg", "other", LIST(w.disks[2]), NULL, &err), LVOL_E_INVALID, err);
	says(&err, "4.00 MiB");
	t_fails(lvol_vg_split(w.txn, "vg", "vg", LIST(w.disks[2]), NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_split(w.txn, "vg", "a b", LIST(w.disks[2]), NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_split(w.txn, "vg", NULL, LIST(w.disks[2]), NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_split(w.txn, "vg", "new", NULL, NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_vg_split(w.txn, "vg", "new", LIST(w.disks[3]), NULL, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_vg_split(w.txn, "vg", "new", LIST(w.disks[0], w.disks[1], w.disks[2]), NULL, &err), LVOL_E_INVALID,
		err);
	t_fails(lvol_vg_split(w.txn, "none", "new", LIST(w.disks[2]), NULL, &err), LVOL_E_NOT_FOUND, err);
	ck_assert_uint_eq(changes(&w, text, sizeof text), 0);
	world_free(&w);
}
END_TEST

START_TEST(limits_and_names)
{
	struct lvol_vg_create_opts o = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_vg_change_opts c = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make_sides(&w);
	start_with(&w, LIST("vg"), 0);
	o.name = "other";
	o.pvs = LIST(w.disks[3]);
	o.extent_bytes = MIB;
	o.max_pv = 1;
	t_ok(lvol_vg_create(w.txn, &o, &err), err);
	t_fails(lvol_vg_split(w.txn, "vg", "other", LIST(w.disks[2]), NULL, &err), LVOL_E_INVALID, err);
	c.what = LVOL_VG_CHANGE_MAX_PV | LVOL_VG_CHANGE_MAX_LV;
	c.max_lv = 1;
	t_ok(lvol_vg_change(w.txn, "other", &c, &err), err);
	t_fails(lvol_vg_split(w.txn, "vg", "other", LIST(w.disks[2]), NULL, &err), LVOL_E_INVALID, err);
	c.max_lv = 0;
	t_ok(lvol_vg_change(w.txn, "other", &c, &err), err);
	make_lv(&w, "other", "more", 1, NULL);
	t_fails(lvol_vg_split(w.txn, "vg", "other", LIST(w.disks[2]), NULL, &err), LVOL_E_INVALID, err);
	says(&err, "more");
	t_ok(lvol_lv_rename(w.txn, "other/more", "less", &err), err);
	t_ok(lvol_vg_split(w.txn, "vg", "other", LIST(w.disks[2]), NULL, &err), err);
	commit(&w);
	expect_names(&w, "other", "less more right");
	expect_sound(&w, "other");
	world_free(&w);
}
END_TEST

START_TEST(while_open)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	struct lvol_io *io = NULL;
	struct world w;

	make_sides(&w);
	vg = look(&w, "vg");
	t_ok(lvol_io_open(lvol_lv_find(vg, "right"), 0, &io, &err), err);
	start(&w, "vg");
	t_fails(lvol_vg_split(w.txn, "vg", "new", LIST(w.disks[2]), NULL, &err), LVOL_E_BUSY, err);
	/* what stays may be open */
	t_ok(lvol_vg_split(w.txn, "vg", "new", NULL, "left", &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* Areas in use on both sides. */
START_TEST(metadata_areas)
{
	struct lvol_pv_change_opts c = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make_sides(&w);
	start(&w, "vg");
	c.what = LVOL_PV_CHANGE_METADATA_IGNORE;
	c.metadata_ignore = 1;
	t_ok(lvol_pv_change(w.txn, w.disks[2], &c, &err), err);
	t_fails(lvol_vg_split(w.txn, "vg", "new", LIST(w.disks[2]), NULL, &err), LVOL_E_INVALID, err);
	c.metadata_ignore = 0;
	t_ok(lvol_pv_change(w.txn, w.disks[2], &c, &err), err);
	c.metadata_ignore = 1;
	t_ok(lvol_pv_change(w.txn, w.disks[0], &c, &err), err);
	t_ok(lvol_pv_change(w.txn, w.disks[1], &c, &err), err);
	t_fails(lvol_vg_split(w.txn, "vg", "new", LIST(w.disks[2]), NULL, &err), LVOL_E_INVALID, err);
	world_free(&w);
}
END_TEST

/* LVs that belong together: real raid, thin and snapshot LVs. Every PV by itself, with what is on it. */
static void try_all(const char *scenario, unsigned disks)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	int ret;

	world_golden(&w, scenario, disks);
	for (unsigned set = 1; set < (1u << disks) - 1; set++) {
		const char *pvs[DISKS_MAX + 1] = { 0 };
		struct lvol_vg *vg;

		for (unsigned i = 0, n = 0; i < disks; i++)
			if (set & 1u << i)
				pvs[n++] = w.disks[i];
		begin_golden(&w);
		ret = lvol_vg_split(w.txn, "vg0", "new", pvs, NULL, &err);
		if (ret) {
			ck_assert_msg(ret == -LVOL_E_BUSY || ret == -LVOL_E_NOT_FOUND, "%s: %s", scenario, err.message);
		} else {
			/* whatever comes out is valid, and together it is all there was */
			vg = look(&w, "new");
			lvol_vg_unref(vg);
			vg = look(&w, "vg0");
			lvol_vg_unref(vg);
			t_ok(lvol_vg_merge(w.txn, "vg0", "new", &err), err);
			vg = look(&w, "vg0");
			lvol_vg_unref(vg);
		}
		give_up(&w);
	}
	world_free(&w);
}

START_TEST(stacks_torn_apart)
{
	try_all("raid1", 3);
	try_all("thin-basic", 2);
	try_all("snapshot-basic", 2);
	try_all("cache-modes", 2);
}
END_TEST

/* LV names in order, with their sizes and segments. */
static char *contents(struct world *w, const char *name)
{
	struct lvol_vg *vg = look(w, name);
	char *text = NULL, layout[4096];
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		fprintf(f, "%s %s\n", lvol_lv_name(lv), layout_text(lv, layout, sizeof layout));
	fclose(f);
	lvol_vg_unref(vg);
	return text;
}

/* All disks of the scenario go to a new VG, a blank one stays; then they come back. */
static void move_all(const char *scenario, unsigned disks)
{
	const char *pvs[DISKS_MAX + 1] = { 0 };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char *before, *after;

	world_golden(&w, scenario, disks);
	for (unsigned i = 0; i < disks; i++)
		pvs[i] = w.disks[i];
	w.disks[disks] = t_path(w.dir, "blank.img");
	w.disk_count++;
	t_sparse_file(w.disks[disks], 64 * MIB);
	t_ok(lvol_ctx_add_path(w.ctx, w.disks[disks], 0, NULL, &err), err);
	before = contents(&w, "vg0");
	begin_golden(&w);
	t_ok(lvol_vg_extend(w.txn, "vg0", LIST(w.disks[disks]), 0, &err), err);
	t_ok(lvol_vg_split(w.txn, "vg0", "new", pvs, NULL, &err), err);
	commit(&w);
	expect_names(&w, "vg0", "");
	expect_sound(&w, "vg0");
	expect_sound(&w, "new");
	after = contents(&w, "new");
	ck_assert_str_eq(before, after);
	free(after);
	start_with(&w, LIST("vg0", "new"), 0);
	t_ok(lvol_vg_merge(w.txn, "new", "vg0", &err), err);
	t_ok(lvol_vg_reduce(w.txn, "new", LIST(w.disks[disks]), &err), err);
	commit(&w);
	expect_sound(&w, "new");
	after = contents(&w, "new");
	ck_assert_str_eq(before, after);
	free(after);
	free(before);
	world_free(&w);
}

START_TEST(stacks_as_a_whole)
{
	move_all("raid1", 3);
	move_all("mirror", 4);
	move_all("thin-basic", 2);
	move_all("snapshot-basic", 2);
	move_all("cache-modes", 2);
	move_all("historical", 1);
}
END_TEST

/* The LVs that were removed from a VG are remembered there; what goes is forgotten. */
START_TEST(history)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	world_golden(&w, "historical", 1);
	w.disks[1] = t_path(w.dir, "blank.img");
	w.disk_count++;
	t_sparse_file(w.disks[1], 64 * MIB);
	t_ok(lvol_ctx_add_path(w.ctx, w.disks[1], 0, NULL, &err), err);
	begin_golden(&w);
	t_ok(lvol_vg_extend(w.txn, "vg0", LIST(w.disks[1]), 0, &err), err);
	t_ok(lvol_vg_split(w.txn, "vg0", "new", LIST(w.disks[0]), NULL, &err), err);
	vg = look(&w, "vg0");
	lvol_vg_unref(vg);
	t_ok(lvol_vg_merge(w.txn, "new", "vg0", &err), err);
	vg = look(&w, "new");
	lvol_vg_unref(vg);
	commit(&w);
	expect_sound(&w, "new");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vg_split");
	TCase *tc = make_case(suite, "splitting");

	tcase_add_test(tc, into_a_new_vg);
	tcase_add_test(tc, into_a_vg_that_exists);
	tcase_add_test(tc, by_lv);
	tcase_add_test(tc, stacks_as_a_whole);
	tcase_add_test(tc, stacks_torn_apart);
	tcase_add_test(tc, history);
	tc = make_case(suite, "errors");
	tcase_add_test(tc, torn_apart);
	tcase_add_test(tc, what_cannot_be);
	tcase_add_test(tc, limits_and_names);
	tcase_add_test(tc, while_open);
	tcase_add_test(tc, metadata_areas);
	return t_main(suite);
}
