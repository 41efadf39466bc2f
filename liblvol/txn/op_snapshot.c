/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots that are there: merged into their origin, taken apart, and put together again. */
#include "txn/ops.h"

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_removal.h"
#include "txn/lv_text.h"
#include "txn/snapshot_relation.h"
#include "txn/start.h"

/* A snapshot as the metadata have it: the store, which bears its name, and the relation to the origin. */
struct snapshot {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct lvol_segment *relation;
	struct lvol_lv *origin, *store;
	char subject[LVI_LV_TEXT_LEN];
};

/* The LV that is named, and all but its relation. */
static int find_lv(struct lvol_txn *txn, const char *name, struct snapshot *out, struct lvol_lv **lv, struct lvol_error *err)
{
	int ret = lvi_txn_must_be_open(txn, err);

	out->txn = txn;
	if (!ret)
		ret = lvi_txn_lv(txn, name, &out->vg, lv, err);
	if (!ret)
		ret = lvi_lv_book_users(out->vg, err);
	if (!ret)
		lvi_lv_text(out->subject, *lv);
	return ret;
}

static int find(struct lvol_txn *txn, const char *name, struct snapshot *out, struct lvol_error *err)
{
	struct lvol_lv *lv;
	int ret = find_lv(txn, name, out, &lv, err);

	if (ret)
		return ret;
	out->relation = lvi_lv_cow_user(out->vg, lv);
	if (!out->relation)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, out->subject, "LV %s is no snapshot with a store of its own%s",
				out->subject, lvi_snapshot_merging(out->vg, lv) ? ": it is being merged already" : "");
	out->origin = lvi_seg_lv(out->relation, SEG_ORIGIN);
	out->store = lv;
	return 0;
}

static int check(const struct snapshot *s, struct lvol_error *err)
{
	const struct lvol_segment *other = lvi_snapshot_merging(s->vg, s->origin);
	int ret = lvi_lv_must_not_move(s->origin, err);

	if (!ret)
		ret = lvi_lv_must_not_move(s->store, err);
	if (!ret && other)
		ret = lvi_error(err, LVOL_E_BUSY, s->subject, "snapshot %s is being merged into LV %s; let that end first",
				lvi_seg_lv(other, SEG_MERGING_STORE)->name, s->origin->name);
	if (!ret)
		ret = lvi_txn_exclude_open(s->txn, s->origin, err);
	return ret ? ret : lvi_txn_exclude_open(s->txn, s->store, err);
}

static int must_be_valid(const struct snapshot *s, struct lvol_error *err)
{
	bool invalid;
	int ret = lvi_snapshot_is_invalid(s->store, &invalid, err);

	if (ret || !invalid)
		return ret;
	return lvi_error(err, LVOL_E_STATE, s->subject, "snapshot %s is invalid: its store was full or failed while its origin was "
			"written to; it cannot be merged, only removed", s->subject);
}

int lvi_op_snapshot_merge(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct snapshot s;
	int ret = find(txn, name, &s, err);

	if (!ret)
		ret = check(&s, err);
	if (!ret)
		ret = must_be_valid(&s, err);
	if (ret)
		return ret;
	if (lvi_seg_set_lv(s.relation, SEG_MERGING_STORE, s.store))
		return lvi_error_nomem(err);
	if (lvi_txn_notef(txn, &(struct txn_note){ s.vg, LVOL_CHANGE_MODIFY, "lv", s.subject }, "merge it into its origin %s",
			s.origin->name)) {
		lvi_seg_unset(s.relation, SEG_MERGING_STORE);
		return lvi_error_nomem(err);
	}
	lvi_seg_unset(s.relation, SEG_COW_STORE);
	s.relation->lv->flags &= ~(unsigned)LV_VISIBLE;
	return 0;
}

/* Of the merge that @name, its origin or store, takes part in. */
static int find_merge(struct lvol_txn *txn, const char *name, struct snapshot *out, struct lvol_error *err)
{
	struct lvol_lv *lv;
	int ret = find_lv(txn, name, out, &lv, err);

	if (ret)
		return ret;
	out->relation = lvi_snapshot_merging(out->vg, lv);
	if (!out->relation)
		return lvi_error(err, LVOL_E_STATE, out->subject, "no snapshot is being merged into LV %s", out->subject);
	out->origin = lvi_seg_lv(out->relation, SEG_ORIGIN);
	out->store = lvi_seg_lv(out->relation, SEG_MERGING_STORE);
	return 0;
}

