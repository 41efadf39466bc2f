/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_WORKERS_H
#define LVI_BACKEND_USER_WORKERS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Threads that run jobs and hand them back to the one thread that gave them. A descriptor is readable while jobs are
 * waiting to be taken back, or since lvi_workers_signal(), until lvi_workers_take().
 */
struct job { struct job *next; };
struct job_list { struct job *first, *last; };

struct workers {
	void (*run)(struct job *job);
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct job_list todo, done;
	pthread_t *threads;
	unsigned max, started, idle;
	bool stop, signalled;
	/* how often something was, or is about to be, written to fd, and what of that was read */
	_Atomic uint64_t told;
	uint64_t seen;
	int fd;
};

/* Threads are started as jobs need them, @max at most. 0 or -errno. */
int lvi_workers_init(struct workers *w, unsigned max, void (*run)(struct job *job));
/* Jobs not begun are not run. */
void lvi_workers_free(struct workers *w);
/* Without any thread to be had, the job is run before this returns. */
void lvi_workers_give(struct workers *w, struct job *job);
/* The same for who will come back soon: one that is all there is to do is left for lvi_workers_help(), and so costs no
 * switch to a thread and back. Who does not come back calls lvi_workers_wake(). */
void lvi_workers_give_later(struct workers *w, struct job *job);
void lvi_workers_wake(struct workers *w);
/* Run the only job, while no thread does anything; false: there is none, or there are more, which threads begin. It is
 * there to be taken back, and the descriptor says nothing of it. */
bool lvi_workers_help(struct workers *w);
/* Run it before this returns; it is taken back as the others are. */
void lvi_workers_do(struct workers *w, struct job *job);
/* Jobs done, in order; the descriptor is not readable any more. */
struct job *lvi_workers_take(struct workers *w);
void lvi_workers_signal(struct workers *w);

#endif
