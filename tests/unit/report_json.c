/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#if HAVE_JSONC
#include <json-c/json.h>
#endif

#include "report_fixture.h"

#if HAVE_JSONC

static struct json_object *at(struct json_object *from, const char *key, size_t i)
{
	struct json_object *list = NULL;

	ck_assert_msg(json_object_object_get_ex(from, key, &list), "no %s in %s", key, json_object_to_json_string(from));
	ck_assert_uint_lt(i, json_object_array_length(list));
	return json_object_array_get_idx(list, i);
}

static const char *string(struct json_object *from, const char *key)
{
	struct json_object *value = NULL;

	ck_assert(json_object_object_get_ex(from, key, &value));
	ck_assert_int_eq(json_object_get_type(value), json_type_string);
	return json_object_get_string(value);
}

static struct json_object *parse_reports(const struct lvol_report *const *reports, size_t count)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct json_object *top;
	char *text = NULL;

	t_ok(lvi_report_json(reports, count, &text, &err), err);
	top = json_tokener_parse(text);
	ck_assert_msg(top != NULL, "%s", text);
	free(text);
	return top;
}

START_TEST(shape)
{
	static const struct { enum lvol_report_kind kind; const char *key, *field; } kinds[] = {
		{ LVOL_REPORT_PVS, "pv", "pv_name" }, { LVOL_REPORT_VGS, "vg", "vg_name" }, { LVOL_REPORT_LVS, "lv", "lv_name" },
		{ LVOL_REPORT_SEGS, "seg", "lv_name" }, { LVOL_REPORT_PVSEGS, "pvseg", "pv_name" }
	};
	struct lvol_vg *vg = fixture_vg();
	struct lvol_report *reports[5];
	struct json_object *top;

	for (size_t i = 0; i < 5; i++)
		reports[i] = fixture_report(vg, (struct lvol_report_opts) { .kind = kinds[i].kind });
	top = parse_reports((const struct lvol_report *const *)reports, 5);
	for (size_t i = 0; i < 5; i++) {
		struct json_object *row = at(at(top, "report", i), kinds[i].key, 0);

		ck_assert(*string(row, kinds[i].field));
		ck_assert_uint_eq(json_object_object_length(row), lvi_report_column_count(reports[i]));
		lvi_report_free(reports[i]);
	}
	json_object_put(top);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(values_are_strings)
{
	struct lvol_vg *vg = fixture_vg();
	const struct lvol_report *r = fixture_report(vg, (struct lvol_report_opts) {
			.kind = LVOL_REPORT_LVS, .fields = "lv_name,seg_count,lv_size,lv_tags,origin", .units = "b" });
	struct json_object *top = parse_reports(&r, 1), *row = at(at(top, "report", 0), "lv", 1);

	ck_assert_str_eq(string(row, "lv_name"), "root");
	ck_assert_str_eq(string(row, "seg_count"), "2");
	ck_assert_str_eq(string(row, "lv_size"), "8388608B");
	ck_assert_str_eq(string(row, "lv_tags"), "a,b,c");
	ck_assert_str_eq(string(row, "origin"), "");
	json_object_put(top);
	lvi_report_free((struct lvol_report *)r);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(empty_report)
{
	struct lvol_vg *vg = fixture_vg();
	const struct lvol_report *r = fixture_report(vg, (struct lvol_report_opts) {
			.kind = LVOL_REPORT_LVS, .select = "lv_name=nobody" });
	struct json_object *top = parse_reports(&r, 1), *rows;

	ck_assert(json_object_object_get_ex(at(top, "report", 0), "lv", &rows));
	ck_assert_uint_eq(json_object_array_length(rows), 0);
	json_object_put(top);
	lvi_report_free((struct lvol_report *)r);
	top = parse_reports(NULL, 0);
	json_object_put(top);
	lvi_vg_unref(vg);
}
END_TEST

/* Whoever wrote the disk may have put any bytes into a host's name. */
START_TEST(bytes_that_are_no_text)
{
	char *text = strdup(fixture_text), *host = strstr(text, "\"here\"");
	struct lvol_vg *vg;
	const struct lvol_report *r;
	struct json_object *top;

	memcpy(host, "\"\xc3\xa4\xff\xe2\"", 6);
	vg = fixture_import(text);
	r = fixture_report(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_LVS, .fields = "lv_host",
			.select = "lv_name=root" });
	top = parse_reports(&r, 1);
	ck_assert_str_eq(string(at(at(top, "report", 0), "lv", 0), "lv_host"), "\xc3\xa4??");
	json_object_put(top);
	lvi_report_free((struct lvol_report *)r);
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, shape);
	tcase_add_test(tc, values_are_strings);
	tcase_add_test(tc, empty_report);
	tcase_add_test(tc, bytes_that_are_no_text);
}

#else

START_TEST(says_what_is_missing)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text = NULL;

	t_fails(lvi_report_json(NULL, 0, &text, &err), LVOL_E_NOT_SUPPORTED, err);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, says_what_is_missing);
}

#endif

int main(void)
{
	return fixture_main("report_json", add);
}
