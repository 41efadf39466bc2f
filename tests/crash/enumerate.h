/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_ENUMERATE_H
#define LVOL_TESTS_ENUMERATE_H

/*
 * The contents of disks that a power cut could leave behind while the journal of a recorder was written:
 *
 *   prefix   everything up to some point of the journal, nothing after it;
 *   torn     the same, with the last write cut at each sector, or any of its sectors missing;
 *   subset   any choice of the writes that no flush of their disk has covered yet, over all disks at once: all choices
 *            when they are few, else each single one dropped, each single one kept, and seeded samples;
 *   mixed    the same with some of the chosen writes torn, seeded.
 *
 * A sector is written whole or not at all. Subsets are built in front of each flush and at the end of the journal: what
 * may be lost in between is a choice of less. Contents that were built before are not judged again.
 */

#include "recorder.h"

struct crash_limits {
	unsigned all_up_to;  /* all choices of up to so many writes */
	unsigned samples;    /* choices of more writes than that, for each flush */
	unsigned mixed;      /* torn choices, for each flush */
	unsigned tears;      /* of one write */
	uint64_t seed;
};

/* Limits for the run at hand: less under a sanitizer, more with LVOL_TEST_LONG. */
struct crash_limits crash_limits_default(void);

struct crash_count {
	uint64_t built, judged;  /* judged: all different */
};

/*
 * Looks at one state and says what is wrong with it (malloc'ed text), or NULL. It may write to the disks. @number tells
 * this state from others of the same journal.
 */
typedef char *(*crash_judge_fn)(void *arg, struct recorder *disks, uint64_t number);

/*
 * Judge every state of @rec's journal, from its base on. A state that is not as it should be ends the test with a
 * description of it. Afterwards the disks have the content of the whole journal.
 */
void crash_enumerate(struct recorder *rec, const struct crash_limits *limits, crash_judge_fn judge, void *arg,
		struct crash_count *count);

#endif
