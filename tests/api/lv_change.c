/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_lv_change(): each property, alone and together, and every error. */
#include "lv_world.h"

#define OPTS(...) (&(struct lvol_lv_change_opts) { .struct_size = sizeof(struct lvol_lv_change_opts), __VA_ARGS__ })
#define CHANGE(w, name, ...) \
	do { \
		struct lvol_error err_ = LVOL_ERROR_INIT; \
		t_ok(lvol_lv_change((w)->txn, name, OPTS(__VA_ARGS__), &err_), err_); \
	} while (0)

static void refuse(struct world *w, const char *name, const struct lvol_lv_change_opts *o, int code, const char *part)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char last[256];
	size_t n = changes(w, last, sizeof last);

	t_fails(lvol_lv_change(w->txn, name, o, &err), code, err);
	says(&err, part);
	ck_assert_uint_eq(changes(w, last, sizeof last), n);
}

#define REFUSE(w, name, code, part, ...) refuse(w, name, OPTS(__VA_ARGS__), code, part)

static void expect_change(struct world *w, const char *want)
{
	char last[256];

	changes(w, last, sizeof last);
	ck_assert_str_eq(last, want);
}

static void one_lv(struct world *w)
{
	WORLD(w, 20);
	begin(w);
	create(w, "a", 5);
	commit(w);
	begin(w);
}

