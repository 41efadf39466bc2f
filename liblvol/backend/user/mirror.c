/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/mirror.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"

static int check_legs(struct mirror *m, struct lvol_error *err)
{
	unsigned there = 0;

	for (unsigned i = 0; i < m->leg_count; i++) {
		if (m->legs[i].base.port->missing)
			m->legs[i].failed = MIRROR_WRITE_FAILED;
		else
			there++;
	}
	if (!there)
		return lvi_error(err, LVOL_E_MISSING_PV, m->device, "all %u legs of mirror %s are missing; one is needed",
				m->leg_count, m->device);
	if (m->legs[0].failed && m->handle_errors && lvi_dirty_log_in_sync(&m->log) == m->log.regions)
		while (m->legs[m->source].failed)
			m->source++;
	return 0;
}

static int init_locks(struct mirror *m)
{
	if (pthread_mutex_init(&m->stepping, NULL))
		return -1;
	if (!lvi_range_lock_init(&m->copying))
		return 0;
	pthread_mutex_destroy(&m->stepping);
	return -1;
}

static void free_locks(struct mirror *m)
{
	lvi_range_lock_free(&m->copying);
	pthread_mutex_destroy(&m->stepping);
}

static int open_log(struct mirror *m, struct lvol_error *err)
{
	int r;

	m->log.may_fail = m->handle_errors && !m->keep_log;
	r = lvi_dirty_log_open(&m->log, err);
	if (r)
		return r;
	r = check_legs(m, err);
	if (!r && init_locks(m))
		r = lvi_error_nomem(err);
	if (r)
		lvi_dirty_log_close(&m->log);
	return r;
}

static int mirror_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct mirror *m = calloc(1, sizeof *m);
	int r;

	if (!m)
		return lvi_error_nomem(err);
	m->live = live;
	m->device = m->log.device = live->name;
	r = lvi_mirror_parse(line, m, err);
	if (!r)
		r = open_log(m, err);
	if (r)
		free(m);
	else
		live->state = m;
	return r;
}

static void mirror_destroy(struct user_live *live)
{
	struct mirror *m = live->state;

	free_locks(m);
	lvi_dirty_log_close(&m->log);
	free(m);
}

static int mirror_stop(struct user_live *live, struct lvol_error *err)
{
	return lvi_mirror_flush(live->state, true, err);
}

/* The first error is what is told when no leg has it. */
static int read_run(struct mirror *m, bool in_sync, const struct user_port_io *io, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	unsigned leg, tried = 0;
	int r, first = 0;

	while (lvi_mirror_choose(m, in_sync, tried, &leg)) {
		const struct user_base *base = &m->legs[leg].base;

		r = lvi_user_port_read(base->port, io->buf, io->len, base->offset + io->offset, &why);
		if (!r || r == -LVOL_E_NO_MEMORY)
			return r ? lvi_error_nomem(err) : 0;
		lvi_mirror_leg_failed(m, leg, MIRROR_READ_FAILED, &why);
		tried |= 1u << leg;
		if (!first && err)
			*err = why;
		first = first ? first : r;
	}
	return first ? first : lvi_error(err, LVOL_E_IO, m->device, "mirror %s: all legs that could be read there failed",
			m->device);
}

static int mirror_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct mirror *m = live->state;
	struct lvol_error why = LVOL_ERROR_INIT;
	int r = 0;

	for (uint64_t at = 0, run; at < len && !r; at += run) {
		bool in_sync = lvi_mirror_run(m, offset + at, len - at, &run);
		struct user_port_io io = { .buf = (unsigned char *)buf + at, .len = run, .offset = offset + at };

		r = read_run(m, in_sync, &io, &why);
	}
	if (r && err)
		*err = why;
	return r;
}

static int mirror_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_mirror_change(live->state, &(struct mirror_change){ NULL, buf }, len, offset, err);
}

static int mirror_zero(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_mirror_change(live->state, &(struct mirror_change){ lvi_user_port_zero, NULL }, len, offset, err);
}

static int mirror_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_mirror_change(live->state, &(struct mirror_change){ lvi_user_port_discard, NULL }, len, offset, err);
}

static int mirror_flush(struct user_live *live, struct lvol_error *err)
{
	return lvi_mirror_flush(live->state, false, err);
}

static struct user_remap place(const struct mirror *m, uint64_t offset, uint64_t length)
{
	const struct user_base *base = &m->legs[m->source].base;

	return (struct user_remap){ base->port - m->live->ports, base->offset + offset, length };
}

static bool mirror_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	if (write)
		return false;
	*out = place(live->state, offset, length);
	return true;
}

static void mirror_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	*out = (struct user_extent){ length, USER_EXTENT_BELOW, place(live->state, offset, length) };
}

static char health(const struct mirror_leg *leg)
{
	static const struct { unsigned failed; char says; } worst[] = {
		{ MIRROR_FLUSH_FAILED, 'F' }, { MIRROR_WRITE_FAILED, 'D' }, { MIRROR_SYNC_FAILED, 'S' },
		{ MIRROR_READ_FAILED, 'R' },
	};

	for (unsigned i = 0; i < sizeof worst / sizeof worst[0]; i++)
		if (leg->failed & worst[i].failed)
			return worst[i].says;
	return 'A';
}

static int mirror_status(struct user_live *live, struct textbuf *out, struct lvol_error *err)
{
	struct mirror *m = live->state;

	(void)err;
	lvi_textbuf_printf(out, "%u ", m->leg_count);
	for (unsigned i = 0; i < m->leg_count; i++)
		lvi_textbuf_printf(out, "%s ", m->legs[i].base.port->name);
	lvi_textbuf_printf(out, "%" PRIu64 "/%" PRIu64 " 1 ", lvi_dirty_log_in_sync(&m->log), m->log.regions);
	for (unsigned i = 0; i < m->leg_count; i++)
		lvi_textbuf_putc(out, health(&m->legs[i]));
	lvi_textbuf_putc(out, ' ');
	m->log.ops->status(&m->log, out);
	return 0;
}

static int mirror_step(struct user_live *live, struct user_progress *out, struct lvol_error *err)
{
	return lvi_mirror_step(live->state, out, err);
}

const struct user_target lvi_user_mirror = {
	.name = "mirror",
	.create = mirror_create,
	.destroy = mirror_destroy,
	.stop = mirror_stop,
	.read = mirror_read,
	.write = mirror_write,
	.zero = mirror_zero,
	.discard = mirror_discard,
	.flush = mirror_flush,
	.remap = mirror_remap,
	.extent = mirror_extent,
	.status = mirror_status,
	.step = mirror_step,
	.work = BACKEND_WORK_SYNC,
};
