/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing to legs, and what becomes of those that fail. */
#include "backend/user/mapper.h"
#include "backend/user/mirror.h"
#include "base/error.h"

bool lvi_mirror_run(struct mirror *m, uint64_t offset, uint64_t len, uint64_t *run)
{
	uint64_t end = offset + len, run_end;
	bool in_sync = lvi_dirty_log_run(&m->log, offset / m->region_bytes, (end - 1) / m->region_bytes + 1, &run_end);

	run_end *= m->region_bytes;
	*run = (run_end < end ? run_end : end) - offset;
	return in_sync;
}

/* As the kernel does it: from another leg only when all of it is whole, so that no old data is shown. */
static void change_source(struct mirror *m, unsigned leg)
{
	if (!m->handle_errors || leg != m->source || !(m->keep_log || lvi_dirty_log_in_sync(&m->log) == m->log.regions))
		return;
	for (unsigned i = 0; i < m->leg_count; i++)
		if (!m->legs[i].failed) {
			m->source = i;
			return;
		}
}

void lvi_mirror_leg_failed(struct mirror *m, unsigned leg, unsigned how, const struct lvol_error *why)
{
	if (atomic_fetch_or(&m->legs[leg].failed, how) & how)
		return;
	lvi_log(&m->live->mapper->log, LVI_LOG_WARNING, m->device, "mirror %s: leg %s failed: %s", m->device,
			m->legs[leg].base.port->name, why->message);
	if (how & MIRROR_BEHIND)
		change_source(m, leg);
}

/* Those without any failure come first. One that could not be written is read where the log knows what it lacks. */
bool lvi_mirror_choose(struct mirror *m, bool in_sync, unsigned tried, unsigned *leg)
{
	unsigned source = m->source, tolerated = MIRROR_READ_FAILED | MIRROR_SYNC_FAILED;

	*leg = source;
	if (!in_sync)
		return !tried;
	if (lvi_dirty_log_remembers(&m->log))
		tolerated |= MIRROR_BEHIND;
	for (unsigned pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < m->leg_count; i++) {
			*leg = (source + i) % m->leg_count;
			if (!(tried >> *leg & 1) && !(m->legs[*leg].failed & ~(pass ? tolerated : 0)))
				return true;
		}
	return false;
}

static int first_failed(const struct mirror *m, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_IO, m->device, "mirror %s: its first leg, %s, failed, and would overwrite what is "
			"written now when it is used again; only reading is left until it is replaced or removed (lvconvert --repair)",
			m->device, m->legs[0].base.port->name);
}

struct piece {
	const struct mirror_change *change;
	uint64_t at, offset, len;        /* @at: of the change's bytes */
	struct user_port_io ios[MIRROR_LEGS_MAX];
};

static void apply(struct mirror *m, struct piece *p, unsigned legs, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT, *first = err;

	for (unsigned i = 0; i < legs; i++)
		p->ios[i] = (struct user_port_io){ m->legs[i].base.port, USER_PORT_WRITE, (void *)(p->change->buf + p->at),
				p->len, m->legs[i].base.offset + p->offset, 0 };
	if (!p->change->on_leg) {
		lvi_user_port_many(p->ios, legs, err);
		return;
	}
	for (unsigned i = 0; i < legs; i++) {
		p->ios[i].result = p->change->on_leg(p->ios[i].port, p->len, p->ios[i].offset, first);
		if (p->ios[i].result)
			first = &why;
	}
}

/* Which legs failed, as bits. Memory that lacked is no failure of a leg. */
static unsigned note_failures(struct mirror *m, const struct user_port_io *ios, unsigned legs, unsigned how,
		const struct lvol_error *why)
{
	unsigned failures = 0;

	for (unsigned i = 0; i < legs; i++) {
		if (!ios[i].result)
			continue;
		failures |= 1u << i;
		if (ios[i].result != -LVOL_E_NO_MEMORY)
			lvi_mirror_leg_failed(m, i, how, why);
	}
	return failures;
}

static bool no_memory(const struct user_port_io *ios, unsigned legs)
{
	for (unsigned i = 0; i < legs; i++)
		if (ios[i].result == -LVOL_E_NO_MEMORY)
			return true;
	return false;
}

