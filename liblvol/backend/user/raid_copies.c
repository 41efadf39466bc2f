/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* raid0, raid1 and raid10: each byte on one leg or several. */
#include <stdlib.h>
#include <string.h>

#include "backend/user/raid.h"
#include "base/cleanup.h"
#include "base/error.h"

#define ROOM 64                         /* I/Os at once */
#define SPREAD ((uint64_t)1 << 20)      /* reads stay on a leg for so many bytes, so that they are sequential there */
#define CHECK_BYTES ((uint64_t)64 << 10)  /* what the kernel compares, and counts, at once */

/* Part of a request on one leg. */
struct piece { uint8_t *buf; uint64_t offset; size_t len; struct raid_place at; };

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Whether what lies at @offset is to be read from the first leg only, and how far that is so. */
static bool is_untrusted(const struct raid_set *set, uint64_t offset, uint64_t *length)
{
	const struct raid_bitmap *b = &set->bitmap;

	if (!b->count)
		return false;
	*length = min64(*length, b->region - offset % b->region);
	return lvi_raid_bitmap_work(b, offset, 1) & RAID_UNTRUSTED;
}

/* A copy that may be read and was not @tried. Legs that are to be read only in need come last. */
static bool choose_copy(const struct raid_set *set, const struct raid_mask *tried, struct piece *p)
{
	uint64_t len = p->len;
	unsigned copies = set->shape.copies, first;

	first = is_untrusted(set, p->offset, &len) ? 0 : p->offset / SPREAD % copies;
	for (unsigned i = 0; i < 2 * copies; i++) {
		struct raid_place at = lvi_raid_copy_place(&set->shape, p->offset, (first + i) % copies);
		const struct raid_leg *leg = &set->legs[at.leg];

		at.length = min64(at.length, len);
		if (lvi_raid_mask_has(tried, at.leg) || leg->write_mostly != (i >= copies) ||
				!lvi_raid_leg_readable(leg, at.offset + at.length))
			continue;
		p->at = at;
		p->len = at.length;
		return true;
	}
	return false;
}

static struct user_port_io io_of(const struct piece *p)
{
	return (struct user_port_io){ .buf = p->buf, .len = p->len, .offset = p->at.offset };
}

static int read_once(struct raid_set *set, const struct piece *p, struct lvol_error *err)
{
	return lvi_user_port_read(set->legs[p->at.leg].data, p->buf, p->len, p->at.offset + set->data_offset, err);
}

/* Other copies than those @tried, one after the other. */
static int read_other(struct raid_set *set, struct piece *p, struct raid_mask *tried, struct lvol_error *err)
{
	struct piece rest = *p;
	int r;

	for (; rest.len; rest.buf += rest.at.length, rest.offset += rest.at.length,
			rest.len = p->offset + p->len - rest.offset) {
		if (!choose_copy(set, tried, &rest))
			return -LVOL_E_IO;
		r = read_once(set, &rest, err);
		if (r == -LVOL_E_NO_MEMORY)
			return r;
		if (r) {
			lvi_raid_mask_add(tried, rest.at.leg);
			rest.at.length = 0;
		}
	}
	return 0;
}

/* A block that could not be read on one leg is written again from another, which makes most disks put it elsewhere.
 * Only when writing has begun: reading alone changes nothing. */
static int rewrite(struct raid_set *set, const struct piece *failed, struct lvol_error *err)
{
	struct range_hold hold = { .exclusive = true };
	struct raid_mask tried = { 0 }, failing = { 0 };
	struct lvol_error cause = LVOL_ERROR_INIT;
	struct piece again = *failed;
	int r;

	lvi_raid_mask_add(&tried, failed->at.leg);
	lvi_range_lock_take(&set->ranges, &hold, failed->offset, failed->offset + failed->len);
	r = read_other(set, &again, &tried, &cause);
	if (!r && lvi_user_port_write(set->legs[failed->at.leg].data, failed->buf, failed->len,
			failed->at.offset + set->data_offset, &cause)) {
		lvi_raid_mask_add(&failing, failed->at.leg);
		r = lvi_raid_fail(set, &failing, &cause, err);
	}
	lvi_range_lock_give(&set->ranges, &hold);
	return r;
}

