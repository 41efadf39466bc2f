/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Thin pools and thin LVs that are there: settings, and snapshots that take their origin's place. */
#include "txn/ops.h"

#include <lvol/thin.h>

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_layer.h"
#include "txn/lv_text.h"
#include "txn/messages.h"
#include "txn/thin_pool.h"

static int find(struct lvol_txn *txn, const char *name, struct txn_vg **vg, struct lvol_lv **lv, struct lvol_error *err)
{
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, vg, lv, err);
	return ret ? ret : lvi_lv_book_users(*vg, err);
}

/* Settings */

static int check_values(const struct lvol_thin_change_opts *o, const char *subject, struct lvol_error *err)
{
	if (o->what & LVOL_THIN_CHANGE_DISCARDS && (!o->discards || o->discards > LVOL_THIN_DISCARDS_IGNORE))
		return lvi_error(err, LVOL_E_INVALID, subject, "discards are %u, which is none of enum lvol_thin_discards", o->discards);
	if (o->what & LVOL_THIN_CHANGE_ZERO && o->zero > 1)
		return lvi_error(err, LVOL_E_INVALID, subject, "zero is %u, but it can be 0 or 1 only", o->zero);
	if (o->what & LVOL_THIN_CHANGE_ERROR_WHEN_FULL && o->error_when_full > 1)
		return lvi_error(err, LVOL_E_INVALID, subject, "error_when_full is %u, but it can be 0 or 1 only", o->error_when_full);
	return 0;
}

static int set_values(struct lvol_segment *pool, const struct lvol_thin_change_opts *o)
{
	if (o->what & LVOL_THIN_CHANGE_DISCARDS && lvi_pool_set_discards(pool, o->discards))
		return -LVOL_E_NO_MEMORY;
	if (o->what & LVOL_THIN_CHANGE_ZERO && lvi_pool_set_zero(pool, o->zero))
		return -LVOL_E_NO_MEMORY;
	if (o->what & LVOL_THIN_CHANGE_ERROR_WHEN_FULL && o->error_when_full)
		pool->lv->flags |= LV_ERROR_WHEN_FULL;
	else if (o->what & LVOL_THIN_CHANGE_ERROR_WHEN_FULL)
		pool->lv->flags &= ~(unsigned)LV_ERROR_WHEN_FULL;
	return 0;
}

static int change_pool(struct lvol_txn *txn, struct txn_vg *vg, const struct lvol_lv *lv, const struct lvol_thin_change_opts *o,
		struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];
	struct vg_draft d;
	int ret = lvi_draft_begin(&d, vg, err);

	lvi_lv_text(subject, lv);
	if (!ret && (set_values(lvi_vg_find_lv(d.vg.work, lv->name)->seg_first, o) || lvi_txn_notef(txn, &(struct txn_note){ vg,
			LVOL_CHANGE_MODIFY, "lv", subject }, "change settings of thin pool")))
		ret = lvi_error_nomem(err);
	return lvi_draft_end(&d, ret);
}

int lvi_op_thin_pool_change(struct lvol_txn *txn, const char *name, const struct lvol_thin_change_opts *o,
		struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];
	struct lvol_lv *lv;
	struct txn_vg *vg;
	int ret = find(txn, name, &vg, &lv, err);

	if (ret)
		return ret;
	lvi_lv_text(subject, lv);
	if (!lvi_lv_is_type(lv, SEGTYPE_THIN_POOL))
		return lvi_error(err, LVOL_E_INVALID, subject, "LV %s is no thin pool", subject);
	ret = check_values(o, subject, err);
	return ret ? ret : change_pool(txn, vg, lv, o, err);
}

/* Merging */

struct merge {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct lvol_lv *snapshot, *origin;
	char subject[LVI_LV_TEXT_LEN];
};

static int find_merge(struct merge *m, const char *name, struct lvol_error *err)
{
	int ret = find(m->txn, name, &m->vg, &m->snapshot, err);

	if (ret)
		return ret;
	lvi_lv_text(m->subject, m->snapshot);
	m->origin = lvi_lv_is_type(m->snapshot, SEGTYPE_THIN) ? lvi_seg_lv(m->snapshot->seg_first, SEG_ORIGIN) : NULL;
	if (!m->origin)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, m->subject, "LV %s is no thin snapshot of an LV that is still there",
				m->subject);
	if (lvi_messages_is_new(m->txn, m->snapshot))
		return lvi_error(err, LVOL_E_BUSY, m->subject, "thin snapshot %s is new in this transaction; commit it first", m->subject);
	return 0;
}

