/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_lv_create(): every option, and where things are placed. */
#include "lv_world.h"

#define CREATE(w, ...) \
	do { \
		struct lvol_lv_create_opts o_ = { .struct_size = sizeof o_, __VA_ARGS__ }; \
		struct lvol_error err_ = LVOL_ERROR_INIT; \
		t_ok(lvol_lv_create((w)->txn, &o_, &err_), err_); \
	} while (0)

START_TEST(linear)
{
	struct world w;
	char last[256], id[39];
	struct lvol_vg *vg;
	const struct lvol_lv *lv;

	WORLD(&w, 20, 40);
	begin(&w);
	CREATE(&w, .vg = "vg", .name = "a", .segtype = "linear", .size = { .bytes = 5 * MIB });
	ck_assert_uint_eq(changes(&w, last, sizeof last), 1);
	ck_assert_str_eq(last, "create LV of 5.00 MiB, linear");
	expect_layout(&w, "a", "0:0+5");
	commit(&w);
	expect_layout(&w, "a", "0:0+5");
	vg = look(&w, NULL);
	lv = lvol_lv_find(vg, "a");
	ck_assert(lvol_lv_is_visible(lv) && lvol_lv_is_writable(lv) && lvol_lv_is_autoactivated(lv));
	ck_assert(!lvol_lv_is_activation_skipped(lv) && !lvol_lv_is_partial(lv));
	ck_assert_int_eq(lvol_lv_alloc(lv), LVOL_ALLOC_INHERIT);
	ck_assert_int_eq(lvol_lv_read_ahead_bytes(lv), LVOL_READ_AHEAD_AUTO);
	ck_assert_uint_eq(lvol_lv_creation_time(lv), 1700000000);
	ck_assert_str_eq(lvol_lv_creation_host(lv), "testhost");
	ck_assert_str_eq(lvol_segment_type(lvol_lv_segment_first(lv)), "linear");
	ck_assert_uint_eq(strlen(lvol_lv_uuid(lv, id)), 38);
	ck_assert_ptr_null(lvol_lv_tag(lv, 0));
	ck_assert_uint_eq(lvol_vg_free_extents(vg), 55);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(striped)
{
	struct world w;
	char last[256];
	struct lvol_vg *vg;
	const struct lvol_segment *seg;

	WORLD(&w, 20, 40, 30);
	begin(&w);
	CREATE(&w, .name = "s", .stripe_count = 2, .size = { .extents = 9 });
	changes(&w, last, sizeof last);
	ck_assert_str_eq(last, "create LV of 10.00 MiB, 2 stripes");
	CREATE(&w, .name = "t", .segtype = "striped", .stripe_count = 3, .stripe_bytes = 4096, .size = { .bytes = 1 });
	CREATE(&w, .name = "one", .segtype = "striped", .size = { .extents = 2 });
	commit(&w);
	expect_layout(&w, "s", "0:0+5 1:0+5");
	expect_layout(&w, "t", "0:5+1 1:5+1 2:0+1");
	expect_layout(&w, "one", "0:6+2");
	vg = look(&w, NULL);
	seg = lvol_lv_segment_first(lvol_lv_find(vg, "s"));
	ck_assert_uint_eq(lvol_segment_stripe_bytes(seg), 65536);
	ck_assert_str_eq(lvol_segment_type(seg), "striped");
	seg = lvol_lv_segment_first(lvol_lv_find(vg, "t"));
	ck_assert_uint_eq(lvol_segment_stripe_bytes(seg), 4096);
	ck_assert_uint_eq(lvol_segment_size_extents(seg), 3);
	seg = lvol_lv_segment_first(lvol_lv_find(vg, "one"));
	ck_assert_str_eq(lvol_segment_type(seg), "linear");
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(zero_and_error)
{
	struct world w;
	char last[256];

	WORLD(&w, 20);
	begin(&w);
	CREATE(&w, .name = "z", .segtype = "zero", .size = { .extents = 1000 });
	changes(&w, last, sizeof last);
	ck_assert_str_eq(last, "create LV of 1000.00 MiB, zero");
	CREATE(&w, .name = "e", .segtype = "error", .size = { .percent = 200, .percent_of = LVOL_PERCENT_VG });
	commit(&w);
	expect_layout(&w, "z", "zero+1000");
	expect_layout(&w, "e", "error+40");
	ck_assert_uint_eq(free_extents(&w, NULL), 20);
	world_free(&w);
}
END_TEST

START_TEST(sizes)
{
	struct world w;
	char word[WORD_LEN];

	WORLD(&w, 20, 40);
	begin(&w);
	CREATE(&w, .name = "byte", .size = { .bytes = 1 });
	CREATE(&w, .name = "more", .size = { .bytes = MIB + 1 });
	expect_layout(&w, "byte", "0:0+1");
	expect_layout(&w, "more", "0:1+2");
	CREATE(&w, .name = "vg10", .size = { .percent = 10, .percent_of = LVOL_PERCENT_VG });
	expect_layout(&w, "vg10", "0:3+6");
	/* 51 are free */
	CREATE(&w, .name = "free50", .size = { .percent = 50, .percent_of = LVOL_PERCENT_FREE });
	expect_layout(&w, "free50", "1:0+25");
	/* 11 on disk 0, of which 5 to 14 has 6 */
	CREATE(&w, .name = "pvs", .size = { .percent = 50, .percent_of = LVOL_PERCENT_PVS },
			.pvs = LIST(pv_word(&w, 0, ":5-14", word)));
	expect_layout(&w, "pvs", "0:9+3");
	CREATE(&w, .name = "odd", .stripe_count = 2, .size = { .percent = 30, .percent_of = LVOL_PERCENT_FREE });
	/* 30 % of 23 is 6; 8 are left on disk 0 */
	expect_layout(&w, "odd", "0:12+3 1:25+3");
	CREATE(&w, .name = "rest", .size = { .percent = 100, .percent_of = LVOL_PERCENT_FREE });
	expect_layout(&w, "rest", "1:28+12, 0:15+5");
	ck_assert_uint_eq(free_extents(&w, NULL), 0);
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(percent_takes_what_fits)
{
	struct world w;

	WORLD(&w, 20, 40, 30);
	begin(&w);
	create(&w, "a", 15);
	/* more than is free */
	CREATE(&w, .name = "all", .size = { .percent = 150, .percent_of = LVOL_PERCENT_VG }, .stripe_count = 3);
	expect_layout(&w, "all", "1:0+5 2:0+5 0:15+5");
	CREATE(&w, .name = "run", .size = { .percent = 100, .percent_of = LVOL_PERCENT_FREE },
			.alloc = LVOL_ALLOC_CONTIGUOUS);
	expect_layout(&w, "run", "1:5+35");
	CREATE(&w, .name = "pvs", .size = { .percent = 100, .percent_of = LVOL_PERCENT_PVS });
	expect_layout(&w, "pvs", "2:5+25");
	commit(&w);
	world_free(&w);
}
END_TEST

START_TEST(policies)
{
	struct world w;
	struct lvol_vg *vg;

	WORLD(&w, 20, 40);
	begin(&w);
	create(&w, "hole", 5);
	CREATE(&w, .name = "c", .alloc = LVOL_ALLOC_CONTIGUOUS, .size = { .extents = 30 });
	CREATE(&w, .name = "any", .alloc = LVOL_ALLOC_ANYWHERE, .stripe_count = 3, .size = { .extents = 9 });
	CREATE(&w, .name = "cling", .alloc = LVOL_ALLOC_CLING, .size = { .extents = 3 });
	commit(&w);
	expect_layout(&w, "c", "1:0+30");
	expect_layout(&w, "any", "0:5+3 1:30+3 0:8+3");
	vg = look(&w, NULL);
	ck_assert_int_eq(lvol_lv_alloc(lvol_lv_find(vg, "c")), LVOL_ALLOC_CONTIGUOUS);
	ck_assert_int_eq(lvol_lv_alloc(lvol_lv_find(vg, "any")), LVOL_ALLOC_ANYWHERE);
	ck_assert_int_eq(lvol_lv_alloc(lvol_lv_find(vg, "cling")), LVOL_ALLOC_CLING);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(chosen_pvs)
{
	struct world w;
	char first[WORD_LEN], second[WORD_LEN], id[39];
	struct lvol_pv_change_opts tag = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;

	WORLD(&w, 20, 40, 30);
	begin(&w);
	vg = look(&w, NULL);
	lvol_pv_uuid(lvol_pv_find(vg, w.disks[1]), id);
	lvol_vg_unref(vg);
	tag.add_tags = LIST("ssd");
	t_ok(lvol_pv_change(w.txn, w.disks[2], &tag, &err), err);
	CREATE(&w, .name = "order", .size = { .extents = 5 }, .pvs = LIST(w.disks[2], w.disks[0]));
	CREATE(&w, .name = "id", .size = { .extents = 5 }, .pvs = LIST(id));
	CREATE(&w, .name = "tag", .size = { .extents = 5 }, .pvs = LIST("@ssd"));
	CREATE(&w, .name = "parts", .size = { .extents = 8 },
			.pvs = LIST(pv_word(&w, 0, ":0-2:10-", first), pv_word(&w, 1, ":30+2", second)));
	CREATE(&w, .name = "split", .size = { .extents = 5 },
			.pvs = LIST(pv_word(&w, 0, ":0-2", first), pv_word(&w, 1, ":30+2", second)));
	CREATE(&w, .name = "stripes", .stripe_count = 2, .size = { .extents = 4 }, .pvs = LIST(w.disks[2], w.disks[1]));
	commit(&w);
	expect_layout(&w, "order", "2:0+5");
	expect_layout(&w, "id", "1:0+5");
	expect_layout(&w, "tag", "2:5+5");
	expect_layout(&w, "parts", "0:10+8");
	expect_layout(&w, "split", "0:0+3, 1:30+2");
	expect_layout(&w, "stripes", "2:10+2 1:5+2");
	world_free(&w);
}
END_TEST

START_TEST(settings)
{
	static const char uuid[] = "abcdef-ghij-klmn-opqr-stuv-wxyz-012345";
	struct world w;
	char id[39];
	struct lvol_vg *vg;
	const struct lvol_lv *lv;

	WORLD(&w, 20);
	begin(&w);
	CREATE(&w, .name = "a", .size = { .extents = 1 }, .uuid = uuid, .tags = LIST("one", "two", "one"),
			.read_ahead_bytes = 128 * 1024, .flags = LVOL_LV_CREATE_READ_ONLY | LVOL_LV_CREATE_ACTIVATION_SKIP |
			LVOL_LV_CREATE_NO_AUTOACTIVATION | LVOL_LV_CREATE_NO_ZERO);
	CREATE(&w, .name = "b", .size = { .extents = 1 }, .read_ahead_bytes = LVOL_READ_AHEAD_NONE);
	commit(&w);
	vg = look(&w, NULL);
	lv = lvol_lv_find(vg, uuid);
	ck_assert_str_eq(lvol_lv_name(lv), "a");
	ck_assert_str_eq(lvol_lv_uuid(lv, id), uuid);
	ck_assert(!lvol_lv_is_writable(lv) && lvol_lv_is_activation_skipped(lv) && !lvol_lv_is_autoactivated(lv));
	ck_assert_int_eq(lvol_lv_read_ahead_bytes(lv), 128 * 1024);
	ck_assert_str_eq(lvol_lv_tag(lv, 0), "one");
	ck_assert_str_eq(lvol_lv_tag(lv, 1), "two");
	ck_assert_ptr_null(lvol_lv_tag(lv, 2));
	ck_assert_int_eq(lvol_lv_read_ahead_bytes(lvol_lv_find(vg, "b")), LVOL_READ_AHEAD_NONE);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(names_of_their_own)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 20);
	begin(&w);
	create(&w, "lvol1", 1);
	for (int i = 0; i < 4; i++)
		create(&w, NULL, 1);
	expect_names(&w, NULL, "lvol0 lvol1 lvol2 lvol3 lvol4");
	t_ok(lvol_lv_remove(w.txn, "lvol2", &err), err);
	t_ok(lvol_lv_rename(w.txn, "lvol0", "other", &err), err);
	create(&w, NULL, 1);
	create(&w, NULL, 1);
	create(&w, NULL, 1);
	expect_names(&w, NULL, "lvol0 lvol1 lvol2 lvol3 lvol4 lvol5 other");
	commit(&w);
	begin(&w);
	create(&w, NULL, 1);
	commit(&w);
	expect_names(&w, NULL, "lvol0 lvol1 lvol2 lvol3 lvol4 lvol5 lvol6 other");
	world_free(&w);
}
END_TEST

/* What lay there before does not show through, unless that is wanted. */
START_TEST(start_is_zeroed)
{
	struct world w;
	unsigned char mark[8192], got[8192];

	WORLD(&w, 20);
	memset(mark, 0xa5, sizeof mark);
	for (unsigned i = 0; i < 3; i++)
		t_pwrite(w.disks[0], mark, sizeof mark, (1 + i) * MIB);
	begin(&w);
	create(&w, "a", 1);
	CREATE(&w, .name = "b", .size = { .extents = 1 }, .flags = LVOL_LV_CREATE_NO_ZERO);
	t_pread(w.disks[0], got, sizeof got, MIB);
	ck_assert_mem_eq(got, mark, sizeof got);
	commit(&w);
	t_pread(w.disks[0], got, sizeof got, MIB);
	for (unsigned i = 0; i < 4096; i++)
		ck_assert_uint_eq(got[i], 0);
	t_pread(w.disks[0], got, sizeof got, 2 * MIB);
	ck_assert_mem_eq(got, mark, sizeof got);
	begin(&w);
	create(&w, "c", 1);
	give_up(&w);
	t_pread(w.disks[0], got, sizeof got, 3 * MIB);
	ck_assert_mem_eq(got, mark, sizeof got);
	world_free(&w);
}
END_TEST

START_TEST(many)
{
	struct world w;
	char name[32], text[64];
	struct lvol_vg *vg;

	WORLD(&w, 100, 100);
	begin(&w);
	for (unsigned i = 0; i < 200; i++)
		create(&w, NULL, 1);
	commit(&w);
	vg = look(&w, NULL);
	ck_assert_uint_eq(lvol_vg_lv_count(vg), 200);
	ck_assert_uint_eq(lvol_vg_free_extents(vg), 0);
	for (unsigned i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "lvol%u", i);
		snprintf(text, sizeof text, "%u:%u+1", i / 100, i % 100);
		ck_assert_str_eq(layout_text(lvol_lv_find(vg, name), name, sizeof name), text);
	}
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* An old program's struct is shorter; a newer one's longer, with nothing in what we do not know. */
START_TEST(structs_of_other_versions)
{
	struct { struct lvol_lv_create_opts o; uint64_t more[4]; } newer = { .o = LVOL_LV_CREATE_OPTS_INIT };
	struct lvol_lv_create_opts older = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	WORLD(&w, 20);
	begin(&w);
	older.struct_size = offsetof(struct lvol_lv_create_opts, pvs);
	older.name = "old";
	older.size.extents = 1;
	older.stripe_count = 77;
	t_ok(lvol_lv_create(w.txn, &older, &err), err);
	newer.o.struct_size = sizeof newer;
	newer.o.name = "new";
	newer.o.size.extents = 1;
	t_ok(lvol_lv_create(w.txn, &newer.o, &err), err);
	newer.more[3] = 1;
	t_fails(lvol_lv_create(w.txn, &newer.o, &err), LVOL_E_INVALID, err);
	commit(&w);
	expect_names(&w, NULL, "new old");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lv create");
	TCase *tc = make_case(suite, "create");

	tcase_add_test(tc, linear);
	tcase_add_test(tc, striped);
	tcase_add_test(tc, zero_and_error);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, percent_takes_what_fits);
	tcase_add_test(tc, policies);
	tcase_add_test(tc, chosen_pvs);
	tcase_add_test(tc, settings);
	tcase_add_test(tc, names_of_their_own);
	tcase_add_test(tc, start_is_zeroed);
	tcase_add_test(tc, many);
	tcase_add_test(tc, structs_of_other_versions);
	return t_main(suite);
}
