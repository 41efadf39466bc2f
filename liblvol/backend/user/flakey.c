/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * flakey DEVICE SECTOR UP DOWN [COUNT FEATURE...]: a device that works for UP seconds, then misbehaves for DOWN
 * seconds, and so on from the moment it is made. How it misbehaves:
 *     error_reads, error_writes                       they fail; both when no feature is named
 *     drop_writes                                     they, discards and flushes succeed and nothing happens
 *     corrupt_bio_byte N r|w VALUE FLAGS              the N-th byte (from 1) of each read or write is VALUE
 * A request is what the kernel's target has as a bio. FLAGS are the kernel's request flags that a bio must have, of
 * which ours have but the lowest one, "write".
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backend/user/live.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"

enum flakey_bit { ERROR_READS = 1u << 0, ERROR_WRITES = 1u << 1, DROP_WRITES = 1u << 2 };

struct corruption { uint64_t byte; bool write; uint64_t value, flags; };  /* byte 0: none */

struct flakey {
	struct user_base to;
	uint64_t up, down;            /* seconds */
	uint64_t start;               /* nanoseconds of the monotonic clock */
	unsigned bits;
	struct corruption corruption;
};

#define SECOND UINT64_C(1000000000)

static int bad_features(const struct user_line *line, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, line->device, "flakey target of %s: %s", line->device, what);
}

/* corrupt_bio_byte's own, from argument @i on. */
static int read_corruption(const struct user_line *line, size_t i, struct corruption *out, struct lvol_error *err)
{
	const char *direction;
	int r = lvi_user_arg_u64(line, i, UINT32_MAX, &out->byte, err);

	if (!r)
		r = lvi_user_arg_word(line, i + 1, &direction, err);
	if (!r)
		r = lvi_user_arg_u64(line, i + 2, 255, &out->value, err);
	if (!r)
		r = lvi_user_arg_u64(line, i + 3, UINT32_MAX, &out->flags, err);
	if (r)
		return r;
	if (!out->byte || (strcasecmp(direction, "r") && strcasecmp(direction, "w")))
		return bad_features(line, "corrupt_bio_byte wants a byte from 1 on, r or w, a value and flags", err);
	out->write = !strcasecmp(direction, "w");
	return 0;
}

/* The feature at argument @i; @used: how many arguments it is. */
static int read_feature(const struct user_line *line, size_t i, struct flakey *f, size_t *used, struct lvol_error *err)
{
	static const struct { const char *name; unsigned bit; } bits[] = {
		{ "error_reads", ERROR_READS }, { "error_writes", ERROR_WRITES }, { "drop_writes", DROP_WRITES },
	};
	const char *word;
	int r = lvi_user_arg_word(line, i, &word, err);

	if (r)
		return r;
	*used = 1;
	for (size_t b = 0; b < sizeof bits / sizeof bits[0]; b++) {
		if (strcasecmp(word, bits[b].name))
			continue;
		if (f->bits & bits[b].bit)
			return bad_features(line, "a feature is named twice", err);
		f->bits |= bits[b].bit;
		return 0;
	}
	if (!strcasecmp(word, "corrupt_bio_byte")) {
		*used = 5;
		return read_corruption(line, i + 1, &f->corruption, err);
	}
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, line->device, "flakey target of %s: there is no feature %s here",
			line->device, word);
}

static int read_features(const struct user_line *line, struct flakey *f, struct lvol_error *err)
{
	size_t at = 5, used = 0, args = line->line->arg_count;
	uint64_t count = 0;
	int r = args > 4 ? lvi_user_arg_u64(line, 4, UINT32_MAX, &count, err) : 0;

	if (!r && args > 4 && count != args - 5)
		r = bad_features(line, "the number of feature arguments is not the one that is given", err);
	for (; !r && at < args; at += used)
		r = read_feature(line, at, f, &used, err);
	if (r)
		return r;
	if ((f->bits & DROP_WRITES) && (f->bits & ERROR_WRITES))
		return bad_features(line, "drop_writes and error_writes exclude each other", err);
	if (f->corruption.byte && (f->bits & (f->corruption.write ? DROP_WRITES | ERROR_WRITES : ERROR_READS)))
		return bad_features(line, "what is dropped or fails cannot be corrupted", err);
	if (!f->bits && !f->corruption.byte)
		f->bits = ERROR_READS | ERROR_WRITES;
	return 0;
}

