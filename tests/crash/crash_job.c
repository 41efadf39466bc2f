/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Crashes during jobs, from the transaction that begins the work to the one that ends it. In each state volumes have their
 * bytes, the work is taken up or given up by a fresh context, and then they have them still, with nothing left of the work.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enumerate.h"
#include "lvm2.h"
#include "world.h"

#define LVM2_SAMPLES 1

struct job_case {
	const char *name;
	void (*prepare)(struct lvol_ctx *ctx);
	void (*begin)(struct lvol_txn *txn);  /* NULL: the job is all there is to do */
	const char *job;                  /* "vg/lv" */
	char *(*check)(struct lvol_ctx *ctx, struct lvol_vg *vg);
	bool can_abort;
	bool for_lvm2;                    /* which counts LVs otherwise where there are snapshots */
	uint64_t salt;
	int kind;                         /* LVOL_JOB_... */
	void (*at_once)(struct lvol_txn *txn);  /* instead of a job: a transaction does all the work */
	const char *layer;                /* type that the LV has as long as the work goes on; NULL: it is hidden as long */
};

static struct lvol_error err;

/* ---- volumes ---- */

#define LV_BYTES(extents) ((extents) * WORLD_EXTENT_BYTES)

static struct lvol_vg *open_vg(struct lvol_ctx *ctx)
{
	struct lvol_vg *vg = NULL;

	t_ok(lvol_vg_open(ctx, "vg", &vg, &err), err);
	return vg;
}

static void fill(struct lvol_ctx *ctx, const char *name, uint32_t seed, uint64_t offset, size_t bytes)
{
	struct lvol_vg *vg = open_vg(ctx);
	struct lvol_io *io = NULL;
	char *data = malloc(bytes);

	t_fill(data, bytes, seed, offset / 512);
	t_ok(lvol_io_open(lvol_lv_find(vg, name), LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_pwrite(io, data, bytes, offset, &err), err);
	t_ok(lvol_io_flush(io, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	free(data);
}

/* NULL: the LV holds this pattern there. */
static char *holds(struct lvol_vg *vg, const char *name, uint32_t seed, uint64_t offset, size_t bytes)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	struct lvol_io *io = NULL;
	char *data, *want, *wrong = NULL;

	if (lvol_io_open(lvol_lv_find(vg, name), 0, &io, &why))
		return t_text("%s cannot be opened: %s", name, why.message);
	data = malloc(bytes);
	want = malloc(bytes);
	t_fill(want, bytes, seed, offset / 512);
	if (lvol_io_pread(io, data, bytes, offset, &why))
		wrong = t_text("%s cannot be read: %s", name, why.message);
	else if (memcmp(data, want, bytes) != 0)
		wrong = t_text("%s has other bytes at %llu", name, (unsigned long long)offset);
	lvol_io_close(io);
	free(data);
	free(want);
	return wrong;
}

/* ---- moves ---- */

static void make_moved(struct lvol_ctx *ctx)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_txn *txn;

	world_make_pvs(ctx, &(struct world_pv){ .disks = "012", .mdas = 1 });
	world_make_vg(ctx, "vg", "012");
	world_make_lv(ctx, "vg/lin", 2, "0");
	world_make_lv(ctx, "vg/gap", 1, "0");
	txn = world_begin_vg(ctx, "vg");
	o.size.extents = 5;
	o.pvs = world_disks("0");
	t_ok(lvol_lv_resize(txn, "lin", &o, &err), err);
	world_commit(txn);
	fill(ctx, "lin", 1, 0, LV_BYTES(5));
	fill(ctx, "gap", 2, 0, LV_BYTES(1));
}

static void begin_move(struct lvol_txn *txn, uint32_t flags)
{
	struct lvol_pv_move_opts o = LVOL_PV_MOVE_OPTS_INIT;

	o.pv = "disk0";
	o.to = world_disks("1");
	o.flags = flags;
	t_ok(lvol_pv_move(txn, &o, &err), err);
}

static void move(struct lvol_txn *txn)
{
	begin_move(txn, 0);
}

static void move_atomic(struct lvol_txn *txn)
{
	begin_move(txn, LVOL_PV_MOVE_ATOMIC);
}

static char *check_moved(struct lvol_ctx *ctx, struct lvol_vg *vg)
{
	char *wrong = holds(vg, "lin", 1, 0, LV_BYTES(5));

	return wrong ? wrong : holds(vg, "gap", 2, 0, LV_BYTES(1));
}

/* ---- merging ---- */

static void make_snapshot(struct lvol_ctx *ctx)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_txn *txn;

	world_make_pvs(ctx, &(struct world_pv){ .disks = "01", .mdas = 1 });
	world_make_vg(ctx, "vg", "01");
	world_make_lv(ctx, "vg/org", 4, "0");
	fill(ctx, "org", 1, 0, LV_BYTES(4));
	o.vg = "vg";
	o.name = "snap";
	o.origin = "org";
	o.size.extents = 4;
	txn = world_begin_vg(ctx, "vg");
	t_ok(lvol_lv_create(txn, &o, &err), err);
	world_commit(txn);
	fill(ctx, "org", 2, 8192, 8192);
	fill(ctx, "snap", 3, 65536, 32768);
	fill(ctx, "snap", 4, 131072 + 4096, 4096);
	fill(ctx, "snap", 5, 16384, 4096);
}

