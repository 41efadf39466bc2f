/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Threads: what docs/threading.md allows, all at once, for a thread sanitizer to watch (and in the other builds for
 * what comes out). Shared snapshots of a VG; several contexts, on devices of their own and on the same image files; one
 * open LV, with a queue for each thread.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fuzz/visit.h"
#include "race.h"

#define THREADS 4
#define LVS 24
#define ROUNDS 30
#define COMMITS 25

static void run_threads(void *(*body)(void *arg), void *args[THREADS])
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		race_must(!pthread_create(&threads[i], NULL, body, args[i]), "pthread_create");
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static struct lvol_ctx *memory_context(void)
{
	static const char *const names[] = { "mem0", "mem1", NULL };
	struct lvol_memory memory = LVOL_MEMORY_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = race_context(names + 2, NULL);

	memory.size_bytes = 64 << 20;
	for (int i = 0; i < 2; i++)
		race_ok(lvol_ctx_add_memory(ctx, names[i], &memory, NULL, &err), err);
	race_make_vg(ctx, names);
	return ctx;
}

static void add_lvs(struct lvol_ctx *ctx, unsigned count, uint64_t extents, uint32_t stripes)
{
	static const char *const vgs[] = { RACE_VG, NULL }, *const tags[] = { "one", "two", NULL };
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = NULL;

	opts.size.extents = extents;
	opts.stripe_count = stripes;
	opts.tags = tags;
	race_ok(lvol_txn_begin(ctx, vgs, NULL, &txn, &err), err);
	for (unsigned i = 0; i < count; i++)
		race_ok(lvol_lv_create(txn, &opts, &err), err);
	race_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
}

/* ---- one snapshot, many readers ---- */

struct shared {
	struct lvol_scan *scan;
	struct lvol_vg *vg;          /* one reference for each thread */
	uint64_t vg_sum, report_sum;
};

static void *read_shared(void *arg)
{
	struct shared *shared = arg;
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text;

	for (int i = 0; i < ROUNDS; i++) {
		struct lvol_vg *vg = lvol_vg_ref(shared->vg);

		race_must(visit_vg(vg) == shared->vg_sum, "another thread sees another VG");
		race_must(visit_reports(shared->scan, false) == shared->report_sum, "another thread gets another report");
		race_ok(lvol_vg_export_text(vg, &text, &err), err);
		lvol_string_free(text);
		visit_data(vg, 2);
		lvol_vg_unref(vg);
	}
	lvol_vg_unref(shared->vg);
	return NULL;
}

static void share_snapshot(void)
{
	struct lvol_ctx *ctx = memory_context();
	struct lvol_error err = LVOL_ERROR_INIT;
	struct shared shared;
	void *args[THREADS];

	add_lvs(ctx, LVS, 2, 2);
	race_ok(lvol_scan_new(ctx, &shared.scan, &err), err);
	shared.vg = lvol_scan_vg(shared.scan, 0);
	shared.vg_sum = visit_vg(shared.vg);
	shared.report_sum = visit_reports(shared.scan, false);
	for (int i = 0; i < THREADS; i++) {
		args[i] = &shared;
		lvol_vg_ref(shared.vg);
	}
	/* the snapshot keeps what it needs */
	lvol_ctx_unref(ctx);
	run_threads(read_shared, args);
	lvol_scan_free(shared.scan);
}

/* ---- devices are added while others read ---- */

struct growing {
	struct lvol_ctx *ctx;        /* the thread that adds; NULL: one that reads */
	struct lvol_scan *scan;
	struct lvol_vg *vg;
};

static void *add_devices(struct lvol_ctx *ctx)
{
	struct lvol_memory memory = LVOL_MEMORY_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char name[16];

	memory.size_bytes = 1 << 20;
	for (int i = 0; i < 8 * ROUNDS; i++) {
		snprintf(name, sizeof name, "added%d", i);
		race_ok(lvol_ctx_add_memory(ctx, name, &memory, NULL, &err), err);
	}
	return NULL;
}

static void *add_or_read(void *arg)
{
	const struct growing *g = arg;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io *io;

	if (g->ctx)
		return add_devices(g->ctx);
	for (int i = 0; i < ROUNDS; i++) {
		visit_reports(g->scan, false);
		race_ok(lvol_io_open(lvol_lv_first(g->vg), 0, &io, &err), err);
		lvol_io_close(io);
	}
	return NULL;
}