START_TEST(each_property)
{
	struct world w;
	struct lvol_vg *vg;
	const struct lvol_lv *lv;

	one_lv(&w);
	CHANGE(&w, "a", .what = LVOL_LV_CHANGE_WRITABLE);
	expect_change(&w, "change LV: read-only");
	CHANGE(&w, "a", .what = LVOL_LV_CHANGE_ACTIVATION_SKIP, .activation_skip = 1);
	expect_change(&w, "change LV: skipped by activation");
	CHANGE(&w, "a", .what = LVOL_LV_CHANGE_AUTOACTIVATION);
	expect_change(&w, "change LV: not activated at system start");
	CHANGE(&w, "a", .what = LVOL_LV_CHANGE_ALLOC, .alloc = LVOL_ALLOC_CLING);
	expect_change(&w, "change LV: allocation policy");
	CHANGE(&w, "vg/a", .what = LVOL_LV_CHANGE_READ_AHEAD, .read_ahead_bytes = 4096);
	expect_change(&w, "change LV: read-ahead");
	CHANGE(&w, "a", .add_tags = LIST("one", "two"));
	expect_change(&w, "change LV: tag +one, tag +two");
	commit(&w);
	vg = look(&w, NULL);
	lv = lvol_lv_find(vg, "a");
	ck_assert(!lvol_lv_is_writable(lv) && lvol_lv_is_activation_skipped(lv) && !lvol_lv_is_autoactivated(lv));
	ck_assert_int_eq(lvol_lv_alloc(lv), LVOL_ALLOC_CLING);
	ck_assert_int_eq(lvol_lv_read_ahead_bytes(lv), 4096);
	ck_assert_str_eq(lvol_lv_tag(lv, 0), "one");
	ck_assert_str_eq(lvol_lv_tag(lv, 1), "two");
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(and_back_at_once)
{
	struct world w;
	struct lvol_vg *vg;
	const struct lvol_lv *lv;
	const uint32_t all = LVOL_LV_CHANGE_WRITABLE | LVOL_LV_CHANGE_ACTIVATION_SKIP | LVOL_LV_CHANGE_AUTOACTIVATION |
		LVOL_LV_CHANGE_ALLOC | LVOL_LV_CHANGE_READ_AHEAD;

	one_lv(&w);
	CHANGE(&w, "a", .what = all, .activation_skip = 1, .alloc = LVOL_ALLOC_ANYWHERE, .add_tags = LIST("x", "y"),
			.read_ahead_bytes = LVOL_READ_AHEAD_NONE);
	commit(&w);
	begin(&w);
	CHANGE(&w, "a", .what = all, .writable = 1, .autoactivation = 1, .remove_tags = LIST("x", "nosuch"));
	expect_change(&w, "change LV: writable, not skipped by activation, activated at system start, allocation policy, "
			"read-ahead, tag -x, tag -nosuch");
	commit(&w);
	vg = look(&w, NULL);
	lv = lvol_lv_find(vg, "a");
	ck_assert(lvol_lv_is_writable(lv) && !lvol_lv_is_activation_skipped(lv) && lvol_lv_is_autoactivated(lv));
	ck_assert_int_eq(lvol_lv_alloc(lv), LVOL_ALLOC_INHERIT);
	ck_assert_int_eq(lvol_lv_read_ahead_bytes(lv), LVOL_READ_AHEAD_AUTO);
	ck_assert_str_eq(lvol_lv_tag(lv, 0), "y");
	ck_assert_ptr_null(lvol_lv_tag(lv, 1));
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* What is so already is no change, and a transaction without changes writes nothing. */
START_TEST(nothing_to_do)
{
	struct world w;
	struct lvol_vg *vg;
	uint32_t seqno;
	char last[256];

	one_lv(&w);
	CHANGE(&w, "a", .what = 0);
	CHANGE(&w, "a", .what = LVOL_LV_CHANGE_WRITABLE | LVOL_LV_CHANGE_AUTOACTIVATION, .writable = 1, .autoactivation = 1);
	CHANGE(&w, "a", .remove_tags = LIST("nosuch"));
	/* values without their bit are not looked at */
	CHANGE(&w, "a", .writable = 7, .alloc = 99, .read_ahead_bytes = 1);
	ck_assert_uint_eq(changes(&w, last, sizeof last), 0);
	give_up(&w);
	vg = look(&w, NULL);
	seqno = lvol_vg_seqno(vg);
	lvol_vg_unref(vg);
	begin(&w);
	CHANGE(&w, "a", .what = 0);
	commit(&w);
	vg = look(&w, NULL);
	ck_assert_uint_eq(lvol_vg_seqno(vg), seqno);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(errors)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	one_lv(&w);
	REFUSE(&w, "nosuch", LVOL_E_NOT_FOUND, "nosuch", .what = 0);
	REFUSE(&w, "a", LVOL_E_INVALID, "flags", .what = 1u << 5);
	REFUSE(&w, "a", LVOL_E_INVALID, "reserved", .reserved = 1);
	REFUSE(&w, "a", LVOL_E_INVALID, "policy", .what = LVOL_LV_CHANGE_ALLOC, .alloc = 5);
	REFUSE(&w, "a", LVOL_E_INVALID, "writable", .what = LVOL_LV_CHANGE_WRITABLE, .writable = 2);
	REFUSE(&w, "a", LVOL_E_INVALID, "activation_skip", .what = LVOL_LV_CHANGE_ACTIVATION_SKIP, .activation_skip = 2);
	REFUSE(&w, "a", LVOL_E_INVALID, "autoactivation", .what = LVOL_LV_CHANGE_AUTOACTIVATION, .autoactivation = 2);
	REFUSE(&w, "a", LVOL_E_INVALID, "read-ahead", .what = LVOL_LV_CHANGE_READ_AHEAD, .read_ahead_bytes = 511);
	REFUSE(&w, "a", LVOL_E_INVALID, "tag", .add_tags = LIST("good", "b d"));
	REFUSE(&w, "a", LVOL_E_INVALID, "tag", .remove_tags = LIST("b\"d"));
	/* nothing of a call that fails is done */
	REFUSE(&w, "a", LVOL_E_INVALID, "tag", .what = LVOL_LV_CHANGE_WRITABLE, .add_tags = LIST(""));
	t_fails(lvol_lv_change(w.txn, "a", NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_change(w.txn, NULL, OPTS(.what = 0), &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_change(NULL, "a", OPTS(.what = 0), &err), LVOL_E_INVALID, err);
	lvol_txn_abort(w.txn);
	t_fails(lvol_lv_change(w.txn, "a", OPTS(.what = 0), &err), LVOL_E_STATE, err);
	world_free(&w);
}
END_TEST

START_TEST(other_types)
{
	struct world w;
	struct lvol_vg *vg;

	world_golden(&w, "raid1", 3);
	begin_golden(&w);
	REFUSE(&w, "two_rimage_0", LVOL_E_NOT_SUPPORTED, "part of LV two", .add_tags = LIST("x"));
	CHANGE(&w, "two", .what = LVOL_LV_CHANGE_WRITABLE, .add_tags = LIST("x"));
	commit(&w);
	vg = look(&w, "vg0");
	ck_assert(!lvol_lv_is_writable(lvol_lv_find(vg, "two")));
	ck_assert_str_eq(lvol_lv_tag(lvol_lv_find(vg, "two"), 0), "x");
	lvol_vg_unref(vg);
	world_free(&w);
	world_golden(&w, "thin-external", 2);
	begin_golden(&w);
	REFUSE(&w, "base", LVOL_E_INVALID, "external origin of thin LV", .what = LVOL_LV_CHANGE_WRITABLE, .writable = 1);
	CHANGE(&w, "base", .what = LVOL_LV_CHANGE_ACTIVATION_SKIP, .activation_skip = 1);
	commit(&w);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lv change");
	TCase *tc = make_case(suite, "change");

	tcase_add_test(tc, each_property);
	tcase_add_test(tc, and_back_at_once);
	tcase_add_test(tc, nothing_to_do);
	tcase_add_test(tc, errors);
	tcase_add_test(tc, other_types);
	return t_main(suite);
}
