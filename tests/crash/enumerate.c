/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "enumerate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

enum pick_how { PICK_WHOLE, PICK_DROPPED, PICK_PREFIX, PICK_SCATTERED };

/* What became of one entry of the journal. */
struct pick {
	enum pick_how how;
	uint64_t n;  /* PREFIX: sectors that were written; SCATTERED: seed */
};

struct enumeration {
	struct recorder *rec;
	const struct crash_limits *limits;
	crash_judge_fn judge;
	void *arg;
	struct crash_count *count;
	size_t end;              /* entries of the journal that had been handed out */
	struct pick *picks;      /* of each of them */
	size_t *pending, pending_count;
	uint64_t *seen;          /* open addressing; 0 is free */
	size_t seen_count, seen_room;
	uint64_t random;
};

static uint64_t next_random(struct enumeration *e)
{
	return t_mix(++e->random);
}

static uint64_t sectors(const struct rec_op *op)
{
	return op->length / REC_SECTOR;
}

static bool is_write(const struct rec_op *op)
{
	return op->kind != REC_FLUSH;
}

/* ---- the set of states seen ---- */

static bool seen_put(uint64_t *table, size_t room, uint64_t value)
{
	size_t at = value & (room - 1);

	while (table[at] && table[at] != value)
		at = (at + 1) & (room - 1);
	if (table[at])
		return false;
	table[at] = value;
	return true;
}

static void seen_grow(struct enumeration *e)
{
	size_t room = e->seen_room ? e->seen_room * 2 : 1024;
	uint64_t *table = calloc(room, sizeof *table);

	ck_assert_ptr_nonnull(table);
	for (size_t i = 0; i < e->seen_room; i++)
		if (e->seen[i])
			seen_put(table, room, e->seen[i]);
	free(e->seen);
	e->seen = table;
	e->seen_room = room;
}

static bool is_new(struct enumeration *e, uint64_t value)
{
	if (e->seen_count * 2 >= e->seen_room)
		seen_grow(e);
	if (!seen_put(e->seen, e->seen_room, value | 1))
		return false;
	e->seen_count++;
	return true;
}

/* ---- one state ---- */

static void put_sectors(struct rec_disk *disk, const struct rec_op *op, uint64_t first, uint64_t count)
{
	uint64_t skip = first * REC_SECTOR, length = count * REC_SECTOR;

	if (op->kind == REC_WRITE)
		rec_put(disk, op->bytes + skip, length, op->offset + skip);
	else
		rec_put_zeroes(disk, length, op->offset + skip);
}

static void apply(struct recorder *rec, const struct rec_op *op, const struct pick *pick)
{
	struct rec_disk *disk = &rec->disks[op->disk];

	if (!is_write(op) || pick->how == PICK_DROPPED)
		return;
	if (pick->how == PICK_WHOLE)
		put_sectors(disk, op, 0, sectors(op));
	else if (pick->how == PICK_PREFIX)
		put_sectors(disk, op, 0, pick->n);
	else
		for (uint64_t i = 0; i < sectors(op); i++)
			if (t_mix(pick->n + i) & 1)
				put_sectors(disk, op, i, 1);
}

static void describe_op(FILE *to, const struct rec_op *op, const struct pick *pick, size_t number)
{
	static const char *const kinds[] = { "write", "zero", "discard", "flush" };
	static const char *const fates[] = { "whole", "lost", "torn after sector", "scattered, seed" };

	fprintf(to, "\n  %3zu disk%u %s", number, op->disk, kinds[op->kind]);
	if (!is_write(op))
		return;
	fprintf(to, " %llu bytes at %llu: %s", (unsigned long long)op->length, (unsigned long long)op->offset,
			fates[pick->how]);
	if (pick->how == PICK_PREFIX || pick->how == PICK_SCATTERED)
		fprintf(to, " %llu", (unsigned long long)pick->n);
}

static void report(const struct enumeration *e, const char *wrong)
{
	char *text;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	for (size_t i = 0; i < e->end; i++)
		describe_op(to, &e->rec->ops[i], &e->picks[i], i);
	fclose(to);
	ck_abort_msg("%s\nafter a crash with %zu of %zu entries of the journal handed out:%s", wrong, e->end,
			e->rec->op_count, text);
}

static void try_state(struct enumeration *e)
{
	uint64_t number;
	char *wrong;

	rec_revert(e->rec);
	for (size_t i = 0; i < e->end; i++)
		apply(e->rec, &e->rec->ops[i], &e->picks[i]);
	e->count->built++;
	number = rec_difference(e->rec);
	if (!is_new(e, number))
		return;
	e->count->judged++;
	wrong = e->judge(e->arg, e->rec, number);
	if (wrong)
		report(e, wrong);
}

/* ---- families of states ---- */

static void pick_all(struct enumeration *e, size_t end)
{
	e->end = end;
	for (size_t i = 0; i < end; i++)
		e->picks[i].how = PICK_WHOLE;
}

