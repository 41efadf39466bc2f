/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel copies in the background, in steps. */
#include <stdlib.h>

#include "backend/user/mirror.h"
#include "base/cleanup.h"
#include "base/error.h"

#define COPY_BYTES ((uint64_t)1 << 20)
#define STEP_BYTES ((uint64_t)4 << 20)     /* or one region */
/* So much is copied again after a crash. */
#define SAVE_BYTES ((uint64_t)64 << 20)

static int write_others(struct mirror *m, void *buf, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	struct user_port_io ios[MIRROR_LEGS_MAX];
	unsigned legs[MIRROR_LEGS_MAX], count = 0;
	int r;

	for (unsigned i = 0; i < m->leg_count; i++) {
		if (i == m->source)
			continue;
		legs[count] = i;
		ios[count++] = (struct user_port_io){ m->legs[i].base.port, USER_PORT_WRITE, buf, len,
				m->legs[i].base.offset + offset, 0 };
	}
	r = lvi_user_port_many(ios, count, err);
	for (unsigned i = 0; i < count; i++)
		if (ios[i].result && ios[i].result != -LVOL_E_NO_MEMORY)
			lvi_mirror_leg_failed(m, legs[i], MIRROR_SYNC_FAILED, err);
	return r;
}

static int copy(struct mirror *m, uint64_t start, uint64_t end, bool *readable, struct lvol_error *err)
{
	const struct user_base *from = &m->legs[m->source].base;
	uint64_t size = end - start < COPY_BYTES ? end - start : COPY_BYTES, n;
	CLEANUP_FREE unsigned char *buf = malloc(size);
	int r = 0;

	if (!buf)
		return lvi_error_nomem(err);
	for (uint64_t at = start; at < end && !r; at += n) {
		n = end - at < size ? end - at : size;
		r = lvi_user_port_read(from->port, buf, n, from->offset + at, err);
		*readable = !r;
		if (r && r != -LVOL_E_NO_MEMORY)
			lvi_mirror_leg_failed(m, m->source, MIRROR_READ_FAILED, err);
		if (!r)
			r = write_others(m, buf, n, at, err);
	}
	return r;
}

/* A leg that cannot be written stays behind, and the mirror goes on: the status says so. */
static int copy_region(struct mirror *m, uint64_t region, struct lvol_error *err)
{
	uint64_t start = region * m->region_bytes, left = m->live->length - start;
	uint64_t end = start + (left < m->region_bytes ? left : m->region_bytes);
	struct range_hold hold = { .exclusive = true };
	struct lvol_error why = LVOL_ERROR_INIT;
	bool readable = true;
	int r;

	lvi_range_lock_take(&m->copying, &hold, start, end);
	r = copy(m, start, end, &readable, &why);
	if (!r) {
		lvi_dirty_log_copied(&m->log, region);
		m->unsaved += end - start;
	}
	lvi_range_lock_give(&m->copying, &hold);
	if (!r || (m->handle_errors && readable && r != -LVOL_E_NO_MEMORY))
		return 0;
	if (r == -LVOL_E_NO_MEMORY)
		lvi_dirty_log_again(&m->log, region);
	if (err)
		*err = why;
	return r;
}

static int save(struct mirror *m, struct lvol_error *err)
{
	int r = m->unsaved ? lvi_mirror_flush(m, true, err) : 0;

	if (!r)
		m->unsaved = 0;
	return r;
}

/* As long as a leg is not there no region can come to be in sync. */
static bool can_copy(const struct mirror *m)
{
	for (unsigned i = 0; i < m->leg_count; i++)
		if (m->legs[i].base.port->missing)
			return false;
	return true;
}

static int copy_some(struct mirror *m, struct lvol_error *err)
{
	uint64_t done = 0, region;
	int r = lvi_dirty_log_prepare(&m->log, err);

	if (r == -LVOL_E_NO_MEMORY || (r && (!m->handle_errors || m->keep_log)))
		return r;
	for (r = 0; !r && done < STEP_BYTES; done += m->region_bytes) {
		if (!lvi_dirty_log_next(&m->log, &region))
			return save(m, err);
		r = copy_region(m, region, err);
	}
	if (!r && m->unsaved >= SAVE_BYTES)
		r = save(m, err);
	return r ? r : 1;
}

int lvi_mirror_step(struct mirror *m, struct user_progress *out, struct lvol_error *err)
{
	uint64_t done;
	int r;

	pthread_mutex_lock(&m->stepping);
	r = can_copy(m) ? copy_some(m, err) : 0;
	pthread_mutex_unlock(&m->stepping);
	done = lvi_dirty_log_in_sync(&m->log) * m->region_bytes;
	out->total_bytes = m->live->length;
	out->done_bytes = done < out->total_bytes ? done : out->total_bytes;
	return r;
}