static int read_again(struct raid_set *set, struct piece *p, const struct lvol_error *cause, struct lvol_error *err)
{
	struct piece again = *p;
	struct raid_mask tried = { 0 };
	int r;

	lvi_raid_mask_add(&tried, p->at.leg);
	r = read_other(set, &again, &tried, NULL);
	if (r == -LVOL_E_NO_MEMORY)
		return lvi_error_nomem(err);
	if (r) {
		if (err)
			*err = *cause;
		return lvi_error_prefix(err, -cause->code, "%s %s: no leg has it", set->shape.type->name, set->name);
	}
	if (atomic_load(&set->started))
		rewrite(set, p, NULL);
	return 0;
}

/* As many pieces as there is room for; how far that goes is the result's. */
static int read_batch(struct raid_set *set, struct raid_batch *b, struct piece *pieces, struct piece *left,
		struct lvol_error *err)
{
	struct raid_mask failing = { 0 }, none = { 0 };
	int r;

	b->count = 0;
	while (left->len && b->count < b->room) {
		struct piece *p = &pieces[b->count];
		struct user_port_io io;

		*p = *left;
		if (!choose_copy(set, &none, p))
			return lvi_raid_too_few(set, LVOL_E_IO, err);
		io = io_of(p);
		lvi_raid_batch_add(b, p->at.leg, USER_PORT_READ, &io);
		left->buf += p->len;
		left->offset += p->len;
		left->len -= p->len;
	}
	r = lvi_raid_batch_run(b, &failing, err);
	for (unsigned i = 0; !r && lvi_raid_mask_any(&failing) && i < b->count; i++)
		if (b->ios[i].result)
			r = read_again(set, &pieces[i], &b->cause, err);
	return r;
}

static int copies_read(struct raid_set *set, uint8_t *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct piece left = { .buf = buf, .offset = offset, .len = len };
	unsigned room = min64(ROOM, 2 + len / min64(set->shape.chunk, set->bitmap.count ? set->bitmap.region : len));
	CLEANUP_FREE struct piece *pieces = malloc(room * sizeof *pieces);
	struct raid_batch b;
	int r = pieces ? lvi_raid_batch_init(&b, set, room, err) : lvi_error_nomem(err);

	if (r)
		return r;
	while (!r && left.len)
		r = read_batch(set, &b, pieces, &left, err);
	lvi_raid_batch_free(&b);
	return r;
}

/* All copies of what comes next. */
static int add_copies(struct raid_batch *b, struct piece *left, struct lvol_error *err)
{
	struct raid_set *set = b->set;
	struct piece p = *left;
	unsigned before = b->count;

	p.len = min64(left->len, lvi_raid_copy_place(&set->shape, left->offset, 0).length);
	for (unsigned i = 0; i < set->shape.copies; i++) {
		struct user_port_io io;

		p.at = lvi_raid_copy_place(&set->shape, p.offset, i);
		io = io_of(&p);
		if (!atomic_load(&set->legs[p.at.leg].failed))
			lvi_raid_batch_add(b, p.at.leg, USER_PORT_WRITE, &io);
	}
	left->buf += p.len;
	left->offset += p.len;
	left->len -= p.len;
	return b->count == before ? lvi_raid_too_few(set, LVOL_E_IO, err) : 0;
}

static int write_all(struct raid_set *set, struct piece *left, struct lvol_error *err)
{
	unsigned copies = set->shape.copies, pieces = min64(ROOM / copies + 1, 2 + left->len / set->shape.chunk);
	struct raid_mask failing = { 0 };
	struct raid_batch b;
	int r = lvi_raid_batch_init(&b, set, pieces * copies, err);

	if (r)
		return r;
	while (!r && left->len) {
		for (b.count = 0; !r && left->len && b.count + copies <= b.room;)
			r = add_copies(&b, left, err);
		if (!r)
			r = lvi_raid_batch_run(&b, &failing, err);
	}
	lvi_raid_batch_free(&b);
	return r || !lvi_raid_mask_any(&failing) ? r : lvi_raid_fail(set, &failing, &b.cause, err);
}

static int copies_write(struct raid_set *set, const uint8_t *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct piece left = { .buf = (uint8_t *)buf, .offset = offset, .len = len };
	struct range_hold hold = { .exclusive = true };
	int r;

	lvi_range_lock_take(&set->ranges, &hold, offset, offset + len);
	r = lvi_raid_bitmap_begin(set, offset, len, err);
	if (!r) {
		r = write_all(set, &left, err);
		lvi_raid_bitmap_end(set, offset, len, lvi_raid_outcome(set, r));
	}
	lvi_range_lock_give(&set->ranges, &hold);
	return r;
}

/* ---- synchronising ---- */