static void begin_merge(struct lvol_txn *txn)
{
	t_ok(lvol_snapshot_merge(txn, "snap", &err), err);
}

/* What the snapshot held. */
static char *check_snapshot(struct lvol_vg *vg, const char *name)
{
	static const struct { uint32_t seed; uint64_t offset; size_t bytes; } parts[] = {
		{ 1, 0, 16384 }, { 5, 16384, 4096 }, { 1, 20480, 45056 }, { 3, 65536, 32768 }, { 1, 98304, 36864 },
		{ 4, 135168, 4096 }, { 1, 139264, 122880 },
	};
	char *wrong = NULL;

	for (size_t i = 0; !wrong && i < sizeof parts / sizeof *parts; i++)
		wrong = holds(vg, name, parts[i].seed, parts[i].offset, parts[i].bytes);
	return wrong;
}

static char *check_merge(struct lvol_ctx *ctx, struct lvol_vg *vg)
{
	const struct lvol_lv *snap = lvol_lv_find(vg, "snap");
	char *wrong;

	if (!snap || !lvol_lv_is_visible(snap))
		return check_snapshot(vg, "org");
	wrong = holds(vg, "org", 2, 8192, 8192);
	if (!wrong)
		wrong = holds(vg, "org", 1, 16384, LV_BYTES(4) - 16384);
	return wrong ? wrong : check_snapshot(vg, "snap");
}

/* ---- caches that are taken off ---- */

static void make_cached_lvs(struct lvol_ctx *ctx)
{
	world_make_pvs(ctx, &(struct world_pv){ .disks = "01", .mdas = 1 });
	world_make_vg(ctx, "vg", "01");
	world_make_lv(ctx, "vg/slow", 4, "0");
	world_make_lv(ctx, "vg/fast", 24, "1");
	fill(ctx, "slow", 1, 0, LV_BYTES(4));
}

/* What is in the cache alone. */
static void dirty(struct lvol_ctx *ctx)
{
	fill(ctx, "slow", 2, 8192, 65536);
	fill(ctx, "slow", 3, 131072, 4096);
}

