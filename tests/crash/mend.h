/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_MEND_H
#define LVOL_TESTS_MEND_H

/*
 * What anybody's next transactions do after something went wrong: a change to each VG in a transaction of its own, the
 * first of which takes in the PVs that are in no VG; or a VG of all disks where there is none.
 */

#include "world.h"

/* Called after each transaction; answers NULL, or malloc'ed text that ends it. */
typedef char *(*mend_step_fn)(void *arg, struct recorder *rec);

/* NULL, or what failed. VGs are taken first to last or last to first, as the lowest bit of @number says. */
char *mend_all(struct recorder *rec, uint64_t number, mend_step_fn step, void *arg);

/* Mend @rec, which looked as @before: nothing is left to mend, and no VG, LV or PV is lost. NULL, or what is wrong. */
char *mend_and_check(struct recorder *rec, uint64_t number, const struct world_view *before);

#endif
