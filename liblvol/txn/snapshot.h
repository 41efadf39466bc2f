/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_SNAPSHOT_H
#define LVI_TXN_SNAPSHOT_H

#include "model/names.h"
#include "txn/ops.h"

/*
 * What makes a snapshot of an LV that is being created: LVM2 keeps it as an ordinary, hidden LV for what changes (the
 * store), which bears the snapshot's name, and a relation "snapshotN" that ties it to its origin.
 */
struct snapshot_plan {
	struct lvol_lv *origin;         /* NULL: it is no snapshot */
	uint32_t chunk_sectors;
	struct uuid id;                 /* of the relation */
	char name[LVI_NAME_MAX + 1];
};

/* Whether @o asks for a snapshot that can be. Takes care that nobody has the origin open. */
int lvi_snapshot_plan(struct lvol_txn *txn, struct txn_vg *vg, const struct lvol_lv_create_opts *o,
		struct snapshot_plan *out, struct lvol_error *err);
/* What it asks for as a size, in extents; percentages may be of the origin. */
uint64_t lvi_snapshot_size(const struct snapshot_plan *plan, const struct lvol_size *size, uint64_t extents);
/* Ties @store to the origin, or leaves everything as it was: 0 or -LVOL_E_NO_MEMORY. */
int lvi_snapshot_relate(const struct snapshot_plan *plan, struct txn_vg *vg, struct lvol_lv *store,
		struct lvol_error *err);

#endif
