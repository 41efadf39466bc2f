/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Allocations fail, one from each place that asks for memory, once and from then on, while all that can be done with the
 * recorded scenarios is done: they are read, reported, drawn, opened and read through every target; looked into where they
 * are thin; and every operation is tried on every LV in transactions that are given up. The call that was to have the memory
 * says LVOL_E_NO_MEMORY, or all goes on as without the failure; what is not freed is counted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocator.h"
#include "golden_pass.h"
#include "sites.h"
#include "util.h"

bool took(struct pass *p, int ret)
{
	p->no_memory |= ret == -LVOL_E_NO_MEMORY;
	p->answers = (p->answers ^ (uint64_t)(unsigned)ret) * UINT64_C(0x100000001b3);
	return !p->no_memory && ret >= 0;
}

/* ---- reading ---- */

static void report_all(struct pass *p, const struct lvol_scan *scan)
{
	for (int kind = LVOL_REPORT_PVS; kind <= LVOL_REPORT_PVSEGS && !p->no_memory; kind++) {
		struct lvol_report_opts o = LVOL_REPORT_OPTS_INIT;
		struct lvol_report *report;
		char *text;

		o.kind = kind;
		o.flags = LVOL_REPORT_ALL;
		if (!took(p, lvol_report_new(scan, &o, &report, &p->err)))
			continue;
		if (took(p, lvol_report_json((const struct lvol_report *const *)&report, 1, &text, &p->err)))
			lvol_string_free(text);
		lvol_report_free(report);
	}
}

static void look_into(struct pass *p, struct lvol_io *io)
{
	uint64_t size = lvol_io_size_bytes(io), at[] = { 0, size / 2 + 512, size > 70000 ? size - 70000 : 0 };
	struct lvol_status *status;
	struct lvol_io_extent extent;
	static char data[70000];

	for (unsigned i = 0; i < 3 && !p->no_memory; i++) {
		uint64_t len = size - at[i] < sizeof data ? size - at[i] : sizeof data;

		took(p, lvol_io_pread(io, data, len, at[i], &p->err));
	}
	if (!p->no_memory)
		took(p, lvol_io_block_status(io, 0, &extent, &p->err));
	if (!p->no_memory && took(p, lvol_io_status(io, &status, &p->err)))
		lvol_status_free(status);
}

static void look_thin(struct pass *p, const struct lvol_lv *lv)
{
	struct lvol_thin_findings *findings;
	struct lvol_thin_view *view;
	struct lvol_thin_fill fill = LVOL_THIN_FILL_INIT;

	if (!p->no_memory && took(p, lvol_thin_check(lv, &findings, &p->err)))
		lvol_thin_findings_free(findings);
	if (!p->no_memory && took(p, lvol_thin_view_open(lv, NULL, &view, &p->err))) {
		took(p, lvol_thin_view_fill(view, &fill, &p->err));
		lvol_thin_view_close(view);
	}
}

static void read_lvs(struct pass *p, struct lvol_vg *vg)
{
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv && !p->no_memory; lv = lvol_lv_next(lv)) {
		struct lvol_io *io;

		if (took(p, lvol_io_open(lv, LVOL_IO_PARTIAL, &io, &p->err))) {
			look_into(p, io);
			lvol_io_close(io);
		}
		if (!strncmp(lvol_segment_type(lvol_lv_segment_first(lv)), "thin", 4))
			look_thin(p, lv);
	}
}

/* ---- all of it ---- */

static void with_vg(struct pass *p, const char *name)
{
	struct lvol_picture_opts picture = LVOL_PICTURE_OPTS_INIT;
	struct lvol_vg *vg;
	char *text;

	if (!took(p, lvol_vg_open(p->ctx, name, &vg, &p->err)))
		return;
	if (p->part == PART_READ) {
		if (took(p, lvol_vg_export_text(vg, &text, &p->err)))
			lvol_string_free(text);
		if (!p->no_memory && took(p, lvol_vg_picture(vg, &picture, &text, &p->err)))
			lvol_string_free(text);
		if (!p->no_memory)
			read_lvs(p, vg);
	} else {
		golden_change(p, vg);
	}
	lvol_vg_unref(vg);
}

