/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/hash.h"
#include "store/open_lock_impl.h"

/* Behind those of open_lock.c: a byte for each LV. */
#define STATE_BASE (UINT64_C(1) << 62)

struct state_lock {
	struct uuid id;
	uint64_t at;
	unsigned refs;
	bool exclusive;
	struct open_lock *open;                  /* nobody resizes or removes the LV meanwhile */
	struct dev_list devs;
	ARRAY(struct host_lock *) locks;         /* one for each device */
};

struct state_locks {
	pthread_mutex_t lock;
	struct hash by_id;
};

struct state_locks *lvi_state_locks_new(void)
{
	struct state_locks *locks = calloc(1, sizeof *locks);

	if (!locks)
		return NULL;
	pthread_mutex_init(&locks->lock, NULL);
	lvi_hash_init(&locks->by_id);
	return locks;
}

void lvi_state_locks_free(struct state_locks *locks)
{
	if (!locks)
		return;
	lvi_hash_free(&locks->by_id);
	pthread_mutex_destroy(&locks->lock);
	free(locks);
}

static struct lock_range state_range(const struct state_lock *s, bool exclusive)
{
	return (struct lock_range){ s->at, 1, exclusive ? LOCK_MODE_EXCLUSIVE : LOCK_MODE_SHARED, "the state of the LV" };
}

static void state_free(struct state_lock *s)
{
	for (size_t i = s->locks.len; i-- > 0;)
		lvi_lock_release(s->locks.items[i]);
	ARRAY_FREE(&s->locks);
	ARRAY_FREE(&s->devs.devs);
	lvi_open_lock_release(s->open);
	free(s);
}

static int state_fill(struct state_lock *s, const struct lvol_lv *lv, struct lvol_error *err)
{
	struct lock_range range = state_range(s, s->exclusive);
	int r = lvi_open_lock_take(lv, false, &s->open, err);

	if (!r && lvi_open_lock_devices(lv, &s->devs))
		r = lvi_error_nomem(err);
	for (size_t i = 0; !r && i < s->devs.devs.len; i++) {
		struct host_lock **slot = ARRAY_PUSH(&s->locks);

		r = slot ? lvi_lock_range(s->devs.devs.items[i], &range, slot, err) : lvi_error_nomem(err);
		if (slot && r)
			s->locks.len--;
	}
	return r == -LVOL_E_LOCKED ? -LVOL_E_BUSY : r;
}

static int state_new(struct state_locks *locks, const struct lvol_lv *lv, bool write, struct state_lock **out,
		struct lvol_error *err)
{
	struct state_lock *s = calloc(1, sizeof *s);
	int r;

	if (!s)
		return lvi_error_nomem(err);
	s->id = lv->id;
	s->at = STATE_BASE + lvi_open_lock_number(&lv->id);
	s->exclusive = write;
	r = state_fill(s, lv, err);
	if (!r && lvi_hash_put(&locks->by_id, &s->id, sizeof s->id, s, NULL))
		r = lvi_error_nomem(err);
	if (r) {
		state_free(s);
		return r;
	}
	*out = s;
	return 0;
}

/* All of them or none. */
static int state_exclude(struct state_lock *s, struct lvol_error *err)
{
	struct lock_range exclusive = state_range(s, true), shared = state_range(s, false);
	int r = 0;
	size_t i;

	for (i = 0; !r && i < s->locks.len; i++)
		r = lvi_lock_range_change(s->locks.items[i], s->devs.devs.items[i], &exclusive, err);
	s->exclusive = !r;
	while (r && i-- > 0)
		lvi_lock_range_change(s->locks.items[i], s->devs.devs.items[i], &shared, NULL);
	return r == -LVOL_E_LOCKED ? -LVOL_E_BUSY : r;
}

int lvi_state_lock_take(struct state_locks *locks, const struct lvol_lv *lv, bool write, struct state_lock **out,
		struct lvol_error *err)
{
	struct state_lock *s;
	int r = 0;

	pthread_mutex_lock(&locks->lock);
	s = lvi_hash_get(&locks->by_id, &lv->id, sizeof lv->id);
	if (!s)
		r = state_new(locks, lv, write, &s, err);
	else if (write && !s->exclusive)
		r = state_exclude(s, err);
	if (!r) {
		s->refs++;
		*out = s;
	}
	pthread_mutex_unlock(&locks->lock);
	return lvi_open_lock_name(lv, r, err);
}

void lvi_state_lock_give(struct state_locks *locks, struct state_lock *s)
{
	pthread_mutex_lock(&locks->lock);
	if (!--s->refs) {
		lvi_hash_del(&locks->by_id, &s->id, sizeof s->id);
		state_free(s);
	}
	pthread_mutex_unlock(&locks->lock);
}
