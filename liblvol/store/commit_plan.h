/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STORE_COMMIT_PLAN_H
#define LVI_STORE_COMMIT_PLAN_H

#include "disk/mda.h"
#include "store/commit.h"

/* The commit under way; private to commit*.c. */

/* One metadata area that the commit touches. */
struct mda_target {
	struct lvol_dev *dev;
	struct mda_header before;    /* as it was on the device, or empty when it was unusable */
	struct raw_locn locn;        /* where the new text lies; offset 0: the area becomes empty */
	const char *text;            /* NULL: it gets none */
	uint64_t size;               /* with the NUL */
	bool ignore;                 /* it will be marked as ignored */
	bool leaves;                 /* its PV leaves the VG: text is only precommitted, then the area becomes empty */
	bool touched, committed;
	struct pv_mda *place;        /* of the VG's next version; NULL when the PV leaves it */
};

/* Bytes that were overwritten before the commit, to be put back when it fails. */
struct undo { struct lvol_dev *dev; uint64_t offset; size_t len; void *bytes; };

enum { KEPT_IN_NEXT = 1, KEPT_IS_INIT = 2 };

struct commit {
	const struct store_env *env;
	struct commit_plan *plan;
	ARRAY(struct mda_target) targets;
	ARRAY(struct undo) undos;
	ARRAY(struct lvol_dev *) dirty;  /* written since the last flush */
	ARRAY(char *) texts;
	unsigned char *kept;         /* by device number: bits KEPT_... */
	size_t flushed;              /* devices that the last flush reached */
	bool happened;               /* a header with the new text as committed is on a device */
	bool committed;              /* and what came before settling was done too */
};

/* Write and remember that the device wants a flush. */
int lvi_commit_dirty(struct commit *c, struct lvol_dev *dev, struct lvol_error *err);
/* Flush those devices. */
int lvi_commit_flush(struct commit *c, struct lvol_error *err);
/* Remember what is there now before it is overwritten. */
int lvi_commit_save(struct commit *c, struct lvol_dev *dev, uint64_t offset, size_t len, struct lvol_error *err);

/* commit_pv.c: labels and areas of PVs */
int lvi_commit_inits(struct commit *c, struct lvol_error *err);
int lvi_commit_relabels(struct commit *c, struct lvol_error *err);
int lvi_commit_clear_used(struct commit *c, struct lvol_error *err);    /* PVs that leave; before the commit */
int lvi_commit_set_used(struct commit *c, struct lvol_error *err);      /* PVs that joined; after it */
int lvi_commit_wipes(struct commit *c, struct lvol_error *err);

/* commit_mark.c: put the mark of a transaction over several VGs (NULL: it is over one) into the text of one of them */
int lvi_commit_mark(struct lvol_vg *vg, const char *mark, struct lvol_error *err);

/* The same for PVs whose label still has another id than the text. */
int lvi_commit_old_ids(struct lvol_vg *vg, struct lvol_error *err);

/* commit_targets.c: which areas get what */
int lvi_commit_targets(struct commit *c, struct lvol_error *err);

#endif
