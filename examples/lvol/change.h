/* SPDX-License-Identifier: MIT */
#ifndef CHANGE_H
#define CHANGE_H

/* Calls that change volumes, done together or not at all. */

#include "words.h"

#include <lvol/lvol.h>

struct call;
struct tool;

/* Calls in order; `places[i]`, if there are places, says where call i was read ("FILE:3"). */
struct change {
	struct call *const *calls;
	const char *const *places;
	size_t count;
	bool plan_only;   /* show the changes and pictures of what would be, write nothing */
};

int change_run(struct tool *tool, const struct change *change, struct lvol_error *err);

/*
 * The subjects ("vg0/root") of the objects ("lv") that the transaction creates, in order, from the list of changes:
 * for saying what a call made, whose name the library chose.
 */
int change_created(const struct call *call, const struct lvol_txn *txn, const char *object, struct words *out,
		struct lvol_error *err);

#endif
