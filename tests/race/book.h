/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_BOOK_H
#define LVOL_TESTS_BOOK_H

/*
 * The book that processes keep about what they did to a VG, in memory that outlives them. Each worker has LVs of its own
 * ("w1_s2_g7": worker 1, slot 2, generation 7; the generation changes with the name). Before a commit it writes down what
 * would be, after it that it was. If it is killed between the two, the disks must show one or the other, whole: that is
 * for book_settle() to find out. Whatever is written into the book may be the last thing that a process does, so all
 * that follows COMMITTED can be done twice.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <lvol/lvol.h>

#define WORKERS 4
#define SLOTS 6
#define CHANGES 2            /* of one transaction */
#define MOST_COMMITS 65536

struct slot {
	bool exists;
	uint32_t generation, extents, tag;
};

enum phase { IDLE, WRITTEN_DOWN, COMMITTED };

struct worker {
	pid_t pid;
	struct slot slots[SLOTS];
	struct { unsigned slot; struct slot after; } changes[CHANGES];
	unsigned change_count;
	_Atomic int phase;           /* of the changes: IDLE, they are none */
	uint32_t seqno;              /* once COMMITTED: as which version, 0 where that is not told */
	uint32_t commits, attempts;
	uint32_t commits_then;       /* what commits will be after this one */
	uint64_t random;
};

struct book {
	_Atomic int stop;
	unsigned kills, found;       /* killed workers; commits of theirs that were there all the same */
	struct worker workers[WORKERS];
	_Atomic uint32_t acknowledged[MOST_COMMITS];   /* by seqno: who, at which attempt; 0: nobody */
};

/* "w1_s2_g7" */
void slot_name(char out[32], unsigned worker, unsigned slot, uint32_t generation);

/* Choose what to do next. @most: changes in one transaction. */
void book_plan(struct worker *w, unsigned most);

/* The commit of what was planned was acknowledged, as version @seqno (0: not told). */
void book_commit(struct book *book, unsigned number, uint32_t seqno);

/* Commits of all workers that are known to have happened. */
uint32_t book_commits(const struct book *book);

/* What a killed worker left: its changes happened, or did not; anything else ends the program. */
void book_settle(struct book *book, unsigned number, const struct lvol_vg *vg);

/* The LVs of worker @number are those of its book. */
void book_check(const struct book *book, unsigned number, const struct lvol_vg *vg);

#endif
