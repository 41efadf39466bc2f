/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PVs that come into a VG or leave it. A PV that leaves is a free one from then on, see txn_pv.c. */
#include "txn/ops.h"

#include "base/error.h"
#include "txn/lv_text.h"
#include "txn/pv_users.h"
#include "txn/txn_pv.h"
#include "txn/vg_rules.h"

/* The VG, and a clone of it to work on. */
static int begin(struct lvol_txn *txn, const char *name, struct txn_vg **v, struct lvol_vg **work, struct lvol_error *err)
{
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_vg(txn, name, v, err);
	if (!ret)
		ret = lvi_vg_must_be_ours((*v)->work, err);
	if (!ret)
		ret = lvi_vg_must_be_resizeable((*v)->work, err);
	return ret ? ret : lvi_vg_clone((*v)->work, work, err);
}

static int finish(struct lvol_txn *txn, struct txn_vg *v, struct lvol_vg *work, struct txn_mark mark, int ret)
{
	if (!ret) {
		lvi_txn_replace_work(v, work);
		return 0;
	}
	lvi_vg_unref(work);
	lvi_txn_rewind(txn, mark);
	return ret;
}

int lvi_op_vg_extend(struct lvol_txn *txn, const char *name, const char *const *pvs, uint32_t flags,
		struct lvol_error *err)
{
	struct txn_mark mark = lvi_txn_mark(txn);
	struct txn_vg *v;
	struct lvol_vg *work;
	int ret = begin(txn, name, &v, &work, err);

	if (ret)
		return ret;
	ret = lvi_txn_pvs_join(txn, work, pvs, flags, err);
	return finish(txn, v, work, mark, ret);
}

/* Reduce */

static struct lvol_pv *find_pv(struct lvol_vg *work, const char *name)
{
	struct txn_vg as_vg = { .work = work };

	return lvi_txn_find_pv(&as_vg, name);
}

static int check_leaving(const struct lvol_vg *work, const struct lvol_pv *pv, const char *name, struct lvol_error *err)
{
	if (!pv)
		return lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no PV %s", work->name, name);
	if (!pv->dev)
		return lvi_error(err, LVOL_E_MISSING_PV, name, "PV %s is missing; have the missing PVs of VG %s taken out instead",
				name, work->name);
	if (pv->dev->read_only)
		return lvi_error(err, LVOL_E_READ_ONLY, name, "device %s cannot be written", pv->dev_name);
	return lvi_pv_must_be_unused(pv, 0, "before it leaves the VG", err);
}

/* What a VG must keep. */
static int check_rest(const struct lvol_vg *work, const char *subject, struct lvol_error *err)
{
	if (!work->pv_first)
		return lvi_error(err, LVOL_E_INVALID, subject, "VG %s must keep a PV; remove the VG instead", work->name);
	if (!lvi_vg_used_areas(work))
		return lvi_error(err, LVOL_E_INVALID, subject,
				"VG %s would have no metadata area in use any more; take one on another PV into use first", work->name);
	return 0;
}

static int remove_pv(struct lvol_txn *txn, struct lvol_vg *work, struct lvol_pv *pv, struct lvol_error *err)
{
	char name[LVI_PV_TEXT_LEN];

	if (lvi_txn_notef(txn, &(struct txn_note){ NULL, LVOL_CHANGE_MODIFY, "vg", work->name },
			"remove PV %s", pv->dev_name ? pv->dev_name : lvi_pv_text(name, pv)))
		return lvi_error_nomem(err);
	lvi_vg_remove_pv(work, pv);
	return 0;
}

static int reduce(struct lvol_txn *txn, struct lvol_vg *work, const char *const *pvs, struct lvol_error *err)
{
	int ret = 0;

	if (!lvi_names_count(pvs))
		return lvi_error(err, LVOL_E_INVALID, work->name, "no PV is named");
	for (; *pvs && !ret; pvs++) {
		struct lvol_pv *pv = find_pv(work, *pvs);

		ret = check_leaving(work, pv, *pvs, err);
		if (!ret)
			ret = remove_pv(txn, work, pv, err);
	}
	return ret ? ret : check_rest(work, work->name, err);
}

int lvi_op_vg_reduce(struct lvol_txn *txn, const char *name, const char *const *pvs, struct lvol_error *err)
{
	struct txn_mark mark = lvi_txn_mark(txn);
	struct txn_vg *v;
	struct lvol_vg *work;
	int ret = begin(txn, name, &v, &work, err);

	return ret ? ret : finish(txn, v, work, mark, reduce(txn, work, pvs, err));
}

/* Missing PVs. One that came back after it had been missing still counts as missing: what it holds may be old. */

static bool is_missing(const struct lvol_pv *pv)
{
	return !pv->dev || pv->flags & PV_MISSING;
}

static uint32_t count_missing(const struct lvol_vg *vg)
{
	uint32_t n = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		n += is_missing(pv);
	return n;
}

static int reduce_missing(struct lvol_txn *txn, struct lvol_vg *work, struct lvol_error *err)
{
	struct lvol_pv *next;
	int ret = 0;

	for (struct lvol_pv *pv = work->pv_first; pv && !ret; pv = pv->next)
		if (is_missing(pv))
			ret = lvi_pv_must_be_unused(pv, 0, "or repair them", err);
	for (struct lvol_pv *pv = work->pv_first; pv && !ret; pv = next) {
		next = pv->next;
		if (is_missing(pv))
			ret = remove_pv(txn, work, pv, err);
	}
	lvi_vg_drop_problem(work, LVOL_PROBLEM_MISSING_PV);
	return ret ? ret : check_rest(work, work->name, err);
}

int lvi_op_vg_reduce_missing(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct txn_mark mark = lvi_txn_mark(txn);
	struct txn_vg *v;
	struct lvol_vg *work;
	int ret = begin(txn, name, &v, &work, err);

	if (ret)
		return ret;
	if (!count_missing(work)) {
		lvi_vg_unref(work);
		return 0;
	}
	return finish(txn, v, work, mark, reduce_missing(txn, work, err));
}
