/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Creating, removing, renaming, exporting and importing VGs. */
#include "txn/ops.h"

#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "model/names.h"
#include "txn/tags.h"
#include "txn/txn_pv.h"
#include "txn/vg_rules.h"

#define DEFAULT_EXTENT_BYTES (UINT64_C(4) << 20)

/* Create */

static int check_create(const struct lvol_vg_create_opts *o, struct lvol_error *err)
{
	int ret = lvi_vg_name_check(o->name, err);

	if (!ret)
		ret = lvi_extent_bytes_check(o->extent_bytes ? o->extent_bytes : DEFAULT_EXTENT_BYTES, o->name, err);
	if (!ret && o->alloc > LVOL_ALLOC_ANYWHERE)
		ret = lvi_error(err, LVOL_E_INVALID, o->name, "%u is no allocation policy", o->alloc);
	if (!ret && o->no_autoactivation > 1)
		ret = lvi_error(err, LVOL_E_INVALID, o->name, "a field that is 0 or 1 has another value");
	if (!ret && o->max_pv && o->max_pv < lvi_names_count(o->pvs))
		ret = lvi_error(err, LVOL_E_INVALID, o->name, "%zu PVs are named, but the VG may have only %u",
				lvi_names_count(o->pvs), o->max_pv);
	return ret ? ret : lvi_system_id_check(o->system_id, o->name, err);
}

static int fill_in(struct lvol_txn *txn, struct lvol_vg *vg, const struct lvol_vg_create_opts *o, struct lvol_error *err)
{
	uint64_t extent = o->extent_bytes ? o->extent_bytes : DEFAULT_EXTENT_BYTES;
	int ret = lvi_txn_make_uuid(txn, NULL, &vg->id, err);

	if (!ret)
		ret = lvi_vg_set_system_id(vg, o->system_id ? o->system_id : txn->env->system_id, err);
	if (!ret)
		ret = lvi_tags_change(vg, &vg->tags, o->tags, NULL, err);
	vg->format = "lvm2";
	vg->flags = VG_READ | VG_WRITE | VG_RESIZEABLE | (o->no_autoactivation ? VG_NOAUTOACTIVATE : 0);
	vg->extent_sectors = extent / LVI_SECTOR_BYTES;
	vg->max_lv = o->max_lv;
	vg->max_pv = o->max_pv;
	vg->alloc = o->alloc ? (int)o->alloc : LVOL_ALLOC_NORMAL;
	vg->metadata_copies = o->metadata_copies;
	return ret;
}

int lvi_op_vg_create(struct lvol_txn *txn, const struct lvol_vg_create_opts *o, struct lvol_error *err)
{
	struct txn_mark mark = lvi_txn_mark(txn);
	char size[LVI_SIZE_TEXT_LEN];
	struct txn_vg *v;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = check_create(o, err);
	if (!ret)
		ret = lvi_txn_add_vg(txn, o->name, &v, err);
	if (ret)
		return ret;
	ret = fill_in(txn, v->work, o, err);
	if (!ret && lvi_txn_notef(txn, &(struct txn_note){ NULL, LVOL_CHANGE_CREATE, "vg", o->name },
			"create VG with extents of %s", lvi_size_text(size, v->work->extent_sectors * LVI_SECTOR_BYTES)))
		ret = lvi_error_nomem(err);
	if (!ret)
		ret = lvi_txn_pvs_join(txn, v->work, o->pvs, o->flags, err);
	if (!ret) {
		v->changed = true;
		return 0;
	}
	lvi_txn_drop_vg(v);
	lvi_txn_rewind(txn, mark);
	return ret;
}

/* Remove */

static const struct lvol_lv *first_known(const struct lvol_vg *vg)
{
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		if (lv->flags & LV_VISIBLE)
			return lv;
	return vg->lv_first;
}

static int check_remove(const struct lvol_vg *vg, uint32_t flags, struct lvol_error *err)
{
	if (vg->lv_count && !(flags & LVOL_VG_REMOVE_LVS))
		return lvi_error(err, LVOL_E_BUSY, vg->name, "VG %s has LVs, the first is %s; remove them first, or with it",
				vg->name, first_known(vg)->name);
	/* Its missing PVs would bring the VG back. */
	return lvi_vg_must_be_whole(vg, err);
}

