/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_CREATE_KIND_H
#define LVI_TXN_CREATE_KIND_H

#include <lvol/lv.h>

#include "model/names.h"
#include "txn/lv_growth.h"

/*
 * Kinds of LVs that lvol_lv_create() makes: each is a table in a file of its own, listed in create_kinds.c. op_lv.c does
 * what is the same for all (name, settings, PVs, UUID, undoing) and calls a kind's functions in this order:
 *
 *   plan      what is asked for is possible; c->plan and c->growth say what it will be
 *   size      with c->pvs known: how many extents
 *   allocate  room is found; nothing changes yet
 *   build     the working copy gets it
 *
 * Any of them may fail. Until build() nothing has changed but what is private to c; what build() adds to the VG as new LVs
 * is taken out again by the caller, and the rest by undo().
 */
struct create_kind;

struct creation {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	const struct lvol_lv_create_opts *o;
	const struct create_kind *kind;
	const char *name;
	char own_name[LVI_NAME_MAX + 1];
	char subject[264];              /* "vg/lv" */
	struct uuid id;
	struct pv_choice pvs;           /* PVs that were named, or that the size is a percentage of */
	bool has_pvs;                   /* false: the allocator goes through the VG itself */
	struct lv_growth growth;        /* of kinds whose own segments lie on PVs */
	struct allocation room;
	void *plan;                     /* the kind's own, in the transaction's arena */
	bool hidden;                    /* the LV is no volume of its own */
	bool zero;                      /* its first bytes are zeroed with the commit */
};

/* Options of struct lvol_lv_create_opts that not every kind has. */
enum create_option {
	CREATE_ORIGIN = 1u << 0,        /* origin, and sizes in percent of it */
	CREATE_CHUNK = 1u << 1,         /* chunk_bytes */
	CREATE_STRIPES = 1u << 2,       /* stripe_count > 1 */
	CREATE_RAID = 1u << 3,          /* raid */
	CREATE_THIN = 1u << 4,          /* thin */
	CREATE_CACHE = 1u << 5          /* cache */
};

struct create_kind {
	/* Whether it is meant: by o->segtype, or without one by another option. The first kind of the list that says so makes
	 * the LV; the last one of the list says so always. */
	bool (*is_meant)(const struct lvol_lv_create_opts *o);
	unsigned options;               /* enum create_option that it has; all others are refused */
	int (*plan)(struct creation *c, struct lvol_error *err);
	int (*size)(struct creation *c, struct lvol_error *err);
	int (*allocate)(struct creation *c, struct lvol_error *err);
	int (*build)(struct creation *c, struct lvol_lv *lv, struct lvol_error *err);
	void (*undo)(struct creation *c);   /* what build() did beside new LVs; NULL: nothing */
	/* How it is made, for lvol_txn_changes(): 0 or -LVOL_E_NO_MEMORY. @size: "1.00 GiB" */
	int (*note)(const struct creation *c, const struct lvol_lv *lv, const char *size);
	void (*drop)(struct creation *c);   /* frees what plan() and allocate() hold outside of the arena; NULL: nothing */
};

/* create_kinds.c */
const struct create_kind *lvi_create_kind(const struct lvol_lv_create_opts *o);
/* LVOL_E_INVALID: an option is set that the kind does not have. */
int lvi_create_check_options(const struct creation *c, struct lvol_error *err);
/* The word of o->segtype is one of @words (NULL-terminated). */
bool lvi_create_is_word(const struct lvol_lv_create_opts *o, const char *const *words);
/* Cleared memory for c->plan. NULL: err is set. */
void *lvi_create_new_plan(struct creation *c, size_t size, struct lvol_error *err);

extern const struct create_kind lvi_create_plain, lvi_create_snapshot, lvi_create_raid, lvi_create_mirror, lvi_create_cache_pool, lvi_create_thin,
	lvi_create_thin_pool;

/* create_plain.c: what a kind shares whose LV lies on PVs as a linear or striped one does. */
int lvi_create_plan_as(struct creation *c, const char *word, struct lvol_error *err);
/* LVOL_E_INVALID, or the extents that the size means. */
int lvi_create_extents(struct creation *c, uint64_t *extents, struct lvol_error *err);
int lvi_create_plain_size(struct creation *c, struct lvol_error *err);
int lvi_create_plain_allocate(struct creation *c, struct lvol_error *err);
int lvi_create_plain_build(struct creation *c, struct lvol_lv *lv, struct lvol_error *err);

#endif
