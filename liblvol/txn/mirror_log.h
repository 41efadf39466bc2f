/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_MIRROR_LOG_H
#define LVI_TXN_MIRROR_LOG_H

#include "txn/legs.h"
#include "txn/txn.h"

/* The log LV "NAME_mlog" of a mirror, on a PV of its own where there is one. */
struct mirror_log {
	const struct pv_choice *pvs;    /* NULL: all */
	int policy;
	const char *subject;
	bool in_sync;                   /* all regions count as in sync */
};

/* Room for what is better not beside data: on the last of the PVs without any, as lvm2 has it. */
struct log_place {
	const struct lvol_vg *vg;
	const struct pv_choice *pvs;    /* NULL: all */
	const struct pv_list *avoid;    /* PVs with data */
	uint32_t extents;
	int policy;                     /* where there is no such PV, it is beside data with this; 0: LVOL_E_NO_SPACE */
	const char *subject;
};
int lvi_log_place_find(const struct log_place *where, struct allocation *room, struct lvol_error *err);

/* Make it and tell it to @seg, whose legs are there; what it holds is written with the commit. LVOL_E_NO_SPACE. */
int lvi_mirror_log_add(struct lvol_txn *txn, struct lvol_segment *seg, const struct mirror_log *how,
		struct lvol_error *err);

/* No region counts as in sync from the commit on, or from a commit that is cut off. */
int lvi_mirror_log_clear(struct lvol_txn *txn, const struct lvol_lv *log, struct lvol_error *err);

/* Extents that the log of an LV of @sectors needs. */
uint32_t lvi_mirror_log_extents(uint64_t sectors, uint64_t region_sectors, uint64_t extent_sectors);
/* Whether the log says that all legs have everything. A log in memory says nothing: false. LVOL_E_IO. */
int lvi_mirror_log_read(const struct lvol_segment *seg, bool *in_sync, struct lvol_error *err);

#endif
