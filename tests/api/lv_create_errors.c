/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_lv_create(): every way to fail, each of which leaves the transaction as it was. */
#include "lv_world.h"

/* On two disks of 20 and 40 extents with an LV "a" of 5; @part is what the message must say. */
static void refuse(struct world *w, const struct lvol_lv_create_opts *o, int code, const char *part)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	uint64_t had = free_extents(w, NULL);
	char last[256];
	size_t n = changes(w, last, sizeof last);

	t_fails(lvol_lv_create(w->txn, o, &err), code, err);
	says(&err, part);
	ck_assert_uint_eq(free_extents(w, NULL), had);
	ck_assert_uint_eq(changes(w, last, sizeof last), n);
}

#define REFUSE(w, code, part, ...) \
	refuse(w, &(struct lvol_lv_create_opts) { .struct_size = sizeof(struct lvol_lv_create_opts), __VA_ARGS__ }, code, part)
#define ONE .size = { .extents = 1 }

static void two_disks(struct world *w)
{
	WORLD(w, 20, 40);
	begin(w);
	create(w, "a", 5);
}

static void and_nothing_happened(struct world *w)
{
	commit(w);
	expect_names(w, NULL, "a");
	ck_assert_uint_eq(free_extents(w, NULL), 55);
	world_free(w);
}

START_TEST(arguments)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct world w;

	two_disks(&w);
	t_fails(lvol_lv_create(NULL, &o, &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_create(w.txn, NULL, &err), LVOL_E_INVALID, err);
	o.struct_size = 0;
	t_fails(lvol_lv_create(w.txn, &o, &err), LVOL_E_INVALID, err);
	REFUSE(&w, LVOL_E_INVALID, "0x80", ONE, .flags = 0x80);
	REFUSE(&w, LVOL_E_NOT_FOUND, "nosuch", ONE, .vg = "nosuch");
	ck_assert_int_eq(lvol_lv_create(w.txn, &(struct lvol_lv_create_opts) LVOL_LV_CREATE_OPTS_INIT, NULL), -LVOL_E_INVALID);
	and_nothing_happened(&w);
}
END_TEST

START_TEST(names)
{
	static const char *const bad[] = {
		"", "-a", ".", "..", "a b", "a/b", "\xc3\xa4", "snapshot1", "pvmove0", "a_rimage_0", "a_tdata", "a_mlog", "a_cvol",
		"lvol0_pmspare"
	};
	char name[140];
	struct world w;

	two_disks(&w);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		REFUSE(&w, LVOL_E_INVALID, "name", ONE, .name = bad[i]);
	memset(name, 'x', sizeof name);
	name[128] = '\0';
	REFUSE(&w, LVOL_E_INVALID, "longer than 127", ONE, .name = name);
	/* "vg" and three more */
	name[123] = '\0';
	REFUSE(&w, LVOL_E_INVALID, "too long", ONE, .name = name);
	REFUSE(&w, LVOL_E_EXISTS, "already has an LV named a", ONE, .name = "a");
	and_nothing_happened(&w);
}
END_TEST

START_TEST(types)
{
	struct world w;

	two_disks(&w);
	REFUSE(&w, LVOL_E_NOT_SUPPORTED, "frob", ONE, .segtype = "frob");
	REFUSE(&w, LVOL_E_NOT_SUPPORTED, "vdo-pool", ONE, .segtype = "vdo-pool");
	REFUSE(&w, LVOL_E_NOT_SUPPORTED, "writecache", ONE, .segtype = "writecache");
	REFUSE(&w, LVOL_E_INVALID, "Name its origin", ONE, .segtype = "snapshot");
	REFUSE(&w, LVOL_E_INVALID, "linear", ONE, .segtype = "linear", .stripe_count = 2);
	REFUSE(&w, LVOL_E_INVALID, "zero", ONE, .segtype = "zero", .stripe_count = 2);
	REFUSE(&w, LVOL_E_INVALID, "error", ONE, .segtype = "error", .stripe_count = 2);
	REFUSE(&w, LVOL_E_INVALID, "129 stripes", ONE, .stripe_count = 129);
	and_nothing_happened(&w);
}
END_TEST

START_TEST(stripe_sizes)
{
	static const uint32_t bad[] = { 1, 512, 2048, 4097, 12288, 2 * 1024 * 1024, 1u << 31 };
	struct world w;

	two_disks(&w);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		REFUSE(&w, LVOL_E_INVALID, "power of two", ONE, .stripe_count = 2, .stripe_bytes = bad[i]);
	and_nothing_happened(&w);
}
END_TEST

