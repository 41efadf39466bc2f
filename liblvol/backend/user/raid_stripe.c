/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/raid_stripe.h"

#include "backend/user/raid_combine.h"
#include "base/bytes.h"
#include "base/error.h"

#define MEMORY ((size_t)4 << 20)       /* for a stripe */
#define LEAST ((size_t)4096)
#define MOST ((size_t)256 << 10)
#define ALIGN 64

size_t lvi_raid_stripe_max(const struct raid_shape *shape)
{
	size_t len = lvi_round_down(MEMORY / shape->legs, LEAST);

	return len < LEAST ? LEAST : len > MOST ? MOST : len;
}

void lvi_raid_stripe_init(const struct raid_set *set, uint64_t start, size_t len, struct raid_stripe *out)
{
	memset(out, 0, sizeof *out);
	out->row = lvi_raid_row(&set->shape, start / set->shape.chunk);
	out->start = start;
	out->len = len;
}

void lvi_raid_stripe_free(struct raid_set *set, struct raid_stripe *s)
{
	if (s->memory.start)
		lvi_raid_memory_put(&set->memory, s->memory);
	s->memory = (struct raid_block){ NULL, 0 };
}

/* Whether the old content of a data chunk is of use. */
static bool is_wanted(const struct raid_stripe *s, unsigned i)
{
	switch (s->way) {
	case RAID_COMPUTE: return !s->fresh[i];
	case RAID_UPDATE: return s->fresh[i];
	case RAID_RECONSTRUCT: return true;
	case RAID_PLAIN: break;
	}
	return false;
}

/* Room for data that is of use, old parity where that is, and new parity. */
static int get_memory(struct raid_set *set, struct raid_stripe *s, struct lvol_error *err)
{
	size_t chunks = s->way == RAID_COMPUTE || s->way == RAID_PLAIN ? 2 : 4, bytes;

	for (unsigned i = 0; i < set->shape.data; i++)
		chunks += is_wanted(s, i);
	bytes = chunks * lvi_round_up(s->len, ALIGN);
	s->used = 0;
	if (s->memory.bytes >= bytes)
		return 0;
	lvi_raid_stripe_free(set, s);
	s->memory = lvi_raid_memory_get(&set->memory, bytes);
	return s->memory.start ? 0 : lvi_error_nomem(err);
}

static uint8_t *take(struct raid_stripe *s)
{
	uint8_t *buf = (uint8_t *)s->memory.start + s->used;

	s->used += lvi_round_up(s->len, ALIGN);
	return buf;
}

static bool is_trusted(const struct raid_set *set, const struct raid_stripe *s)
{
	return !(lvi_raid_bitmap_work(&set->bitmap, s->start, s->len) & RAID_UNTRUSTED);
}

static bool is_readable(const struct raid_set *set, const struct raid_stripe *s, unsigned leg)
{
	return leg != RAID_NO_LEG && !lvi_raid_mask_has(&s->unreadable, leg) &&
			lvi_raid_leg_readable(&set->legs[leg], s->start + s->len);
}

static bool is_data_readable(const struct raid_set *set, const struct raid_stripe *s, unsigned i)
{
	return is_readable(set, s, lvi_raid_data_leg(&set->shape, &s->row, i));
}

static unsigned parity_leg(const struct raid_stripe *s, unsigned which)
{
	return which == RAID_P ? s->row.p : s->row.q;
}

static bool is_writable(const struct raid_set *set, unsigned leg)
{
	return leg != RAID_NO_LEG && !atomic_load(&set->legs[leg].failed);
}

/* Only what is written would be lost: no other data is needed that cannot be read. */
static bool can_compute(const struct raid_set *set, const struct raid_stripe *s)
{
	for (unsigned i = 0; i < set->shape.data; i++)
		if (!s->fresh[i] && !is_data_readable(set, s, i))
			return false;
	return true;
}

