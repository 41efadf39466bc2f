/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/workers.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void push(struct job_list *list, struct job *job)
{
	job->next = NULL;
	if (list->last)
		list->last->next = job;
	else
		list->first = job;
	list->last = job;
}

static struct job *pop(struct job_list *list)
{
	struct job *job = list->first;

	if (job)
		list->first = job->next;
	if (!list->first)
		list->last = NULL;
	return job;
}

static void signal_fd(const struct workers *w)
{
	uint64_t one = 1;

	while (write(w->fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

/* With the lock held before and after. */
static void run_unlocked(struct workers *w, struct job *job)
{
	pthread_mutex_unlock(&w->lock);
	w->run(job);
	pthread_mutex_lock(&w->lock);
	push(&w->done, job);
}

/* The first that is done since the last look makes the descriptor readable. That is done without the lock, which others
 * want meanwhile; so it may come after the look, and then be about nothing, until the next one. */
static void run_and_signal(struct workers *w, struct job *job)
{
	bool first;

	run_unlocked(w, job);
	first = !w->signalled;
	w->signalled = true;
	if (!first)
		return;
	atomic_fetch_add(&w->told, 1);
	pthread_mutex_unlock(&w->lock);
	signal_fd(w);
	pthread_mutex_lock(&w->lock);
}

static void *work(void *arg)
{
	struct workers *w = arg;
	struct job *job;

	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		job = pop(&w->todo);
		if (job) {
			run_and_signal(w, job);
			continue;
		}
		w->idle++;
		pthread_cond_wait(&w->wake, &w->lock);
		w->idle--;
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

int lvi_workers_init(struct workers *w, unsigned max, void (*run)(struct job *job))
{
	*w = (struct workers){ .run = run, .max = max, .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
	if (w->fd < 0)
		return -errno;
	w->threads = calloc(max, sizeof *w->threads);
	if (!w->threads) {
		close(w->fd);
		return -ENOMEM;
	}
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	return 0;
}

void lvi_workers_free(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->wake);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->started; i++)
		pthread_join(w->threads[i], NULL);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	close(w->fd);
	free(w->threads);
}

/* The program's signals are none of our threads' business. */
static void start_thread(struct workers *w)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (!pthread_create(&w->threads[w->started], NULL, work, w))
		w->started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void give(struct workers *w, struct job *job, bool later)
{
	pthread_mutex_lock(&w->lock);
	later = later && !w->todo.first && w->idle == w->started;
	/* a woken thread counts as idle until it runs, so this may start one less than could be used: the next job will */
	if (!later && (!w->idle || w->todo.first) && w->started < w->max)
		start_thread(w);
	if (w->started || later) {
		push(&w->todo, job);
		if (!later)
			pthread_cond_signal(&w->wake);
	} else {
		run_and_signal(w, job);
	}
	pthread_mutex_unlock(&w->lock);
}

void lvi_workers_give(struct workers *w, struct job *job)
{
	give(w, job, false);
}

void lvi_workers_give_later(struct workers *w, struct job *job)
{
	give(w, job, true);
}

void lvi_workers_wake(struct workers *w)
{
	struct job *job;

	pthread_mutex_lock(&w->lock);
	if (w->todo.first && !w->idle && w->started < w->max)
		start_thread(w);
	if (w->started)
		pthread_cond_signal(&w->wake);
	else
		while ((job = pop(&w->todo)))
			run_and_signal(w, job);
	pthread_mutex_unlock(&w->lock);
}

bool lvi_workers_help(struct workers *w)
{
	struct job *job = NULL;

	pthread_mutex_lock(&w->lock);
	if (w->idle == w->started && w->todo.first == w->todo.last)
		job = pop(&w->todo);
	if (job)
		run_unlocked(w, job);
	pthread_mutex_unlock(&w->lock);
	return job != NULL;
}

void lvi_workers_do(struct workers *w, struct job *job)
{
	pthread_mutex_lock(&w->lock);
	run_and_signal(w, job);
	pthread_mutex_unlock(&w->lock);
}

/* First the descriptor, then the jobs: a signal that comes in between is about nothing then, but none is lost. */
struct job *lvi_workers_take(struct workers *w)
{
	struct job *done;
	uint64_t count;
	ssize_t n = 0;

	if (atomic_load(&w->told) != w->seen)
		while ((n = read(w->fd, &count, sizeof count)) < 0 && errno == EINTR)
			;
	w->seen += n > 0 ? count : 0;
	pthread_mutex_lock(&w->lock);
	done = w->done.first;
	w->done = (struct job_list){ 0 };
	w->signalled = false;
	pthread_mutex_unlock(&w->lock);
	return done;
}

void lvi_workers_signal(struct workers *w)
{
	bool first;

	pthread_mutex_lock(&w->lock);
	first = !w->signalled;
	w->signalled = true;
	atomic_fetch_add(&w->told, first);
	pthread_mutex_unlock(&w->lock);
	if (first)
		signal_fd(w);
}
