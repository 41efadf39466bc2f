/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What snapshot and snapshot-merge have in common. */
#include "backend/user/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/mapper.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"

#define COPY_BYTES ((uint64_t)1 << 20)
#define CHUNK_SECTORS_MAX INT32_MAX

/* P, PO and N; the kernel looks at the first letter, and at whether the second is an O. */
static const struct exception_store_ops *find_store(const char *word, bool *can_overflow)
{
	static const struct exception_store_ops *const stores[] = {
		&lvi_exception_store_persistent, &lvi_exception_store_transient,
	};

	*can_overflow = !strcmp(word, "PO");
	for (size_t i = 0; i < sizeof stores / sizeof stores[0]; i++)
		if (!strcmp(word, stores[i]->type) || (*can_overflow && word[0] == stores[i]->type[0]))
			return stores[i];
	return NULL;
}

/* ORIGIN COW TYPE CHUNK [COUNT FEATURE...]; features say what discards do, which have no effect here. */
static int parse(const struct user_line *line, struct snapshot *s, struct lvol_error *err)
{
	struct user_live *live = s->live;
	uint64_t chunk = 0, features = 0;
	unsigned below = 0, cow = 0;
	const char *word = NULL;
	int r = lvi_user_arg_port(line, 0, &below, err);

	if (!r)
		r = lvi_user_arg_port(line, 1, &cow, err);
	if (!r)
		r = lvi_user_arg_word(line, 2, &word, err);
	if (!r)
		r = lvi_user_arg_u64(line, 3, CHUNK_SECTORS_MAX, &chunk, err);
	if (!r && line->line->arg_count > 4)
		r = lvi_user_arg_u64(line, 4, 2, &features, err);
	if (!r && line->line->arg_count > 4)
		r = lvi_user_arg_count(line, 5 + features, err);
	if (r)
		return r;
	s->below = &live->ports[below];
	s->cow = s->store.cow = &live->ports[cow];
	s->store.chunk_bytes = chunk << LVI_SECTOR_SHIFT;
	s->store.ops = find_store(word, &s->can_overflow);
	if (!s->store.ops)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, line->device, "snapshot %s: there is no exception store of type %s",
				line->device, word);
	if (!lvi_is_pow2(chunk))
		return lvi_error(err, LVOL_E_CORRUPT, line->device, "snapshot %s: chunks of %" PRIu64
				" sectors, which is no power of two", line->device, chunk);
	return 0;
}

static int init_locks(struct snapshot *s)
{
	if (pthread_rwlock_init(&s->lock, NULL))
		return -1;
	if (!pthread_mutex_init(&s->merging, NULL))
		return 0;
	pthread_rwlock_destroy(&s->lock);
	return -1;
}

static void free_locks(struct snapshot *s)
{
	pthread_mutex_destroy(&s->merging);
	pthread_rwlock_destroy(&s->lock);
}

static int open_store(struct snapshot *s, struct lvol_error *err)
{
	int r;

	if (s->cow->missing)
		return lvi_error(err, LVOL_E_MISSING_PV, s->device, "the store of snapshot %s lies on %s, which is missing",
				s->device, s->cow->missing);
	if (init_locks(s))
		return lvi_error_nomem(err);
	lvi_exceptions_init(&s->exceptions);
	r = lvi_exception_store_open(&s->store, &s->exceptions, err);
	if (r) {
		lvi_exceptions_free(&s->exceptions);
		free_locks(s);
		return r;
	}
	s->invalid = !s->store.valid;
	s->merge_total = s->exceptions.count;
	return 0;
}

int lvi_snapshot_new(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct snapshot *s = calloc(1, sizeof *s);
	int r;

	if (!s)
		return lvi_error_nomem(err);
	s->live = live;
	s->device = s->store.device = live->name;
	r = parse(line, s, err);
	if (!r)
		r = lvi_snapshot_origin_get(live, s->below, &s->origin, err);
	if (!r) {
		r = open_store(s, err);
		if (r)
			lvi_snapshot_origin_put(live, s->origin);
	}
	if (r)
		free(s);
	else
		live->state = s;
	return r;
}

