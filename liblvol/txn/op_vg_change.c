/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Changing properties of a VG: one small function for each, which checks its value and sets it, on a clone that takes
 * the place of the working copy when all went well.
 */
#include "txn/ops.h"

#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "txn/extent_size.h"
#include "txn/tags.h"
#include "txn/txn_pv.h"
#include "txn/vg_rules.h"

struct change {
	struct lvol_txn *txn;
	struct txn_vg *v;
	struct lvol_vg *vg;        /* the clone */
	const struct lvol_vg_change_opts *o;
};

static int change_alloc(struct change *c, struct lvol_error *err)
{
	if (c->o->alloc < LVOL_ALLOC_CONTIGUOUS || c->o->alloc > LVOL_ALLOC_ANYWHERE)
		return lvi_error(err, LVOL_E_INVALID, c->vg->name, "%s", c->o->alloc == LVOL_ALLOC_INHERIT ?
				"a VG has nothing that it could inherit an allocation policy from" : "no such allocation policy");
	c->vg->alloc = (int)c->o->alloc;
	return 0;
}

static int change_max_lv(struct change *c, struct lvol_error *err)
{
	uint32_t have = lvi_vg_visible_lvs(c->vg);
	int ret = lvi_vg_must_be_resizeable(c->vg, err);

	if (!ret && c->o->max_lv && c->o->max_lv < have)
		ret = lvi_error(err, LVOL_E_INVALID, c->vg->name, "VG %s has %u LVs, the limit cannot be %u", c->vg->name, have,
				c->o->max_lv);
	if (!ret)
		c->vg->max_lv = c->o->max_lv;
	return ret;
}

static int change_max_pv(struct change *c, struct lvol_error *err)
{
	int ret = lvi_vg_must_be_resizeable(c->vg, err);

	if (!ret && c->o->max_pv && c->o->max_pv < c->vg->pv_count)
		ret = lvi_error(err, LVOL_E_INVALID, c->vg->name, "VG %s has %u PVs, the limit cannot be %u", c->vg->name,
				c->vg->pv_count, c->o->max_pv);
	if (!ret)
		c->vg->max_pv = c->o->max_pv;
	return ret;
}

static int change_copies(struct change *c, struct lvol_error *err)
{
	c->vg->metadata_copies = c->o->metadata_copies;
	return 0;
}

static void set_flag(struct lvol_vg *vg, unsigned flag, bool on)
{
	vg->flags = on ? vg->flags | flag : vg->flags & ~flag;
}

static int change_resizeable(struct change *c, struct lvol_error *err)
{
	set_flag(c->vg, VG_RESIZEABLE, c->o->resizeable);
	return 0;
}

static int change_autoactivation(struct change *c, struct lvol_error *err)
{
	set_flag(c->vg, VG_NOAUTOACTIVATE, !c->o->autoactivation);
	return 0;
}

static int change_extent_bytes(struct change *c, struct lvol_error *err)
{
	int ret = lvi_vg_must_be_resizeable(c->vg, err);

	if (!ret)
		ret = lvi_extent_bytes_check(c->o->extent_bytes, c->vg->name, err);
	if (!ret)
		ret = lvi_vg_must_be_whole(c->vg, err);
	return ret ? ret : lvi_vg_set_extent_size(c->vg, c->o->extent_bytes / LVI_SECTOR_BYTES, err);
}

static int change_system_id(struct change *c, struct lvol_error *err)
{
	const char *id = c->o->system_id, *own = c->txn->env->system_id;
	int ret = lvi_system_id_check(id, c->vg->name, err);

	if (!ret)
		ret = lvi_vg_set_system_id(c->vg, id, err);
	if (!ret && (!id || !*id || (own && !strcmp(id, own))))
		lvi_vg_drop_problem(c->vg, LVOL_PROBLEM_FOREIGN);
	return ret;
}

/* Names of device-mapper devices are made of the VG's id: its LVs must not be in use. */
static int change_uuid(struct change *c, struct lvol_error *err)
{
	int ret = lvi_vg_exclude_open(c->txn, c->v, err);

	return ret ? ret : lvi_txn_make_uuid(c->txn, NULL, &c->vg->id, err);
}

static const struct property {
	uint32_t bit;
	int (*change)(struct change *c, struct lvol_error *err);
} properties[] = {
	{ LVOL_VG_CHANGE_RESIZEABLE, change_resizeable },  /* first: others depend on it */
	{ LVOL_VG_CHANGE_ALLOC, change_alloc },
	{ LVOL_VG_CHANGE_MAX_LV, change_max_lv },
	{ LVOL_VG_CHANGE_MAX_PV, change_max_pv },
	{ LVOL_VG_CHANGE_METADATA_COPIES, change_copies },
	{ LVOL_VG_CHANGE_AUTOACTIVATION, change_autoactivation },
	{ LVOL_VG_CHANGE_EXTENT_BYTES, change_extent_bytes },
	{ LVOL_VG_CHANGE_SYSTEM_ID, change_system_id },
	{ LVOL_VG_CHANGE_UUID, change_uuid },
};
#define PROPERTY_COUNT (sizeof properties / sizeof properties[0])

static int change_all(struct change *c, struct lvol_error *err)
{
	int ret = lvi_tags_change(c->vg, &c->vg->tags, c->o->add_tags, c->o->remove_tags, err);

	for (size_t i = 0; i < PROPERTY_COUNT && !ret; i++)
		if (c->o->what & properties[i].bit)
			ret = properties[i].change(c, err);
	return ret;
}

static int check_options(const struct lvol_vg *vg, const struct lvol_vg_change_opts *o, struct lvol_error *err)
{
	if (o->resizeable > 1 || o->autoactivation > 1 || o->reserved)
		return lvi_error(err, LVOL_E_INVALID, vg->name,
				"a field that is 0 or 1 has another value, or the reserved one has any");
	return lvi_vg_must_be_ours(vg, err);
}

int lvi_op_vg_change(struct lvol_txn *txn, const char *name, const struct lvol_vg_change_opts *o,
		struct lvol_error *err)
{
	struct change c = { .txn = txn, .o = o };
	struct txn_vg *v;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_vg(txn, name, &v, err);
	if (!ret)
		ret = check_options(v->work, o, err);
	if (!ret)
		ret = lvi_vg_clone(v->work, &c.vg, err);
	if (ret)
		return ret;
	c.v = v;
	ret = change_all(&c, err);
	if (!ret && lvi_txn_notef(txn, &(struct txn_note){ v, LVOL_CHANGE_MODIFY, "vg", v->work->name },
			"change properties"))
		ret = lvi_error_nomem(err);
	if (ret) {
		lvi_vg_unref(c.vg);
		return ret;
	}
	lvi_txn_replace_work(v, c.vg);
	return 0;
}