START_TEST(sizes)
{
	struct world w;

	two_disks(&w);
	REFUSE(&w, LVOL_E_INVALID, "is 0", .name = "b");
	REFUSE(&w, LVOL_E_INVALID, "more than once", .size = { .bytes = 1, .extents = 1 });
	REFUSE(&w, LVOL_E_INVALID, "more than once", .size = { .extents = 1, .percent = 1, .percent_of = 1 });
	REFUSE(&w, LVOL_E_INVALID, "of what", .size = { .percent = 50 });
	REFUSE(&w, LVOL_E_INVALID, "of what", .size = { .percent = 50, .percent_of = 5 });
	REFUSE(&w, LVOL_E_INVALID, "no origin", .size = { .percent = 50, .percent_of = LVOL_PERCENT_ORIGIN });
	REFUSE(&w, LVOL_E_INVALID, "101", .size = { .percent = 101, .percent_of = LVOL_PERCENT_FREE });
	REFUSE(&w, LVOL_E_INVALID, "101", .size = { .percent = 101, .percent_of = LVOL_PERCENT_PVS });
	REFUSE(&w, LVOL_E_INVALID, "percent_of", .size = { .extents = 1, .percent_of = LVOL_PERCENT_VG });
	REFUSE(&w, LVOL_E_INVALID, "4294967296", .segtype = "zero", .size = { .extents = UINT64_C(1) << 32 });
	REFUSE(&w, LVOL_E_INVALID, "most", .segtype = "error", .size = { .bytes = UINT64_MAX });
	and_nothing_happened(&w);
}
END_TEST

START_TEST(no_space)
{
	struct world w;
	char word[WORD_LEN];

	two_disks(&w);
	REFUSE(&w, LVOL_E_NO_SPACE, "needs 56 extents; free on the VG's allocatable PVs: 55 (", .size = { .extents = 56 });
	REFUSE(&w, LVOL_E_NO_SPACE, "d0.img 15, ", .size = { .extents = 56 });
	REFUSE(&w, LVOL_E_NO_SPACE, "d1.img 40)", .size = { .bytes = 55 * MIB + 1 });
	REFUSE(&w, LVOL_E_NO_SPACE, "4294967296 extents", .size = { .extents = UINT64_C(1) << 32 });
	REFUSE(&w, LVOL_E_NO_SPACE, "55 are free", .size = { .bytes = UINT64_MAX });
	REFUSE(&w, LVOL_E_NO_SPACE, "3 extents (3 stripes of 1) on different PVs", ONE, .stripe_count = 3);
	REFUSE(&w, LVOL_E_NO_SPACE, "in one run", .size = { .extents = 41 }, .alloc = LVOL_ALLOC_CONTIGUOUS);
	REFUSE(&w, LVOL_E_NO_SPACE, "needs 6 extents; free on the given PVs: 5 (", .size = { .extents = 6 },
			.pvs = LIST(pv_word(&w, 0, ":0-9", word)));
	/* 1 % of 55 is nothing */
	REFUSE(&w, LVOL_E_NO_SPACE, "percentage", .size = { .percent = 1, .percent_of = LVOL_PERCENT_FREE });
	and_nothing_happened(&w);
}
END_TEST

START_TEST(pvs)
{
	struct lvol_pv_change_opts change = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char word[WORD_LEN];

	two_disks(&w);
	REFUSE(&w, LVOL_E_NOT_FOUND, "nosuch.img", ONE, .pvs = LIST("nosuch.img"));
	REFUSE(&w, LVOL_E_NOT_FOUND, "@nosuch", ONE, .pvs = LIST("@nosuch"));
	REFUSE(&w, LVOL_E_NOT_FOUND, "abcdef", ONE, .pvs = LIST("abcdef-ghij-klmn-opqr-stuv-wxyz-012345"));
	REFUSE(&w, LVOL_E_INVALID, "range", ONE, .pvs = LIST(pv_word(&w, 0, ":0-20", word)));
	REFUSE(&w, LVOL_E_INVALID, "range", ONE, .pvs = LIST(pv_word(&w, 0, ":9-5", word)));
	REFUSE(&w, LVOL_E_INVALID, "range", ONE, .pvs = LIST(pv_word(&w, 0, ":", word)));
	change.what = LVOL_PV_CHANGE_ALLOCATABLE;
	t_ok(lvol_pv_change(w.txn, w.disks[0], &change, &err), err);
	REFUSE(&w, LVOL_E_INVALID, "not allocatable", ONE, .pvs = LIST(w.disks[0]));
	REFUSE(&w, LVOL_E_NO_SPACE, "d0.img is not allocatable", .size = { .extents = 41 });
	and_nothing_happened(&w);
}
END_TEST

