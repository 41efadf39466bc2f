/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots that are merged into their origin, split from it and attached to it again. */
#include "lv_world.h"

static struct lvol_error err;

#define CHUNK 4096u
#define BYTES (6 * MIB)

static void write_at(struct world *w, const char *name, uint32_t seed, uint64_t offset, size_t bytes)
{
	struct lvol_vg *vg = look(w, NULL);
	struct lvol_io *io = NULL;
	char *data = malloc(bytes);

	t_ok(lvol_io_open(lvol_lv_find(vg, name), LVOL_IO_WRITE, &io, &err), err);
	t_fill(data, bytes, seed, offset / 512);
	t_ok(lvol_io_pwrite(io, data, bytes, offset, &err), err);
	t_ok(lvol_io_flush(io, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	free(data);
}

static void sum(struct world *w, const char *name, char hex[65])
{
	struct lvol_vg *vg = look(w, NULL);
	struct lvol_io *io = NULL;
	char *data = malloc(BYTES);

	t_ok(lvol_io_open(lvol_lv_find(vg, name), 0, &io, &err), err);
	t_ok(lvol_io_pread(io, data, BYTES, 0, &err), err);
	t_sha256(data, BYTES, hex);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	free(data);
}

static void snapshot(struct world *w, const char *name)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = name;
	o.origin = "org";
	o.size.extents = 5;
	o.chunk_bytes = CHUNK;
	begin(w);
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
	commit(w);
}

/* "org" with two snapshots of different times, all three of different contents. */
static void setup(struct world *w)
{
	WORLD(w, 40, 40);
	begin(w);
	create(w, "org", 6);
	commit(w);
	write_at(w, "org", 1, 0, BYTES);
	snapshot(w, "early");
	write_at(w, "org", 2, MIB, 300000 / 512 * 512);
	snapshot(w, "late");
	write_at(w, "org", 3, 3 * MIB + 512, 4096 * 20);
	write_at(w, "late", 4, 2 * MIB + 1024, 4096 * 30);
	write_at(w, "late", 5, 5 * MIB, 65536);
	write_at(w, "early", 6, 4 * MIB, 65536);
}

static void merge(struct world *w, const char *name)
{
	begin(w);
	t_ok(lvol_snapshot_merge(w->txn, name, &err), err);
	commit(w);
}

static unsigned finish(struct world *w, const char *lv)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *job = NULL;
	unsigned steps = 0;

	t_ok(lvol_job_begin(w->ctx, lv, NULL, &job, &err), err);
	do {
		t_ok(lvol_job_step(job, 1, &status, &err), err);
		steps++;
	} while (status.state == LVOL_JOB_RUNNING);
	ck_assert_int_eq(status.kind, LVOL_JOB_MERGE);
	lvol_job_free(job);
	return steps;
}

START_TEST(the_origin_becomes_the_snapshot)
{
	char late[65], early[65], now[65];
	struct world w;

	setup(&w);
	sum(&w, "late", late);
	sum(&w, "early", early);
	merge(&w, "vg/late");
	/* at once, before anything is copied */
	sum(&w, "org", now);
	ck_assert_str_eq(now, late);
	sum(&w, "early", now);
	ck_assert_str_eq(now, early);
	ck_assert_uint_gt(finish(&w, "vg/org"), 1);
	expect_names(&w, NULL, "early org snapshot0");
	sum(&w, "org", now);
	ck_assert_str_eq(now, late);
	/* the other one still shows what it did */
	sum(&w, "early", now);
	ck_assert_str_eq(now, early);
	merge(&w, "early");
	finish(&w, "vg/early");
	expect_names(&w, NULL, "org");
	sum(&w, "org", now);
	ck_assert_str_eq(now, early);
	world_free(&w);
}
END_TEST