static int flakey_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	CLEANUP_FREE struct flakey *f = calloc(1, sizeof *f);
	int r = f ? lvi_user_arg_base(line, live, 0, &f->to, err) : lvi_error_nomem(err);

	if (!r)
		r = lvi_user_arg_u64(line, 2, UINT32_MAX, &f->up, err);
	if (!r)
		r = lvi_user_arg_u64(line, 3, UINT32_MAX, &f->down, err);
	if (!r && (!(f->up + f->down) || f->up + f->down > UINT32_MAX))
		r = bad_features(line, "up and down together are no time, or too long", err);
	if (!r)
		r = read_features(line, f, err);
	if (r)
		return r;
	f->start = lvi_now_ns();
	live->state = STEAL(f);
	return 0;
}

static void flakey_destroy(struct user_live *live)
{
	free(live->state);
}

static bool is_down(const struct flakey *f)
{
	return (lvi_now_ns() - f->start) / SECOND % (f->up + f->down) >= f->up;
}

static int fail(const struct user_live *live, const char *what, struct lvol_error *err)
{
	lvi_error_sys(err, EIO, live->name, "%s is down and fails %s", live->name, what);
	return -LVOL_E_IO;
}

/* Whether it hits a request of @len bytes. */
static bool hits(const struct flakey *f, bool write, size_t len)
{
	const struct corruption *c = &f->corruption;

	return c->byte && c->byte <= len && c->write == write && !(c->flags & ~(uint64_t)write);
}

static int flakey_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct flakey *f = live->state;
	bool down = is_down(f);
	int r;

	if (down && (f->bits & ERROR_READS))
		return fail(live, "reads", err);
	r = lvi_user_port_read(f->to.port, buf, len, f->to.offset + offset, err);
	if (!r && down && hits(f, false, len))
		((unsigned char *)buf)[f->corruption.byte - 1] = f->corruption.value;
	return r;
}

static int write_corrupted(const struct flakey *f, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	CLEANUP_FREE unsigned char *copy = malloc(len);

	if (!copy)
		return lvi_error_nomem(err);
	memcpy(copy, buf, len);
	copy[f->corruption.byte - 1] = f->corruption.value;
	return lvi_user_port_write(f->to.port, copy, len, f->to.offset + offset, err);
}

static int flakey_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct flakey *f = live->state;
	bool down = is_down(f);

	if (down && (f->bits & ERROR_WRITES))
		return fail(live, "writes", err);
	if (down && (f->bits & DROP_WRITES))
		return 0;
	if (down && hits(f, true, len))
		return write_corrupted(f, buf, len, offset, err);
	return lvi_user_port_write(f->to.port, buf, len, f->to.offset + offset, err);
}

typedef int range_fn(struct user_port *port, uint64_t len, uint64_t offset, struct lvol_error *err);

static int for_range(struct user_live *live, range_fn *fn, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	struct flakey *f = live->state;
	bool down = is_down(f);

	if (down && (f->bits & ERROR_WRITES))
		return fail(live, "writes", err);
	return down && (f->bits & DROP_WRITES) ? 0 : fn(f->to.port, len, f->to.offset + offset, err);
}

static int flakey_zero(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return for_range(live, lvi_user_port_zero, len, offset, err);
}

static int flakey_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return for_range(live, lvi_user_port_discard, len, offset, err);
}

static int flakey_flush(struct user_live *live, struct lvol_error *err)
{
	struct flakey *f = live->state;
	bool down = is_down(f);

	if (down && (f->bits & ERROR_WRITES))
		return fail(live, "flushes", err);
	return down && (f->bits & DROP_WRITES) ? 0 : lvi_user_port_flush(f->to.port, err);
}

static bool flakey_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	struct flakey *f = live->state;

	*out = (struct user_remap){ f->to.port - live->ports, f->to.offset + offset, length };
	return !is_down(f);
}

static void flakey_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	struct flakey *f = live->state;

	*out = (struct user_extent){ length, USER_EXTENT_BELOW, { f->to.port - live->ports, f->to.offset + offset, length } };
}

const struct user_target lvi_user_flakey = {
	.name = "flakey",
	.create = flakey_create,
	.destroy = flakey_destroy,
	.read = flakey_read,
	.write = flakey_write,
	.zero = flakey_zero,
	.discard = flakey_discard,
	.flush = flakey_flush,
	.remap = flakey_remap,
	.extent = flakey_extent,
};
