/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_SITES_H
#define LVOL_TESTS_SITES_H

/*
 * Which allocations to let fail, when there are too many to let each: those from a place that no earlier one came from, a
 * place being the function that asks and its next callers. Of the whole program, so what one scenario has tried the next does
 * not try again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sites {
	uint64_t *seen;     /* open addressing, hashes of places */
	size_t count, cap;
	uint64_t *chosen;   /* numbers of allocations, from allocator_arm() on, in order */
	size_t chosen_count;
};

/* Note each allocation from now on, until sites_stop(); none fails. Once at a time. */
void sites_watch(struct sites *s);
/* The new ones are in s->chosen, which is freed by the next sites_watch(). */
void sites_stop(struct sites *s);
void sites_free(struct sites *s);

/* When allocation @number comes, between allocator_arm() and sites_tell(0): who asks for it, on standard error. */
void sites_tell(uint64_t number);

#endif
