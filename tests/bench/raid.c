/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Arrays of the device mapper in user space against the limit that their own work sets: the same I/O on the files of the legs
 * by pread() and pwrite(), as much of it as the array has to do (raid1 writes twice; small writes of raid5 read two blocks and
 * write two; full stripes write data and parity once). Through the page cache, from several threads; what is printed is
 * the array's rate and its share of the limit.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/backend.h"
#include "backend/user/mapper.h"
#include "bench.h"
#include "dm/parse.h"

#define LEGS 5
#define LEG_BYTES ((uint64_t)48 << 20)
#define META_BYTES ((uint64_t)1 << 20)
#define CHUNK "128"
#define THREADS 4
#define SECONDS 0.4

/* Reads and writes of a leg's block for each 4 KiB written at random; and bytes written for each byte, in 1/12. */
static const struct kind {
	const char *name, *type, *params;
	unsigned legs, data, small_reads, small_writes, twelfths;
} kinds[] = {
	{ "raid0", "raid0", "1 " CHUNK, 4, 4, 0, 1, 12 },
	{ "raid1", "raid1", "4 0 nosync region_size 4096", 2, 1, 0, 2, 24 },
	{ "raid10", "raid10", "4 " CHUNK " nosync region_size 4096", 4, 2, 0, 2, 24 },
	{ "raid5", "raid5_ls", "4 " CHUNK " nosync region_size 4096", 4, 3, 2, 2, 16 },
	{ "raid6", "raid6_zr", "3 " CHUNK " region_size 4096", 5, 3, 2, 3, 20 },
};

struct bench {
	const struct kind *kind;
	struct lvol_dev *meta[LEGS], *data[LEGS];
	int fds[LEGS];
	struct devset *set;
	struct user_mapper *mapper;
	struct backend_device *dev;
};

static struct lvol_error err;

static void make_files(struct bench *b)
{
	char name[16];

	b->set = lvi_devset_new(NULL);
	b_ok(b->set ? 0 : -1, &err, "devices");
	b_ok(lvi_user_mapper_new(NULL, &b->mapper, &err), &err, "mapper");
	for (unsigned i = 0; i < LEGS; i++) {
		char *meta, *data;

		snprintf(name, sizeof name, "meta%u", i);
		meta = b_file(name, META_BYTES);
		snprintf(name, sizeof name, "data%u", i);
		data = b_file(name, LEG_BYTES);
		b_ok(lvi_dev_add_path(b->set, meta, 0, &b->meta[i], &err), &err, meta);
		b_ok(lvi_dev_add_path(b->set, data, 0, &b->data[i], &err), &err, data);
		b->fds[i] = open(data, O_RDWR | O_CLOEXEC);
		free(meta);
		free(data);
	}
}

static void clear_metadata(struct bench *b)
{
	for (unsigned i = 0; i < LEGS; i++)
		b_ok(lvi_dev_zero(b->meta[i], META_BYTES, 0, &err), &err, "clear");
}

static void open_array(struct bench *b)
{
	struct backend_open how = { .flags = BACKEND_WRITE, .mapper = b->mapper };
	struct dm_graph *graph = lvi_dm_graph_new();
	struct dm_node *top = lvi_dm_graph_add(graph, "array", "array");
	struct dm_names names = { NULL, NULL };
	const struct kind *k = b->kind;
	char line[400], name[16];
	int at = snprintf(line, sizeof line, "0 %llu raid %s %s %u", (unsigned long long)(LEG_BYTES / 512 * k->data), k->type,
			k->params, k->legs);

	for (unsigned i = 0; i < k->legs; i++) {
		snprintf(name, sizeof name, "m%u", i);
		lvi_dm_graph_add_leaf(graph, name, b->meta[i]);
		snprintf(name, sizeof name, "d%u", i);
		lvi_dm_graph_add_leaf(graph, name, b->data[i]);
		at += snprintf(line + at, sizeof line - at, " m%u d%u", i, i);
	}
	b_ok(lvi_dm_parse(graph, top, line, &names, &err), &err, "table");
	b_ok(lvi_backend_user.open(graph, top, &how, &b->dev, &err), &err, "open");
	lvi_dm_graph_free(graph);
}

