/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RANGE_LOCK_H
#define LVI_BACKEND_USER_RANGE_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Locks of byte ranges, shared or exclusive. Whoever comes first has it first, so nobody starves. A hold lives on its
 * holder's stack; there are as many as there are threads, so a list is all that is needed.
 */
struct range_hold {
	uint64_t start, end;
	bool exclusive;
	struct range_hold *next, *prev;
};

struct range_lock {
	pthread_mutex_t lock;
	pthread_cond_t given_back;
	struct range_hold *first, *last;
};

int lvi_range_lock_init(struct range_lock *l);  /* 0 or an errno */
void lvi_range_lock_free(struct range_lock *l);

/* Waits until nobody who came before holds any of [start, end) in a way that excludes this. */
void lvi_range_lock_take(struct range_lock *l, struct range_hold *hold, uint64_t start, uint64_t end);
void lvi_range_lock_give(struct range_lock *l, struct range_hold *hold);

#endif