static int give_error(const struct lvol_error *why, struct lvol_error *err)
{
	if (err)
		*err = *why;
	return -why->code;
}

/* A piece that is in sync, or none of which is; its range is held. */
static int change_piece(struct mirror *m, struct piece *p, bool in_sync, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	unsigned legs = in_sync ? m->leg_count : 1, failures;
	bool remembers = lvi_dirty_log_remembers(&m->log);

	if (!in_sync && m->source)
		return first_failed(m, err);
	if (!in_sync && lvi_dirty_log_check(&m->log, err))
		return -LVOL_E_IO;
	apply(m, p, legs, &why);
	failures = note_failures(m, p->ios, legs, MIRROR_WRITE_FAILED, &why);
	if (!failures)
		return 0;
	if (remembers)
		lvi_dirty_log_lose(&m->log, p->offset / m->region_bytes, (p->offset + p->len - 1) / m->region_bytes + 1);
	if (remembers && m->handle_errors && !(failures & 1) && !no_memory(p->ios, legs))
		return 0;
	return give_error(&why, err);
}

static int change_pieces(struct mirror *m, struct piece *p, uint64_t len, struct lvol_error *err)
{
	int r = 0;

	for (uint64_t end = p->offset + len; p->offset < end && !r; p->offset += p->len, p->at += p->len) {
		bool in_sync = lvi_mirror_run(m, p->offset, end - p->offset, &p->len);

		r = change_piece(m, p, in_sync, err);
	}
	return r;
}

/* Whether the mirror goes on without its log. */
static int log_failed(const struct mirror *m, int r, const struct lvol_error *why, struct lvol_error *err)
{
	if (!r || (r != -LVOL_E_NO_MEMORY && m->handle_errors && !m->keep_log))
		return 0;
	return give_error(why, err);
}

int lvi_mirror_change(struct mirror *m, const struct mirror_change *c, uint64_t len, uint64_t offset,
		struct lvol_error *err)
{
	struct dirty_log_write w = { .first = offset / m->region_bytes, .end = (offset + len - 1) / m->region_bytes + 1 };
	struct range_hold hold = { .exclusive = false };
	struct lvol_error why = LVOL_ERROR_INIT;
	struct piece p = { .change = c, .offset = offset };
	int r;

	if (m->source)
		return first_failed(m, err);
	lvi_range_lock_take(&m->copying, &hold, offset, offset + len);
	r = log_failed(m, lvi_dirty_log_begin(&m->log, &w, &why), &why, err);
	if (!r)
		r = change_pieces(m, &p, len, err);
	lvi_dirty_log_end(&m->log, &w);
	lvi_range_lock_give(&m->copying, &hold);
	return r;
}

/* What a leg has not flushed may be lost on it wherever the log is not clean; the regions are copied again. */
static int flush_legs(struct mirror *m, struct lvol_error *err)
{
	struct user_port_io ios[MIRROR_LEGS_MAX];
	struct lvol_error why = LVOL_ERROR_INIT;
	unsigned failures;

	for (unsigned i = 0; i < m->leg_count; i++)
		ios[i] = (struct user_port_io){ .port = m->legs[i].base.port, .op = USER_PORT_FLUSH };
	lvi_user_port_many(ios, m->leg_count, &why);
	failures = note_failures(m, ios, m->leg_count, MIRROR_FLUSH_FAILED, &why);
	if (!failures)
		return m->legs[0].failed & MIRROR_FLUSH_FAILED ? first_failed(m, err) : 0;
	if (no_memory(ios, m->leg_count) || !lvi_dirty_log_remembers(&m->log))
		return give_error(&why, err);
	lvi_dirty_log_lose_dirty(&m->log);
	if (!m->handle_errors || failures & 1)
		return give_error(&why, err);
	return m->legs[0].failed & MIRROR_FLUSH_FAILED ? first_failed(m, err) : 0;
}

int lvi_mirror_flush(struct mirror *m, bool all, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	int r, stored;

	lvi_dirty_log_flush_begin(&m->log, all);
	r = flush_legs(m, err);
	stored = lvi_dirty_log_flush_end(&m->log, !r, all, &why);
	return r ? r : log_failed(m, stored, &why, err);
}
