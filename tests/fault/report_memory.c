/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Allocations fail, one from each place that asks for memory, once and from then on, while all fields of everything are reported:
 * of the VGs of all recorded scenarios with what their kernel said, and of texts of every segment type. The report says
 * LVOL_E_NO_MEMORY, or it is the one without the failure; what is not freed is counted.
 */
#include <dirent.h>

#include "allocator.h"
#include "recorded_control.h"
#include "sites.h"

#define VGS_MAX 8
#define KINDS (LVOL_REPORT_PVSEGS + 1)

struct subject {
	const char *name;
	struct lvol_vg *vgs[VGS_MAX];
	struct recorded kernel;
	struct report_source source;
};

static const char *const fields[KINDS] = {
	[LVOL_REPORT_PVS] = "pv_all,vg_all", [LVOL_REPORT_VGS] = "vg_all", [LVOL_REPORT_LVS] = "lv_all,seg_all,vg_all",
	[LVOL_REPORT_SEGS] = "lv_all,seg_all,vg_all", [LVOL_REPORT_PVSEGS] = "pv_all,pvseg_all,vg_all,lv_all,seg_all",
};

/* What came out, in one number: neither json-c nor this must need memory that it would not miss. */
static uint64_t sum(const struct lvol_report *r)
{
	uint64_t hash = lvi_report_row_count(r);

	for (size_t row = 0; row < lvi_report_row_count(r); row++)
		for (size_t i = 0; i < lvi_report_column_count(r); i++)
			for (const char *c = lvi_report_cell(r, row, i); c; c = *c ? c + 1 : NULL)
				hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	return hash;
}

static int report(const struct subject *s, enum lvol_report_kind kind, uint64_t *out,
		struct lvol_error *err)
{
	struct lvol_report_opts o = LVOL_REPORT_OPTS_INIT;
	struct lvol_report *r;
	int ret;

	o.kind = kind;
	o.fields = fields[kind];
	o.flags = LVOL_REPORT_ALL | (kind == LVOL_REPORT_LVS ? LVOL_REPORT_HISTORY : 0);
	ret = lvi_report_new(&s->source, &o, &r, err);
	if (ret)
		return ret;
	*out = sum(r);
	lvi_report_free(r);
	return 0;
}

/* NULL: all is as it should be. */
static char *report_failing(const struct subject *s, enum lvol_report_kind kind, uint64_t want,
		uint64_t nth, bool forever)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	int64_t live = allocator_live(), left;
	uint64_t got = want;
	int ret;

	allocator_arm(nth, forever);
	ret = report(s, kind, &got, &err);
	allocator_disarm();
	left = allocator_live() - live;
	if (ret && (ret != -LVOL_E_NO_MEMORY || err.code != LVOL_E_NO_MEMORY))
		return t_text("it fails with %d \"%s\"", ret, err.message);
	if (got != want)
		return t_text("it is another one");
	return left ? t_text("%lld were not freed", (long long)left) : NULL;
}

static void try(const struct subject *s, enum lvol_report_kind kind, uint64_t want, uint64_t nth,
		bool forever)
{
	char *wrong = report_failing(s, kind, want, nth, forever);

	if (!wrong)
		return;
	sites_tell(nth);
	report_failing(s, kind, want, nth, forever);
	ck_abort_msg("%s, report %d: allocation %llu fails%s: %s; see who asks for it above", s->name, kind, (unsigned long long)nth,
			forever ? " and all after it" : "", wrong);
}

/* How many failures. */
static unsigned try_kind(const struct subject *s, enum lvol_report_kind kind, struct sites *sites)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	uint64_t want, same;

	t_ok(report(s, kind, &want, &err), err);
	sites_watch(sites);
	allocator_arm(0, false);
	t_ok(report(s, kind, &same, &err), err);
	allocator_disarm();
	sites_stop(sites);
	for (size_t i = 0; i < sites->chosen_count; i++) {
		try(s, kind, want, sites->chosen[i], false);
		try(s, kind, want, sites->chosen[i], true);
	}
	ck_assert(want == same);
	return 2 * (unsigned)sites->chosen_count;
}

static unsigned try_subject(struct subject *s, struct sites *sites)
{
	unsigned tried = 0;

	s->source.vgs = s->vgs;
	for (int kind = LVOL_REPORT_PVS; kind < KINDS; kind++)
		tried += try_kind(s, kind, sites);
	for (size_t i = 0; i < s->source.vg_count; i++)
		lvi_vg_unref(s->vgs[i]);
	return tried;
}

static unsigned try_scenario(const char *name, struct sites *sites)
{
	char *path = t_golden_manifest(name);
	struct json_object *manifest = json_object_from_file(path), *pvs;
	struct subject s = { .name = name, .kernel = { .control = { &recorded_ops } } };
	unsigned tried;

	ck_assert_msg(manifest != NULL, "cannot read %s", path);
	pvs = get(get(manifest, "reports"), "pvs");
	json_object_object_foreach(get(manifest, "vgcfgbackup"), vg, backup) {
		ck_assert_uint_lt(s.source.vg_count, VGS_MAX);
		s.vgs[s.source.vg_count++] = import(vg, json_object_get_string(backup), pvs);
	}
	if (json_object_object_get_ex(manifest, "dmsetup", &s.kernel.dmsetup))
		s.source.control = &s.kernel.control;
	tried = try_subject(&s, sites);
	json_object_put(manifest);
	free(path);
	return tried;
}

static unsigned try_text(const char *path, const char *name, struct sites *sites)
{
	struct subject s = { .name = name, .source = { .vg_count = 1 } };
	struct lvol_error err = LVOL_ERROR_INIT;
	size_t len;
	char *text = t_read_file(path, &len);
	unsigned tried = 0;

	/* findings of the fuzzer are among them */
	if (!lvi_metadata_import(text, len, name, &s.vgs[0], &err)) {
		if (!lvi_vg_freeze(s.vgs[0], &err))
			tried = try_subject(&s, sites);
		else
			lvi_vg_unref(s.vgs[0]);
	}
	return tried;
}

START_TEST(scenarios_with_their_kernel)
{
	char **names = t_golden_names();
	struct sites sites = { 0 };
	unsigned tried = 0;

	for (char **name = names; *name; name++)
		if (t_long() || strcmp(*name, "many-lvs"))
			tried += try_scenario(*name, &sites);
	printf("fault: reports: %u failures of memory, at %zu places\n", tried, sites.count);
	ck_assert_uint_ge(sites.count, 100);
	sites_free(&sites);
	t_names_free(names);
}
END_TEST

START_TEST(texts_of_every_type)
{
	const char *dir = LVOL_SOURCE_ROOT "/tests/fuzz/metadata/corpus";
	struct sites sites = { 0 };
	unsigned tried = 0;
	DIR *d = opendir(dir);

	ck_assert_ptr_nonnull(d);
	for (struct dirent *e; (e = readdir(d)); ) {
		char *path = t_path(dir, e->d_name);

		if (e->d_type != DT_DIR)
			tried += try_text(path, e->d_name, &sites);
		free(path);
	}
	closedir(d);
	printf("fault: reports of texts: %u failures of memory, at %zu places\n", tried, sites.count);
	ck_assert_uint_ge(sites.count, 100);
	sites_free(&sites);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reports without memory");
	TCase *tests = tcase_create("all fields");

	setenv("TZ", "UTC", 1);
	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, scenarios_with_their_kernel);
	tcase_add_test(tests, texts_of_every_type);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