int lvi_op_vg_remove(struct lvol_txn *txn, const char *name, uint32_t flags, struct lvol_error *err)
{
	struct txn_vg *v;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_vg(txn, name, &v, err);
	if (!ret)
		ret = check_remove(v->work, flags, err);
	if (!ret)
		ret = lvi_vg_exclude_open(txn, v, err);
	if (ret)
		return ret;
	if (lvi_txn_notef(txn, &(struct txn_note){ NULL, LVOL_CHANGE_REMOVE, "vg", v->work->name },
			"remove VG with %u PVs and %u LVs", v->work->pv_count, v->work->lv_count))
		return lvi_error_nomem(err);
	lvi_txn_drop_vg(v);
	v->changed = true;
	return 0;
}

/* Rename */

static int check_names(const struct lvol_vg *vg, const char *new_name, struct lvol_error *err)
{
	int ret = lvi_vg_name_check(new_name, err);

	if (!ret && !strcmp(vg->name, new_name))
		ret = lvi_error(err, LVOL_E_INVALID, vg->name, "VG %s has this name already", vg->name);
	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next)
		ret = lvi_lv_name_check(new_name, lv->name, err);
	return ret;
}

int lvi_op_vg_rename(struct lvol_txn *txn, const char *name, const char *new_name, struct lvol_error *err)
{
	struct txn_mark mark = lvi_txn_mark(txn);
	struct txn_vg *v;
	const char *copy;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_vg(txn, name, &v, err);
	if (!ret)
		ret = check_names(v->work, new_name, err);
	if (!ret)
		ret = lvi_txn_claim_name(txn, new_name, err);
	if (ret)
		return ret;
	copy = lvi_arena_strdup(txn->arena, new_name);
	if (!copy || lvi_txn_notef(txn, &(struct txn_note){ NULL, LVOL_CHANGE_MODIFY, "vg", v->work->name },
			"rename VG to %s", new_name))
		return lvi_error_nomem(err);
	ret = lvi_vg_set_name(v->work, new_name, err);
	if (ret) {
		lvi_txn_rewind(txn, mark);
		return ret;
	}
	v->name = copy;
	v->changed = true;
	return 0;
}

/* Export and import */

static void set_exported(struct lvol_vg *vg, bool exported)
{
	vg->flags = exported ? vg->flags | VG_EXPORTED : vg->flags & ~VG_EXPORTED;
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		pv->flags = exported ? pv->flags | PV_EXPORTED : pv->flags & ~PV_EXPORTED;
}

int lvi_op_vg_export(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct txn_vg *v;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_vg(txn, name, &v, err);
	if (!ret)
		ret = lvi_vg_must_be_ours(v->work, err);
	if (!ret)
		ret = lvi_vg_exclude_open(txn, v, err);
	if (!ret && lvi_txn_notef(txn, &(struct txn_note){ v, LVOL_CHANGE_MODIFY, "vg", v->work->name },
			"export VG"))
		ret = lvi_error_nomem(err);
	if (ret)
		return ret;
	set_exported(v->work, true);
	v->work->system_id = NULL;
	return 0;
}

int lvi_op_vg_import(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct txn_vg *v;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_vg(txn, name, &v, err);
	if (!ret && !(v->work->flags & VG_EXPORTED))
		ret = lvi_error(err, LVOL_E_STATE, v->work->name, "VG %s is not exported", v->work->name);
	if (!ret)
		ret = lvi_vg_set_system_id(v->work, txn->env->system_id, err);
	if (!ret && lvi_txn_notef(txn, &(struct txn_note){ v, LVOL_CHANGE_MODIFY, "vg", v->work->name },
			"import VG")) {
		v->work->system_id = NULL;
		ret = lvi_error_nomem(err);
	}
	if (ret)
		return ret;
	set_exported(v->work, false);
	lvi_vg_drop_problem(v->work, LVOL_PROBLEM_EXPORTED);
	return 0;
}
