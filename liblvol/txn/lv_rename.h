/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_RENAME_H
#define LVI_TXN_LV_RENAME_H

#include "base/array.h"
#include "txn/txn.h"

/*
 * Hidden parts follow: LVs that the renamed one stands on, directly or not, and whose name begins with its name and an
 * underscore ("home_rimage_0"; a cache pool that is attached keeps the name of its own).
 *
 * Both names are put into the VG's index first, which may fail; then everything is switched over, which may not.
 */
struct renaming { struct lvol_lv *lv; const char *to; };

struct rename_job {
	/* the caller's */
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct lvol_lv *lv;
	const char *to;
	bool parts_only;             /* the LV keeps its name; that of its parts begins with `from` */
	const char *from;            /* otherwise found out */
	/* its own */
	ARRAY(struct renaming) list;
	size_t entered;              /* so many new names are in the index */
	struct strings *descendants; /* of each historical LV, as they will be */
};

/* Whatever the LV is, and also to names that are LVM2's own. LVOL_E_EXISTS, LVOL_E_INVALID (too long). After success one of
 * the other two follows. */
int lvi_rename_prepare(struct rename_job *job, struct lvol_error *err);
void lvi_rename_cancel(struct rename_job *job);
void lvi_rename_finish(struct rename_job *job);
/* Both at once. @job is spent. */
int lvi_rename_now(struct rename_job *job, struct lvol_error *err);

#endif