static void make_cache(struct lvol_ctx *ctx)
{
	struct lvol_cache_attach_opts o = LVOL_CACHE_ATTACH_OPTS_INIT;
	struct lvol_cache_opts cache = LVOL_CACHE_OPTS_INIT;
	struct lvol_txn *txn;

	make_cached_lvs(ctx);
	o.lv = "slow";
	o.fast = "fast";
	o.cache = &cache;
	cache.mode = LVOL_CACHE_WRITEBACK;
	cache.chunk_bytes = 32 << 10;
	txn = world_begin_vg(ctx, "vg");
	t_ok(lvol_cache_attach(txn, &o, &err), err);
	world_commit(txn);
	dirty(ctx);
}

static void make_writecache(struct lvol_ctx *ctx)
{
	struct lvol_writecache_opts o = LVOL_WRITECACHE_OPTS_INIT;
	struct lvol_txn *txn;

	make_cached_lvs(ctx);
	o.fast = "fast";
	txn = world_begin_vg(ctx, "vg");
	t_ok(lvol_writecache_attach(txn, "slow", &o, &err), err);
	world_commit(txn);
	dirty(ctx);
}

static void detach(struct lvol_txn *txn)
{
	t_ok(lvol_writecache_detach(txn, "slow", 0, &err), err);
}

static char *check_cached(struct lvol_ctx *ctx, struct lvol_vg *vg)
{
	static const struct { uint32_t seed; uint64_t offset; size_t bytes; } parts[] = {
		{ 1, 0, 8192 }, { 2, 8192, 65536 }, { 1, 73728, 57344 }, { 3, 131072, 4096 }, { 1, 135168, 126976 },
	};
	char *wrong = NULL;

	for (size_t i = 0; !wrong && i < sizeof parts / sizeof *parts; i++)
		wrong = holds(vg, "slow", parts[i].seed, parts[i].offset, parts[i].bytes);
	return wrong;
}

/* ---- judging ---- */

struct judged {
	const struct job_case *c;
	unsigned taken_up, given_up, shown;
};

static void in_transaction(struct lvol_ctx *ctx, void (*change)(struct lvol_txn *txn))
{
	struct lvol_txn *txn = world_begin_vg(ctx, "vg");

	change(txn);
	world_commit(txn);
}

static char *finish(struct judged *j, struct lvol_ctx *ctx, bool give_up)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_error why = LVOL_ERROR_INIT;
	struct lvol_job_opts opts = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job = NULL;
	int r;

	if (j->c->at_once) {
		in_transaction(ctx, j->c->at_once);
		j->taken_up++;
		return NULL;
	}
	opts.kind = j->c->kind;
	r = lvol_job_begin(ctx, j->c->job, &opts, &job, &why);
	if (r)
		return t_text("the job cannot be taken up: %s", why.message);
	if (give_up)
		r = lvol_job_abort(job, &why);
	while (!r && !give_up) {
		r = lvol_job_step(job, 1 << 16, &status, &why);
		if (!r && status.state != LVOL_JOB_RUNNING)
			break;
	}
	lvol_job_free(job);
	*(give_up ? &j->given_up : &j->taken_up) += 1;
	return r ? t_text("the job fails: %s", why.message) : NULL;
}

/* What only work that goes on has. */
static bool goes_on(const struct job_case *c, struct lvol_vg *vg)
{
	const struct lvol_lv *lv = lvol_lv_find(vg, strchr(c->job, '/') + 1);

	return lv && (c->layer ? !strcmp(lvol_segment_type(lvol_lv_segment_first(lv)), c->layer) : !lvol_lv_is_visible(lv));
}

static char *judge_inside(struct judged *j, struct lvol_ctx *ctx, uint64_t number)
{
	struct lvol_vg *vg = open_vg(ctx);
	char *wrong = j->c->check(ctx, vg);
	bool more = goes_on(j->c, vg);

	lvol_vg_unref(vg);
	if (!wrong && more)
		wrong = finish(j, ctx, j->c->can_abort && (number >> 3) & 1);
	if (wrong || !more)
		return wrong;
	vg = open_vg(ctx);
	wrong = j->c->check(ctx, vg);
	if (!wrong && goes_on(j->c, vg))
		wrong = t_text("%s is still there", j->c->job);
	lvol_vg_unref(vg);
	return wrong;
}

