/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_WORLD_H
#define LVOL_TESTS_WORLD_H

/*
 * What tests do with recorded disks: contexts on them, small VGs, and a view of everything that a fresh context finds,
 * as text that can be compared.
 */

#include <lvol/lvol.h>

#include "recorder.h"
#include "util.h"

/* Small, but large enough for lvm2, which takes nothing below 2 MiB for a PV. */
#define WORLD_DISK_BYTES (UINT64_C(4) << 20)
#define WORLD_EXTENT_BYTES (UINT64_C(64) << 10)

/* A context on all disks. Equal seeds make equal UUIDs: a seed is for one context on a set of disks. */
struct lvol_ctx *world_ctx(struct recorder *rec, uint64_t seed);

/* Transactions; whatever fails ends the test. @vgs is NULL-terminated. */
struct lvol_txn *world_begin(struct lvol_ctx *ctx, const char *const *vgs, uint32_t flags);
struct lvol_txn *world_begin_vg(struct lvol_ctx *ctx, const char *vg);  /* NULL: none */
void world_commit(struct lvol_txn *txn);  /* and free */

/* Things to have on disks. Each is one transaction. @disks: "0", "0,2,3": numbers of disks. */
struct world_pv { const char *disks; unsigned mdas; bool ignored; uint64_t mda_bytes; };
void world_make_pvs(struct lvol_ctx *ctx, const struct world_pv *how);
void world_make_vg(struct lvol_ctx *ctx, const char *name, const char *disks);
void world_make_lv(struct lvol_ctx *ctx, const char *name, uint64_t extents, const char *disk);  /* "vg/lv"; NULL: any */

/* "0,2" as NULL-terminated names of disks; valid till the next call but seven. */
const char *const *world_disks(const char *disks);

/* Leave something in the free space, so that what is taken from there shows it. */
void world_spoil(struct recorder *rec);

/* Fill every LV with a pattern that its UUID tells. */
void world_fill_lvs(struct lvol_ctx *ctx);

/* What the LVs hold at one time. */
struct world_lv {
	char uuid[39], name[160];
	uint64_t bytes;
	uint8_t *data;
};

/* What a fresh context finds. */
struct world_view {
	char *vgs;                  /* metadata of all VGs without who wrote it and when; then what blocks them, if anything */
	char **pv_ids;              /* in VGs and out of them; sorted */
	size_t pv_count;
	char *names;                /* of the VGs, each with a newline */
	char *summary;              /* "name seqno PVs LVs missing" of each VG, as `vgs` can be asked for */
	char *lv_list;              /* "uuid name size" of each LV */
	size_t missing;             /* PVs that VGs have and that are on no disk */
	size_t problems;            /* others of VGs, but that they are exported, and of devices */
	char first_problem[256];
	struct world_lv *lvs;       /* only when asked for */
	size_t lv_count;
};

/* NULL, or malloc'ed text why the disks cannot be looked at. */
char *world_look(struct recorder *rec, struct world_view *out);
/* Also the LVs' contents, for world_compare_lvs(). */
char *world_look_inside(struct recorder *rec, struct world_view *out);
void world_view_free(struct world_view *view);
bool world_view_has_pv(const struct world_view *view, const char *id);

/*
 * NULL, or what is wrong: an LV of @before that still is has other bytes than it had, where it still has bytes; or an LV
 * that was not in @before does not begin with zeroes, if @zeroed.
 */
char *world_compare_lvs(struct recorder *rec, const struct world_view *before, bool zeroed);

#endif
