/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/exception_store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

int lvi_exception_store_open(struct exception_store *s, struct exceptions *out, struct lvol_error *err)
{
	int r;

	if (pthread_mutex_init(&s->lock, NULL))
		return lvi_error_nomem(err);
	if (pthread_cond_init(&s->written, NULL)) {
		pthread_mutex_destroy(&s->lock);
		return lvi_error_nomem(err);
	}
	s->valid = true;
	r = s->ops->load(s, out, err);
	if (r)
		lvi_exception_store_close(s);
	return r;
}

void lvi_exception_store_close(struct exception_store *s)
{
	s->ops->free(s);
	free(s->waiting);
	pthread_cond_destroy(&s->written);
	pthread_mutex_destroy(&s->lock);
}

static bool fits(const struct exception_store *s, uint64_t chunk)
{
	return chunk < s->cow->size / s->chunk_bytes;
}

int64_t lvi_exception_store_take(struct exception_store *s, uint64_t want, uint64_t *first, struct lvol_error *err)
{
	int64_t n = 0;

	pthread_mutex_lock(&s->lock);
	*first = s->next_free;
	while ((uint64_t)n < want && fits(s, s->next_free)) {
		n++;
		s->next_free++;
		if (s->ops->is_metadata(s, s->next_free)) {
			s->next_free++;
			break;
		}
	}
	pthread_mutex_unlock(&s->lock);
	return n ? n : lvi_error(err, LVOL_E_NO_SPACE, s->device, "the store of snapshot %s (%" PRIu64
			" bytes) is full; extend the snapshot before that happens", s->device, s->cow->size);
}

/* With the lock held. */
static int add_waiting(struct exception_store *s, const struct exception *entries, size_t count)
{
	size_t need = s->waiting_count + count;
	struct exception *grown;

	if (need > s->waiting_size) {
		grown = realloc(s->waiting, need * 2 * sizeof *grown);
		if (!grown)
			return -1;
		s->waiting = grown;
		s->waiting_size = need * 2;
	}
	memcpy(s->waiting + s->waiting_count, entries, count * sizeof *entries);
	s->waiting_count = need;
	s->added += count;
	return 0;
}

/* Writes what is waiting. With the lock held, which is let go meanwhile. */
static void write_waiting(struct exception_store *s, struct lvol_error *err)
{
	struct exception *batch = s->waiting;
	size_t count = s->waiting_count;
	int r;

	s->waiting = NULL;
	s->waiting_count = s->waiting_size = 0;
	s->busy = true;
	pthread_mutex_unlock(&s->lock);
	r = s->ops->append(s, batch, count, err);
	free(batch);
	pthread_mutex_lock(&s->lock);
	s->busy = false;
	s->done += count;
	if (r && !s->failed)
		s->failed = r;
	pthread_cond_broadcast(&s->written);
}

int lvi_exception_store_commit(struct exception_store *s, const struct exception *entries, size_t count,
		struct lvol_error *err)
{
	uint64_t mine;
	int r = 0;

	pthread_mutex_lock(&s->lock);
	if (add_waiting(s, entries, count)) {
		pthread_mutex_unlock(&s->lock);
		return lvi_error_nomem(err);
	}
	mine = s->added;
	while (s->done < mine && !s->failed) {
		if (s->busy)
			pthread_cond_wait(&s->written, &s->lock);
		else
			write_waiting(s, err);
	}
	if (s->failed)
		r = lvi_error(err, -s->failed, s->device, "the list of exceptions of snapshot %s cannot be written", s->device);
	pthread_mutex_unlock(&s->lock);
	return r;
}

void lvi_exception_store_usage(struct exception_store *s, struct exception_usage *out)
{
	pthread_mutex_lock(&s->lock);
	out->used_bytes = s->next_free * s->chunk_bytes;
	out->metadata_bytes = s->ops->metadata_chunks(s) * s->chunk_bytes;
	pthread_mutex_unlock(&s->lock);
	out->total_bytes = s->cow->size;
}