/* Other thin snapshots do not mind. */
static int check_users(const struct merge *m, const struct lvol_lv *lv, struct lvol_error *err)
{
	struct lvol_segment *user;

	for (size_t at = 0; (user = lvi_lv_next_user(m->vg, lv, &at)); ) {
		bool is_snapshot = lvi_lv_is_type(user->lv, SEGTYPE_THIN) && lvi_seg_lv(user, SEG_ORIGIN) == lv;

		if (!is_snapshot || lvi_seg_lv(user, SEG_MERGE))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, m->subject, "thin snapshot %s cannot be merged because LV %s uses LV %s",
					m->subject, user->lv->name, lv->name);
		if (lv == m->origin && lvi_messages_is_new(m->txn, user->lv))
			return lvi_error(err, LVOL_E_BUSY, m->subject, "thin snapshot %s of LV %s is new in this transaction; commit it first",
					user->lv->name, lv->name);
	}
	return 0;
}

/* The LV gets the snapshot's device. Fields that are there are set without memory. */
static void take_over(const struct merge *m)
{
	const struct lvol_segment *from = m->snapshot->seg_first;
	struct lvol_segment *to = m->origin->seg_first;

	(void)lvi_seg_set_number(to, SEG_DEVICE_ID, lvi_seg_number(from, SEG_DEVICE_ID, 0));
	(void)lvi_seg_set_number(to, SEG_TRANSACTION_ID, lvi_seg_number(from, SEG_TRANSACTION_ID, 0));
	lvi_seg_unset(to, SEG_ORIGIN);
	m->origin->extent_count = to->count = from->count;
	to->area_extents = lvi_seg_area_extents(to);
}

/* Snapshots of what is gone have no origin any more; those of the snapshot are of what it has become. */
static void tell_snapshots(const struct merge *m)
{
	struct lvol_segment *user;

	for (size_t at = 0; (user = lvi_lv_next_user(m->vg, m->origin, &at)); )
		lvi_seg_unset(user, SEG_ORIGIN);
	for (size_t at = 0; (user = lvi_lv_next_user(m->vg, m->snapshot, &at)); )
		(void)lvi_seg_set_lv(user, SEG_ORIGIN, m->origin);
}

static int check_merge(const struct merge *m, struct lvol_error *err)
{
	int ret = check_users(m, m->origin, err);

	if (!ret)
		ret = check_users(m, m->snapshot, err);
	if (!ret && lvi_seg_lv(m->origin->seg_first, SEG_EXTERNAL_ORIGIN) != lvi_seg_lv(m->snapshot->seg_first, SEG_EXTERNAL_ORIGIN))
		ret = lvi_error(err, LVOL_E_NOT_SUPPORTED, m->subject, "thin snapshot %s and LV %s have blocks from different external "
				"origins", m->subject, m->origin->name);
	if (!ret)
		ret = lvi_lv_must_not_move(m->origin, err);
	if (!ret)
		ret = lvi_lv_must_not_move(m->snapshot, err);
	if (!ret)
		ret = lvi_txn_exclude_open(m->txn, m->origin, err);
	return ret ? ret : lvi_txn_exclude_open(m->txn, m->snapshot, err);
}

int lvi_op_thin_merge(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct merge m = { .txn = txn };
	int ret = find_merge(&m, name, err);

	if (!ret)
		ret = check_merge(&m, err);
	if (ret)
		return ret;
	if (lvi_txn_notef(txn, &(struct txn_note){ m.vg, LVOL_CHANGE_MODIFY, "lv", m.subject }, "merge it into its origin %s",
			m.origin->name))
		return lvi_error_nomem(err);
	take_over(&m);
	tell_snapshots(&m);
	lvi_lv_book_name_freed(m.vg, m.snapshot->name);
	lvi_vg_remove_lv(m.vg->work, m.snapshot);
	/* who uses what is found anew */
	m.vg->lv_book = NULL;
	return 0;
}
