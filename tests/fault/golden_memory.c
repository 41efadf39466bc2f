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

#include <lvol/lvol.h>

#include "allocator.h"
#include "sites.h"
#include "util.h"

#define DISKS_MAX 16
#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

struct scenario {
	char *disks[DISKS_MAX + 1];
	unsigned disk_count;
};

/* One pass. What calls returned is kept as a sum, to be compared with that of a pass without failures. */
struct pass {
	const struct scenario *on;
	struct lvol_ctx *ctx;
	struct lvol_error err;
	uint64_t answers;
	bool no_memory;     /* a call said so: the pass is over */
};

/* True: go on. */
static bool took(struct pass *p, int ret)
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

/* ---- operations ---- */

static void resize(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size.extents = 1;
	o.sign = 1;
	if (took(p, lvol_lv_resize(txn, name, &o, &p->err)))
		o.sign = -1;
	o.flags = LVOL_LV_RESIZE_SHRINK;
	if (!p->no_memory)
		took(p, lvol_lv_resize(txn, name, &o, &p->err));
}

static void change(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_change_opts o = LVOL_LV_CHANGE_OPTS_INIT;

	o.what = LVOL_LV_CHANGE_WRITABLE;
	o.add_tags = LIST("tag");
	took(p, lvol_lv_change(txn, name, &o, &p->err));
}

static void convert_to(struct pass *p, struct lvol_txn *txn, const char *name, const char *type)
{
	struct lvol_lv_convert_opts o = LVOL_LV_CONVERT_OPTS_INIT;

	o.segtype = type;
	took(p, lvol_lv_convert(txn, name, &o, &p->err));
}

static void convert(struct pass *p, struct lvol_txn *txn, const char *name)
{
	static const char *const types[] = { "raid1", "mirror", "raid5_n", "raid6_n_6", "raid10", "raid0_meta", "striped", "linear" };

	for (size_t i = 0; i < sizeof types / sizeof *types && !p->no_memory; i++)
		convert_to(p, txn, name, types[i]);
}

static void replace(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;

	took(p, lvol_lv_replace_legs(txn, name, &o, &p->err));
}

static void snapshot(struct pass *p, struct lvol_txn *txn, const char *name)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.origin = name;
	o.name = "made";
	o.size.extents = 1;
	if (took(p, lvol_lv_create(txn, &o, &p->err)))
		took(p, lvol_lv_remove(txn, "made", &p->err));
}

static void merge(struct pass *p, struct lvol_txn *txn, const char *name)
{
	took(p, lvol_snapshot_merge(txn, name, &p->err));
}

static void integrity(struct pass *p, struct lvol_txn *txn, const char *name)
{
	if (took(p, lvol_integrity_add(txn, name, NULL, &p->err)) || !p->no_memory)
		took(p, lvol_integrity_remove(txn, name, &p->err));
}

static void rename_lv(struct pass *p, struct lvol_txn *txn, const char *name)
{
	if (took(p, lvol_lv_rename(txn, name, "other", &p->err)))
		took(p, lvol_lv_rename(txn, "other", name, &p->err));
}

static void remove_lv(struct pass *p, struct lvol_txn *txn, const char *name)
{
	took(p, lvol_lv_remove(txn, name, &p->err));
}

static void (*const operations[])(struct pass *p, struct lvol_txn *txn, const char *name) = {
	rename_lv, resize, change, snapshot, replace, integrity, convert, merge, remove_lv,
};

static void create(struct pass *p, struct lvol_txn *txn, const char *type)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.segtype = type;
	o.size.extents = 2;
	took(p, lvol_lv_create(txn, &o, &p->err));
}

static void move(struct pass *p, struct lvol_txn *txn, const struct lvol_vg *vg)
{
	struct lvol_pv_move_opts o = LVOL_PV_MOVE_OPTS_INIT;
	const struct lvol_pv *pv = lvol_pv_first(vg);

	o.pv = pv ? lvol_pv_name(pv) : NULL;
	if (o.pv)
		took(p, lvol_pv_move(txn, &o, &p->err));
}

/* Each operation on each LV in a transaction of its own; some work, most are refused, in every layer of the reasons. */
static void change_lvs(struct pass *p, const struct lvol_vg *vg)
{
	static const char *const types[] = { "striped", "raid1", "mirror", "raid5", "raid6", "raid10", "raid0_meta", "thin-pool",
		"cache-pool", "zero" };
	const char *name = lvol_vg_name(vg);

	for (size_t op = 0; op <= sizeof operations / sizeof *operations && !p->no_memory; op++) {
		struct lvol_txn_opts o = LVOL_TXN_OPTS_INIT;
		struct lvol_txn *txn;
		struct lvol_vg *preview;

		o.flags = LVOL_TXN_ALLOW_PARTIAL;
		if (!took(p, lvol_txn_begin(p->ctx, LIST(name), &o, &txn, &p->err)))
			return;
		if (op == sizeof operations / sizeof *operations) {
			for (size_t i = 0; i < sizeof types / sizeof *types && !p->no_memory; i++)
				create(p, txn, types[i]);
			if (!p->no_memory)
				move(p, txn, vg);
		} else {
			for (const struct lvol_lv *lv = lvol_lv_first(vg); lv && !p->no_memory; lv = lvol_lv_next(lv))
				operations[op](p, txn, lvol_lv_name(lv));
		}
		if (!p->no_memory && took(p, lvol_txn_preview(txn, NULL, &preview, &p->err)))
			lvol_vg_unref(preview);
		lvol_txn_free(txn);
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
	if (took(p, lvol_vg_export_text(vg, &text, &p->err)))
		lvol_string_free(text);
	if (!p->no_memory && took(p, lvol_vg_picture(vg, &picture, &text, &p->err)))
		lvol_string_free(text);
	if (!p->no_memory)
		read_lvs(p, vg);
	if (!p->no_memory)
		change_lvs(p, vg);
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

static void try(const struct scenario *on, const char *name, uint64_t nth, bool forever, uint64_t answers)
{
	struct pass p = { .on = on, .err = LVOL_ERROR_INIT };
	char *wrong = run_failing(&p, nth, forever, answers);

	if (!wrong)
		return;
	p = (struct pass){ .on = on, .err = LVOL_ERROR_INIT };
	sites_tell(nth);
	run_failing(&p, nth, forever, answers);
	ck_abort_msg("%s: allocation %llu fails%s: %s; see who asks for it above", name, (unsigned long long)nth,
			forever ? " and all after it" : "", wrong);
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
		struct pass whole = { .err = LVOL_ERROR_INIT };
		struct scenario s;

		if (!t_long() && !strcmp(*name, "many-lvs"))
			continue;
		open_scenario(&s, *name, dir);
		whole.on = &s;
		run(&whole);  /* what is made once in a process, by libraries too */
		whole = (struct pass){ .on = &s, .err = LVOL_ERROR_INIT };
		sites_watch(&sites);
		allocator_arm(0, false);
		run(&whole);
		allocator_disarm();
		sites_stop(&sites);
		ck_assert_msg(!whole.no_memory, "%s", whole.err.message);
		for (size_t i = 0; i < sites.chosen_count; i++, tried += 2) {
			try(&s, *name, sites.chosen[i], false, whole.answers);
			try(&s, *name, sites.chosen[i], true, whole.answers);
		}
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
