/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Segment types of a newer LVM2: the VG can be read, shown and backed up, but not changed. */
#include <lvol/vg.h>

#include "metadata_text.h"

#define FIELDS "frob = [\"pv0\", 0]\nlist = []\nsub {\na = \"x\\\"y\"\n}\n"
#define TEXT_UNKNOWN(type) TEXT_VG(TEXT_LV("odd", "01", TEXT_SHOWN, "type = \"" type "\"\ntags = [\"t\"]\n" FIELDS))

static void check_unknown(const char *text, const char *type)
{
	struct lvol_vg *vg = text_read(text);
	const struct lvol_segment *seg = vg->lv_first->seg_first;
	char *out = text_write(vg, CFG_STYLE_DISK), *again = text_cycle(out), *line;

	ck_assert_ptr_eq(seg->type, &lvi_segtype_unknown);
	ck_assert(vg->unknown_segtypes);
	ck_assert_str_eq(seg->extra, FIELDS);
	ck_assert_int_ge(asprintf(&line, "type = \"%s\"\ntags = [\"t\"]\n" FIELDS "}", type), 0);
	text_has(out, line);
	ck_assert_str_eq(out, again);
	free(line);
	free(out);
	free(again);
	lvi_vg_unref(vg);
}

START_TEST(kept)
{
	check_unknown(TEXT_UNKNOWN("frobbed"), "frobbed");
	check_unknown(TEXT_UNKNOWN("free"), "free");
}
END_TEST

/* A suffix that is not known makes a known type unknown; those that are known stay flags of the LV. */
START_TEST(suffix)
{
	check_unknown(TEXT_UNKNOWN("striped+FROB"), "striped+FROB");
	check_unknown(TEXT_UNKNOWN("cache+FROB+CACHE_USES_CACHEVOL"), "cache+CACHE_USES_CACHEVOL+FROB");
	check_unknown(TEXT_UNKNOWN("striped+"), "striped+");
}
END_TEST

START_TEST(blocks_writing)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;

	t_ok(text_import(TEXT_UNKNOWN("frobbed"), &vg, &err), err);
	t_ok(lvi_metadata_note_problems(vg, &err), err);
	ck_assert(vg->problems && !vg->problems->next);
	ck_assert_int_eq(vg->problems->code, LVOL_PROBLEM_UNKNOWN_SEGTYPE);
	ck_assert(vg->problems->blocks_writing);
	ck_assert_str_eq(vg->problems->subject, "vg/odd");
	t_fails(lvi_metadata_must_be_valid(vg, &err), LVOL_E_CORRUPT, err);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(shown_as_written)
{
	struct lvol_vg *vg = text_read(TEXT_UNKNOWN("frobbed"));

	ck_assert_str_eq(lvi_segtype_display(vg->lv_first->seg_first), "frobbed");
	lvi_vg_unref(vg);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("metadata_unknown");
	TCase *tc = tcase_create("unknown");

	tcase_add_test(tc, kept);
	tcase_add_test(tc, suffix);
	tcase_add_test(tc, blocks_writing);
	tcase_add_test(tc, shown_as_written);
	suite_add_tcase(s, tc);
	return t_main(s);
}
