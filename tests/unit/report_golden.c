/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recorded_control.h"

/*
 * Every recorded scenario: its VGs are read from the text of vgcfgbackup, and each field of each row that real lvm2
 * printed is compared. It printed them of active LVs; what the kernel had of those then is recorded as well, and said again
 * by a device-mapper that is made of it. What cannot be equal here is listed, and nothing else is left out:
 *   - what the devices say and not the text (metadata areas, label, size): the tests on images compare it,
 *   - rows of PVs that no VG has, which no text describes,
 *   - whether a device is open, which was not recorded by itself.
 */
static const char *const device_only[] = {
	"dev_size", "pv_major", "pv_minor", "pv_mda_free", "pv_mda_size", "pv_mda_count", "pv_mda_used_count",
	"pv_ext_vsn", "vg_mda_count", "vg_mda_used_count", "vg_mda_free", "vg_mda_size", NULL
};

#define FINDINGS_MAX 40

/* All findings of all scenarios, so that one run shows the whole picture. */
struct findings { char *text; size_t len, count; FILE *out; const char *scenario; };

static bool is_in(const char *const *list, const char *word)
{
	for (; *list; list++)
		if (!strcmp(*list, word))
			return true;
	return false;
}

static bool attr_equal(const char *ours, const char *theirs)
{
	char want[11] = "";

	if (strlen(theirs) != 10 || strlen(ours) != 10)
		return !strcmp(ours, theirs);
	strcpy(want, theirs);
	want[5] = want[5] == 'o' ? '-' : want[5];
	return !strcmp(ours, want);
}

static bool value_equal(const char *field, const char *ours, const char *theirs)
{
	if (is_in(device_only, field))
		return true;
	return !strcmp(field, "lv_attr") ? attr_equal(ours, theirs) : !strcmp(ours, theirs);
}

/* The columns of a recorded row, as a list of fields. */
static char *columns_of(struct json_object *row)
{
	char *list = NULL;
	size_t len;
	FILE *f = open_memstream(&list, &len);

	json_object_object_foreach(row, key, value) {
		(void)value;
		fprintf(f, "%s,", key);
	}
	fclose(f);
	return list;
}

/* What makes a row this one and no other. */
static bool is_row(const struct lvol_report *r, size_t i, struct json_object *row)
{
	static const char *const keys[] = {
		"vg_name", "vg_uuid", "lv_name", "lv_uuid", "pv_name", "pv_uuid", "seg_start_pe", "pvseg_start", NULL
	};
	struct json_object *value;

	for (const char *const *key = keys; *key; key++)
		if (json_object_object_get_ex(row, *key, &value) && strcmp(cell(r, i, *key), json_object_get_string(value)))
			return false;
	return true;
}

static void compare_row(struct findings *found, const struct lvol_report *r, size_t i, struct json_object *row)
{
	json_object_object_foreach(row, key, value) {
		const char *theirs = json_object_get_string(value), *ours = cell(r, i, key);

		if (!value_equal(key, ours, theirs) && found->count++ < FINDINGS_MAX)
			fprintf(found->out, "\n%s: %s/%s%s: %s is \"%s\", lvm2 says \"%s\"", found->scenario,
					text(row, "vg_name"), text(row, "lv_name"), text(row, "pv_name"), key, ours, theirs);
	}
}

struct report_case { const char *name; enum lvol_report_kind kind; };

static struct lvol_report *make_report(const struct report_case *c, struct json_object *rows,
		const struct report_source *source)
{
	char *fields = columns_of(json_object_array_get_idx(rows, 0));
	struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_report *r = NULL;

	opts.kind = c->kind;
	opts.fields = fields;
	opts.units = "b";
	opts.flags = LVOL_REPORT_ALL | (c->kind == LVOL_REPORT_LVS ? LVOL_REPORT_HISTORY : 0);
	t_ok(lvi_report_new(source, &opts, &r, &err), err);
	free(fields);
	return r;
}

/* Rows come in lvm2's order, but for PVs without a VG; so each search goes on where the last one ended. */
static void compare_report(struct findings *found, const struct report_case *c, struct json_object *rows,
		const struct report_source *source)
{
	size_t count = json_object_array_length(rows), at = 0, seen = 0, ours;
	bool pvs = c->kind == LVOL_REPORT_PVS || c->kind == LVOL_REPORT_PVSEGS;
	struct lvol_report *r;

	if (!count)
		return;
	r = make_report(c, rows, source);
	ours = lvi_report_row_count(r);
	for (size_t i = 0; i < count; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		size_t tries = 0;

		if (pvs && !*text(row, "vg_name"))
			continue;
		while (tries < ours && !is_row(r, at % ours, row)) {
			at++;
			tries++;
		}
		ck_assert_msg(ours && tries < ours, "%s %s: no row %s", found->scenario, c->name,
				json_object_to_json_string(row));
		compare_row(found, r, at++ % ours, row);
		seen++;
	}
	ck_assert_msg(seen == ours, "%s %s: %zu rows, lvm2 has %zu", found->scenario, c->name, ours, seen);
	lvi_report_free(r);
}

static void compare_scenario(struct findings *found)
{
	static const struct report_case cases[] = {
		{ "lvs", LVOL_REPORT_LVS }, { "lv_segments", LVOL_REPORT_SEGS }, { "vgs", LVOL_REPORT_VGS },
		{ "pvs", LVOL_REPORT_PVS }, { "pv_segments", LVOL_REPORT_PVSEGS }
	};
	char *path = t_golden_manifest(found->scenario);
	struct json_object *manifest = json_object_from_file(path), *reports;
	struct lvol_vg *vgs[32];
	struct recorded kernel = { .control = { &recorded_ops } };
	struct report_source source = { .vgs = vgs, .control = &kernel.control };

	ck_assert_msg(manifest != NULL, "cannot read %s", path);
	kernel.dmsetup = get(manifest, "dmsetup");
	reports = get(manifest, "reports");
	json_object_object_foreach(get(manifest, "vgcfgbackup"), name, backup) {
		ck_assert_uint_lt(source.vg_count, 32);
		vgs[source.vg_count++] = import(name, json_object_get_string(backup), get(reports, "pvs"));
	}
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json_object *rows;

		/* not every scenario has all of them */
		if (json_object_object_get_ex(reports, cases[i].name, &rows))
			compare_report(found, &cases[i], rows, &source);
	}
	for (size_t i = 0; i < source.vg_count; i++)
		lvi_vg_unref(vgs[i]);
	json_object_put(manifest);
	free(path);
}

START_TEST(reports_equal)
{
	struct findings found = {0};
	char **names = t_golden_names();

	found.out = open_memstream(&found.text, &found.len);
	for (size_t i = 0; names[i]; i++) {
		found.scenario = names[i];
		compare_scenario(&found);
	}
	fclose(found.out);
	ck_assert_msg(!found.count, "%zu values differ:%s", found.count, found.text);
	free(found.text);
	t_names_free(names);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report_golden");
	TCase *tc = tcase_create("golden");

	/* the manifests give the recorded times in UTC */
	setenv("TZ", "UTC", 1);
	tcase_set_timeout(tc, 100);
	tcase_add_test(tc, reports_equal);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
