/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_CONVERT_H
#define LVI_TXN_CONVERT_H

#include <lvol/convert.h>

#include "txn/legs.h"
#include "txn/lv_text.h"
#include "txn/raid_facts.h"
#include "txn/raid_meta.h"
#include "txn/txn.h"

/*
 * Conversions of raids and mirrors and of what becomes one. All work on a clone of the working copy, which takes its place when
 * everything has gone well.
 *
 * An LV is seen as a row of legs, each with a role: chunk k of the data, copy j of it, P, Q, or a place in a layout that goes
 * round. To convert is to give each role of the new type the leg that had it, or a new leg where the role can be computed from
 * the others; what is left over goes. So linear is one leg, striped a row of them, and adding a leg, replacing one and
 * becoming another level are the same work.
 */
struct leg {
	struct lvol_lv *data, *meta;    /* meta NULL: it has none */
	bool is_new, is_good;           /* good: it has all the data that its role stands for */
	bool drop;                      /* chosen to go */
};

struct convert {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct lvol_vg *work;           /* the clone */
	struct lvol_lv *lv;
	char subject[LVI_LV_TEXT_LEN];
	int policy;
	struct pv_choice pvs;           /* where new legs may lie */
	bool has_pvs;
	struct raid_state state;        /* of a raid: before */
	struct raid_facts facts;        /* of what it becomes */
	ARRAY(struct leg) from;
	ARRAY(struct leg) to;
	bool unites;                    /* a mirror that is being given legs may be converted (mirror_layer.h): */
	bool united;                    /* it was one, and has all legs now */
	bool fresh_metas;               /* superblocks of legs that stay are made anew, on new metadata LVs */
};

/* convert.c: around every conversion. begin: the LV is whole, not open, of a kind that can be converted; finish: takes the
 * clone, or with @ret set throws it away. */
int lvi_convert_begin(struct convert *c, const char *name, const char *verb, struct lvol_error *err);
int lvi_convert_finish(struct convert *c, int ret, const char *what, struct lvol_error *err);
int lvi_convert_choose_pvs(struct convert *c, const char *const *pvs, struct lvol_error *err);
int lvi_convert_policy(struct convert *c, uint32_t alloc, struct lvol_error *err);
/* LVOL_E_NOT_SUPPORTED: for what cannot be done with integrity under the legs. */
int lvi_convert_must_lack_integrity(const struct convert *c, struct lvol_error *err);
/* LVOL_E_BUSY: some leg lacks something. */
int lvi_convert_must_be_in_sync(const struct convert *c, struct lvol_error *err);

/* convert_state.c: c->state of the LV that @lv was when it was read; what runs is asked, else what is on the disks. LVOL_E_STATE:
 * it was not that raid then. LVOL_E_CONFLICT: what runs has other legs. */
int lvi_convert_read_state(struct convert *c, const struct lvol_lv *lv, struct lvol_error *err);

/* convert_legs.c */
bool lvi_lv_is_linear(const struct lvol_lv *lv);
/* c->from of what the LV is: legs of a raid or mirror, or the parts of a linear or striped LV, which become LVs. */
int lvi_convert_take_legs(struct convert *c, struct lvol_error *err);
/* Legs of c->from on @pvs (NULL: any) are marked to go, from the last on, until there are @count. LVOL_E_INVALID. */
int lvi_convert_drop(struct convert *c, const struct pv_choice *pvs, uint32_t count, struct lvol_error *err);
/* c->to has places without data: find room for them and make them. */
int lvi_convert_new_legs(struct convert *c, struct lvol_error *err);
/* The segment of @lv, whose own are given up, from c->to and c->facts; then names, and removal of what is left of c->from. */
int lvi_convert_put_legs(struct convert *c, struct lvol_error *err);
int lvi_convert_name_legs(struct convert *c, struct lvol_lv *lv, struct lvol_error *err);
void lvi_convert_remove_leg(struct convert *c, struct leg *leg);

/* convert_choose.c: legs of c->from that lie on the PVs @from (NULL: on those that are missing) are marked to go. LVOL_E_NOT_FOUND,
 * LVOL_E_INVALID: none does. */
int lvi_convert_choose_on(struct convert *c, const char *const *from, struct lvol_error *err);
/* All data is on legs that stay, or follows from it. LVOL_E_MISSING_PV, LVOL_E_BUSY. */
int lvi_convert_check_left(const struct convert *c, struct lvol_error *err);

/* convert_stack.c: linear and striped LVs to legs and back. */
int lvi_convert_split_stripes(struct convert *c, struct lvol_error *err);
int lvi_convert_join_stripes(struct convert *c, struct lvol_error *err);
/* @lv has no segments then; their extents are others' now. */
void lvi_convert_forget_segments(struct lvol_lv *lv);

/* convert_roles.c: c->to from c->from for another type. LVOL_E_NOT_SUPPORTED: not in one step. */
int lvi_convert_match_roles(struct convert *c, const struct segtype *type, struct lvol_error *err);

#endif
