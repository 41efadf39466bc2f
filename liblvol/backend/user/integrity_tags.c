/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Data in place, and its tags. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/integrity.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"

#define PIECE_BYTES ((uint64_t)1 << 20)      /* of data, at once */

static int make_tags(const struct integrity *in, const uint8_t *data, uint64_t len, uint64_t offset, uint8_t *tags)
{
	uint64_t block = in->options.block, size = in->options.tag_size;
	uint8_t digest[INTEGRITY_DIGEST_MAX];

	for (uint64_t at = 0; at < len; at += block, tags += size) {
		if (lvi_integrity_hash(&in->hash, (offset + at) >> LVI_SECTOR_SHIFT, data + at, block, digest))
			return -1;
		memset(tags, 0, size);
		memcpy(tags, digest, size < in->hash.size ? size : in->hash.size);
	}
	return 0;
}

static bool is_filler(const struct integrity *in, const uint8_t *tag)
{
	for (uint64_t i = 0; i < in->options.tag_size; i++)
		if (tag[i] != INTEGRITY_FILLER)
			return false;
	return in->options.allow_discards;
}

/* All blocks that do not fit are counted; the first one is told. */
static int compare(struct integrity *in, const uint8_t *found, const uint8_t *right, uint64_t blocks, uint64_t offset,
		struct lvol_error *err)
{
	uint64_t size = in->options.tag_size, bad = 0, first = 0;

	if (!memcmp(found, right, blocks * size))
		return 0;
	for (uint64_t i = 0; i < blocks; i++)
		if (memcmp(found + i * size, right + i * size, size) && !is_filler(in, found + i * size) && !bad++)
			first = offset + i * in->options.block;
	if (!bad)
		return 0;
	atomic_fetch_add(&in->mismatches, bad);
	return lvi_error(err, LVOL_E_CORRUPT, in->device, "integrity %s: what %s has at offset %" PRIu64 " does not fit "
			"its tag", in->device, in->data->name, first);
}

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t tag_bytes(const struct integrity *in, uint64_t len)
{
	return len / in->options.block * in->options.tag_size;
}

/* Room for the tags of a piece, twice. */
static uint8_t *new_tags(const struct integrity *in, uint64_t len)
{
	return malloc(2 * tag_bytes(in, min64(len, PIECE_BYTES)));
}

static int read_trusted(struct integrity *in, uint8_t *buf, const struct integrity_run *run, uint64_t offset,
		uint8_t *tags, struct lvol_error *err)
{
	uint64_t bytes = tag_bytes(in, run->len);
	struct user_port_io ios[2] = {
		{ .port = in->data, .op = USER_PORT_READ, .buf = buf, .len = run->len, .offset = run->data },
		{ .port = in->meta, .op = USER_PORT_READ, .buf = tags, .len = bytes, .offset = run->tags },
	};
	int r = lvi_user_port_many(ios, 2, err);

	if (r)
		return r;
	if (make_tags(in, buf, run->len, offset, tags + bytes))
		return lvi_error_nomem(err);
	return compare(in, tags, tags + bytes, bytes / in->options.tag_size, offset, err);
}

int lvi_integrity_read_place(struct integrity *in, void *buf, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	CLEANUP_FREE uint8_t *tags = new_tags(in, len);
	uint8_t *at = buf;
	int r = tags ? 0 : lvi_error_nomem(err);

	while (!r && len) {
		uint64_t n = min64(len, PIECE_BYTES);
		bool trusted = lvi_integrity_is_trusted(in, offset, &n);
		struct integrity_run run = lvi_integrity_run(in, offset, n);

		r = trusted ? read_trusted(in, at, &run, offset, tags, err) :
			lvi_user_port_read(in->data, at, run.len, run.data, err);
		at += run.len;
		offset += run.len;
		len -= run.len;
	}
	return r;
}

int lvi_integrity_write_place(struct integrity *in, const void *buf, uint64_t len, uint64_t offset,
		struct lvol_error *err)
{
	CLEANUP_FREE uint8_t *tags = new_tags(in, len);
	const uint8_t *at = buf;
	int r = tags ? 0 : lvi_error_nomem(err);

	while (!r && len) {
		struct integrity_run run = lvi_integrity_run(in, offset, min64(len, PIECE_BYTES));
		struct user_port_io ios[2] = {
			{ .port = in->data, .op = USER_PORT_WRITE, .buf = (void *)at, .len = run.len, .offset = run.data },
			{ .port = in->meta, .op = USER_PORT_WRITE, .buf = tags, .len = tag_bytes(in, run.len), .offset = run.tags },
		};

		r = make_tags(in, at, run.len, offset, tags) ? lvi_error_nomem(err) : lvi_user_port_many(ios, 2, err);
		at += run.len;
		offset += run.len;
		len -= run.len;
	}
	return r;
}

int lvi_integrity_recalculate(struct integrity *in, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	CLEANUP_FREE uint8_t *tags = new_tags(in, len), *data = malloc(min64(len, PIECE_BYTES));
	int r = tags && data ? 0 : lvi_error_nomem(err);

	while (!r && len) {
		struct integrity_run run = lvi_integrity_run(in, offset, min64(len, PIECE_BYTES));

		r = lvi_user_port_read(in->data, data, run.len, run.data, err);
		if (!r && make_tags(in, data, run.len, offset, tags))
			r = lvi_error_nomem(err);
		if (!r)
			r = lvi_user_port_write(in->meta, tags, tag_bytes(in, run.len), run.tags, err);
		offset += run.len;
		len -= run.len;
	}
	return r;
}

int lvi_integrity_fill_tags(struct integrity *in, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	CLEANUP_FREE uint8_t *tags = new_tags(in, len);
	int r = tags ? 0 : lvi_error_nomem(err);

	if (tags)
		memset(tags, INTEGRITY_FILLER, tag_bytes(in, min64(len, PIECE_BYTES)));
	while (!r && len) {
		struct integrity_run run = lvi_integrity_run(in, offset, min64(len, PIECE_BYTES));

		r = lvi_user_port_write(in->meta, tags, tag_bytes(in, run.len), run.tags, err);
		offset += run.len;
		len -= run.len;
	}
	return r;
}

/* In mode B the bits say it; they begin at the position of recalculation. */
bool lvi_integrity_is_trusted(struct integrity *in, uint64_t offset, uint64_t *len)
{
	uint64_t recalc = in->super.recalc << LVI_SECTOR_SHIFT;

	if (in->options.mode == 'B')
		return !lvi_bitmap_is_stale(in, offset, len);
	if (!(in->super.flags & INTEGRITY_RECALCULATING))
		return true;
	if (offset < recalc)
		*len = min64(*len, recalc - offset);
	return offset < recalc;
}
