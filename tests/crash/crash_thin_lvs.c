/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Crashes during transactions that make and remove thin LVs: between the version of the VG that says what the pool is to be
 * told, the pool that is told, and the version that says that it was. In each state the thin LVs are those before or those after,
 * with their bytes; after the next transaction nothing is left to tell, the pool has exactly the devices that the VG says, and
 * its metadata have nothing wrong, in our own eyes and, in a sample, in those of thin_check.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enumerate.h"
#include "world.h"

#define DISK_BYTES ((uint64_t)8 << 20)
#define FILLED 200704
#define CHECK_EVERY 150

struct thin_case {
	const char *name;
	void (*change)(struct lvol_txn *txn);
	const char *before, *after;       /* names of the thin LVs, in their order */
	bool no_pool;                     /* the pool is made by the change */
	bool spare;                       /* there is a spare for the pool's metadata */
	bool copy;                        /* there is an LV with the same bytes as the pool's metadata */
};

static struct lvol_error err;

static void make(struct lvol_txn *txn, const char *name, const char *pool, const char *origin)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;

	opts.name = name;
	opts.origin = origin;
	opts.thin = &thin;
	thin.pool = pool;
	if (!origin)
		opts.size.bytes = 4 << 20;
	t_ok(lvol_lv_create(txn, &opts, &err), err);
}

static void make_pool(struct lvol_txn *txn, bool spare)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;

	opts.name = "pool";
	opts.thin = &thin;
	opts.size.bytes = 3 << 20;
	thin.flags = spare ? 0 : LVOL_THIN_NO_SPARE;
	t_ok(lvol_lv_create(txn, &opts, &err), err);
}

