/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_API_REFUSALS_H
#define TESTS_API_REFUSALS_H

/*
 * For tests of what operations on LVs in layers refuse: a VG with an LV of every kind, and tables of calls, each with its error
 * and the words that say which LV it is about and why. The transaction is as it was before.
 */
#include "lv_world.h"

static struct lvol_error err;
static struct world w;

/* ---- an LV of every kind ---- */

static inline void make(const char *name, const char *type, uint64_t mib)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.vg = "vg";
	o.name = name;
	o.segtype = type;
	o.size.bytes = mib * MIB;
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
}

static inline void make_from(const char *name, const char *origin, const char *pool, uint64_t mib)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_thin_opts thin = LVOL_THIN_OPTS_INIT;

	o.vg = "vg";
	o.name = name;
	o.origin = origin;
	o.size.bytes = mib * MIB;
	o.thin = pool || !mib ? &thin : NULL;
	thin.pool = pool;
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
}

static inline void make_plain(void)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	make("lin", NULL, 8);
	make("lin2", NULL, 8);
	make("store", NULL, 4);
	make("tiny", NULL, 1);
	make("big", NULL, 40);
	make("r1", "raid1", 8);
	make("r5", "raid5", 8);
	make("r10", "raid10", 8);
	make("mir", "mirror", 8);
	make("zero", "zero", 8);
	o.vg = "vg";
	o.size.bytes = 8 * MIB;
	o.flags = LVOL_LV_CREATE_READ_ONLY;
	o.name = "ro";
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
	o.name = "ro2";
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
}

static inline void make_layers(void)
{
	struct lvol_cache_attach_opts cache = LVOL_CACHE_ATTACH_OPTS_INIT;
	struct lvol_writecache_opts writecache = LVOL_WRITECACHE_OPTS_INIT;

	make("pool", "thin-pool", 8);
	make_from("t", NULL, "pool", 20);
	make_from("ts", "t", NULL, 0);
	make_from("te", "ro", "pool", 0);
	make_from("snap", "lin2", NULL, 4);
	make("cached", NULL, 16);
	make("cp", "cache-pool", 4);
	make("free_cp", "cache-pool", 4);
	cache.lv = "vg/cached";
	cache.fast = "cp";
	t_ok(lvol_cache_attach(w.txn, &cache, &err), err);
	make("slow", NULL, 16);
	make("wfast", NULL, 4);
	writecache.fast = "vg/wfast";
	t_ok(lvol_writecache_attach(w.txn, "vg/slow", &writecache, &err), err);
	make("ri", "raid1", 8);
	t_ok(lvol_integrity_add(w.txn, "vg/ri", NULL, &err), err);
}

static inline void make_second_vg(void)
{
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	char *path = t_path(w.dir, "second.img");

	t_sparse_file(path, 20 * MIB);
	t_ok(lvol_ctx_add_path(w.ctx, path, 0, NULL, &err), err);
	t_ok(lvol_txn_begin(w.ctx, NULL, NULL, &w.txn, &err), err);
	vg.name = "vg2";
	vg.extent_bytes = MIB;
	vg.pvs = LIST(path);
	t_ok(lvol_vg_create(w.txn, &vg, &err), err);
	o.vg = "vg2";
	o.name = "x";
	o.size.bytes = 4 * MIB;
	t_ok(lvol_lv_create(w.txn, &o, &err), err);
	commit(&w);
	free(path);
}

static inline void begin_both(void)
{
	t_ok(lvol_txn_begin(w.ctx, LIST("vg", "vg2"), NULL, &w.txn, &err), err);
}

static inline void set_up(void)
{
	struct lvol_lv_split_opts split = LVOL_LV_SPLIT_OPTS_INIT;
	struct lvol_job_opts job = LVOL_JOB_OPTS_INIT;
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *sync;

	WORLD(&w, 120, 120, 120, 120, 120, 120);
	make_second_vg();
	begin_both();
	make_plain();
	make_layers();
	make("tracked", "raid1", 4);
	commit(&w);
	job.kind = LVOL_JOB_SYNC;
	t_ok(lvol_job_begin(w.ctx, "vg/tracked", &job, &sync, &err), err);
	do
		t_ok(lvol_job_step(sync, 64 * MIB, &status, &err), err);
	while (status.state == LVOL_JOB_RUNNING);
	lvol_job_free(sync);
	begin_both();
	split.count = 1;
	split.flags = LVOL_SPLIT_TRACK_CHANGES;
	t_ok(lvol_lv_split_legs(w.txn, "vg/tracked", &split, &err), err);
	commit(&w);
	begin_both();
	err = (struct lvol_error) LVOL_ERROR_INIT;
}

static inline void tear_down(void)
{
	world_free(&w);
}

/* ---- the calls, with two names and options ---- */

typedef int call(const char *a, const char *b, const void *opts);

static inline int cache_attach(const char *a, const char *b, const void *opts)
{
	struct lvol_cache_attach_opts o = LVOL_CACHE_ATTACH_OPTS_INIT;

	o.lv = a;
	o.fast = b;
	o.cache = opts;
	return lvol_cache_attach(w.txn, &o, &err);
}

static inline int cache_change(const char *a, const char *b, const void *opts)
{
	return lvol_cache_change(w.txn, a, opts, &err);
}

/* @opts: one setting */
static inline int writecache_attach(const char *a, const char *b, const void *opts)
{
	struct lvol_writecache_opts o = LVOL_WRITECACHE_OPTS_INIT;

	o.fast = b;
	o.settings = opts ? LIST(opts) : NULL;
	return lvol_writecache_attach(w.txn, a, &o, &err);
}

