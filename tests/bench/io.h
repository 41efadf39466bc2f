/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_BENCH_IO_H
#define LVOL_TESTS_BENCH_IO_H

#include <pthread.h>

#include "bench.h"

#define IO_FILES_MAX 8
#define IO_THREADS_MAX 8
#define IO_DEPTH_MAX 32

/* What is done again and again. */
struct io_shape {
	const char *name;
	bool write, sequential;
	size_t block;
	unsigned depth, threads;
	bool once;                       /* no block twice: the run ends when all have been had (a power of two of them) */
};

/* An open LV, and the files under it with the ranges that the raw loop takes. */
struct io_target {
	struct lvol_io *io;
	/* In its place, of a device that is no LV. */
	int (*submit)(const struct io_target *target, struct lvol_queue *queue, const struct lvol_io_request *request,
			struct lvol_error *err);
	void *device;
	uint64_t bytes;                  /* of the LV */
	unsigned files;
	int fds[IO_FILES_MAX];
	uint64_t start, length;          /* in each file */
};

/* One of the threads of a run. */
struct io_worker {
	const struct io_target *target;
	const struct io_shape *shape;
	unsigned number;
	double end;                      /* when to begin nothing more */
	double took;                     /* seconds, filled in with `bytes` */
	uint64_t bytes;
	uint64_t random, next;
	char *buffers;
};

/* The next block on a device of @blocks; threads begin at different places. */
uint64_t io_next_block(struct io_worker *w, uint64_t blocks);

bool io_goes_on(const struct io_worker *w);

/* Begin and end of what is measured. */
void io_begin(struct io_worker *w);
void io_end(struct io_worker *w, uint64_t requests);

struct io_result { double rate, per_cpu; };  /* bytes per second, and per second of processor time */
struct io_result io_run(const struct io_target *target, const struct io_shape *s, void (*work)(struct io_worker *));

void io_raw_work(struct io_worker *w);
void io_lv_work(struct io_worker *w);

#endif
