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
};

/* An open LV, and the files under it with the ranges that are as large as it is together. */
struct io_target {
	struct lvol_io *io;
	unsigned files;
	int fds[IO_FILES_MAX];
	uint64_t start, length;          /* in each file */
};

/* One of the threads of a run. */
struct io_worker {
	const struct io_target *target;
	const struct io_shape *shape;
	unsigned number;
	double seconds;                  /* to go on for */
	double took, cpu;                /* seconds, filled in with `bytes` */
	uint64_t bytes;
	uint64_t random, next;
	char *buffers;
};

/* The next block on a device of @blocks; threads begin at different places. */
uint64_t io_next_block(struct io_worker *w, uint64_t blocks);

/* Begin and end of what is measured. */
void io_begin(struct io_worker *w);
void io_end(struct io_worker *w, uint64_t requests);

void io_raw_work(struct io_worker *w);
void io_lv_work(struct io_worker *w);

#endif
