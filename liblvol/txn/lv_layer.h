/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_LV_LAYER_H
#define LVI_TXN_LV_LAYER_H

#include "txn/lv_text.h"
#include "txn/txn.h"

/*
 * A draft: a clone of a working copy, for operations of many steps. @vg is used in the place of the real one, and what was found
 * there before is found again by its name.
 */
struct vg_draft {
	struct txn_vg *real;
	struct txn_vg vg;
};

/* Users are known in it (txn/lv_book.h). */
int lvi_draft_begin(struct vg_draft *d, struct txn_vg *real, struct lvol_error *err);
/* With @ret it is thrown away; else it is the working copy from here on. Returns @ret. */
int lvi_draft_end(struct vg_draft *d, int ret);

/*
 * Layers: an LV that keeps its name, id and users gets a segment of another type, which stands on a hidden LV that
 * takes the segments it had; and back. Layers work on a clone of the working copy, which takes its place at the end.
 */
struct lv_layering {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct lvol_vg *work;           /* the clone */
	struct lvol_lv *lv;             /* in it */
	char subject[LVI_LV_TEXT_LEN];
};

/* A whole LV that is not open, not being moved and no snapshot; @verb "given a writecache". */
int lvi_layering_begin(struct lv_layering *l, const char *name, const char *verb, struct lvol_error *err);
/* With @ret the clone is thrown away; else it is the working copy from there on. @what: for lvol_txn_changes() */
int lvi_layering_finish(struct lv_layering *l, int ret, const char *what, struct lvol_error *err);

/* The segments of @lv, which is like @lv of the same VG, go to a new hidden LV "NAME_SUFFIX"; @lv has none then. */
int lvi_layer_insert(const struct lv_layering *l, struct lvol_lv *lv, const char *suffix, struct lvol_lv **below,
		struct lvol_error *err);
/* The only segment of @lv goes, and @lv gets those of @below, which goes too. */
void lvi_layer_remove(struct lvol_lv *lv, struct lvol_lv *below);

/* @from's segments become @lv's, which has none. */
void lvi_lv_take_segments(struct lvol_lv *lv, struct lvol_lv *from);

#endif