START_TEST(values)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char id[39];
	struct lvol_vg *vg;

	two_disks(&w);
	REFUSE(&w, LVOL_E_INVALID, "allocation policy", ONE, .alloc = 5);
	REFUSE(&w, LVOL_E_INVALID, "read-ahead", ONE, .read_ahead_bytes = 1000);
	REFUSE(&w, LVOL_E_INVALID, "read-ahead", ONE, .read_ahead_bytes = -512);
	REFUSE(&w, LVOL_E_INVALID, "read-ahead", ONE, .read_ahead_bytes = INT64_MAX / 512 * 512);
	REFUSE(&w, LVOL_E_INVALID, "tag", ONE, .tags = LIST("good", "b d"));
	REFUSE(&w, LVOL_E_INVALID, "tag", ONE, .tags = LIST(""));
	REFUSE(&w, LVOL_E_INVALID, "UUID", ONE, .uuid = "short");
	vg = look(&w, NULL);
	lvol_lv_uuid(lvol_lv_find(vg, "a"), id);
	lvol_vg_unref(vg);
	REFUSE(&w, LVOL_E_EXISTS, id, ONE, .uuid = id);
	/* and after all of that it still works */
	create(&w, "b", 1);
	t_ok(lvol_lv_remove(w.txn, "b", &err), err);
	and_nothing_happened(&w);
}
END_TEST

START_TEST(limit_of_the_vg)
{
	struct lvol_vg_change_opts limit = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	two_disks(&w);
	limit.what = LVOL_VG_CHANGE_MAX_LV;
	limit.max_lv = 2;
	t_ok(lvol_vg_change(w.txn, NULL, &limit, &err), err);
	create(&w, "b", 1);
	REFUSE(&w, LVOL_E_INVALID, "limit", ONE);
	t_ok(lvol_lv_remove(w.txn, "b", &err), err);
	and_nothing_happened(&w);
}
END_TEST

START_TEST(extents_too_small_for_stripes)
{
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char *disks[3] = { NULL };

	WORLD(&w, 4);
	for (int i = 0; i < 2; i++) {
		disks[i] = t_path(w.dir, i ? "small1.img" : "small0.img");
		t_sparse_file(disks[i], 4 * MIB);
		t_ok(lvol_ctx_add_path(w.ctx, disks[i], 0, NULL, &err), err);
	}
	t_ok(lvol_txn_begin(w.ctx, NULL, NULL, &w.txn, &err), err);
	vg.name = "small";
	vg.extent_bytes = 16384;
	vg.pvs = (const char *const *)disks;
	t_ok(lvol_vg_create(w.txn, &vg, &err), err);
	/* the default shrinks to an extent; what is asked for does not */
	t_ok(lvol_lv_create(w.txn, &(struct lvol_lv_create_opts) { .struct_size = sizeof(struct lvol_lv_create_opts), ONE,
			.stripe_count = 2 }, &err), err);
	t_fails(lvol_lv_create(w.txn, &(struct lvol_lv_create_opts) { .struct_size = sizeof(struct lvol_lv_create_opts), ONE,
			.stripe_count = 2, .stripe_bytes = 65536 }, &err), LVOL_E_INVALID, err);
	commit(&w);
	free(disks[0]);
	free(disks[1]);
	world_free(&w);
}
END_TEST

START_TEST(transaction_is_over)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct world w;

	two_disks(&w);
	o.size.extents = 1;
	lvol_txn_abort(w.txn);
	t_fails(lvol_lv_create(w.txn, &o, &err), LVOL_E_STATE, err);
	give_up(&w);
	expect_names(&w, NULL, "");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lv create errors");
	TCase *tc = make_case(suite, "errors");

	tcase_add_test(tc, arguments);
	tcase_add_test(tc, names);
	tcase_add_test(tc, types);
	tcase_add_test(tc, stripe_sizes);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, no_space);
	tcase_add_test(tc, pvs);
	tcase_add_test(tc, values);
	tcase_add_test(tc, limit_of_the_vg);
	tcase_add_test(tc, extents_too_small_for_stripes);
	tcase_add_test(tc, transaction_is_over);
	return t_main(suite);
}
