/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include "base/error.h"
#include "txn/convert.h"
#include "txn/mirror_log.h"

/* Legs of raids and mirrors give way to new ones in the same places. */

static int replace_dropped(struct convert *c, struct lvol_error *err)
{
	for (size_t i = 0; i < c->from.len; i++) {
		struct leg *leg = ARRAY_PUSH(&c->to);

		if (!leg)
			return lvi_error_nomem(err);
		if (c->from.items[i].drop)
			continue;
		*leg = c->from.items[i];
		c->from.items[i].data = c->from.items[i].meta = NULL;
	}
	return lvi_convert_new_legs(c, err);
}

/* New legs lack what an old log says they have. */
static int renew_log(struct convert *c, struct lvol_lv *old, struct lvol_error *err)
{
	const struct mirror_log how = { NULL, c->policy, c->subject, false };
	int ret = lvi_lv_set_name(old, "mlog_that_goes", err);

	if (!ret)
		ret = lvi_mirror_log_add(c->txn, c->lv->seg_first, &how, err);
	if (!ret)
		lvi_vg_remove_lv(c->work, old);
	return ret;
}

static int replace(struct convert *c, const struct lvol_lv_replace_opts *o, struct lvol_error *err)
{
	struct lvol_segment *seg = c->lv->seg_first;
	struct lvol_lv *log = seg ? lvi_seg_lv(seg, SEG_MIRROR_LOG) : NULL;
	int ret;

	if (!seg || !(seg->type->flags & (SEGTYPE_RAID | SEGTYPE_MIRROR)))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s is no raid or mirror: it has no legs", c->subject);
	if (o->reserved)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "reserved field is %u, not 0", o->reserved);
	if (seg->reshape_count)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "legs of LV %s keep room for a reshape; give that up with lvm2 "
				"first", c->subject);
	lvi_raid_facts_of(seg, &c->facts);
	ret = lvi_convert_policy(c, o->alloc, err);
	if (!ret)
		ret = lvi_convert_choose_pvs(c, o->pvs, err);
	if (!ret)
		ret = lvi_convert_take_legs(c, err);
	if (!ret)
		ret = lvi_convert_choose_on(c, o->from, err);
	if (!ret)
		ret = lvi_convert_check_left(c, err);
	if (!ret)
		ret = replace_dropped(c, err);
	if (!ret)
		ret = lvi_convert_put_legs(c, err);
	return ret || !log ? ret : renew_log(c, log, err);
}

int lvi_op_lv_replace_legs(struct lvol_txn *txn, const char *name, const struct lvol_lv_replace_opts *o,
		struct lvol_error *err)
{
	struct convert c = { .txn = txn };
	int ret = lvi_convert_begin(&c, name, "given new legs", err);

	if (!ret)
		ret = replace(&c, o, err);
	return lvi_convert_finish(&c, ret, "replace legs of LV", err);
}
