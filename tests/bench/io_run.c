/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Workers doing a shape for a while, and what came of it. */
#include "io.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUN_SECONDS 0.1

/* Every block once, in an order that jumps: an odd number is a generator of a power of two. */
static uint64_t permuted(uint64_t n, uint64_t blocks)
{
	return n * 2654435761u & (blocks - 1);
}

uint64_t io_next_block(struct io_worker *w, uint64_t blocks)
{
	if (w->shape->sequential)
		return w->next++ % blocks;
	if (w->shape->once)
		return permuted(w->next++, blocks);
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (uint64_t)(((unsigned __int128)w->random * blocks) >> 64);
}

bool io_goes_on(const struct io_worker *w)
{
	return b_now() < w->end && !(w->shape->once && w->next >= w->target->bytes / w->shape->block);
}

void io_begin(struct io_worker *w)
{
	w->took = -b_now();
	w->end = RUN_SECONDS - w->took;
}

void io_end(struct io_worker *w, uint64_t requests)
{
	w->took += b_now();
	w->bytes = requests * w->shape->block;
}

struct thread { struct io_worker w; void (*work)(struct io_worker *w); pthread_t id; };

static void *run_thread(void *arg)
{
	struct thread *t = arg;

	t->work(&t->w);
	return NULL;
}

/* Of all threads, the kernel's own for io_uring among them. */
static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static char *memory(void)
{
	static char *buffers;
	size_t bytes = (size_t)IO_THREADS_MAX * IO_DEPTH_MAX << 20;

	if (!buffers && posix_memalign((void **)&buffers, 4096, bytes))
		b_die("no memory");
	return buffers;
}

struct io_result io_run(const struct io_target *target, const struct io_shape *s, void (*work)(struct io_worker *))
{
	struct thread threads[IO_THREADS_MAX];
	struct io_result r = { 0, 0 };
	uint64_t bytes = 0;
	double cpu = -cpu_now();

	for (unsigned i = 0; i < s->threads; i++) {
		threads[i] = (struct thread){ .work = work, .w = { .target = target, .shape = s, .number = i,
			.random = 0x9e3779b97f4a7c15 * (i + 1), .buffers = memory() + i * s->depth * s->block } };
		if (s->threads == 1)
			run_thread(&threads[i]);
		else if (pthread_create(&threads[i].id, NULL, run_thread, &threads[i]))
			b_die("no thread");
	}
	for (unsigned i = 0; i < s->threads; i++) {
		if (s->threads > 1)
			pthread_join(threads[i].id, NULL);
		r.rate += threads[i].w.bytes / threads[i].w.took;
		bytes += threads[i].w.bytes;
	}
	cpu += cpu_now();
	r.per_cpu = bytes / cpu;
	return r;
}
