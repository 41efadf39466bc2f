/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mode B. A bit of the bitmap, durable, is set before something is written to its region, and cleared when all of that
 * has been flushed. A region is stale as long as its tags are to be made anew; then its bit stays.
 *
 * The bitmap lies where mode J has its journal, and the superblock says which of them it is. Between the two writes
 * that change this, what is there is neither. That does no harm while nothing is being written, unless regions are
 * stale: then the superblock says for that moment that the bits are of regions of another size, and nobody believes
 * any of them.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/user/integrity.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/units.h"

#define NO_BITS 0xff

static unsigned shift(const struct integrity *in)
{
	return in->log2_bit + in->super.log2_block + LVI_SECTOR_SHIFT;
}

static bool get(const uint8_t *bits, uint64_t i)
{
	return bits[i / 8] >> (i % 8) & 1;
}

static void set(uint8_t *bits, uint64_t i)
{
	bits[i / 8] |= 1u << (i % 8);
}

static void clear(uint8_t *bits, uint64_t i)
{
	bits[i / 8] &= ~(1u << (i % 8));
}

static uint64_t regions(const struct integrity *in)
{
	return lvi_div_up(lvi_integrity_provided_bytes(in), UINT64_C(1) << shift(in));
}

static uint64_t place(const struct integrity *in)
{
	return (in->options.start + INTEGRITY_SUPER_SECTORS) << LVI_SECTOR_SHIFT;
}

static int write_bits(struct integrity *in, uint64_t first, uint64_t end, struct lvol_error *err)
{
	int r = lvi_user_port_write(in->meta, in->bitmap + first, end - first, place(in) + first, err);

	return r ? r : lvi_user_port_flush(in->meta, err);
}

static void set_from(struct integrity *in, uint64_t sector)
{
	for (uint64_t i = sector << LVI_SECTOR_SHIFT >> shift(in); i < regions(in); i++)
		set(in->stale, i);
}

/* Bits of a region that is not there are no bits. */
static bool any_stale(const struct integrity *in)
{
	for (uint64_t i = 0; i < regions(in); i++)
		if (get(in->stale, i))
			return true;
	return false;
}

static int read_dirty(struct integrity *in, struct lvol_error *err)
{
	int r;

	if (in->super.log2_bit != in->log2_bit || in->options.reset_recalculate) {
		set_from(in, 0);
		in->reset_bitmap = true;
	} else {
		r = lvi_user_port_read(in->meta, in->stale, in->bitmap_bytes, place(in), err);
		if (r)
			return r;
	}
	if (any_stale(in)) {
		in->super.flags |= INTEGRITY_RECALCULATING;
		in->super.recalc = 0;
	}
	return 0;
}

int lvi_bitmap_load(struct integrity *in, struct lvol_error *err)
{
	int r = 0;

	in->bitmap = calloc(1, in->bitmap_bytes);
	in->stale = calloc(1, in->bitmap_bytes);
	if (!in->bitmap || !in->stale)
		return lvi_error_nomem(err);
	if (in->super.flags & INTEGRITY_DIRTY_BITMAP)
		r = read_dirty(in, err);
	else if (in->super.flags & INTEGRITY_RECALCULATING && in->super.recalc < in->super.provided)
		set_from(in, in->super.recalc);
	memcpy(in->bitmap, in->stale, in->bitmap_bytes);
	return r;
}

static int save_super(struct integrity *in, uint8_t log2_bit, struct lvol_error *err)
{
	in->super.log2_bit = log2_bit;
	return lvi_integrity_write_super(in, err);
}

int lvi_bitmap_prepare(struct integrity *in, struct lvol_error *err)
{
	bool kept = in->super.flags & INTEGRITY_DIRTY_BITMAP && !in->reset_bitmap;
	int r;

	in->super.flags |= INTEGRITY_DIRTY_BITMAP;
	in->reset_bitmap = !kept;
	if (kept)
		return save_super(in, in->log2_bit, err);
	r = save_super(in, any_stale(in) ? NO_BITS : in->log2_bit, err);
	if (!r)
		r = write_bits(in, 0, in->bitmap_bytes, err);
	if (!r && in->super.log2_bit != in->log2_bit)
		r = save_super(in, in->log2_bit, err);
	if (!r)
		in->reset_bitmap = false;
	in->cleared_ms = lvi_now_ms();
	return r;
}