static void grow_while_reading(void)
{
	struct growing adder = { .ctx = memory_context() }, reader = { NULL };
	struct lvol_error err = LVOL_ERROR_INIT;
	void *args[THREADS] = { &adder };

	add_lvs(adder.ctx, 4, 2, 1);
	race_ok(lvol_scan_new(adder.ctx, &reader.scan, &err), err);
	reader.vg = lvol_scan_vg(reader.scan, 0);
	for (int i = 1; i < THREADS; i++)
		args[i] = &reader;
	run_threads(add_or_read, args);
	lvol_scan_free(reader.scan);
	lvol_ctx_unref(adder.ctx);
}

/* ---- several contexts ---- */

static void *own_context(void *arg)
{
	struct lvol_ctx *ctx = memory_context();
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *scan = NULL;

	for (int i = 0; i < ROUNDS / 2; i++) {
		add_lvs(ctx, 2, 1, 1);
		race_ok(lvol_scan_new(ctx, &scan, &err), err);
		race_must(lvol_vg_lv_count(lvol_scan_vg(scan, 0)) == 2u * (i + 1), "LVs of another context");
		visit_scan(scan);
		lvol_scan_free(scan);
	}
	lvol_ctx_unref(ctx);
	return arg;
}

static void *same_images(void *arg)
{
	struct lvol_ctx *ctx = race_context(arg, NULL);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;

	for (int i = 0; i < COMMITS; i++) {
		add_lvs(ctx, 1, 1, 1);
		race_ok(lvol_vg_open(ctx, RACE_VG, &vg, &err), err);
		visit_vg(vg);
		lvol_vg_unref(vg);
	}
	lvol_ctx_unref(ctx);
	return NULL;
}

/* Every commit of every thread is there. */
static void share_images(const char *const *images)
{
	struct lvol_ctx *ctx = race_context(images, NULL);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;
	void *args[THREADS];

	race_make_vg(ctx, images);
	for (int i = 0; i < THREADS; i++)
		args[i] = (void *)images;
	run_threads(same_images, args);
	race_ok(lvol_vg_open(ctx, RACE_VG, &vg, &err), err);
	race_must(lvol_vg_lv_count(vg) == THREADS * COMMITS, "LVs were lost");
	race_must(lvol_vg_seqno(vg) == 1 + THREADS * COMMITS, "seqno has gaps");
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
}

/* ---- one open LV ---- */

#define BLOCK 16384u
#define DEPTH 8
#define BLOCKS_EACH 160u

struct lane {
	struct lvol_io *io;
	uint64_t first;      /* its own range of the LV */
	uint32_t flags;
};

static void submit(struct lvol_queue *queue, const struct lane *lane, int op, uint8_t *buf, uint32_t block)
{
	struct lvol_io_request request = { .io = lane->io, .op = op, .buf = buf, .length = BLOCK };
	struct lvol_error err = LVOL_ERROR_INIT;

	request.offset = lane->first + (uint64_t)block * BLOCK;
	if (op == LVOL_IO_OP_FLUSH)
		request.length = request.offset = 0;
	race_ok(lvol_queue_submit(queue, &request, &err), err);
}

static void complete_all(struct lvol_queue *queue)
{
	struct lvol_io_completion done[DEPTH];
	struct lvol_error err = LVOL_ERROR_INIT;

	while (lvol_queue_pending(queue)) {
		int n = lvol_queue_complete(queue, done, DEPTH, LVOL_WAIT_FOREVER, &err);

		race_must(n > 0, "nothing was completed");
		for (int i = 0; i < n; i++)
			race_must(!done[i].result, "a request failed");
	}
}

static void fill_block(uint8_t *buf, uint64_t offset, uint8_t round)
{
	memset(buf, (int)(offset / BLOCK % 251) + round, BLOCK);
	memcpy(buf, &offset, sizeof offset);
}