/* The last of the entries handed out did not get through as a whole. */
static void tear_last(struct enumeration *e)
{
	struct pick *last = &e->picks[e->end - 1];
	uint64_t count = sectors(&e->rec->ops[e->end - 1]);
	bool all = count <= e->limits->tears;

	for (uint64_t i = 1; i < (all ? count : e->limits->tears); i++) {
		*last = (struct pick){ PICK_PREFIX, all ? i : 1 + next_random(e) % (count - 1) };
		try_state(e);
	}
	for (uint64_t i = 0; i < count && i < e->limits->tears; i++) {
		*last = (struct pick){ PICK_SCATTERED, next_random(e) };
		try_state(e);
	}
}

static void prefixes(struct enumeration *e)
{
	for (size_t end = 0; end <= e->rec->op_count; end++) {
		pick_all(e, end);
		try_state(e);
		if (end && is_write(&e->rec->ops[end - 1]) && sectors(&e->rec->ops[end - 1]) > 1)
			tear_last(e);
	}
}

/* Writes among those handed out that no flush of their disk has followed. */
static void find_pending(struct enumeration *e)
{
	bool flushed[REC_MAX_DISKS] = { false };

	e->pending_count = 0;
	for (size_t i = e->end; i-- > 0;) {
		const struct rec_op *op = &e->rec->ops[i];

		if (!is_write(op))
			flushed[op->disk] = true;
		else if (!flushed[op->disk])
			e->pending[e->pending_count++] = i;
	}
}

static void keep_all_or_one(struct enumeration *e, size_t which, bool keep_it)
{
	for (size_t i = 0; i < e->pending_count; i++)
		e->picks[e->pending[i]].how = (i == which) == keep_it ? PICK_WHOLE : PICK_DROPPED;
	try_state(e);
}

static void sample_subset(struct enumeration *e, bool torn)
{
	/* few, half or most of them */
	uint64_t of_eight = 1 + next_random(e) % 7;

	for (size_t i = 0; i < e->pending_count; i++) {
		struct pick *pick = &e->picks[e->pending[i]];
		uint64_t count = sectors(&e->rec->ops[e->pending[i]]), random = next_random(e);

		pick->how = random % 8 < of_eight ? PICK_WHOLE : PICK_DROPPED;
		if (!torn || count < 2 || (random >> 8) % 2)
			continue;
		pick->how = (random >> 9) % 2 ? PICK_PREFIX : PICK_SCATTERED;
		pick->n = pick->how == PICK_PREFIX ? 1 + (random >> 10) % (count - 1) : random;
	}
	try_state(e);
}

static void all_subsets(struct enumeration *e)
{
	for (uint64_t set = 0; set < UINT64_C(1) << e->pending_count; set++) {
		for (size_t i = 0; i < e->pending_count; i++)
			e->picks[e->pending[i]].how = set >> i & 1 ? PICK_WHOLE : PICK_DROPPED;
		try_state(e);
	}
}

static void subsets_at(struct enumeration *e, size_t end)
{
	bool tearable = false;

	pick_all(e, end);
	find_pending(e);
	for (size_t i = 0; i < e->pending_count; i++)
		tearable |= sectors(&e->rec->ops[e->pending[i]]) > 1;
	if (e->pending_count <= e->limits->all_up_to) {
		all_subsets(e);
	} else {
		for (size_t i = 0; i < e->pending_count; i++) {
			keep_all_or_one(e, i, true);
			keep_all_or_one(e, i, false);
		}
		for (unsigned i = 0; i < e->limits->samples; i++)
			sample_subset(e, false);
	}
	for (unsigned i = 0; i < e->limits->mixed && tearable; i++)
		sample_subset(e, true);
}

static void subsets(struct enumeration *e)
{
	for (size_t end = 0; end < e->rec->op_count; end++)
		if (!is_write(&e->rec->ops[end]))
			subsets_at(e, end);
	subsets_at(e, e->rec->op_count);
}

void crash_enumerate(struct recorder *rec, const struct crash_limits *limits, crash_judge_fn judge, void *arg,
		struct crash_count *count)
{
	struct enumeration e = { .rec = rec, .limits = limits, .judge = judge, .arg = arg, .count = count };

	rec_stop(rec);
	e.random = limits->seed;
	e.picks = calloc(rec->op_count + 1, sizeof *e.picks);
	e.pending = calloc(rec->op_count + 1, sizeof *e.pending);
	ck_assert(e.picks && e.pending);
	prefixes(&e);
	subsets(&e);
	pick_all(&e, rec->op_count);
	rec_revert(rec);
	for (size_t i = 0; i < e.end; i++)
		apply(rec, &rec->ops[i], &e.picks[i]);
	free(e.picks);
	free(e.pending);
	free(e.seen);
}

struct crash_limits crash_limits_default(void)
{
	struct crash_limits limits = { .all_up_to = 8, .samples = 250, .mixed = 250, .tears = 24, .seed = 1 };

	if (t_long())
		limits = (struct crash_limits){ .all_up_to = 14, .samples = 4000, .mixed = 2000, .tears = 256, .seed = 1 };
#if defined(__SANITIZE_ADDRESS__)
	limits.all_up_to = 4;
	limits.samples /= 8;
	limits.mixed /= 8;
	limits.tears /= 4;
#endif
	return limits;
}