static char *ask_lvm2(struct judged *j, struct recorder *disks)
{
	struct world_view view = { 0 };
	char *wrong = world_look(disks, &view);

	if (!wrong)
		wrong = lvm2_judge(disks, &view);
	j->shown++;
	world_view_free(&view);
	return wrong;
}

static char *judge(void *arg, struct recorder *disks, uint64_t number)
{
	struct judged *j = arg;
	struct lvol_ctx *ctx;
	char *wrong = NULL;

	if (j->c->for_lvm2 && j->shown < LVM2_SAMPLES && (number >> 8) % 40 == 0 && !lvm2_absent())
		wrong = ask_lvm2(j, disks);
	if (wrong)
		return wrong;
	ctx = world_ctx(disks, number | 1);
	wrong = judge_inside(j, ctx, number);
	lvol_ctx_unref(ctx);
	return wrong;
}

static void run_job(struct lvol_ctx *ctx, const struct job_case *c)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job_opts opts = LVOL_JOB_OPTS_INIT;
	struct lvol_job *job = NULL;

	if (c->begin || c->at_once)
		in_transaction(ctx, c->begin ? c->begin : c->at_once);
	if (c->at_once)
		return;
	opts.kind = c->kind;
	t_ok(lvol_job_begin(ctx, c->job, &opts, &job, &err), err);
	do
		t_ok(lvol_job_step(job, 1, &status, &err), err);
	while (status.state == LVOL_JOB_RUNNING);
	lvol_job_free(job);
}

static void run_case(const struct job_case *c)
{
	struct recorder *rec = rec_new(3, WORLD_DISK_BYTES);
	struct lvol_ctx *ctx = world_ctx(rec, 11);
	struct crash_limits limits = crash_limits_default();
	struct crash_count count = { 0 };
	struct judged j = { .c = c };

	limits.samples /= 4;
	limits.mixed /= 4;
	limits.tears /= 4;
	limits.seed = c->salt;
	c->prepare(ctx);
	rec_start(rec);
	run_job(ctx, c);
	rec_stop(rec);
	lvol_ctx_unref(ctx);
	crash_enumerate(rec, &limits, judge, &j, &count);
	rec_free(rec);
	ck_assert_uint_gt(j.taken_up, 0);
	ck_assert(!c->can_abort || j.given_up > 0);
	printf("%s: %llu states, %u taken up, %u given up, %u shown to lvm2\n", c->name, (unsigned long long)count.judged,
			j.taken_up, j.given_up, j.shown);
}

static const struct job_case cases[] = {
	{ "move", make_moved, move, "vg/pvmove0", check_moved, true, true, 1 },
	{ "atomic move", make_moved, move_atomic, "vg/pvmove0", check_moved, true, true, 2 },
	{ "merge", make_snapshot, begin_merge, "vg/snap", check_merge, false, false, 3 },
	{ "cache", make_cache, NULL, "vg/slow", check_cached, .salt = 4, .kind = LVOL_JOB_SPLITCACHE, .layer = "cache" },
	{ "cache removed", make_cache, NULL, "vg/slow", check_cached, .salt = 5, .kind = LVOL_JOB_UNCACHE, .layer = "cache" },
	{ "writecache", make_writecache, NULL, "vg/slow", check_cached, .salt = 6, .at_once = detach, .layer = "writecache" },
};

START_TEST(every_state)
{
	run_case(&cases[_i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("crash_job");

	for (int i = 0; i < (int)(sizeof cases / sizeof *cases); i++) {
		TCase *tc = tcase_create(cases[i].name);

		tcase_set_timeout(tc, 280);
		tcase_add_loop_test(tc, every_state, i, i + 1);
		suite_add_tcase(suite, tc);
	}
	return t_main(suite);
}