void lvi_snapshot_free(struct snapshot *s)
{
	lvi_exception_store_close(&s->store);
	lvi_exceptions_free(&s->exceptions);
	free_locks(s);
	lvi_snapshot_origin_put(s->live, s->origin);
	free(s);
}

/* That the mark cannot be written does not keep the origin from going on, as in the kernel; all that can be done is to
 * say so. */
void lvi_snapshot_invalidate(struct snapshot *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	if (!atomic_exchange(&s->invalid, true) && s->store.ops->invalidate(&s->store, &err))
		lvi_log(&s->live->mapper->log, LVI_LOG_ERROR, s->device, "snapshot %s is invalid from now on, and this cannot be "
				"written to its store: %s; remove the snapshot, it will look valid and is not", s->device, err.message);
}

int lvi_snapshot_status(struct user_live *live, struct textbuf *out, struct lvol_error *err)
{
	struct snapshot *s = live->state;
	struct exception_usage u;

	(void)err;
	lvi_exception_store_usage(&s->store, &u);
	if (s->invalid)
		lvi_textbuf_puts(out, "Invalid");
	else if (s->merge_failed)
		lvi_textbuf_puts(out, "Merge failed");
	else if (s->overflowed)
		lvi_textbuf_puts(out, "Overflow");
	else
		lvi_textbuf_printf(out, "%" PRIu64 "/%" PRIu64 " %" PRIu64, u.used_bytes >> LVI_SECTOR_SHIFT,
				u.total_bytes >> LVI_SECTOR_SHIFT, u.metadata_bytes >> LVI_SECTOR_SHIFT);
	return 0;
}

void lvi_snapshot_find(struct snapshot *s, uint64_t offset, uint64_t length, struct snapshot_run *out)
{
	uint64_t size = s->store.chunk_bytes, chunk = offset / size, within = offset % size, new = 0, next;

	pthread_rwlock_rdlock(&s->lock);
	out->copied = lvi_exceptions_find(&s->exceptions, chunk, &new);
	out->cow_offset = new * size + within;
	out->length = size - within;
	while (out->length < length && lvi_exceptions_find(&s->exceptions, ++chunk, &next) == out->copied &&
	       (!out->copied || next == ++new))
		out->length += size;
	pthread_rwlock_unlock(&s->lock);
	if (out->length > length)
		out->length = length;
}

/* Looking further than this is not cheap any more. */
#define EXTENT_CHUNKS 1024

void lvi_snapshot_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	struct snapshot *s = live->state;
	struct snapshot_run run;
	uint64_t most = s->store.chunk_bytes * EXTENT_CHUNKS;

	lvi_snapshot_find(s, offset, length < most ? length : most, &run);
	out->length = run.length;
	out->kind = USER_EXTENT_BELOW;
	out->below = run.copied ? (struct user_remap){ s->cow - live->ports, run.cow_offset, run.length } :
			(struct user_remap){ s->below - live->ports, offset, run.length };
}

int lvi_snapshot_copy(const struct snapshot_copy *copy, uint64_t len, struct lvol_error *err)
{
	uint64_t size = len < COPY_BYTES ? len : COPY_BYTES, n;
	CLEANUP_FREE unsigned char *buf = malloc(size);
	int r = 0;

	if (!buf)
		return lvi_error_nomem(err);
	for (uint64_t at = 0; at < len && !r; at += n) {
		n = len - at < size ? len - at : size;
		r = lvi_user_port_read(copy->from, buf, n, copy->from_offset + at, err);
		if (!r)
			r = lvi_user_port_write(copy->to, buf, n, copy->to_offset + at, err);
	}
	return r;
}
