/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_CASE_H
#define LVOL_TESTS_CASE_H

/*
 * One behaviour under crashes: disks are prepared, one change is recorded, and every state that a crash during it can
 * leave is judged. Each state must
 *   - open, and show all VGs exactly as they were before or exactly as they are after the change, writable;
 *   - have lost no PV, in a VG or out of it;
 *   - have the bytes of every LV that was there before, and zeroes at the start of those that were not;
 *   - take the next transactions: one on each VG, which takes the PVs of no VG in (a new VG where there is none). After
 *     them nothing is left to mend.
 * Of some states the mending itself is recorded, and judged in the same way. Some are shown to the real lvm2.
 */

#include <check.h>

#include "enumerate.h"
#include "world.h"

struct crash_case {
	const char *name;
	unsigned disks;                        /* all of WORLD_DISK_BYTES, "disk0" ... */
	void (*prepare)(struct lvol_ctx *ctx, unsigned n);
	void (*change)(struct lvol_ctx *ctx, unsigned n);  /* one transaction */
	unsigned n;                            /* for both, so that cases can share them */
	bool several_vgs;                      /* areas of PVs that leave a VG: what of them happened, lvm2 sees only after the next commit */
	bool reuses_room;                      /* a new LV lies where an old one was: it is zeroed after the commit */
	const char *gives_up;                  /* an LV that need not keep its bytes; with reuses_room */
	const char *lost;                      /* disks that are blank from the change on, as for world_disks() */
	unsigned recoveries;                   /* states whose mending is enumerated; 0: as many as is usual */
};

/* Ends the test when a state is not as it should be. Prints the number of states. */
void crash_case_run(const struct crash_case *c);

/*
 * The main function of a program of cases: each is a check case of its own (CK_RUN_CASE=NAME runs it alone). Prints the
 * number of states in all.
 */
int crash_main(const char *name, const struct crash_case *cases, size_t count);
#define CRASH_MAIN(name, cases) crash_main(name, cases, sizeof(cases) / sizeof *(cases))

#endif