static void fill(struct lvol_ctx *ctx, const char *name, uint32_t seed)
{
	static char data[FILLED];
	struct lvol_io *io = NULL;
	struct lvol_vg *vg = NULL;

	t_fill(data, sizeof data, seed, 0);
	t_ok(lvol_vg_open(ctx, "vg", &vg, &err), err);
	t_ok(lvol_io_open(lvol_lv_find(vg, name), LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_pwrite(io, data, sizeof data, 0, &err), err);
	t_ok(lvol_io_flush(io, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
}

/* The metadata are on their disk: the pool is closed. */
static void copy_metadata(struct lvol_ctx *ctx)
{
	struct lvol_io *from = NULL, *to = NULL;
	struct lvol_vg *vg = NULL;
	uint64_t bytes;
	char *data;

	t_ok(lvol_vg_open(ctx, "vg", &vg, &err), err);
	bytes = lvol_lv_size_bytes(lvol_lv_find(vg, "pool_tmeta"));
	lvol_vg_unref(vg);
	world_make_lv(ctx, "vg/copy", bytes / WORLD_EXTENT_BYTES, NULL);
	data = malloc(bytes);
	t_ok(lvol_vg_open(ctx, "vg", &vg, &err), err);
	t_ok(lvol_io_open(lvol_lv_find(vg, "pool_tmeta"), 0, &from, &err), err);
	t_ok(lvol_io_open(lvol_lv_find(vg, "copy"), LVOL_IO_WRITE, &to, &err), err);
	t_ok(lvol_io_pread(from, data, bytes, 0, &err), err);
	t_ok(lvol_io_pwrite(to, data, bytes, 0, &err), err);
	lvol_io_close(from);
	lvol_io_close(to);
	lvol_vg_unref(vg);
	free(data);
}

static void prepare(struct lvol_ctx *ctx, const struct thin_case *c)
{
	struct lvol_txn *txn;

	world_make_pvs(ctx, &(struct world_pv){ .disks = "01", .mdas = 1 });
	world_make_vg(ctx, "vg", "01");
	if (c->no_pool)
		return;
	txn = world_begin_vg(ctx, "vg");
	make_pool(txn, c->spare);
	make(txn, "a", "pool", NULL);
	make(txn, "b", "pool", NULL);
	world_commit(txn);
	fill(ctx, "a", 1);
	txn = world_begin_vg(ctx, "vg");
	make(txn, "s", NULL, "a");
	world_commit(txn);
	fill(ctx, "b", 2);
	if (c->copy)
		copy_metadata(ctx);
}

/* Judging */

static char *names_of(const struct lvol_vg *vg)
{
	char text[200] = "";

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		if (!strcmp(lvol_segment_type(lvol_lv_segment_first(lv)), "thin"))
			snprintf(text + strlen(text), sizeof text - strlen(text), "%s ", lvol_lv_name(lv));
	return strdup(text);
}

/* What the LV begins with; LVs of which nothing is said are new and empty. */
static uint32_t seed_of(const char *name)
{
	return !strcmp(name, "b") ? 2 : strchr("aspq", *name) && !name[1] ? 1 : 0;
}

static char *compare(const struct lvol_lv *lv, const char *data)
{
	static char want[FILLED];
	uint32_t seed = seed_of(lvol_lv_name(lv));

	if (seed)
		t_fill(want, sizeof want, seed, 0);
	else
		memset(want, 0, sizeof want);
	return memcmp(data, want, sizeof want) ? t_text("LV %s does not hold what it should", lvol_lv_name(lv)) : NULL;
}

/* Opening for writing tells the pool what it does not know yet. */
static char *look_inside(const struct lvol_vg *vg)
{
	static char data[FILLED];
	char *wrong = NULL;

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv && !wrong; lv = lvol_lv_next(lv)) {
		struct lvol_io *io = NULL;

		if (strcmp(lvol_segment_type(lvol_lv_segment_first(lv)), "thin") != 0)
			continue;
		if (lvol_io_open(lv, LVOL_IO_WRITE, &io, &err) < 0 || lvol_io_pread(io, data, sizeof data, 0, &err) < 0)
			wrong = t_text("LV %s: %s", lvol_lv_name(lv), err.message);
		else
			wrong = compare(lv, data);
		lvol_io_close(io);
	}
	return wrong;
}

static char *count_devices(const struct lvol_lv *pool, unsigned want)
{
	struct lvol_thin_device device = LVOL_THIN_DEVICE_INIT;
	struct lvol_thin_view *view = NULL;
	unsigned found = 0;

	if (lvol_thin_view_open(pool, NULL, &view, &err) < 0)
		return t_text("devices: %s", err.message);
	for (uint32_t id = 0; lvol_thin_view_device(view, id, &device, NULL) > 0; id = device.id + 1)
		found += device.lv ? 1 : 100;
	lvol_thin_view_close(view);
	return found == want ? NULL : t_text("the pool has %u devices, and the VG %u thin LVs", found, want);
}

static char *thin_check(const struct lvol_lv *metadata)
{
	uint64_t bytes = lvol_lv_size_bytes(metadata);
	char *dir = t_tmpdir(), *path = t_path(dir, "metadata"), *data = malloc(bytes), *wrong;
	struct lvol_io *io = NULL;
	struct t_output out;

	t_ok(lvol_io_open(metadata, 0, &io, &err), err);
	t_ok(lvol_io_pread(io, data, bytes, 0, &err), err);
	lvol_io_close(io);
	t_write_file(path, data, bytes);
	out = t_sh("PATH=$PATH:/usr/sbin; command -v thin_check >/dev/null || exit 0; thin_check -q %s", path);
	free(data);
	free(path);
	free(dir);
	wrong = out.status ? t_text("thin_check: %s", out.err) : NULL;
	t_output_free(&out);
	return wrong;
}

static char *check_pool(const struct lvol_vg *vg, unsigned lvs, uint64_t number)
{
	const struct lvol_lv *pool = lvol_lv_find(vg, "pool");
	struct lvol_thin_findings *findings = NULL;
	struct lvol_thin_finding first;
	char *text = NULL, *wrong = NULL;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	if (strstr(text, "message"))
		wrong = t_text("messages wait after the next transaction");
	lvol_string_free(text);
	if (!wrong && lvol_thin_check(pool, &findings, &err) < 0)
		return t_text("check: %s", err.message);
	if (!wrong && lvol_thin_findings_get(findings, 0, &first))
		wrong = t_text("check: %s", first.message);
	lvol_thin_findings_free(findings);
	if (!wrong)
		wrong = count_devices(pool, lvs);
	return wrong || number % CHECK_EVERY ? wrong : thin_check(lvol_lv_find(vg, "pool_tmeta"));
}

/* Any transaction, and what it leaves. */
static char *go_on(struct lvol_ctx *ctx, unsigned lvs, uint64_t number)
{
	struct lvol_lv_change_opts opts = LVOL_LV_CHANGE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");
	struct lvol_vg *vg = NULL;
	char *wrong;

	opts.add_tags = (const char *const[]){ "next", NULL };
	t_ok(lvol_lv_change(txn, "pool", &opts, &err), err);
	if (lvol_txn_commit(txn, &err) < 0) {
		lvol_txn_free(txn);
		return t_text("the next transaction: %s", err.message);
	}
	t_ok(lvol_txn_result(txn, "vg", &vg, &err), err);
	lvol_txn_free(txn);
	wrong = check_pool(vg, lvs, number);
	lvol_vg_unref(vg);
	return wrong;
}

static char *judge(void *arg, struct recorder *disks, uint64_t number)
{
	struct lvol_ctx *ctx = world_ctx(disks, 100 + number);
	const struct thin_case *c = arg;
	struct lvol_vg *vg = NULL;
	char *names, *wrong = NULL;
	unsigned lvs = 0;

	if (lvol_vg_open(ctx, "vg", &vg, &err) < 0) {
		lvol_ctx_unref(ctx);
		return t_text("the VG cannot be read: %s", err.message);
	}
	names = names_of(vg);
	if (strcmp(names, c->before) != 0 && strcmp(names, c->after) != 0)
		wrong = t_text("thin LVs are \"%s\", neither \"%s\" nor \"%s\"", names, c->before, c->after);
	for (const char *p = names; *p; p++)
		lvs += *p == ' ';
	/* some of them are told by the next transaction, others when they are opened */
	if (!wrong && number % 2)
		wrong = look_inside(vg);
	lvol_vg_unref(vg);
	if (!wrong && lvs)
		wrong = go_on(ctx, lvs, number);
	if (!wrong && !(number % 2)) {
		t_ok(lvol_vg_open(ctx, "vg", &vg, &err), err);
		wrong = look_inside(vg);
		lvol_vg_unref(vg);
	}
	free(names);
	lvol_ctx_unref(ctx);
	return wrong;
}

/* Cases */

static void create(struct lvol_txn *txn)
{
	make(txn, "new", "pool", NULL);
}

static void snapshots(struct lvol_txn *txn)
{
	make(txn, "p", NULL, "a");
	make(txn, "q", NULL, "s");
}

static void create_pool(struct lvol_txn *txn)
{
	make_pool(txn, false);
	make(txn, "new", "pool", NULL);
}

static void remove_and_create(struct lvol_txn *txn)
{
	t_ok(lvol_lv_remove(txn, "a", &err), err);
	make(txn, "new", "pool", NULL);
}

static void merge(struct lvol_txn *txn)
{
	t_ok(lvol_thin_merge(txn, "s", &err), err);
}

static void extend(struct lvol_txn *txn)
{
	struct lvol_lv_resize_opts opts = LVOL_LV_RESIZE_OPTS_INIT;

	opts.size.bytes = 256 << 10;
	opts.sign = 1;
	t_ok(lvol_lv_resize(txn, "pool", &opts, &err), err);
	t_ok(lvol_lv_resize(txn, "pool_tmeta", &opts, &err), err);
	make(txn, "p", NULL, "a");
}

/* Of metadata that have nothing wrong; what is new is the same in another place. */
static void repair(struct lvol_txn *txn)
{
	t_ok(lvol_thin_pool_repair(txn, "pool", NULL, &err), err);
}

static void swap(struct lvol_txn *txn)
{
	t_ok(lvol_thin_pool_swap_metadata(txn, "pool", "copy", &err), err);
}

static const struct thin_case cases[] = {
	{ "create", create, "a b s ", "a b s new " },
	{ "two snapshots", snapshots, "a b s ", "a b s p q " },
	{ "a pool and a thin LV", create_pool, "", "new ", .no_pool = true },
	{ "remove and create", remove_and_create, "a b s ", "b s new " },
	{ "merge", merge, "a b s ", "a b " },
	{ "repair", repair, "a b s ", "a b s ", .spare = true },
	{ "swap metadata", swap, "a b s ", "a b s ", .copy = true },
	{ "extend and snapshot", extend, "a b s ", "a b s p " },
};

START_TEST(thin_lvs)
{
	const struct thin_case *c = &cases[_i];
	struct recorder *rec = rec_new(2, DISK_BYTES);
	struct lvol_ctx *ctx = world_ctx(rec, 11);
	struct crash_limits limits = crash_limits_default();
	struct crash_count count = { 0 };
	struct lvol_txn *txn;

	prepare(ctx, c);
	lvol_ctx_unref(ctx);
	rec_start(rec);
	ctx = world_ctx(rec, 12);
	txn = world_begin_vg(ctx, "vg");
	c->change(txn);
	world_commit(txn);
	lvol_ctx_unref(ctx);
	rec_stop(rec);
	limits.samples = limits.samples / 4 + 1;
	limits.all_up_to = limits.all_up_to > 3 ? 3 : limits.all_up_to;
	limits.mixed = limits.mixed / 4 + 1;
	limits.tears = limits.tears / 4 + 1;
	crash_enumerate(rec, &limits, judge, (void *)c, &count);
	printf("crash: %s: %llu states built, %llu different ones judged\n", c->name, (unsigned long long)count.built,
			(unsigned long long)count.judged);
	rec_free(rec);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("crash-thin-lvs");
	TCase *tests = tcase_create("thin LVs");

	tcase_set_timeout(tests, 200);
	tcase_add_loop_test(tests, thin_lvs, 0, sizeof cases / sizeof *cases);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
