/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_SNAPSHOT_RELATION_H
#define LVI_TXN_SNAPSHOT_RELATION_H

#include "model/names.h"
#include "txn/txn.h"

/*
 * What makes a snapshot of an LV: LVM2 keeps it as an ordinary, hidden LV for what changes (the store), which bears the
 * snapshot's name, and a relation "snapshotN" that ties it to its origin.
 */
struct snapshot_relation {
	struct lvol_lv *origin;
	uint32_t chunk_sectors;
	struct uuid id;
	char name[LVI_NAME_MAX + 1];
};

struct snapshot_wish { struct lvol_txn *txn; struct txn_vg *vg; const char *origin; uint32_t chunk_bytes; };

/* What is asked for can be; nobody has the origin open. */
int lvi_snapshot_plan(const struct snapshot_wish *wish, struct snapshot_relation *out, struct lvol_error *err);
/* A store that can be used at all, and one that can never be full. */
uint64_t lvi_snapshot_least_extents(const struct snapshot_relation *r);
uint64_t lvi_snapshot_most_extents(const struct snapshot_relation *r);
/* The same of one that is there. */
uint64_t lvi_snapshot_store_limit(const struct lvol_segment *relation);
/* Tie the store to its origin. On failure the relation may be there, as the last LV of the VG. */
int lvi_snapshot_relate(const struct snapshot_relation *r, struct txn_vg *vg, struct lvol_lv *store,
		struct lvol_error *err);

/* The relation of a snapshot that is being merged, by either side of it; NULL: there is none. Users are in the book. */
struct lvol_segment *lvi_snapshot_merging(const struct txn_vg *vg, const struct lvol_lv *lv);
/* Whether the store says that it was full or failed while the origin was written to. */
int lvi_snapshot_is_invalid(const struct lvol_lv *store, bool *out, struct lvol_error *err);

#endif
