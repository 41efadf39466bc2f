/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * delay DEVICE SECTOR MS [DEVICE SECTOR MS [DEVICE SECTOR MS]]: reads, writes and flushes are each held up for a time
 * and then go to a device of their own. What is left out is as the one before. Everybody waits by himself, so that many
 * requests are held up at once.
 */
#include <stdlib.h>
#include <time.h>

#include "backend/user/live.h"
#include "base/error.h"

enum delay_class { DELAY_READ, DELAY_WRITE, DELAY_FLUSH, DELAY_CLASSES };

struct held_up {
	struct user_base to;
	uint64_t ms;
	_Atomic uint32_t now;   /* requests that are being held up */
};

struct delay { struct held_up classes[DELAY_CLASSES]; };

static int read_class(const struct user_line *line, struct user_live *live, size_t arg, struct held_up *out,
		struct lvol_error *err)
{
	int r = lvi_user_arg_base(line, live, arg, &out->to, err);

	return r ? r : lvi_user_arg_u64(line, arg + 2, UINT32_MAX, &out->ms, err);
}

static int delay_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	size_t count = line->line->arg_count;
	struct delay *d;
	int r = 0;

	if (count != 3 && count != 6 && count != 9)
		return lvi_error(err, LVOL_E_CORRUPT, line->device, "delay target of %s has %zu arguments, not 3, 6 or 9",
				line->device, count);
	d = calloc(1, sizeof *d);
	if (!d)
		return lvi_error_nomem(err);
	for (size_t i = 0; !r && i < DELAY_CLASSES; i++)
		r = read_class(line, live, 3 * i < count ? 3 * i : count - 3, &d->classes[i], err);
	if (r)
		free(d);
	else
		live->state = d;
	return r;
}

static void delay_destroy(struct user_live *live)
{
	free(live->state);
}

static void wait_ms(struct held_up *c)
{
	struct timespec t = { c->ms / 1000, c->ms % 1000 * 1000000 };

	if (!c->ms)
		return;
	c->now++;
	while (nanosleep(&t, &t))
		;
	c->now--;
}

static struct held_up *hold(struct user_live *live, enum delay_class class)
{
	struct delay *d = live->state;

	wait_ms(&d->classes[class]);
	return &d->classes[class];
}

static int delay_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct user_base to = hold(live, DELAY_READ)->to;

	return lvi_user_port_read(to.port, buf, len, to.offset + offset, err);
}

static int delay_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct user_base to = hold(live, DELAY_WRITE)->to;

	return lvi_user_port_write(to.port, buf, len, to.offset + offset, err);
}

static int delay_zero(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	struct user_base to = hold(live, DELAY_WRITE)->to;

	return lvi_user_port_zero(to.port, len, to.offset + offset, err);
}

static int delay_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	struct user_base to = hold(live, DELAY_WRITE)->to;

	return lvi_user_port_discard(to.port, len, to.offset + offset, err);
}

/* The kernel's flushes go to the last device alone; what was written to the second one would not be safe. */
static int delay_flush(struct user_live *live, struct lvol_error *err)
{
	struct user_base written = ((struct delay *)live->state)->classes[DELAY_WRITE].to;
	struct user_base to = hold(live, DELAY_FLUSH)->to;
	int r = lvi_user_port_flush(written.port, err);

	return r ? r : lvi_user_port_flush(to.port, err);
}

static unsigned port_index(const struct user_live *live, const struct user_port *port)
{
	return port - live->ports;
}

static bool delay_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	struct delay *d = live->state;
	const struct held_up *c = &d->classes[write ? DELAY_WRITE : DELAY_READ];

	*out = (struct user_remap){ port_index(live, c->to.port), c->to.offset + offset, length };
	return !c->ms;
}

/* Where reads find it. */
static void delay_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	struct user_base to = ((struct delay *)live->state)->classes[DELAY_READ].to;

	*out = (struct user_extent){ length, USER_EXTENT_BELOW, { port_index(live, to.port), to.offset + offset, length } };
}

static int delay_status(struct user_live *live, struct textbuf *out, struct lvol_error *err)
{
	struct delay *d = live->state;

	lvi_textbuf_printf(out, "%u %u %u", d->classes[DELAY_READ].now, d->classes[DELAY_WRITE].now,
			d->classes[DELAY_FLUSH].now);
	return 0;
}

const struct user_target lvi_user_delay = {
	.name = "delay",
	.create = delay_create,
	.destroy = delay_destroy,
	.read = delay_read,
	.write = delay_write,
	.zero = delay_zero,
	.discard = delay_discard,
	.flush = delay_flush,
	.remap = delay_remap,
	.extent = delay_extent,
	.status = delay_status,
};
