/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "metadata/metadata.h"
#include "report/report.h"

#include "../util/util.h"

/*
 * Every recorded scenario: its VGs are read from the text of vgcfgbackup, and each field of each row that real lvm2
 * printed is compared. What cannot be equal here is listed, and nothing else is left out:
 *   - state that only an active volume has (the recordings were made of active ones),
 *   - what the devices say and not the text (metadata areas, label, size): the tests on images compare it,
 *   - rows of PVs that no VG has, which no text describes.
 */
static const char *const active_only[] = {
	"lv_active", "data_percent", "snap_percent", "metadata_percent", "copy_percent", "sync_percent",
	"raid_mismatch_count", "raid_sync_action", "integritymismatches", "lv_suspended", "lv_snapshot_invalid",
	"lv_merge_failed", "lv_check_needed", "lv_image_synced", "cache_total_blocks", "cache_used_blocks",
	"cache_dirty_blocks", "writecache_total_blocks", "writecache_free_blocks", "kernel_discards",
	"kernel_cache_policy", "kernel_cache_settings", "kernel_metadata_format", "data_offset", "new_data_offset", NULL
};

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

/* lv_attr: whether it is active and open, whether an image is in sync, and the health that the kernel tells. */
static bool attr_equal(const char *ours, const char *theirs)
{
	char want[11] = "";

	if (strlen(theirs) != 10 || strlen(ours) != 10)
		return !strcmp(ours, theirs);
	strcpy(want, theirs);
	if (want[4] != 'h')
		want[4] = want[5] = '-';
	if (want[0] == 'i')
		want[0] = 'I';
	if (!strchr("-pwR", want[8]))
		want[8] = '-';
	return !strcmp(ours, want);
}

static bool value_equal(const char *field, const char *ours, const char *theirs)
{
	if (is_in(active_only, field) || is_in(device_only, field))
		return true;
	if (!strcmp(field, "lv_attr"))
		return attr_equal(ours, theirs);
	/* an inactive LV that may be written has "unknown" permissions */
	if (!strcmp(field, "lv_permissions") && !strcmp(theirs, "writeable"))
		return !strcmp(ours, "unknown");
	if (!strcmp(field, "lv_health_status") && strcmp(theirs, "partial") && strcmp(theirs, "writemostly"))
		return !*ours;
	return !strcmp(ours, theirs);
}

static struct json_object *get(struct json_object *from, const char *key)
{
	struct json_object *value = NULL;

	ck_assert_msg(json_object_object_get_ex(from, key, &value), "%s is missing", key);
	return value;
}

static const char *text(struct json_object *row, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(row, key, &value) ? json_object_get_string(value) : "";
}

/* Where the PV was when it was recorded; NULL: it was missing. */
static const char *device_of(struct json_object *pvs, const struct uuid *id)
{
	char uuid[LVI_UUID_TEXT_LEN + 1];

	lvi_uuid_format(id, uuid);
	for (size_t i = 0; i < json_object_array_length(pvs); i++) {
		struct json_object *row = json_object_array_get_idx(pvs, i);

		if (!strcmp(text(row, "pv_uuid"), uuid) && strcmp(text(row, "pv_name"), "[unknown]"))
			return text(row, "pv_name");
	}
	return NULL;
}

static struct lvol_vg *import(const char *name, const char *backup, struct json_object *pvs)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;
	char *copy = strdup(backup);

	ck_assert_ptr_nonnull(copy);
	t_ok(lvi_metadata_import(copy, strlen(backup), name, &vg, &err), err);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		pv->dev_name = device_of(pvs, &pv->id);
	t_ok(lvi_vg_freeze(vg, &err), err);
	return vg;
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

static const char *cell(const struct lvol_report *r, size_t row, const char *column)
{
	for (size_t i = 0; i < lvi_report_column_count(r); i++)
		if (!strcmp(lvi_report_column_name(r, i), column))
			return lvi_report_cell(r, row, i);
	return "";
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
	struct report_source source = { .vgs = vgs };

	ck_assert_msg(manifest != NULL, "cannot read %s", path);
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
