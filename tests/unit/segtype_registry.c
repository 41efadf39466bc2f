/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of segment types: every word of LVM2, and tables that hold together. */
#include <string.h>

#include "segtype/segtype.h"
#include "util.h"

static const char *const words[] = {
	"striped", "linear", "mirror", "snapshot", "zero", "error", "thin-pool", "thin", "cache-pool", "cache", "writecache",
	"integrity", "vdo-pool", "vdo", "raid0", "raid0_meta", "raid1", "raid4", "raid5", "raid5_n", "raid5_la", "raid5_ls",
	"raid5_ra", "raid5_rs", "raid6", "raid6_zr", "raid6_nr", "raid6_nc", "raid6_n_6", "raid6_ls_6", "raid6_rs_6",
	"raid6_la_6", "raid6_ra_6", "raid10", "raid10_near"
};

static const char *const not_words[] = { "", "free", "unknown", "Striped", "striped+", "raid", "raid5_" };

#define COUNT(a) ((int)(sizeof (a) / sizeof *(a)))

START_TEST(finds)
{
	const struct segtype *type = lvi_segtype_find(words[_i]);

	ck_assert_msg(type, "%s", words[_i]);
	/* An alias is kept as the text had it; only "linear" is shown under another name. */
	ck_assert_str_eq(type->name, strcmp(words[_i], "linear") ? words[_i] : "striped");
	ck_assert(!(type->flags & SEGTYPE_UNKNOWN));
}
END_TEST

START_TEST(does_not_find)
{
	ck_assert(!lvi_segtype_find(not_words[_i]));
}
END_TEST

static bool has_lv_form(const struct seg_field_desc *f)
{
	return f->form == FIELD_LV;
}

/* No field twice, bounds the right way round, lists with names. */
START_TEST(tables)
{
	const struct segtype *type = lvi_segtype_find(words[_i]);

	for (const struct seg_field_desc *f = type->fields; f && f->key; f++) {
		ck_assert_int_lt(f->field, SEG_FIELD_COUNT);
		ck_assert(!f->max || f->min <= f->max);
		ck_assert(!(has_lv_form(f) && f->max));
		for (const struct seg_field_desc *g = f + 1; g->key; g++)
			ck_assert_msg(g->field != f->field && strcmp(g->key, f->key), "%s: %s", type->name, f->key);
	}
	ck_assert_int_eq(type->areas.form != AREAS_NONE, type->areas.list_key != NULL);
	ck_assert_int_eq(type->areas.form != AREAS_NONE, type->areas.count_key != NULL);
	ck_assert(!type->areas.max || type->areas.min <= type->areas.max);
}
END_TEST

struct share { const char *type; uint32_t count, areas, copies, each; };

static const struct share shares[] = {
	{ "striped", 12, 3, 0, 4 }, { "striped", 5, 1, 0, 5 }, { "mirror", 5, 2, 0, 5 }, { "raid0", 6, 2, 0, 3 },
	{ "raid1", 6, 2, 0, 6 }, { "raid4", 7, 3, 0, 4 }, { "raid5", 24, 4, 0, 8 }, { "raid6", 9, 5, 0, 3 },
	{ "raid6_n_6", 10, 5, 0, 4 }, { "raid10", 6, 4, 2, 3 }, { "raid10", 7, 4, 0, 4 }, { "raid10", 4, 4, 3, 3 },
	{ "thin", 9, 0, 0, 9 }, { "raid5", 7, 1, 0, 7 }, { "raid10", UINT32_MAX, 1, 9, UINT32_MAX }
};

START_TEST(area_extents)
{
	const struct share *s = &shares[_i];
	struct seg_value copies = { .field = SEG_DATA_COPIES, .kind = SEG_VALUE_NUMBER, .number = s->copies };
	struct lvol_segment seg = { .type = lvi_segtype_find(s->type), .count = s->count, .area_count = s->areas,
		.values = &copies, .value_count = s->copies != 0 };

	ck_assert_uint_eq(lvi_seg_area_extents(&seg), s->each);
}
END_TEST

START_TEST(display)
{
	struct lvol_segment seg = { .type = &lvi_segtype_striped, .area_count = 1, .type_text = "striped" };

	ck_assert_str_eq(lvi_segtype_display(&seg), "linear");
	seg.area_count = 2;
	ck_assert_str_eq(lvi_segtype_display(&seg), "striped");
	seg.type = lvi_segtype_find("raid5");
	ck_assert_str_eq(lvi_segtype_display(&seg), "raid5");
	seg.type = &lvi_segtype_unknown;
	seg.type_text = "frob";
	ck_assert_str_eq(lvi_segtype_display(&seg), "frob");
	seg.type_text = NULL;
	ck_assert_str_eq(lvi_segtype_display(&seg), "unknown");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("segtype_registry");
	TCase *tc = tcase_create("registry");

	tcase_add_loop_test(tc, finds, 0, COUNT(words));
	tcase_add_loop_test(tc, does_not_find, 0, COUNT(not_words));
	tcase_add_loop_test(tc, tables, 0, COUNT(words));
	tcase_add_loop_test(tc, area_extents, 0, COUNT(shares));
	tcase_add_test(tc, display);
	suite_add_tcase(s, tc);
	return t_main(s);
}
