/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/live_io.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"

#define ZEROES_BYTES ((size_t)1 << 20)

static uint32_t granule(const struct user_live *live)
{
	return live->target->granularity ? live->target->granularity(live) : 1;
}

/* The part of a range that lies in one granule, or all whole granules from there on. */
struct part {
	size_t len, skip;         /* bytes of the range; bytes of the granule in front of them */
	bool whole;
};

static struct part next_part(uint32_t g, size_t len, uint64_t offset)
{
	struct part p = { .skip = offset % g };

	p.whole = !p.skip && len >= g;
	p.len = p.whole ? lvi_round_down(len, g) : len < g - p.skip ? len : g - p.skip;
	return p;
}

int lvi_user_live_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	uint32_t g = granule(live);
	CLEANUP_FREE void *tmp = NULL;
	struct part p;
	int r = 0;

	for (; len && !r; buf = (char *)buf + p.len, offset += p.len, len -= p.len) {
		p = next_part(g, len, offset);
		if (p.whole) {
			r = live->target->read(live, buf, p.len, offset, err);
			continue;
		}
		if (!tmp && posix_memalign(&tmp, 4096, g)) {
			tmp = NULL;
			return lvi_error_nomem(err);
		}
		r = live->target->read(live, tmp, g, offset - p.skip, err);
		if (!r)
			memcpy(buf, (char *)tmp + p.skip, p.len);
	}
	return r;
}

static int write_whole(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	int r;

	pthread_rwlock_rdlock(&live->partial);
	r = live->target->write(live, buf, len, offset, err);
	pthread_rwlock_unlock(&live->partial);
	return r;
}

/* The rest of the granule is read and written back: no other write of it meanwhile (path.c sends
 * none the fast way). */
static int write_partial(struct user_live *live, const void *buf, const struct part *p, uint64_t offset,
		struct lvol_error *err)
{
	CLEANUP_FREE void *tmp = NULL;
	uint32_t g = granule(live);
	int r;

	if (posix_memalign(&tmp, 4096, g)) {
		tmp = NULL;
		return lvi_error_nomem(err);
	}
	pthread_rwlock_wrlock(&live->partial);
	r = live->target->read(live, tmp, g, offset - p->skip, err);
	if (!r) {
		memcpy((char *)tmp + p->skip, buf, p->len);
		r = live->target->write(live, tmp, g, offset - p->skip, err);
	}
	pthread_rwlock_unlock(&live->partial);
	return r;
}

int lvi_user_live_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	uint32_t g = granule(live);
	struct part p;
	int r = 0;

	atomic_store(&live->wrote, true);
	if (g == 1)
		return live->target->write(live, buf, len, offset, err);
	for (; len && !r; buf = (const char *)buf + p.len, offset += p.len, len -= p.len) {
		p = next_part(g, len, offset);
		r = p.whole ? write_whole(live, buf, p.len, offset, err) : write_partial(live, buf, &p, offset, err);
	}
	return r;
}

static int write_zeroes(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	size_t step = len < ZEROES_BYTES ? len : ZEROES_BYTES;
	CLEANUP_FREE void *zeroes = NULL;
	int r = 0;

	if (!len)
		return 0;
	if (posix_memalign(&zeroes, 4096, step)) {
		zeroes = NULL;
		return lvi_error_nomem(err);
	}
	memset(zeroes, 0, step);
	for (; len && !r; offset += step, len -= step) {
		step = len < step ? len : step;
		r = lvi_user_live_write(live, zeroes, step, offset, err);
	}
	return r;
}

int lvi_user_live_zero(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint32_t g = granule(live);
	uint64_t first = lvi_round_up(offset, g), last = lvi_round_down(offset + len, g);
	int r;

	atomic_store(&live->wrote, true);
	if (!live->target->zero || first >= last)
		return write_zeroes(live, len, offset, err);
	r = write_zeroes(live, first - offset, offset, err);
	if (!r) {
		pthread_rwlock_rdlock(&live->partial);
		r = live->target->zero(live, last - first, first, err);
		pthread_rwlock_unlock(&live->partial);
	}
	return r ? r : write_zeroes(live, offset + len - last, last, err);
}

/* Granules that are wanted only in part stay. */
int lvi_user_live_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint32_t g = granule(live);
	uint64_t first = lvi_round_up(offset, g), last = lvi_round_down(offset + len, g);
	int r;

	if (!live->target->discard || first >= last)
		return 0;
	atomic_store(&live->wrote, true);
	pthread_rwlock_rdlock(&live->partial);
	r = live->target->discard(live, last - first, first, err);
	pthread_rwlock_unlock(&live->partial);
	return r;
}

int lvi_user_live_flush(struct user_live *live, struct lvol_error *err)
{
	int first = 0;

	if (live->target->flush)
		return live->target->flush(live, err);
	for (unsigned i = 0; i < live->port_count; i++) {
		int r = lvi_user_port_flush(&live->ports[i], first ? NULL : err);

		first = first ? first : r;
	}
	return first;
}

void lvi_user_live_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	*out = (struct user_extent){ .length = length, .kind = USER_EXTENT_DATA };
	if (live->target->extent)
		live->target->extent(live, offset, length, out);
	if (out->length > length)
		out->length = length;
}
