/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each allocation fails, once and from then on, while a thin pool is looked into, checked, and exported, and while a stream is
 * imported: LVOL_E_NO_MEMORY, nothing leaks, and the same is done again without a fault.
 */
#include "../api/lv_world.h"
#include "allocator.h"

#define ATTEMPTS_MAX 3000

struct job {
	struct world w;
	struct lvol_vg *vg;
	struct lvol_io *target;
	uint8_t *stream;
	size_t len;
};

static const struct lvol_lv *lv_of(const struct job *j, const char *name)
{
	return lvol_lv_find(j->vg, name);
}

static int look_at(struct lvol_thin_view *view, uint32_t id, struct lvol_error *err)
{
	struct lvol_thin_ranges *ranges;
	struct lvol_thin_range g;
	uint64_t exclusive;
	int r = lvol_thin_view_exclusive(view, id, &exclusive, err);

	if (!r)
		r = lvol_thin_ranges_open(view, id, 0, &ranges, err);
	if (r)
		return r;
	while ((r = lvol_thin_ranges_next(ranges, &g, err)) > 0)
		;
	lvol_thin_ranges_close(ranges);
	return r;
}

static int compare(struct lvol_thin_view *view, struct lvol_error *err)
{
	struct lvol_thin_diff_range g;
	struct lvol_thin_diff *diff;
	int r = lvol_thin_diff_open(view, (uint32_t[]){ 1, 2 }, 0, &diff, err);

	if (r)
		return r;
	while ((r = lvol_thin_diff_next(diff, &g, err)) > 0)
		;
	lvol_thin_diff_close(diff);
	return r;
}

static int look_into(struct job *j, struct lvol_error *err)
{
	struct lvol_thin_device d = LVOL_THIN_DEVICE_INIT;
	struct lvol_thin_view *view;
	int r = lvol_thin_view_open(lv_of(j, "pool"), NULL, &view, err);

	if (r)
		return r;
	for (r = lvol_thin_view_device(view, 0, &d, err); r > 0; r = lvol_thin_view_device(view, d.id + 1, &d, err)) {
		r = look_at(view, d.id, err);
		if (r)
			break;
	}
	if (!r)
		r = compare(view, err);
	lvol_thin_view_close(view);
	return r;
}

static int check_pool(struct job *j, struct lvol_error *err)
{
	struct lvol_thin_findings *found;
	int r = lvol_thin_check(lv_of(j, "pool"), &found, err);

	if (r)
		return r;
	/* no assertion while memory is short: it asks for some */
	r = lvol_thin_findings_count(found) ? -LVOL_E_CORRUPT : 0;
	lvol_thin_findings_free(found);
	return r;
}

static int export_all(struct job *j, struct lvol_error *err)
{
	struct lvol_export_opts o = LVOL_EXPORT_OPTS_INIT;
	static uint8_t buf[MIB];
	struct lvol_export *e;
	size_t got = sizeof buf;
	int r;

	o.since = lv_of(j, "s1");
	r = lvol_export_open(lv_of(j, "t1"), &o, &e, err);
	if (r)
		return r;
	while (!r && got == sizeof buf)
		r = lvol_export_read(e, buf, sizeof buf, &got, err);
	lvol_export_close(e);
	return r;
}

static int import_all(struct job *j, struct lvol_error *err)
{
	struct lvol_import *i;
	int r = lvol_import_open(j->target, NULL, &i, err);

	if (r)
		return r;
	r = lvol_import_write(i, j->stream, j->len, err);
	if (!r)
		r = lvol_import_finish(i, err);
	lvol_import_close(i);
	return r;
}

static int (*const jobs[])(struct job *j, struct lvol_error *err) = { look_into, check_pool, export_all, import_all };

/* The stream of an empty volume, to import where it came from. */
static void prepare_import(struct job *j)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_export *e;

	j->stream = malloc(MIB);
	t_ok(lvol_export_open(lv_of(j, "empty"), NULL, &e, &err), err);
	t_ok(lvol_export_read(e, j->stream, MIB, &j->len, &err), err);
	ck_assert_uint_lt(j->len, MIB);
	lvol_export_close(e);
	t_ok(lvol_io_open(lv_of(j, "empty"), LVOL_IO_WRITE, &j->target, &err), err);
}

static bool attempt(struct job *j, int (*run)(struct job *j, struct lvol_error *err), uint64_t nth, bool forever)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	int64_t before = allocator_live();
	uint64_t asked;
	int r;

	allocator_arm(nth, forever);
	r = run(j, &err);
	asked = allocator_disarm();
	ck_assert_msg(!r || r == -LVOL_E_NO_MEMORY, "allocation %llu: %d %s", (unsigned long long)nth, r, err.message);
	ck_assert_msg(allocator_live() == before, "allocation %llu: %lld are not freed", (unsigned long long)nth,
			(long long)(allocator_live() - before));
	return asked >= nth;
}

START_TEST(memory_that_is_not_there_is_said)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct job j = { 0 };
	uint64_t nth = 1;

	world_golden(&j.w, "thin-basic", 2);
	j.vg = look(&j.w, "vg0");
	if (jobs[_i] == import_all)
		prepare_import(&j);
	t_ok(jobs[_i](&j, &err), err);
	for (bool forever = false;; forever = true) {
		for (nth = 1; attempt(&j, jobs[_i], nth, forever); nth++)
			ck_assert_uint_lt(nth, ATTEMPTS_MAX);
		ck_assert_uint_gt(nth, 2);
		if (forever)
			break;
	}
	t_ok(jobs[_i](&j, &err), err);
	lvol_io_close(j.target);
	free(j.stream);
	lvol_vg_unref(j.vg);
	world_free(&j.w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("insight memory");
	TCase *tests = make_case(suite, "allocations");

	tcase_set_timeout(tests, 200);
	tcase_add_loop_test(tests, memory_that_is_not_there_is_said, 0, (int)(sizeof jobs / sizeof *jobs));
	return t_main(suite);
}