START_TEST(a_snapshot_is_split_and_attached_again)
{
	struct lvol_snapshot_attach_opts o = LVOL_SNAPSHOT_ATTACH_OPTS_INIT;
	char before[65], now[65], org[65];
	struct lvol_vg *vg;
	struct world w;

	setup(&w);
	sum(&w, "late", before);
	sum(&w, "org", org);
	begin(&w);
	t_ok(lvol_snapshot_split(w.txn, "late", &err), err);
	commit(&w);
	expect_names(&w, NULL, "early late org snapshot0");
	vg = look(&w, NULL);
	ck_assert(lvol_lv_is_visible(lvol_lv_find(vg, "late")));
	lvol_vg_unref(vg);
	o.origin = "org";
	o.store = "vg/late";
	begin(&w);
	t_ok(lvol_snapshot_attach(w.txn, &o, &err), err);
	commit(&w);
	expect_names(&w, NULL, "early late org snapshot0 snapshot1");
	sum(&w, "late", now);
	ck_assert_str_eq(now, before);
	/* with nothing in it, it is what the origin is */
	begin(&w);
	t_ok(lvol_snapshot_split(w.txn, "late", &err), err);
	o.flags = LVOL_SNAPSHOT_ATTACH_EMPTY;
	o.chunk_bytes = 16384;
	t_ok(lvol_snapshot_attach(w.txn, &o, &err), err);
	commit(&w);
	sum(&w, "late", now);
	ck_assert_str_eq(now, org);
	world_free(&w);
}
END_TEST

/* With the room that it needs a snapshot goes on that would have been full. */
START_TEST(a_store_grows)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;
	char before[65], now[65];
	struct world w;

	setup(&w);
	sum(&w, "early", before);
	o.size.extents = 3;
	o.sign = 1;
	begin(&w);
	t_ok(lvol_lv_resize(w.txn, "early", &o, &err), err);
	commit(&w);
	write_at(&w, "org", 9, 0, BYTES);
	sum(&w, "early", now);
	ck_assert_str_eq(now, before);
	/* 1536 chunks, 7 areas that list them and a header take 7 extents */
	begin(&w);
	expect_layout(&w, "early", "0:6+5, 0:16+2");
	t_fails(lvol_lv_resize(w.txn, "early", &o, &err), LVOL_E_INVALID, err);
	world_free(&w);
}
END_TEST

static void refuse_merge(struct world *w, const char *name, int code, const char *part)
{
	t_fails(lvol_snapshot_merge(w->txn, name, &err), code, err);
	says(&err, part);
}

static void refuse_attach(struct world *w, const char *origin, const char *store, int code)
{
	struct lvol_snapshot_attach_opts o = LVOL_SNAPSHOT_ATTACH_OPTS_INIT;

	o.origin = origin;
	o.store = store;
	t_fails(lvol_snapshot_attach(w->txn, &o, &err), code, err);
}