/* What is written can be read, and all parity that is to be written. */
static bool can_update(const struct raid_set *set, const struct raid_stripe *s)
{
	for (unsigned i = 0; i < set->shape.data; i++)
		if (s->fresh[i] && !is_data_readable(set, s, i))
			return false;
	for (unsigned k = 0; k < 2; k++)
		if (is_writable(set, parity_leg(s, k)) && !is_readable(set, s, parity_leg(s, k)))
			return false;
	return true;
}

static void choose_way(const struct raid_set *set, struct raid_stripe *s)
{
	unsigned written = 0, parity = 0;
	bool compute = can_compute(set, s), update = can_update(set, s);

	for (unsigned i = 0; i < set->shape.data; i++)
		written += s->fresh[i] != NULL;
	for (unsigned k = 0; k < 2; k++)
		parity += is_writable(set, parity_leg(s, k));
	if (compute && update)
		update = is_trusted(set, s) && written + parity < set->shape.data - written;
	s->way = !parity ? RAID_PLAIN : update ? RAID_UPDATE : compute ? RAID_COMPUTE : RAID_RECONSTRUCT;
}

static void add_io(struct raid_batch *b, struct raid_stripe *s, unsigned leg, struct user_port_io io)
{
	io.len = s->len;
	io.offset = s->start;
	lvi_raid_batch_add(b, leg, io.op, &io);
	s->io_count++;
}

static uint8_t *add_read(struct raid_batch *b, struct raid_stripe *s, unsigned leg)
{
	uint8_t *buf = take(s);

	add_io(b, s, leg, (struct user_port_io){ .op = USER_PORT_READ, .buf = buf });
	return buf;
}

static void add_parity_reads(struct raid_batch *b, struct raid_stripe *s)
{
	for (unsigned k = 0; k < 2; k++) {
		s->old_parity[k] = NULL;
		if (is_readable(b->set, s, parity_leg(s, k)))
			s->old_parity[k] = add_read(b, s, parity_leg(s, k));
	}
}

static void add_data_reads(struct raid_batch *b, struct raid_stripe *s)
{
	const struct raid_set *set = b->set;

	for (unsigned i = 0; i < set->shape.data; i++) {
		s->old[i] = NULL;
		if (is_wanted(s, i) && is_data_readable(set, s, i))
			s->old[i] = add_read(b, s, lvi_raid_data_leg(&set->shape, &s->row, i));
	}
}

static int add_reads(struct raid_batch *b, struct raid_stripe *s, struct lvol_error *err)
{
	int r = get_memory(b->set, s, err);

	if (r)
		return r;
	s->first_io = b->count;
	s->io_count = 0;
	add_data_reads(b, s);
	if (s->way == RAID_UPDATE || s->way == RAID_RECONSTRUCT)
		add_parity_reads(b, s);
	return 0;
}

/* True: legs failed, and another way is to be found. */
static bool note_failed_reads(const struct raid_batch *b, struct raid_stripe *s)
{
	bool any = false;

	for (unsigned i = s->first_io; i < s->first_io + s->io_count; i++)
		if (b->ios[i].result) {
			lvi_raid_mask_add(&s->unreadable, b->legs[i]);
			any = true;
		}
	return any;
}

/* Everything that can be read has been; the rest is reconstructed. */
static int reconstruct(struct raid_set *set, struct raid_stripe *s, struct lvol_error *err)
{
	unsigned lost[2], count = 0, parities = !!s->old_parity[RAID_P] + !!s->old_parity[RAID_Q];

	for (unsigned i = 0; i < set->shape.data; i++) {
		if (s->old[i])
			continue;
		if (count == parities)
			return lvi_raid_too_few(set, LVOL_E_IO, err);
		lost[count++] = i;
		s->old[i] = take(s);
	}
	if (!count)
		return 0;
	if (!is_trusted(set, s))
		return lvi_error(err, LVOL_E_CORRUPT, set->name, "%s %s at %llu bytes of its legs: leg %u cannot be "
				"read, and the parity there was never made or not completely written; what the leg "
				"held is lost unless it comes back",
				set->shape.type->name, set->name, (unsigned long long)s->start,
				lvi_raid_data_leg(&set->shape, &s->row, lost[0]));
	return lvi_raid_stripe_recover(&set->shape, s, lost, count, err);
}