/* In sync, all of it written. */
static void settle_array(struct bench *b, char *buf, size_t len)
{
	struct user_live *live = lvi_hash_get(&b->mapper->lives, "array/0", strlen("array/0"));
	struct user_progress p;

	for (uint64_t at = 0; at < b->dev->size_bytes; at += len)
		b_ok(b->dev->backend->write(b->dev, buf, len, at, &err), &err, "fill");
	while (live && live->target->step(live, &p, &err) > 0)
		;
}

struct work { struct bench *b; bool raw, write, sequential; unsigned number; uint64_t bytes; };

/* One block of the legs, in the place of the array's. */
static void raw_block(struct work *w, char *buf, size_t len, uint64_t n)
{
	int fd = w->b->fds[n % w->b->kind->legs];
	uint64_t at = n / w->b->kind->legs % (LEG_BYTES / len) * len;
	const struct kind *k = w->b->kind;

	if (!w->write) {
		w->bytes += pread(fd, buf, len, at);
	} else if (w->sequential) {
		w->bytes += pwrite(fd, buf, len, at) * 12 / k->twelfths;
	} else {
		for (unsigned i = 0; i < k->small_reads + k->small_writes; i++)
			if (i < k->small_reads ? pread(fd, buf, len, at) < 0 : pwrite(fd, buf, len, at) < 0)
				b_die("raw I/O");
		w->bytes += len;
	}
}

static void array_block(struct work *w, char *buf, size_t len, uint64_t n)
{
	struct backend_device *dev = w->b->dev;
	uint64_t at = n % (dev->size_bytes / len) * len;

	b_ok(w->write ? dev->backend->write(dev, buf, len, at, &err) : dev->backend->read(dev, buf, len, at, &err), &err, "I/O");
	w->bytes += len;
}

static void *go(void *arg)
{
	struct work *w = arg;
	size_t len = w->sequential ? 1 << 20 : 4096;
	uint64_t n = w->number * 1000003u, random = n;
	double end = b_now() + SECONDS;
	void *buf;

	if (posix_memalign(&buf, 4096, len))
		b_die("memory");
	memset(buf, w->number + 1, len);
	while (b_now() < end) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		n = w->sequential ? n + 1 : random >> 20;
		(w->raw ? raw_block : array_block)(w, buf, len, n);
	}
	free(buf);
	return NULL;
}

/* MB/s */
static double measure(struct work how)
{
	pthread_t threads[THREADS];
	struct work work[THREADS];
	double begin = b_now(), bytes = 0;

	for (unsigned i = 0; i < THREADS; i++) {
		work[i] = how;
		work[i].number = i;
		if (pthread_create(&threads[i], NULL, go, &work[i]))
			b_die("thread");
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		bytes += work[i].bytes;
	}
	return bytes / (b_now() - begin) / 1e6;
}

/* In turns, so that a noisy neighbour meets both; medians. */
static void compare(struct bench *b, const char *title, bool write, bool sequential)
{
	double ours[B_RUNS_MAX], limit[B_RUNS_MAX];
	unsigned runs = b_runs(5);

	for (unsigned i = 0; i < runs; i++) {
		ours[i] = measure((struct work){ b, false, write, sequential });
		limit[i] = measure((struct work){ b, true, write, sequential });
	}
	printf("%-7s %-22s %8.0f MB/s, limit %8.0f MB/s: %.2f\n", b->kind->name, title, b_median(ours, runs),
			b_median(limit, runs), b_median(ours, runs) / b_median(limit, runs));
	fflush(stdout);
}

int main(void)
{
	struct bench b = { 0 };
	char *buf = b_alloc(1 << 20);

	make_files(&b);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		b.kind = &kinds[i];
		clear_metadata(&b);
		open_array(&b);
		settle_array(&b, buf, 1 << 20);
		compare(&b, "4 KiB random read", false, false);
		compare(&b, "4 KiB random write", true, false);
		compare(&b, "1 MiB sequential read", false, true);
		compare(&b, "1 MiB sequential write", true, true);
		b.dev->backend->close(b.dev);
	}
	lvi_user_mapper_free(b.mapper);
	lvi_devset_unref(b.set);
	free(buf);
	return 0;
}
