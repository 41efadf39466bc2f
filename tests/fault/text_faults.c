/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every allocation fails, once and from then on, on the way from a text of every segment type to a VG, to a copy of it,
 * to reports of all fields with a selection and an order, to JSON, to pictures, and back to the text: LVOL_E_NO_MEMORY,
 * or all of it as without the failure. No memory is lost (seen in the build with AddressSanitizer).
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lvol/lvol.h>

#include "calls.h"
#include "metadata/metadata.h"
#include "report/report.h"
#include "util.h"

#define OUT_MAX 16

/* What came out, to be compared. */
struct output {
	char *text[OUT_MAX];
	unsigned count;
};

static const char *const selections[] = {
	"lv_size > 1m && lv_name =~ ^l", "lv_tags = {a || b} || vg_name = vg0", "pv_name != x && pv_size >= 1",
	"!(vg_seqno < 0) , lv_time > \"1 day ago\"", "lv_role = [private,image] || lv_uuid != \"\"",
};

static char *all_fields(enum lvol_report_kind kind)
{
	char *text = NULL;
	const char *name;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (size_t i = 0; lvol_report_field(kind, i, &name, NULL); i++)
		fprintf(f, "%s%s", i ? "," : "", name);
	fclose(f);
	return text;
}

static char *fields[LVOL_REPORT_PVSEGS + 1];

static int json_of(struct lvol_report *report, struct output *out, struct lvol_error *err)
{
	int ret = lvol_report_json((const struct lvol_report *const *)&report, 1, &out->text[out->count], err);

	out->count += !ret;
	return ret == -LVOL_E_NOT_SUPPORTED ? 0 : ret;
}

static int report(struct lvol_vg *vg, enum lvol_report_kind kind, unsigned how, struct output *out,
		struct lvol_error *err)
{
	static const char *const sorts[] = { NULL, "-lv_size,lv_name", "vg_name,-pv_name", "lv_time", "-lv_tags" };
	const struct report_source source = { .vgs = &vg, .vg_count = 1 };
	struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;
	struct lvol_report *r;
	int ret;

	opts.kind = kind;
	opts.flags = LVOL_REPORT_ALL;
	if (kind == LVOL_REPORT_LVS)
		opts.flags |= LVOL_REPORT_HISTORY;
	opts.fields = fields[kind];
	opts.select = how ? selections[kind - LVOL_REPORT_PVS] : NULL;
	opts.sort = how && kind != LVOL_REPORT_VGS ? sorts[kind - LVOL_REPORT_PVS] : NULL;
	opts.units = how ? "S" : NULL;
	ret = lvi_report_new(&source, &opts, &r, err);
	if (ret)
		return ret == -LVOL_E_INVALID ? 0 : ret;  /* a field that this kind has not */
	ret = json_of(r, out, err);
	lvi_report_free(r);
	return ret;
}

static int pictures(struct lvol_vg *vg, struct output *out, struct lvol_error *err)
{
	struct lvol_picture_opts opts = LVOL_PICTURE_OPTS_INIT;
	int ret = lvol_vg_picture(vg, &opts, &out->text[out->count], err);

	if (ret)
		return ret;
	out->count++;
	opts.svg = 1;
	ret = lvol_vg_picture(vg, &opts, &out->text[out->count], err);
	out->count += !ret;
	return ret;
}

static int copy(struct lvol_vg *vg, struct output *out, struct lvol_error *err)
{
	struct lvol_vg *clone;
	int ret = lvi_vg_clone(vg, &clone, err);

	if (ret)
		return ret;
	ret = lvi_vg_freeze(clone, err);
	if (!ret)
		ret = lvol_vg_export_text(clone, &out->text[out->count], err);
	out->count += !ret;
	lvi_vg_unref(clone);
	return ret;
}

static int all_steps(const char *text, size_t len, struct output *out, struct lvol_error *err)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_ctx *ctx;
	struct lvol_vg *vg;
	int ret;

	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	ret = lvol_ctx_new(&opts, &ctx, err);
	if (ret)
		return ret;
	ret = lvol_vg_open_text(ctx, text, len, &vg, err);
	lvol_ctx_unref(ctx);
	if (ret)
		return ret;
	ret = copy(vg, out, err);
	for (int kind = LVOL_REPORT_PVS; kind <= LVOL_REPORT_PVSEGS && !ret; kind++)
		ret = report(vg, kind, 0, out, err);
	for (int kind = LVOL_REPORT_PVS; kind <= LVOL_REPORT_PVSEGS && !ret; kind++)
		ret = report(vg, kind, 1, out, err);
	if (!ret)
		ret = pictures(vg, out, err);
	lvol_vg_unref(vg);
	return ret;
}

static void free_output(struct output *out)
{
	for (unsigned i = 0; i < out->count; i++)
		lvol_string_free(out->text[i]);
}

static bool same(const struct output *a, const struct output *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (strcmp(a->text[i], b->text[i]))
			return false;
	return true;
}

/* False: there are not so many allocations. */
static bool try(const char *name, const char *text, size_t len, const struct call_fault *fault,
		const struct output *want)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct output out = { .count = 0 };
	bool reached;
	int ret;

	calls_arm(fault);
	ret = all_steps(text, len, &out, &err);
	reached = calls_disarm() >= fault->nth;
	ck_assert_msg(!ret || (reached && ret == -LVOL_E_NO_MEMORY && err.code == LVOL_E_NO_MEMORY),
			"%s: allocation %llu fails: %d, \"%s\"", name, (unsigned long long)fault->nth, ret, err.message);
	ck_assert_msg(ret || same(&out, want), "%s: allocation %llu fails, and what comes out differs", name,
			(unsigned long long)fault->nth);
	free_output(&out);
	return reached;
}

static unsigned try_file(const char *path, const char *name)
{
	struct output want = { .count = 0 };
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned tried = 0;
	size_t len;
	char *text = t_read_file(path, &len);

	t_ok(all_steps(text, len, &want, &err), err);
	for (int forever = 0; forever < 2; forever++) {
		struct call_fault fault = { CALL_MEMORY, 1, forever, 12 };

		/* the parts before the one that fails are gone through again each time */
		for (; try(name, text, len, &fault, &want); tried++)
			fault.nth += 1 + (t_long() ? 0 : fault.nth / 12);
	}
	free_output(&want);
	free(text);
	return tried;
}

START_TEST(every_allocation)
{
	const char *dir = LVOL_SOURCE_ROOT "/tests/fuzz/metadata/corpus";
	unsigned tried = 0, files = 0;
	struct dirent *e;
	DIR *d = opendir(dir);

	ck_assert_ptr_nonnull(d);
	for (int kind = LVOL_REPORT_PVS; kind <= LVOL_REPORT_PVSEGS; kind++)
		fields[kind] = all_fields(kind);
	while ((e = readdir(d))) {
		char *path = t_path(dir, e->d_name);

		/* the short ones have a segment type each */
		if (!strncmp(e->d_name, "short-", 6) || !strcmp(e->d_name, "historical")) {
			tried += try_file(path, e->d_name);
			files++;
		}
		free(path);
	}
	closedir(d);
	for (int kind = LVOL_REPORT_PVS; kind <= LVOL_REPORT_PVSEGS; kind++)
		free(fields[kind]);
	ck_assert_uint_ge(files, 10);
	printf("fault: texts: %u faults of memory in %u files\n", tried, files);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("text faults");
	TCase *tests = tcase_create("texts");

	setenv("TZ", "UTC", 1);
	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, every_allocation);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
