/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bytes of LVs against the same io_uring loop on the files under them:
 *     bench-io direct|cached [LAYOUT [SHAPE]]
 * of all layouts and shapes or those that have the text in their name.
 * Linear and striped LVs on 1, 4 and 8 files, in one segment and in 1,000. Both sides run in turns for a short while
 * each; shown is the median of both and that of the ratios of neighbours: of the speed, and of the bytes per second of
 * the processor time of all threads of the process, those that the kernel adds for I/O among them.
 * Of stripes and pieces of an LV, a request of 1 MiB needs several; the raw loop moves 1 MiB in one piece.
 */
#include "io.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEGMENTS 1000
#define LV_BYTES ((uint64_t)SEGMENTS * (256 << 10))

struct layout {
	const char *name;
	unsigned files, stripes, segments;
};

static const struct layout layouts[] = {
	{ "linear", 1, 1, 1 }, { "linear", 1, 1, SEGMENTS }, { "linear", 8, 1, SEGMENTS },
	{ "striped", 4, 4, 1 }, { "striped", 4, 4, SEGMENTS }, { "striped", 8, 8, 1 }, { "striped", 8, 8, SEGMENTS },
};

static const struct io_shape shapes[] = {
	{ "4 KiB random read, depth 1", false, false, 4096, 1, 1 },
	{ "4 KiB random read, depth 32", false, false, 4096, 32, 1 },
	{ "4 KiB random write, depth 1", true, false, 4096, 1, 1 },
	{ "4 KiB random write, depth 32", true, false, 4096, 32, 1 },
	{ "1 MiB sequential read, depth 4", false, true, 1 << 20, 4, 1 },
	{ "1 MiB sequential write, depth 4", true, true, 1 << 20, 4, 1 },
};

static const struct io_shape threaded[] = {
	{ "4 KiB random read, depth 32, 2 threads", false, false, 4096, 32, 2 },
	{ "4 KiB random read, depth 32, 4 threads", false, false, 4096, 32, 4 },
	{ "4 KiB random read, depth 32, 8 threads", false, false, 4096, 32, 8 },
};

/* What was asked for on the command line. */
struct choice { bool direct; const char *layout, *shape; };

static void bench(const char *title, const struct io_target *target, const struct io_shape *s)
{
	double lv[B_RUNS_MAX], raw[B_RUNS_MAX], ratio[B_RUNS_MAX], cpu[B_RUNS_MAX], speed;
	unsigned runs = b_runs(7);

	io_run(target, s, io_raw_work);
	for (unsigned i = 0; i < runs; i++) {
		struct io_result a, b;

		/* who goes first changes, so that what one leaves behind does not favour the other */
		if (i % 2)
			b = io_run(target, s, io_raw_work);
		a = io_run(target, s, io_lv_work);
		if (i % 2 == 0)
			b = io_run(target, s, io_raw_work);
		lv[i] = a.rate;
		raw[i] = b.rate;
		ratio[i] = a.rate / b.rate;
		cpu[i] = a.per_cpu / b.per_cpu;
	}
	speed = b_median(ratio, runs);
	printf("%-30s %-40s LV %7.0f MB/s, raw %7.0f MB/s (x%.3f, per CPU second x%.3f)\n", title, s->name,
			b_median(lv, runs) / 1e6, b_median(raw, runs) / 1e6, speed, b_median(cpu, runs));
	fflush(stdout);
}

/* ---- LVs ---- */

static void fill(int fd, uint64_t bytes)
{
	static char *piece;

	if (!piece && posix_memalign((void **)&piece, 4096, 1 << 20))
		b_die("no memory");
	memset(piece, 0x5a, 1 << 20);
	for (uint64_t at = 0; at < bytes; at += 1 << 20)
		if (pwrite(fd, piece, 1 << 20, at) != 1 << 20)
			b_die("cannot write a file of %llu bytes", (unsigned long long)bytes);
}

/* "disk3", and where the LV is to have many segments every other extent of it. */
static char *pv_ranges(unsigned file, unsigned count)
{
	char *text = b_alloc(32 + (size_t)count * 24), *at = text;

	at += sprintf(at, "disk%u", file);
	for (unsigned i = 0; count > 1 && i < count; i++)
		at += sprintf(at, ":%u-%u", i * 2, i * 2);
	return text;
}