static inline int writecache_detach(const char *a, const char *b, const void *opts)
{
	return lvol_writecache_detach(w.txn, a, 0, &err);
}

static inline int integrity_add(const char *a, const char *b, const void *opts)
{
	return lvol_integrity_add(w.txn, a, opts, &err);
}

static inline int integrity_remove(const char *a, const char *b, const void *opts)
{
	return lvol_integrity_remove(w.txn, a, &err);
}

static inline int pool_convert(const char *a, const char *b, const void *opts)
{
	return lvol_thin_pool_convert(w.txn, a, b, opts, &err);
}

/* @opts: the origin's name */
static inline int thin_convert(const char *a, const char *b, const void *opts)
{
	return lvol_thin_convert(w.txn, a, b, opts, &err);
}

static inline int thin_merge(const char *a, const char *b, const void *opts)
{
	return lvol_thin_merge(w.txn, a, &err);
}

static inline int swap_metadata(const char *a, const char *b, const void *opts)
{
	return lvol_thin_pool_swap_metadata(w.txn, a, b, &err);
}

static inline int pool_change(const char *a, const char *b, const void *opts)
{
	return lvol_thin_pool_change(w.txn, a, opts, &err);
}

static inline int pool_repair(const char *a, const char *b, const void *opts)
{
	return lvol_thin_pool_repair(w.txn, a, NULL, &err);
}

static inline int lv_create(const char *a, const char *b, const void *opts)
{
	return lvol_lv_create(w.txn, opts, &err);
}

static inline int lv_convert(const char *a, const char *b, const void *opts)
{
	return lvol_lv_convert(w.txn, a, opts, &err);
}

static inline int replace_legs(const char *a, const char *b, const void *opts)
{
	return lvol_lv_replace_legs(w.txn, a, opts, &err);
}

static inline int split_legs(const char *a, const char *b, const void *opts)
{
	return lvol_lv_split_legs(w.txn, a, opts, &err);
}

static inline int merge_leg(const char *a, const char *b, const void *opts)
{
	return lvol_lv_merge_leg(w.txn, a, &err);
}

static inline int snapshot_merge(const char *a, const char *b, const void *opts)
{
	return lvol_snapshot_merge(w.txn, a, &err);
}

static inline int snapshot_split(const char *a, const char *b, const void *opts)
{
	return lvol_snapshot_split(w.txn, a, &err);
}

static inline int snapshot_attach(const char *a, const char *b, const void *opts)
{
	struct lvol_snapshot_attach_opts o = LVOL_SNAPSHOT_ATTACH_OPTS_INIT;

	if (opts)
		o = *(const struct lvol_snapshot_attach_opts *)opts;
	o.origin = a;
	o.store = b;
	return lvol_snapshot_attach(w.txn, &o, &err);
}

static inline int lv_resize(const char *a, const char *b, const void *opts)
{
	return lvol_lv_resize(w.txn, a, opts, &err);
}

#define OPTS(type, ...) &(const struct lvol_##type) { sizeof(struct lvol_##type), __VA_ARGS__ }
#define CACHE(...) OPTS(cache_opts, __VA_ARGS__)
#define THIN(...) OPTS(thin_opts, __VA_ARGS__)
#define CREATE(...) OPTS(lv_create_opts, .vg = "vg", .name = "new", __VA_ARGS__)
#define CONVERT(...) OPTS(lv_convert_opts, __VA_ARGS__)
#define REPLACE(...) OPTS(lv_replace_opts, __VA_ARGS__)
#define SPLIT(...) OPTS(lv_split_opts, __VA_ARGS__)
#define RESIZE(...) OPTS(lv_resize_opts, __VA_ARGS__)
#define CHANGE(...) OPTS(thin_change_opts, __VA_ARGS__)
#define RAID(...) OPTS(raid_opts, __VA_ARGS__)

struct refusal { call *call; const char *a, *b; const void *opts; int code; const char *says; };

static inline char *text_of(const char *vg_name)
{
	struct lvol_vg *vg = look(&w, vg_name);
	char *text;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	return text;
}

static inline void refuse(const struct refusal *r)
{
	char *before = text_of("vg"), *after, last[256];
	size_t noted = changes(&w, last, sizeof last);
	int ret = r->call(r->a, r->b, r->opts);

	ck_assert_msg(ret == -r->code && err.code == r->code, "%s %s: %d \"%s\", which does not say \"%s\"", r->a ? r->a : "",
			r->b ? r->b : "", ret, err.message, r->says);
	ck_assert_msg(strstr(err.message, r->says) != NULL, "%s %s: \"%s\" does not say \"%s\"", r->a ? r->a : "", r->b ? r->b : "",
			err.message, r->says);
	ck_assert_msg(*err.subject, "\"%s\" has no subject", err.message);
	after = text_of("vg");
	ck_assert_str_eq(before, after);
	ck_assert_uint_eq(changes(&w, last, sizeof last), noted);
	lvol_string_free(before);
	lvol_string_free(after);
}

#define TEST_OF(name) \
	START_TEST(name##_are_refused) \
	{ \
		for (size_t i = 0; i < sizeof name / sizeof *name; i++) \
			refuse(&name[i]); \
	} \
	END_TEST

static inline int refusals_main(const char *name, void (*add)(TCase *tests))
{
	Suite *suite = suite_create(name);
	TCase *tests = make_case(suite, "layers");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	add(tests);
	return t_main(suite);
}

#endif