static void run(struct pass *p)
{
	struct lvol_ctx_opts o = LVOL_CTX_OPTS_INIT;
	struct lvol_scan *scan;

	o.flags = LVOL_CTX_SEEDED | LVOL_CTX_FIXED_TIME | LVOL_CTX_NO_SYSTEM_CONFIG | LVOL_CTX_NO_LOCKING;
	o.seed = 5;
	o.time_seconds = 1700000000;
	o.host_name = "fault.example.org";
	o.system_id = "golden";
	if (!took(p, lvol_ctx_new(&o, &p->ctx, &p->err)))
		return;
	for (unsigned i = 0; i < p->on->disk_count && !p->no_memory; i++)
		took(p, lvol_ctx_add_path(p->ctx, p->on->disks[i], 0, NULL, &p->err));
	if (!p->no_memory && took(p, lvol_scan_new(p->ctx, &scan, &p->err))) {
		if (p->part == PART_READ)
			report_all(p, scan);
		for (size_t i = 0; i < lvol_scan_vg_count(scan) && !p->no_memory; i++)
			with_vg(p, lvol_vg_name(lvol_scan_vg(scan, i)));
		lvol_scan_free(scan);
	}
	lvol_ctx_unref(p->ctx);
}

/* NULL: all is as it should be. */
static char *run_failing(struct pass *p, uint64_t nth, bool forever, uint64_t answers)
{
	int64_t live = allocator_live(), left;
	bool reached;

	allocator_arm(nth, forever);
	run(p);
	reached = allocator_disarm() >= nth;
	left = allocator_live() - live;
	if (!reached)
		return t_text("it is not asked for any more");
	if (p->no_memory && p->err.code != LVOL_E_NO_MEMORY)
		return t_text("a call says so, but its error is %d \"%s\"", p->err.code, p->err.message);
	if (!p->no_memory && p->answers != answers)
		return t_text("nobody says so, and calls answer otherwise");
	return left ? t_text("%lld were not freed", (long long)left) : NULL;
}

static void try(const struct pass *whole, const char *name, uint64_t nth, bool forever)
{
	struct pass p = { .on = whole->on, .part = whole->part, .err = LVOL_ERROR_INIT };
	char *wrong = run_failing(&p, nth, forever, whole->answers);

	if (!wrong)
		return;
	p = (struct pass){ .on = whole->on, .part = whole->part, .err = LVOL_ERROR_INIT };
	sites_tell(nth);
	run_failing(&p, nth, forever, whole->answers);
	ck_abort_msg("%s, part %d: allocation %llu fails%s: %s; see who asks for it above", name, (int)p.part,
			(unsigned long long)nth, forever ? " and all after it" : "", wrong);
}

/* How many failures. */
static unsigned try_part(const struct scenario *s, const char *name, int part, struct sites *sites)
{
	struct pass whole = { .on = s, .part = part, .err = LVOL_ERROR_INIT };

	run(&whole);  /* what is made once in a process, by libraries too */
	whole = (struct pass){ .on = s, .part = part, .err = LVOL_ERROR_INIT };
	sites_watch(sites);
	allocator_arm(0, false);
	run(&whole);
	allocator_disarm();
	sites_stop(sites);
	ck_assert_msg(!whole.no_memory, "%s", whole.err.message);
	for (size_t i = 0; i < sites->chosen_count; i++) {
		try(&whole, name, sites->chosen[i], false);
		try(&whole, name, sites->chosen[i], true);
	}
	return 2 * (unsigned)sites->chosen_count;
}

static void open_scenario(struct scenario *s, const char *name, const char *dir)
{
	char *from = t_golden_dir(name);

	for (s->disk_count = 0; s->disk_count < DISKS_MAX; s->disk_count++) {
		char *file = t_text("disk%u.img", s->disk_count), *path = t_path(from, file);

		if (access(path, R_OK)) {
			free(path);
			free(file);
			break;
		}
		s->disks[s->disk_count] = t_text("%s/%s-%s", dir, name, file);
		t_copy_file(path, s->disks[s->disk_count]);
		free(path);
		free(file);
	}
	free(from);
}

static void close_scenario(struct scenario *s)
{
	for (unsigned i = 0; i < s->disk_count; i++) {
		unlink(s->disks[i]);
		free(s->disks[i]);
	}
}

START_TEST(one_from_each_place)
{
	char **names = t_golden_names(), *dir = t_tmpdir();
	struct sites sites = { 0 };
	unsigned tried = 0;

	for (char **name = names; *name; name++) {
		struct scenario s;

		if (!t_long() && !strcmp(*name, "many-lvs"))
			continue;
		open_scenario(&s, *name, dir);
		for (int part = 0; part < PARTS; part++)
			tried += try_part(&s, *name, part, &sites);
		close_scenario(&s);
	}
	printf("fault: golden: %u failures of memory, at %zu places\n", tried, sites.count);
	ck_assert_uint_ge(sites.count, 300);
	sites_free(&sites);
	t_names_free(names);
	free(dir);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("golden memory");
	TCase *tests = tcase_create("scenarios");

	setenv("TZ", "UTC", 1);
	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, one_from_each_place);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
