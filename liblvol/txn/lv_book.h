/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_BOOK_H
#define LVI_TXN_LV_BOOK_H

#include "model/names.h"
#include "txn/txn.h"

/*
 * What the LV operations remember of a working copy, in its arena (txn_vg.lv_book). In a frozen VG lv->uses says who
 * refers to an LV; in a working copy this does. It is made once, when the first operation asks. An operation that makes an
 * LV refer to another one says so; that users go is looked at in each answer.
 */
struct lv_user {
	const struct lvol_lv *lv;      /* is referred to */
	struct lvol_segment *seg;      /* by this segment */
	size_t order;                  /* in the text */
};

struct lv_book {
	const struct lvol_vg *of;      /* working copy that it is about */
	bool has_users;
	struct lv_user *users;         /* sorted by LV, then order */
	size_t user_count, user_room;
	/* all "lvolN" with N below it are taken; the same for "snapshotN" */
	uint32_t lvol_hint, snapshot_hint;
};

/* Make sure that users are known. 0 or -LVOL_E_NO_MEMORY. To be called before the functions below. */
int lvi_lv_book_users(struct txn_vg *vg, struct lvol_error *err);
/* What @seg, which is new, refers to is used by it. 0 or -LVOL_E_NO_MEMORY: then nothing was noted. */
int lvi_lv_book_add_users(struct txn_vg *vg, struct lvol_segment *seg);
/* The segments that refer to @lv: start with *at = 0; NULL after the last. A segment comes once for each reference. */
struct lvol_segment *lvi_lv_next_user(const struct txn_vg *vg, const struct lvol_lv *lv, size_t *at);
/* Segment of the relation "snapshotN" that has @lv as its store; NULL: @lv is no COW store. */
struct lvol_segment *lvi_lv_cow_user(const struct txn_vg *vg, const struct lvol_lv *lv);
/* @lv is there, and its first segment is of a type with one of these flags (enum segtype_flag). */
bool lvi_lv_is_type(const struct lvol_lv *lv, unsigned segtype_flags);
/* Whether it is a snapshot's relation itself. */
bool lvi_lv_is_snapshot_relation(const struct lvol_lv *lv);
/* NULL when users may deal with @lv under its name; otherwise it is a part of that LV (itself, when nobody uses it). */
const struct lvol_lv *lvi_lv_part_of(const struct txn_vg *vg, const struct lvol_lv *lv);
/* LVOL_E_NOT_SUPPORTED, naming the LV that it is a part of, for operations on whole LVs; @verb "resized". */
int lvi_lv_must_be_whole(struct txn_vg *vg, const struct lvol_lv *lv, const char *verb, struct lvol_error *err);
/* LVOL_E_BUSY: extents of it are being moved. */
int lvi_lv_must_not_move(const struct lvol_lv *lv, struct lvol_error *err);
/* LVOL_E_BUSY: it is a leg of a raid, split off so that it can be merged back, and visible meanwhile. */
int lvi_lv_must_not_be_tracked(struct txn_vg *vg, const struct lvol_lv *lv, struct lvol_error *err);

/* What a segment refers to, by number; *past: no more of them. NULL: that is no LV. */
struct lvol_lv *lvi_seg_lv_ref(const struct lvol_segment *seg, size_t i, bool *past);

/* "lvolN" with the smallest free N. */
int lvi_lv_book_name(struct txn_vg *vg, char out[LVI_NAME_MAX + 1], struct lvol_error *err);
/* "snapshotN" for the relation of a snapshot, likewise. */
int lvi_lv_book_snapshot_name(struct txn_vg *vg, char out[LVI_NAME_MAX + 1], struct lvol_error *err);
/* The name @name is or will be free. */
void lvi_lv_book_name_freed(struct txn_vg *vg, const char *name);

#endif