static int compare_copies(struct raid_set *set, struct piece *p, uint8_t *other, struct lvol_error *err)
{
	bool differs = false;
	int r = read_once(set, p, err);

	for (unsigned i = 0; !r && i < set->shape.copies; i++) {
		struct raid_place at = lvi_raid_copy_place(&set->shape, p->offset, i);
		const struct raid_leg *leg = &set->legs[at.leg];

		if (at.leg == p->at.leg || !lvi_raid_leg_readable(leg, at.offset + p->len))
			continue;
		r = lvi_user_port_read(leg->data, other, p->len, at.offset + set->data_offset, err);
		differs |= !r && memcmp(other, p->buf, p->len);
	}
	set->mismatches += differs ? p->len : 0;
	return r;
}

/* From the first copy in sync to all others. */
static int copy_piece(struct raid_set *set, struct piece *p, struct lvol_error *err)
{
	struct raid_mask failing = { 0 }, tried = { 0 };
	struct user_port_io io = io_of(p);
	struct raid_batch b;
	int r = lvi_raid_batch_init(&b, set, set->shape.copies, err);

	if (r)
		return r;
	if (read_once(set, p, &b.cause)) {
		lvi_raid_mask_add(&tried, p->at.leg);
		r = read_other(set, p, &tried, NULL) ? lvi_raid_too_few(set, LVOL_E_IO, err) : 0;
	}
	for (unsigned i = 0; i < set->shape.copies; i++) {
		struct raid_place at = lvi_raid_copy_place(&set->shape, p->offset, i);

		io.offset = at.offset;
		if (!atomic_load(&set->legs[at.leg].failed) && (at.leg != p->at.leg || lvi_raid_mask_any(&tried)))
			lvi_raid_batch_add(&b, at.leg, USER_PORT_WRITE, &io);
	}
	if (!r)
		r = lvi_raid_batch_run(&b, &failing, err);
	lvi_raid_batch_free(&b);
	return r || !lvi_raid_mask_any(&failing) ? r : lvi_raid_fail(set, &failing, &b.cause, err);
}

/* The first copy that can be read, whatever is said of rotation: what was never equal gets what that one has. */
static bool first_copy(const struct raid_set *set, struct piece *p)
{
	for (unsigned i = 0; i < set->shape.copies; i++) {
		p->at = lvi_raid_copy_place(&set->shape, p->offset, i);
		p->at.length = min64(p->at.length, p->len);
		if (!lvi_raid_leg_readable(&set->legs[p->at.leg], p->at.offset + p->at.length))
			continue;
		p->len = p->at.length;
		return true;
	}
	return false;
}

static int copies_sync(struct raid_set *set, uint64_t pos, uint64_t len, bool check, struct lvol_error *err)
{
	CLEANUP_FREE void *memory = NULL;
	size_t room = min64(len, check ? CHECK_BYTES : len);
	struct piece p = { .offset = pos };
	int r = 0;

	if (posix_memalign(&memory, 4096, 2 * room)) {
		memory = NULL;
		return lvi_error_nomem(err);
	}
	p.buf = memory;
	for (; !r && p.offset < pos + len; p.offset += p.len) {
		p.len = min64(room, pos + len - p.offset);
		if (!first_copy(set, &p))
			return lvi_raid_too_few(set, LVOL_E_IO, err);
		r = check ? compare_copies(set, &p, p.buf + room, err) : copy_piece(set, &p, err);
	}
	return r;
}

static bool copies_place(struct raid_set *set, bool write, uint64_t offset, struct raid_place *out)
{
	struct piece p = { .offset = offset, .len = out->length };
	struct raid_mask none = { 0 };

	if (write && set->shape.copies > 1)
		return false;
	if (!choose_copy(set, &none, &p))
		return false;
	*out = p.at;
	return true;
}

/* After as many chunks as there are legs the same legs come together again. */
static bool copies_can_lose(const struct raid_set *set, const struct raid_mask *lost)
{
	const struct raid_shape *s = &set->shape;

	for (uint64_t k = 0; k < s->legs; k++) {
		bool any = false;

		for (unsigned i = 0; i < s->copies; i++) {
			unsigned leg = (k * s->copies + i) % s->legs;

			any |= lvi_raid_leg_in_sync(&set->legs[leg]) && !lvi_raid_mask_has(lost, leg);
		}
		if (!any)
			return false;
	}
	return true;
}

const struct raid_ops lvi_raid_copies = { copies_read, copies_write, copies_sync, copies_place, copies_can_lose };
