/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Going in and out is two atomic operations. Who goes in counts himself first and looks at `closed` then; who closes
 * sets `closed` first and looks at the count then: at least one of the two sees the other.
 */
#include <time.h>

#include "backend/user/mapper.h"
#include "backend/user/path.h"

#define HELP_AGAIN_NS 1000000

void lvi_user_gate_leave(struct user_gate *gate)
{
	if (atomic_fetch_sub(&gate->inside, 1) != 1 || !atomic_load(&gate->closed))
		return;
	pthread_mutex_lock(&gate->lock);
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
}

bool lvi_user_gate_enter(struct user_gate *gate)
{
	atomic_fetch_add(&gate->inside, 1);
	if (!atomic_load(&gate->closed))
		return true;
	lvi_user_gate_leave(gate);
	return false;
}

/*
 * Whoever is inside leaves as soon as the I/O is done, but a queue notices that only when its program asks, and the
 * program may be waiting for us. So we look after the queues from time to time.
 */
static void wait_until_empty(struct user_gate *gate)
{
	struct timespec until;

	while (atomic_load(&gate->inside)) {
		pthread_mutex_unlock(&gate->lock);
		lvi_user_help(gate->mapper);
		pthread_mutex_lock(&gate->lock);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += HELP_AGAIN_NS;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		if (atomic_load(&gate->inside))
			pthread_cond_timedwait(&gate->changed, &gate->lock, &until);
	}
}

void lvi_user_gate_init(struct user_gate *gate, struct user_mapper *mapper)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&gate->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&gate->changed, &attr);
	pthread_condattr_destroy(&attr);
	gate->mapper = mapper;
}

void lvi_user_gate_free(struct user_gate *gate)
{
	pthread_cond_destroy(&gate->changed);
	pthread_mutex_destroy(&gate->lock);
}

void lvi_user_gate_close(struct user_gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	while (atomic_load(&gate->closed))
		pthread_cond_wait(&gate->changed, &gate->lock);
	atomic_store(&gate->closed, true);
	wait_until_empty(gate);
	pthread_mutex_unlock(&gate->lock);
}

void lvi_user_gate_open(struct user_gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	atomic_store(&gate->closed, false);
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
}