int lvi_raid_stripe_gather(struct raid_set *set, struct raid_stripe *s, unsigned lost, struct lvol_error *err)
{
	struct raid_mask failing = { 0 };
	struct raid_batch b;
	bool again = true;
	int r = lvi_raid_batch_init(&b, set, set->shape.legs, err);

	if (r)
		return r;
	if (lost != RAID_NO_LEG)
		lvi_raid_mask_add(&s->unreadable, lvi_raid_data_leg(&set->shape, &s->row, lost));
	s->way = RAID_RECONSTRUCT;
	while (!r && again) {
		b.count = 0;
		r = add_reads(&b, s, err);
		if (!r)
			r = lvi_raid_batch_run(&b, &failing, err);
		again = !r && note_failed_reads(&b, s);
	}
	lvi_raid_batch_free(&b);
	return r ? r : reconstruct(set, s, err);
}

int lvi_raid_stripe_parity(struct raid_set *set, struct raid_stripe *s, struct lvol_error *err)
{
	for (unsigned k = 0; k < 2; k++)
		s->parity[k] = is_writable(set, parity_leg(s, k)) ? take(s) : NULL;
	return s->way == RAID_UPDATE ? lvi_raid_stripe_update(&set->shape, s, err) :
			lvi_raid_stripe_compute(&set->shape, s, err);
}

/* Reads of all stripes at once; those where legs failed again, in another way. */
static int read_stripes(struct raid_stripes *all, struct raid_batch *b, struct lvol_error *err)
{
	struct raid_mask failing = { 0 };
	bool again = true;
	int r = 0;

	for (unsigned i = 0; i < all->count; i++)
		all->all[i].io_count = 1;          /* not read yet */
	while (!r && again) {
		b->count = 0;
		for (unsigned i = 0; !r && i < all->count; i++)
			if (all->all[i].io_count) {
				choose_way(all->set, &all->all[i]);
				r = add_reads(b, &all->all[i], err);
			}
		if (!r)
			r = lvi_raid_batch_run(b, &failing, err);
		again = false;
		for (unsigned i = 0; !r && i < all->count; i++) {
			bool failed = note_failed_reads(b, &all->all[i]);

			if (!failed)
				all->all[i].io_count = 0;
			again |= failed;
		}
	}
	return r;
}

/* What is fresh, parity, and what a leg failed to read and is known by now: that may make it good again. */
static void add_writes(struct raid_batch *b, struct raid_stripe *s)
{
	const struct raid_shape *shape = &b->set->shape;

	for (unsigned i = 0; i < shape->data; i++) {
		unsigned leg = lvi_raid_data_leg(shape, &s->row, i);
		const uint8_t *buf = s->fresh[i];

		if (!buf && lvi_raid_mask_has(&s->unreadable, leg))
			buf = s->old[i];
		if (buf && is_writable(b->set, leg))
			add_io(b, s, leg, (struct user_port_io){ .op = USER_PORT_WRITE, .buf = (uint8_t *)buf });
	}
	for (unsigned k = 0; k < 2; k++)
		if (s->parity[k] && is_writable(b->set, parity_leg(s, k)))
			add_io(b, s, parity_leg(s, k), (struct user_port_io){ .op = USER_PORT_WRITE,
					.buf = s->parity[k] });
}

int lvi_raid_stripes_write(struct raid_stripes *all, struct raid_batch *b, struct raid_mask *failing,
		struct lvol_error *err)
{
	int r = read_stripes(all, b, err);

	b->count = 0;
	b->cause.code = 0;   /* what could not be read has been got over */
	for (unsigned i = 0; !r && i < all->count; i++) {
		struct raid_stripe *s = &all->all[i];

		if (s->way == RAID_RECONSTRUCT)
			r = reconstruct(all->set, s, err);
		if (!r)
			r = lvi_raid_stripe_parity(all->set, s, err);
		if (!r)
			add_writes(b, s);
	}
	return r ? r : lvi_raid_batch_run(b, failing, err);
}
