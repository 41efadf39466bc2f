/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * crypt CIPHER KEY IV_OFFSET DEVICE OFFSET [COUNT OPTION...]: each unit (512 bytes, or as sector_size says) is encrypted by
 * itself, with an initialisation vector made from its number, counted from the start of the line. Reads are decrypted where
 * they arrive; writes are encrypted beside the caller's buffer, which stays as it is.
 *
 * The table's text, and with it the key, stays in the graph of whoever opened the device for as long as he keeps it.
 */
#include <stdlib.h>

#include "backend/user/crypt_cipher.h"
#include "base/error.h"

#define PIECE_BYTES ((size_t)256 << 10)  /* of a write, so that it is still in the processor's cache when it goes out */

struct crypt {
	struct crypt_cipher *cipher;
	struct user_base base;
	uint32_t unit_bytes;
	bool allow_discards;
};

static int crypt_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct crypt *c = calloc(1, sizeof *c);
	struct crypt_args args;
	int r;

	if (!c)
		return lvi_error_nomem(err);
	r = lvi_crypt_args_read(line, live, &args, err);
	if (!r)
		r = lvi_crypt_cipher_new(&args, &c->cipher, err);
	lvi_crypt_args_wipe(&args);
	c->base = args.base;
	c->unit_bytes = args.unit_bytes;
	c->allow_discards = args.flags & CRYPT_ALLOW_DISCARDS;
	if (r)
		free(c);
	else
		live->state = c;
	return r;
}

static void crypt_destroy(struct user_live *live)
{
	struct crypt *c = live->state;

	lvi_crypt_cipher_free(c->cipher);
	free(c);
}

static int crypt_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct crypt *c = live->state;
	struct crypt_job job = { .in = buf, .out = buf, .len = len, .offset = offset };
	struct crypt_lane *lane;
	int r = lvi_user_port_read(c->base.port, buf, len, c->base.offset + offset, err);

	if (!r)
		r = lvi_crypt_lane_take(c->cipher, &lane, err);
	if (r)
		return r;
	r = lvi_crypt_run(c->cipher, lane, &job, err);
	lvi_crypt_lane_give(c->cipher, lane);
	return r;
}

static int write_piece(struct crypt *c, struct crypt_lane *lane, struct crypt_job *job, struct lvol_error *err)
{
	int r;

	job->out = lvi_crypt_lane_room(lane, job->len);
	if (!job->out)
		return lvi_error_nomem(err);
	r = lvi_crypt_run(c->cipher, lane, job, err);
	return r ? r : lvi_user_port_write(c->base.port, job->out, job->len, c->base.offset + job->offset, err);
}

static int crypt_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct crypt *c = live->state;
	struct crypt_job job = { .encrypt = true };
	struct crypt_lane *lane;
	int r = lvi_crypt_lane_take(c->cipher, &lane, err);

	if (r)
		return r;
	for (size_t at = 0; !r && at < len; at += job.len) {
		job.in = (const unsigned char *)buf + at;
		job.len = len - at < PIECE_BYTES ? len - at : PIECE_BYTES;
		job.offset = offset + at;
		r = write_piece(c, lane, &job, err);
	}
	lvi_crypt_lane_give(c->cipher, lane);
	return r;
}

/* What is discarded can be told from what is not, so it has to be allowed. */
static int crypt_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	struct crypt *c = live->state;

	return c->allow_discards ? lvi_user_port_discard(c->base.port, len, c->base.offset + offset, err) : 0;
}

static uint32_t crypt_granularity(const struct user_live *live)
{
	return ((const struct crypt *)live->state)->unit_bytes;
}

const struct user_target lvi_user_crypt = {
	.name = "crypt",
	.create = crypt_create,
	.destroy = crypt_destroy,
	.read = crypt_read,
	.write = crypt_write,
	.discard = crypt_discard,
	.granularity = crypt_granularity,
};