/* Bits of [*first, end) that are not set: the first of them, and a durable one for each. */
static int set_bits(struct integrity *in, uint64_t first, uint64_t end, struct lvol_error *err)
{
	uint64_t from = lvi_round_down(first / 8, INTEGRITY_BITMAP_BLOCK);
	uint64_t to = lvi_round_up((end - 1) / 8 + 1, INTEGRITY_BITMAP_BLOCK);
	uint8_t *old = malloc(to - from);
	int r;

	if (!old)
		return lvi_error_nomem(err);
	memcpy(old, in->bitmap + from, to - from);
	for (uint64_t i = first; i < end; i++)
		set(in->bitmap, i);
	r = write_bits(in, from, to, err);
	if (r)
		memcpy(in->bitmap + from, old, to - from);
	free(old);
	return r;
}

int lvi_bitmap_begin(struct integrity *in, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	uint64_t first = offset >> shift(in), end = ((offset + len - 1) >> shift(in)) + 1;
	int r = 0;

	pthread_mutex_lock(&in->bits);
	while (first < end && get(in->bitmap, first))
		first++;
	if (first < end)
		r = set_bits(in, first, end, err);
	pthread_mutex_unlock(&in->bits);
	return r;
}

void lvi_bitmap_distrust(struct integrity *in, uint64_t len, uint64_t offset)
{
	uint64_t first = offset >> shift(in), end = ((offset + len - 1) >> shift(in)) + 1;
	uint64_t sector = first << shift(in) >> LVI_SECTOR_SHIFT;

	pthread_mutex_lock(&in->bits);
	for (uint64_t i = first; i < end; i++)
		set(in->stale, i);
	if (!(in->super.flags & INTEGRITY_RECALCULATING) || in->super.recalc > sector)
		in->super.recalc = sector;
	in->super.flags |= INTEGRITY_RECALCULATING;
	pthread_mutex_unlock(&in->bits);
}

void lvi_bitmap_trust(struct integrity *in, uint64_t len, uint64_t offset)
{
	uint64_t first = offset >> shift(in), end = (offset + len) >> shift(in);

	if (offset + len >= lvi_integrity_provided_bytes(in))
		end = regions(in);
	pthread_mutex_lock(&in->bits);
	for (uint64_t i = first; i < end; i++)
		clear(in->stale, i);
	pthread_mutex_unlock(&in->bits);
}

void lvi_bitmap_distrust_dirty(struct integrity *in)
{
	for (uint64_t i = 0; i < regions(in); i++)
		if (get(in->bitmap, i))
			lvi_bitmap_distrust(in, 1, i << shift(in));
}

bool lvi_bitmap_is_stale(struct integrity *in, uint64_t offset, uint64_t *len)
{
	uint64_t i = offset >> shift(in), end = (offset + *len - 1) >> shift(in);
	bool stale;

	pthread_mutex_lock(&in->bits);
	stale = get(in->stale, i);
	while (i < end && get(in->stale, i + 1) == stale)
		i++;
	pthread_mutex_unlock(&in->bits);
	if (((i + 1) << shift(in)) - offset < *len)
		*len = ((i + 1) << shift(in)) - offset;
	return stale;
}

bool lvi_bitmap_is_time(struct integrity *in)
{
	return lvi_now_ms() - in->cleared_ms >= in->options.flush_interval;
}

int lvi_bitmap_clear(struct integrity *in, struct lvol_error *err)
{
	int r;

	if (!memcmp(in->bitmap, in->stale, in->bitmap_bytes))
		return 0;
	memcpy(in->bitmap, in->stale, in->bitmap_bytes);
	r = write_bits(in, 0, in->bitmap_bytes, err);
	in->cleared_ms = lvi_now_ms();
	return r;
}

/* What is stale is behind the position of recalculation. */
int lvi_bitmap_stop(struct integrity *in, struct lvol_error *err)
{
	int r = any_stale(in) ? save_super(in, NO_BITS, err) : 0;

	if (!r)
		r = lvi_journal_clear(in, 0, in->super.journal_sections, 0, err);
	if (r)
		return r;
	in->super.flags &= ~INTEGRITY_DIRTY_BITMAP;
	r = save_super(in, in->log2_bit, err);
	if (r)
		in->super.flags |= INTEGRITY_DIRTY_BITMAP;
	return r;
}