static void create_lv(struct lvol_txn *txn, const struct layout *l)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char *pvs[IO_FILES_MAX + 1] = { NULL };

	for (unsigned i = 0; i < l->files; i++)
		pvs[i] = pv_ranges(i, l->segments > 1 ? SEGMENTS * l->stripes / l->files : 1);
	opts.name = "lv";
	opts.size.bytes = LV_BYTES;
	opts.stripe_count = l->stripes;
	opts.stripe_bytes = l->stripes > 1 ? (256 << 10) / l->stripes : 0;
	opts.pvs = (const char *const *)pvs;
	b_ok(lvol_lv_create(txn, &opts, &err), &err, "lvcreate");
	for (unsigned i = 0; i < l->files; i++)
		free(pvs[i]);
}

static struct lvol_ctx *open_files(const struct layout *l, bool direct, struct io_target *target)
{
	char *const none[] = { NULL };
	struct lvol_ctx *ctx = b_ctx(none);
	struct lvol_error err = LVOL_ERROR_INIT;
	uint64_t bytes = LV_BYTES / l->files * 2 + (8 << 20);

	target->files = l->files;
	for (unsigned i = 0; i < l->files; i++) {
		char name[32], *path;

		snprintf(name, sizeof name, "disk%u", i);
		path = b_file(name, bytes);
		target->fds[i] = open(path, O_RDWR | O_CLOEXEC | (direct ? O_DIRECT : 0));
		if (target->fds[i] < 0)
			b_die("cannot open %s%s", path, direct ? " with O_DIRECT" : "");
		fill(target->fds[i], bytes);
		b_ok(lvol_ctx_add_fd(ctx, target->fds[i], name, 0, NULL, &err), &err, name);
		free(path);
	}
	return ctx;
}

static void bench_shapes(const struct choice *c, const char *title, const struct io_target *target, bool many_threads)
{
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		if (strstr(shapes[i].name, c->shape))
			bench(title, target, &shapes[i]);
	for (size_t i = 0; many_threads && i < sizeof threaded / sizeof *threaded; i++)
		if (strstr(threaded[i].name, c->shape))
			bench(title, target, &threaded[i]);
}

static void bench_layout(const struct layout *l, const struct choice *c)
{
	struct io_target target = { .io = NULL };
	struct lvol_ctx *ctx;
	/* extents of 256 KiB over all stripes, so that a segment has as much whatever it is made of */
	struct b_vg how = { .name = "bench", .extent_bytes = (256 << 10) / l->stripes };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn;
	const struct lvol_lv *lv;
	struct lvol_vg *vg;
	char title[64];

	snprintf(title, sizeof title, "%s %s %u PV, %u seg", c->direct ? "direct" : "cached", l->name, l->files, l->segments);
	if (!strstr(title, c->layout))
		return;
	ctx = open_files(l, c->direct, &target);
	txn = b_begin_vg(ctx, &how);
	create_lv(txn, l);
	b_commit(txn);
	vg = b_open_vg(ctx, "bench");
	lv = lvol_lv_first(vg);
	b_ok(lvol_io_open(lv, LVOL_IO_WRITE, &target.io, &err), &err, "open");
	target.start = lvol_pv_pe_start_bytes(lvol_pv_first(vg));
	target.bytes = lvol_io_size_bytes(target.io);
	target.length = target.bytes / l->files;
	bench_shapes(c, title, &target, l->segments > 1);
	lvol_io_close(target.io);
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
	for (unsigned i = 0; i < l->files; i++)
		close(target.fds[i]);
}

int main(int argc, char **argv)
{
	struct choice c = { .layout = argc > 2 ? argv[2] : "", .shape = argc > 3 ? argv[3] : "" };

	if (argc < 2 || argc > 4 || (strcmp(argv[1], "direct") && strcmp(argv[1], "cached")))
		b_die("usage: bench-io direct|cached [LAYOUT [SHAPE]]");
	c.direct = !strcmp(argv[1], "direct");
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
		bench_layout(&layouts[i], &c);
	return 0;
}