START_TEST(what_cannot_be_is_refused)
{
	struct lvol_snapshot_attach_opts o = LVOL_SNAPSHOT_ATTACH_OPTS_INIT;
	struct lvol_job *job = NULL;
	struct lvol_io *io = NULL;
	struct lvol_vg *vg;
	struct world w;

	setup(&w);
	vg = look(&w, NULL);
	begin(&w);
	create(&w, "other", 1);
	refuse_merge(&w, "org", LVOL_E_NOT_SUPPORTED, "no snapshot");
	refuse_merge(&w, "none", LVOL_E_NOT_FOUND, "none");
	t_fails(lvol_snapshot_merge(w.txn, NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_snapshot_split(w.txn, "org", &err), LVOL_E_NOT_SUPPORTED, err);
	refuse_attach(&w, "org", "org", LVOL_E_INVALID);
	refuse_attach(&w, "other", "other", LVOL_E_INVALID);
	refuse_attach(&w, "late", "other", LVOL_E_NOT_SUPPORTED);
	refuse_attach(&w, "other", "late", LVOL_E_BUSY);
	refuse_attach(&w, NULL, "other", LVOL_E_INVALID);
	o.origin = "org";
	o.store = "other";
	o.chunk_bytes = 5000;
	t_fails(lvol_snapshot_attach(w.txn, &o, &err), LVOL_E_INVALID, err);
	t_ok(lvol_io_open(lvol_lv_find(vg, "late"), 0, &io, &err), err);
	refuse_merge(&w, "late", LVOL_E_BUSY, "");
	lvol_io_close(io);
	t_ok(lvol_snapshot_merge(w.txn, "late", &err), err);
	refuse_merge(&w, "early", LVOL_E_BUSY, "late");
	refuse_merge(&w, "late", LVOL_E_NOT_SUPPORTED, "already");
	t_fails(lvol_lv_remove(w.txn, "late", &err), LVOL_E_BUSY, err);
	commit(&w);
	t_fails(lvol_job_begin(w.ctx, "vg/early", &(struct lvol_job_opts){ sizeof(struct lvol_job_opts), LVOL_JOB_MERGE, 0 },
			&job, &err), LVOL_E_STATE, err);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* Where the store says that it is valid: a word in its first sector. */
static void set_valid(struct world *w, const char *name, uint32_t valid)
{
	struct lvol_vg *vg = look(w, NULL);
	const struct lvol_segment *seg = lvol_lv_segment_first(lvol_lv_find(vg, name));
	struct lvol_area area;
	uint64_t at;
	FILE *file;

	ck_assert(lvol_segment_area(seg, 0, &area));
	at = lvol_pv_pe_start_bytes(area.pv) + (uint64_t)area.start_extent * MIB + 4;
	file = fopen(lvol_pv_name(area.pv), "r+b");
	ck_assert_int_eq(fseek(file, (long)at, SEEK_SET), 0);
	ck_assert_uint_eq(fwrite(&(unsigned char){ (unsigned char)valid }, 1, 1, file), 1);
	ck_assert_int_eq(fclose(file), 0);
	lvol_vg_unref(vg);
}

/* Whether the store was full before or after its merge began, the origin can be used, and be rid of it. */
START_TEST(an_invalid_snapshot_is_removed_and_not_merged)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *job = NULL;
	char org[65], now[65];
	struct world w;

	setup(&w);
	sum(&w, "org", org);
	set_valid(&w, "late", 0);
	begin(&w);
	refuse_merge(&w, "late", LVOL_E_STATE, "invalid");
	give_up(&w);
	set_valid(&w, "late", 1);
	merge(&w, "late");
	begin(&w);
	t_fails(lvol_lv_remove(w.txn, "late", &err), LVOL_E_BUSY, err);
	t_ok(lvol_lv_remove(w.txn, "early", &err), err);
	t_fails(lvol_lv_remove(w.txn, "org", &err), LVOL_E_BUSY, err);
	says(&err, "late");
	give_up(&w);
	set_valid(&w, "late", 0);
	sum(&w, "org", now);
	ck_assert_str_eq(now, org);
	t_ok(lvol_job_begin(w.ctx, "vg/org", NULL, &job, &err), err);
	t_fails(lvol_job_step(job, 1, &status, &err), LVOL_E_IO, err);
	says(&err, "removed");
	lvol_job_free(job);
	begin(&w);
	t_ok(lvol_lv_remove(w.txn, "late", &err), err);
	commit(&w);
	expect_names(&w, NULL, "early org snapshot0");
	sum(&w, "org", now);
	ck_assert_str_eq(now, org);
	world_free(&w);
}
END_TEST

/* What lies in the room of a store that is to be made says nothing of it. */
START_TEST(a_store_that_is_not_written_yet_is_not_looked_at)
{
	struct lvol_snapshot_attach_opts o = LVOL_SNAPSHOT_ATTACH_OPTS_INIT;
	struct world w;

	setup(&w);
	set_valid(&w, "late", 0);
	begin(&w);
	t_ok(lvol_snapshot_split(w.txn, "late", &err), err);
	commit(&w);
	o.origin = "org";
	o.store = "late";
	o.chunk_bytes = CHUNK;
	o.flags = LVOL_SNAPSHOT_ATTACH_EMPTY;
	begin(&w);
	t_ok(lvol_snapshot_attach(w.txn, &o, &err), err);
	t_ok(lvol_snapshot_merge(w.txn, "late", &err), err);
	commit(&w);
	finish(&w, "vg/org");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("snapshot_change");
	TCase *tests = make_case(suite, "snapshots");

	tcase_add_test(tests, the_origin_becomes_the_snapshot);
	tcase_add_test(tests, a_snapshot_is_split_and_attached_again);
	tcase_add_test(tests, a_store_grows);
	tcase_add_test(tests, what_cannot_be_is_refused);
	tcase_add_test(tests, an_invalid_snapshot_is_removed_and_not_merged);
	tcase_add_test(tests, a_store_that_is_not_written_yet_is_not_looked_at);
	return t_main(suite);
}