static void write_and_read(struct lvol_queue *queue, const struct lane *lane, uint32_t block, uint8_t round)
{
	static const size_t bytes = (size_t)DEPTH * BLOCK;
	uint8_t *wrote = malloc(bytes), *got = malloc(bytes);

	race_must(wrote && got, "no memory");
	for (uint32_t i = 0; i < DEPTH; i++) {
		fill_block(wrote + i * BLOCK, lane->first + (uint64_t)(block + i) * BLOCK, round);
		submit(queue, lane, LVOL_IO_OP_WRITE, wrote + i * BLOCK, block + i);
	}
	complete_all(queue);
	submit(queue, lane, LVOL_IO_OP_FLUSH, NULL, 0);
	complete_all(queue);
	for (uint32_t i = 0; i < DEPTH; i++)
		submit(queue, lane, LVOL_IO_OP_READ, got + i * BLOCK, block + i);
	complete_all(queue);
	race_must(!memcmp(wrote, got, bytes), "other bytes were read than written");
	free(wrote);
	free(got);
}

/* the calls that wait, and looking at places, meanwhile */
static void synchronous_calls(const struct lane *lane)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io_extent extent;
	uint8_t wrote[4096], got[4096];

	memset(wrote, (int)(lane->first / BLOCK) + 1, sizeof wrote);
	race_ok(lvol_io_pwrite(lane->io, wrote, sizeof wrote, lane->first + 100, &err), err);
	race_ok(lvol_io_pread(lane->io, got, sizeof got, lane->first + 100, &err), err);
	race_must(!memcmp(wrote, got, sizeof got), "other bytes were read than written");
	race_ok(lvol_io_write_zeroes(lane->io, 8192, lane->first, &err), err);
	race_ok(lvol_io_pread(lane->io, got, sizeof got, lane->first + 1000, &err), err);
	memset(wrote, 0, sizeof wrote);
	race_must(!memcmp(wrote, got, sizeof got), "zeroes do not read as zero");
	race_ok(lvol_io_block_status(lane->io, lane->first, &extent, &err), err);
	race_ok(lvol_io_flush(lane->io, &err), err);
}

static void *use_lane(void *arg)
{
	const struct lane *lane = arg;
	struct lvol_queue_opts opts = LVOL_QUEUE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_queue *queue = NULL;

	opts.depth = 2 * DEPTH;
	opts.flags = lane->flags;
	race_ok(lvol_queue_new(&opts, &queue, &err), err);
	for (uint32_t block = 0; block < BLOCKS_EACH; block += DEPTH) {
		write_and_read(queue, lane, block, (uint8_t)(block / DEPTH));
		synchronous_calls(lane);
	}
	lvol_queue_free(queue);
	return NULL;
}

static void share_lv(struct lvol_ctx *ctx)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;
	struct lvol_io *io = NULL;
	struct lane lanes[THREADS];
	void *args[THREADS];

	add_lvs(ctx, 1, 16, 2);
	race_ok(lvol_vg_open(ctx, RACE_VG, &vg, &err), err);
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv && !io; lv = lvol_lv_next(lv))
		if (lvol_lv_size_extents(lv) == 16)
			race_ok(lvol_io_open(lv, LVOL_IO_WRITE, &io, &err), err);
	lvol_vg_unref(vg);
	race_must(lvol_io_size_bytes(io) >= (uint64_t)THREADS * BLOCKS_EACH * BLOCK, "the LV is too small");
	for (int i = 0; i < THREADS; i++) {
		lanes[i] = (struct lane){ io, (uint64_t)i * BLOCKS_EACH * BLOCK, i % 2 ? LVOL_QUEUE_NO_URING : 0 };
		args[i] = &lanes[i];
	}
	run_threads(use_lane, args);
	lvol_io_close(io);
	lvol_ctx_unref(ctx);
}

int main(void)
{
	const char *const *images = race_images(race_folder(), 256 << 20);
	void *none[THREADS] = { NULL };

	share_snapshot();
	puts("one snapshot, many readers: fine");
	grow_while_reading();
	puts("devices that are added meanwhile: fine");
	run_threads(own_context, none);
	puts("several contexts: fine");
	share_images(images);
	puts("several contexts on the same images: fine");
	share_lv(race_context(images, NULL));
	share_lv(memory_context());
	puts("one LV, many threads: fine");
	return 0;
}