int lvi_op_snapshot_merged(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct snapshot s;
	int ret = find_merge(txn, name, &s, err);

	if (!ret)
		ret = lvi_txn_exclude_open(txn, s.origin, err);
	return ret ? ret : lvi_lv_remove_merged(txn, s.vg, s.relation, err);
}

int lvi_op_snapshot_merge_abort(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct snapshot s;
	int ret = find_merge(txn, name, &s, err);

	return ret ? ret : lvi_error(err, LVOL_E_NOT_SUPPORTED, s.subject, "the merge of snapshot %s into LV %s cannot be given up: "
			"what was copied back is in no other place any more; it can be left off and taken up again", s.store->name,
			s.origin->name);
}

int lvi_op_snapshot_split(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct snapshot s;
	int ret = find(txn, name, &s, err);

	if (!ret)
		ret = check(&s, err);
	if (ret)
		return ret;
	if (lvi_txn_notef(txn, &(struct txn_note){ s.vg, LVOL_CHANGE_MODIFY, "lv", s.subject },
			"split it from its origin %s", s.origin->name))
		return lvi_error_nomem(err);
	lvi_lv_book_name_freed(s.vg, s.relation->lv->name);
	lvi_vg_remove_lv(s.vg->work, s.relation->lv);
	s.store->flags |= LV_VISIBLE;
	return 0;
}

/* Putting together */

static int check_store(const struct snapshot *s, const struct snapshot_relation *r, struct lvol_error *err)
{
	size_t at = 0;
	const struct lvol_segment *user = lvi_lv_next_user(s->vg, s->store, &at);
	int ret = lvi_lv_must_not_move(s->store, err);

	if (ret)
		return ret;
	if (s->store == r->origin)
		return lvi_error(err, LVOL_E_INVALID, s->subject, "LV %s cannot be a snapshot of itself", s->subject);
	if (user)
		return lvi_error(err, LVOL_E_BUSY, s->subject, "LV %s is used by LV %s", s->subject, user->lv->name);
	for (const struct lvol_segment *seg = s->store->seg_first; seg; seg = seg->next)
		if (!(seg->type->flags & SEGTYPE_CAN_SPLIT))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, s->subject, "LV %s cannot keep what changes in a snapshot: it is %s, not "
					"linear or striped", s->subject, lvi_segtype_display(seg));
	if (!(s->store->flags & LV_VISIBLE))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, s->subject, "LV %s is hidden, for LVM2's own use", s->subject);
	if (!(s->store->flags & LV_WRITE))
		return lvi_error(err, LVOL_E_READ_ONLY, s->subject, "LV %s is read-only: a snapshot could keep nothing in it",
				s->subject);
	if (s->store->extent_count < lvi_snapshot_least_extents(r))
		return lvi_error(err, LVOL_E_INVALID, s->subject, "LV %s is too small for a snapshot with such chunks", s->subject);
	return lvi_txn_exclude_open(s->txn, s->store, err);
}

static int attach(struct snapshot *s, const struct snapshot_relation *r, bool empty, struct lvol_error *err)
{
	struct lvol_lv *last = s->vg->work->lv_last;
	bool noted = false;
	int ret = lvi_snapshot_relate(r, s->vg, s->store, err);

	if (!ret && empty) {
		ret = lvi_txn_zero_start(s->txn, s->store, err);
		noted = !ret;
	}
	if (!ret && lvi_txn_notef(s->txn, &(struct txn_note){ s->vg, LVOL_CHANGE_MODIFY, "lv", s->subject },
			"make it a snapshot of %s", r->origin->name))
		ret = lvi_error_nomem(err);
	if (!ret) {
		s->store->flags &= ~(unsigned)LV_VISIBLE;
		return 0;
	}
	if (noted)
		lvi_txn_leave_start(s->store);
	if (s->vg->work->lv_last != last)
		lvi_vg_remove_lv(s->vg->work, s->vg->work->lv_last);
	return ret;
}

int lvi_op_snapshot_attach(struct lvol_txn *txn, const struct lvol_snapshot_attach_opts *o, struct lvol_error *err)
{
	struct snapshot s = { .txn = txn };
	struct snapshot_relation r;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, o->store, &s.vg, &s.store, err);
	if (ret)
		return ret;
	lvi_lv_text(s.subject, s.store);
	ret = lvi_snapshot_plan(&(struct snapshot_wish){ txn, s.vg, o->origin, o->chunk_bytes }, &r, err);
	if (!ret)
		ret = check_store(&s, &r, err);
	return ret ? ret : attach(&s, &r, o->flags & LVOL_SNAPSHOT_ATTACH_EMPTY, err);
}
