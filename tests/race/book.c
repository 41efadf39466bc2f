/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "book.h"

#include <stdio.h>
#include <string.h>

#include "race.h"

void slot_name(char out[32], unsigned worker, unsigned slot, uint32_t generation)
{
	snprintf(out, 32, "w%u_s%u_g%u", worker, slot, generation);
}

/* What could happen to a slot: an LV comes, goes, gets another name or another tag. */
static struct slot next_state(const struct slot *now, uint64_t *random)
{
	struct slot next = *now;

	if (!now->exists) {
		next = (struct slot){ true, now->generation + 1, 1 + race_random(random) % 3, race_random(random) % 100 };
		return next;
	}
	switch (race_random(random) % 3) {
	case 0:
		next.exists = false;
		break;
	case 1:
		next.generation++;
		break;
	default:
		next.tag++;
	}
	return next;
}

void book_plan(struct worker *w, unsigned most)
{
	unsigned first = race_random(&w->random) % SLOTS;

	w->change_count = 1 + race_random(&w->random) % most;
	for (unsigned i = 0; i < w->change_count; i++) {
		w->changes[i].slot = (first + i) % SLOTS;
		w->changes[i].after = next_state(&w->slots[w->changes[i].slot], &w->random);
	}
	w->seqno = 0;
	w->attempts++;
	w->commits_then = w->commits + 1;
	atomic_store(&w->phase, WRITTEN_DOWN);
}

static void acknowledge(struct book *book, unsigned number)
{
	const struct worker *w = &book->workers[number];
	uint32_t mine = (number + 1) << 24 | (w->attempts & 0xffffff), before;

	if (!w->seqno)
		return;
	race_must(w->seqno < MOST_COMMITS, "more commits than the book has lines");
	before = atomic_exchange(&book->acknowledged[w->seqno], mine);
	race_must(!before || before == mine, "two commits were acknowledged as the same version");
}

static void apply(struct book *book, unsigned number)
{
	struct worker *w = &book->workers[number];

	acknowledge(book, number);
	for (unsigned i = 0; i < w->change_count; i++)
		w->slots[w->changes[i].slot] = w->changes[i].after;
	w->commits = w->commits_then;
	atomic_store(&w->phase, IDLE);
}

void book_commit(struct book *book, unsigned number, uint32_t seqno)
{
	struct worker *w = &book->workers[number];

	w->seqno = seqno;
	atomic_store(&w->phase, COMMITTED);
	apply(book, number);
}

uint32_t book_commits(const struct book *book)
{
	uint32_t commits = 0;

	for (unsigned i = 0; i < WORKERS; i++)
		commits += book->workers[i].commits;
	return commits;
}

static bool is_tagged(const struct lvol_lv *lv, uint32_t tag)
{
	char want[32];

	snprintf(want, sizeof want, "t%u", tag);
	return lvol_lv_tag(lv, 0) && !strcmp(lvol_lv_tag(lv, 0), want) && !lvol_lv_tag(lv, 1);
}

static bool is_as(const struct lvol_vg *vg, unsigned worker, unsigned number, const struct slot *want)
{
	const struct lvol_lv *lv;
	char prefix[32], name[32];
	unsigned found = 0;

	snprintf(prefix, sizeof prefix, "w%u_s%u_g", worker, number);
	for (lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		found += !strncmp(lvol_lv_name(lv), prefix, strlen(prefix));
	if (!want->exists)
		return !found;
	slot_name(name, worker, number, want->generation);
	lv = lvol_lv_find(vg, name);
	return found == 1 && lv && lvol_lv_size_extents(lv) == want->extents && is_tagged(lv, want->tag);
}

static void check_slot(const struct worker *w, unsigned number, unsigned slot, const struct lvol_vg *vg)
{
	const struct slot *s = &w->slots[slot];

	if (!is_as(vg, number, slot, s))
		race_die("seqno %u: worker %u's slot %u is not as acknowledged: %s, generation %u, %u extents, tag t%u",
			 lvol_vg_seqno(vg), number, slot, s->exists ? "an LV" : "no LV", s->generation, s->extents, s->tag);
}

static unsigned changes_on_disk(const struct worker *w, unsigned number, const struct lvol_vg *vg)
{
	unsigned done = 0;

	for (unsigned i = 0; i < w->change_count; i++)
		if (is_as(vg, number, w->changes[i].slot, &w->changes[i].after))
			done++;
	return done;
}

void book_check(const struct book *book, unsigned number, const struct lvol_vg *vg)
{
	for (unsigned s = 0; s < SLOTS; s++)
		check_slot(&book->workers[number], number, s, vg);
}

void book_settle(struct book *book, unsigned number, const struct lvol_vg *vg)
{
	struct worker *w = &book->workers[number];

	if (atomic_load(&w->phase) == WRITTEN_DOWN) {
		unsigned done = changes_on_disk(w, number, vg);

		race_must(!done || done == w->change_count, "half of a transaction is on the disks");
		book->found += !!done;
		atomic_store(&w->phase, done ? COMMITTED : IDLE);
	}
	if (atomic_load(&w->phase) == COMMITTED)
		apply(book, number);
	book_check(book, number, vg);
}
