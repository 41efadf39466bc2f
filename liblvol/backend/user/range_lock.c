/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/range_lock.h"

#include <stddef.h>

int lvi_range_lock_init(struct range_lock *l)
{
	int r;

	l->first = l->last = NULL;
	r = pthread_mutex_init(&l->lock, NULL);
	if (r)
		return r;
	r = pthread_cond_init(&l->given_back, NULL);
	if (r)
		pthread_mutex_destroy(&l->lock);
	return r;
}

void lvi_range_lock_free(struct range_lock *l)
{
	pthread_cond_destroy(&l->given_back);
	pthread_mutex_destroy(&l->lock);
}

static bool has_to_wait(const struct range_hold *hold)
{
	for (const struct range_hold *h = hold->prev; h; h = h->prev)
		if (h->start < hold->end && hold->start < h->end && (h->exclusive || hold->exclusive))
			return true;
	return false;
}

void lvi_range_lock_take(struct range_lock *l, struct range_hold *hold, uint64_t start, uint64_t end)
{
	hold->start = start;
	hold->end = end;
	hold->next = NULL;
	pthread_mutex_lock(&l->lock);
	hold->prev = l->last;
	if (l->last)
		l->last->next = hold;
	else
		l->first = hold;
	l->last = hold;
	while (has_to_wait(hold))
		pthread_cond_wait(&l->given_back, &l->lock);
	pthread_mutex_unlock(&l->lock);
}

void lvi_range_lock_give(struct range_lock *l, struct range_hold *hold)
{
	pthread_mutex_lock(&l->lock);
	if (hold->prev)
		hold->prev->next = hold->next;
	else
		l->first = hold->next;
	if (hold->next)
		hold->next->prev = hold->prev;
	else
		l->last = hold->prev;
	pthread_cond_broadcast(&l->given_back);
	pthread_mutex_unlock(&l->lock);
}
