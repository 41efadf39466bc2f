/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_ACTIVATE_WORK_H
#define LVI_BACKEND_ACTIVATE_WORK_H

#include "backend/activate.h"
#include "base/hash.h"
#include "dm/diff.h"

/* What the files activate*.c share: devices at work, the steps on one of them, and the book by which they are undone. */

enum step_kind { STEP_CREATE, STEP_LOAD, STEP_SUSPEND, STEP_SWAP, STEP_RENAME, STEP_REMOVE, STEP_MAKE_THIN };

/* A device of the diff, and what is known of it beside. */
struct device {
	const struct dm_change *change;
	struct control_live live;       /* before, or when it was made; its name is always the present one */
	bool skip;                      /* nothing to do after all */
	bool is_root;                   /* nothing of the old graph stands on it */
	bool will_be_below;             /* something of the new graph stands on it, */
	bool below_old;                 /* and that is not new itself */
	bool gives_content;             /* a part that it stands on begins to be an LV with the same content */
	bool runs_new;                  /* the new table is in use */
	bool suspended;                 /* by us */
	struct device *thin_pool;       /* where it was made before its time, */
	const char *thin_id;            /* under this number */
	bool goes_early;                /* gone before the commit: nothing that stays shares anything with it */
};

struct step { enum step_kind kind; struct device *device; };

struct work {
	const struct activation *how;
	struct dm_diff diff;
	struct device *devices;         /* as diff.all */
	struct hash by_key;             /* -> struct device */
	struct hash by_name;            /* those that run, by the name that they had at first */
	ARRAY(struct step) done;
	bool committed;
	bool holds_memory;
};

/* activate_ask.c: what each of them is at the moment; many are asked for in one list. */
int lvi_work_ask(struct work *w, struct lvol_error *err);

/* activate_look.c */
struct device *lvi_work_device(struct work *w, const struct dm_change *change);
/* The difference, and what of it runs. lvi_work_end() is due even after an error. */
int lvi_work_begin(struct work *w, const struct dm_graph *old, const struct dm_graph *new, struct lvol_error *err);
void lvi_work_end(struct work *w);
/* For which devices there is something to do. @only_activate: new ones may run already. */
int lvi_work_look(struct work *w, bool only_activate, struct lvol_error *err);
int lvi_work_check_names(struct work *w, struct lvol_error *err);
int lvi_work_check_unused(struct work *w, struct lvol_error *err);
struct device *lvi_work_by_key(const struct work *w, const char *key);

/* activate_order.c: which of what goes can go before the commit */
void lvi_work_find_early(struct work *w);

/* activate_step.c: one step on one device; those that change something note it in the book, for which there is room. */
int lvi_step_look(struct work *w, struct device *d, struct lvol_error *err);
int lvi_step_create(struct work *w, struct device *d, const struct dm_node *node, struct lvol_error *err);
int lvi_step_load(struct work *w, struct device *d, const struct dm_node *node, struct lvol_error *err);
int lvi_step_suspend(struct work *w, struct device *d, struct lvol_error *err);
/* For those of backend/control.h */
unsigned lvi_step_suspend_flags(const struct work *w, const struct device *d);
/* Takes what waits into use, as @node is shown. */
int lvi_step_resume(struct work *w, struct device *d, const struct dm_node *node, struct lvol_error *err);
int lvi_step_rename(struct work *w, struct device *d, const struct dm_node *from, const struct dm_node *to,
		struct lvol_error *err);
int lvi_step_remove(struct work *w, struct device *d, const struct dm_node *node, struct lvol_error *err);
void lvi_step_note(struct work *w, enum step_kind kind, struct device *d);
/* Out of the way of one that gets its name. */
int lvi_step_move_aside(struct work *w, struct device *d, struct lvol_error *err);
/* It could not be removed after the commit, and its room is not its own any more: it answers errors until closed. */
void lvi_step_give_up(struct work *w, struct device *d);
/* activate_message.c: what a thin pool has to be told, unless it knows it already */
int lvi_step_tell(struct work *w, struct device *d, struct lvol_error *err);
/* The thin device that its new table names, if the commit's messages are to make it: a table needs it to be there. */
int lvi_step_make_thin(struct work *w, struct device *d, struct lvol_error *err);
int lvi_step_unmake_thin(struct work *w, struct device *d, struct lvol_error *err);

/* What makes a device the same one: its uuid, or its name. */
const char *lvi_step_key(const struct dm_node *node);

/* activate_undo.c: everything in the book, backwards */
void lvi_activate_undo(struct work *w);

#endif
