/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "model/names.h"
#include "txn/create_kind.h"
#include "txn/lv_book.h"
#include "txn/lv_settings.h"
#include "txn/lv_size.h"
#include "txn/lv_text.h"
#include "txn/start.h"

/* What is the same for all kinds of LVs; the kinds are in create_kind.h. */

static int check_settings(const struct creation *c, struct lvol_error *err)
{
	const struct lvol_lv_create_opts *o = c->o;
	int ret = o->reserved ? lvi_error(err, LVOL_E_INVALID, c->subject, "reserved field is %u, not 0", o->reserved) :
			lvi_lv_alloc_check(o->alloc, c->subject, err);

	if (!ret)
		ret = lvi_lv_read_ahead_check(o->read_ahead_bytes, c->subject, err);
	return ret ? ret : lvi_tags_check(o->tags, err);
}

static int choose_name(struct creation *c, struct lvol_error *err)
{
	const struct lvol_vg *vg = c->vg->work;
	int ret = 0;

	c->name = c->o->name;
	if (!c->name) {
		ret = lvi_lv_book_name(c->vg, c->own_name, err);
		c->name = c->own_name;
	}
	if (!ret)
		ret = lvi_lv_new_name_check(vg->name, c->name, err);
	if (!ret)
		ret = lvi_lv_name_free(vg, c->name, err);
	if (!ret)
		lvi_lv_name_text(c->subject, vg, c->name);
	return ret;
}

static int check_limit(const struct lvol_vg *vg, struct lvol_error *err)
{
	uint32_t n = 0;

	if (!vg->max_lv || vg->lv_count < vg->max_lv)
		return 0;
	/* Hidden parts do not count. A snapshot's store is hidden, but its relation is not. */
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		n += (lv->flags & LV_VISIBLE) != 0;
	if (n < vg->max_lv)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, vg->name, "VG %s has %u LVs, which is its limit; raise that first", vg->name,
			n);
}

static int choose_kind(struct creation *c, struct lvol_error *err)
{
	int ret;

	c->kind = lvi_create_kind(c->o);
	ret = lvi_create_check_options(c, err);
	return ret ? ret : c->kind->plan(c, err);
}

static int choose_pvs(struct creation *c, struct lvol_error *err)
{
	int ret;

	if (!(c->o->pvs && c->o->pvs[0]) && c->o->size.percent_of != LVOL_PERCENT_PVS)
		return 0;
	ret = lvi_pv_choice_make(c->vg->work, c->o->pvs, &c->pvs, err);
	c->has_pvs = !ret;
	return ret;
}

static int choose_id(struct creation *c, struct lvol_error *err)
{
	int ret = lvi_txn_make_uuid(c->txn, c->o->uuid, &c->id, err);

	if (!ret && lvi_vg_find_lv_by_id(c->vg->work, &c->id))
		return lvi_error(err, LVOL_E_EXISTS, c->subject, "VG %s already has an LV of UUID %s", c->vg->work->name,
				c->o->uuid ? c->o->uuid : "that was just made");
	return ret;
}

static int decide(struct creation *c, struct lvol_error *err)
{
	int ret = choose_name(c, err);

	if (!ret)
		ret = check_settings(c, err);
	if (!ret)
		ret = check_limit(c->vg->work, err);
	if (!ret)
		ret = choose_kind(c, err);
	if (!ret)
		ret = choose_pvs(c, err);
	if (!ret)
		ret = c->kind->size(c, err);
	return ret ? ret : choose_id(c, err);
}

static int fill_in(const struct creation *c, struct lvol_lv *lv)
{
	const char *host = c->txn->env->host_name;

	lv->flags = LV_READ | (c->hidden ? 0 : LV_VISIBLE);
	if (!(c->o->flags & LVOL_LV_CREATE_READ_ONLY))
		lv->flags |= LV_WRITE;
	if (c->o->flags & LVOL_LV_CREATE_ACTIVATION_SKIP)
		lv->flags |= LV_ACTIVATION_SKIP;
	if (c->o->flags & LVOL_LV_CREATE_NO_AUTOACTIVATION)
		lv->flags |= LV_NOAUTOACTIVATE;
	lv->alloc = (int)c->o->alloc;
	lv->read_ahead_sectors = lvi_read_ahead_sectors(c->o->read_ahead_bytes);
	lv->creation_time = lvi_txn_time(c->txn);
	/* LVM2 reads both or none. */
	if (!host || !lv->creation_time)
		lv->creation_time = 0;
	else if (!(lv->creation_host = lvi_arena_strdup(lv->vg->arena, host)))
		return -LVOL_E_NO_MEMORY;
	return lvi_tags_add(lv->vg, &lv->tags, c->o->tags);
}

static int announce(const struct creation *c, const struct lvol_lv *lv, struct lvol_error *err)
{
	char size[LVI_SIZE_TEXT_LEN];
	int ret = c->zero ? lvi_txn_zero_start(c->txn, lv, err) : 0;

	if (ret)
		return ret;
	lvi_size_text(size, lv->extent_count * lvi_extent_bytes(lv->vg));
	return c->kind->note(c, lv, size) ? lvi_error_nomem(err) : 0;
}

static int build_or_undo(struct creation *c, struct lvol_lv *lv, struct lvol_error *err)
{
	int ret = fill_in(c, lv) ? lvi_error_nomem(err) : c->kind->build(c, lv, err);

	if (ret)
		return ret;
	ret = announce(c, lv, err);
	if (ret && c->kind->undo)
		c->kind->undo(c);
	return ret;
}

static int build(struct creation *c, struct lvol_error *err)
{
	struct lvol_vg *vg = c->vg->work;
	struct lvol_lv *lv, *last = vg->lv_last;
	int ret = lvi_vg_add_lv(vg, c->name, &c->id, &lv, err);

	if (ret)
		return ret;
	ret = build_or_undo(c, lv, err);
	while (ret && vg->lv_last != last)
		lvi_vg_remove_lv(vg, vg->lv_last);
	return ret;
}

static int create(struct creation *c, struct lvol_error *err)
{
	int ret = decide(c, err);

	if (!ret)
		ret = c->kind->allocate(c, err);
	if (!ret)
		ret = build(c, err);
	lvi_allocation_free(&c->room);
	if (c->kind && c->kind->drop)
		c->kind->drop(c);
	if (c->has_pvs)
		lvi_pv_choice_free(&c->pvs);
	return ret;
}

int lvi_op_lv_create(struct lvol_txn *txn, const struct lvol_lv_create_opts *o, struct lvol_error *err)
{
	struct creation c = { .txn = txn, .o = o };
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_vg(txn, o->vg, &c.vg, err);
	return ret ? ret : create(&c, err);
}
