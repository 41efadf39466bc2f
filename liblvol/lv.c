/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/lv.h"

#include <stdio.h>
#include <string.h>

#include "args.h"
#include "fs.h"
#include "base/units.h"
#include "model/names.h"
#include "model/walk.h"
#include "segtype/segtype.h"
#include "txn/ops.h"

const struct lvol_lv *lvol_lv_first(const struct lvol_vg *vg)
{
	return vg->lv_first;
}

const struct lvol_lv *lvol_lv_next(const struct lvol_lv *lv)
{
	return lv->next;
}

const struct lvol_lv *lvol_lv_find(const struct lvol_vg *vg, const char *name)
{
	const struct lvol_lv *lv = lvi_vg_find_lv(vg, name);
	struct uuid id;

	if (lv || !lvi_uuid_parse(&id, name, strlen(name)))
		return lv;
	return lvi_vg_find_lv_by_id(vg, &id);
}

struct lvol_vg *lvol_lv_vg(const struct lvol_lv *lv)
{
	return lv->vg;
}

const char *lvol_lv_name(const struct lvol_lv *lv)
{
	return lv->name;
}

const char *lvol_lv_uuid(const struct lvol_lv *lv, char out[39])
{
	lvi_uuid_format(&lv->id, out);
	return out;
}

uint64_t lvol_lv_size_bytes(const struct lvol_lv *lv)
{
	return lvi_lv_shown_extents(lv) * lv->vg->extent_sectors * LVI_SECTOR_BYTES;
}

uint32_t lvol_lv_size_extents(const struct lvol_lv *lv)
{
	return lv->extent_count;
}

const struct lvol_segment *lvol_lv_segment_first(const struct lvol_lv *lv)
{
	return lv->seg_first;
}

uint32_t lvol_lv_segment_count(const struct lvol_lv *lv)
{
	return lv->seg_count;
}

bool lvol_lv_is_visible(const struct lvol_lv *lv)
{
	if (lv->seg_first && lv->seg_first->type->flags & SEGTYPE_SNAPSHOT)
		return false;
	return lv->flags & LV_VISIBLE || lvi_lv_is_cow(lv);
}

bool lvol_lv_is_writable(const struct lvol_lv *lv)
{
	return lv->flags & LV_WRITE;
}

bool lvol_lv_is_activation_skipped(const struct lvol_lv *lv)
{
	return lv->flags & LV_ACTIVATION_SKIP;
}

bool lvol_lv_is_autoactivated(const struct lvol_lv *lv)
{
	return !(lv->flags & LV_NOAUTOACTIVATE);
}

static int is_missing(void *arg, const struct lvol_pv *pv)
{
	return lvol_pv_is_missing(pv);
}

bool lvol_lv_is_partial(const struct lvol_lv *lv)
{
	/* without memory to look: the answer that makes callers careful */
	return lvi_lv_walk_pvs(lv, is_missing, NULL) != 0;
}

enum lvol_alloc lvol_lv_alloc(const struct lvol_lv *lv)
{
	return lv->alloc;
}

int64_t lvol_lv_read_ahead_bytes(const struct lvol_lv *lv)
{
	return lv->read_ahead_sectors > 0 ? lv->read_ahead_sectors * (int64_t)LVI_SECTOR_BYTES : lv->read_ahead_sectors;
}

uint64_t lvol_lv_creation_time(const struct lvol_lv *lv)
{
	return lv->creation_time;
}

const char *lvol_lv_creation_host(const struct lvol_lv *lv)
{
	return lv->creation_host ? lv->creation_host : "";
}

const char *lvol_lv_tag(const struct lvol_lv *lv, size_t i)
{
	return i < lv->tags.count ? lv->tags.items[i] : NULL;
}

int lvol_lv_name_check(const char *vg_name, const char *name, struct lvol_error *err)
{
	ARG_REQUIRED(err, vg_name);
	ARG_REQUIRED(err, name);
	return lvi_lv_new_name_check(vg_name, name, err);
}

#define CREATE_FLAGS (LVOL_LV_CREATE_READ_ONLY | LVOL_LV_CREATE_ACTIVATION_SKIP | LVOL_LV_CREATE_NO_AUTOACTIVATION | \
		LVOL_LV_CREATE_NO_ZERO)
#define CHANGE_BITS (LVOL_LV_CHANGE_ALLOC | LVOL_LV_CHANGE_WRITABLE | LVOL_LV_CHANGE_ACTIVATION_SKIP | \
		LVOL_LV_CHANGE_AUTOACTIVATION | LVOL_LV_CHANGE_READ_AHEAD)

int lvol_lv_create(struct lvol_txn *txn, const struct lvol_lv_create_opts *opts, struct lvol_error *err)
{
	struct lvol_lv_create_opts o;
	struct lvol_raid_opts raid;
	struct lvol_cache_opts cache;
	struct lvol_thin_opts thin;

	ARG_REQUIRED(err, txn);
	ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, CREATE_FLAGS);
	ARG_FAMILY(err, &raid, o.raid);
	ARG_FAMILY(err, &cache, o.cache);
	ARG_FAMILY(err, &thin, o.thin);
	return lvi_op_lv_create(txn, &o, err);
}

int lvol_lv_glance(struct lvol_txn *txn, const char *name, struct lvol_lv_glance *out, struct lvol_error *err)
{
	struct lvol_lv_glance seen = { 0 };
	const struct lvol_lv *lv;
	int ret;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, out);
	seen.struct_size = out->struct_size;
	if (seen.struct_size < offsetof(struct lvol_lv_glance, size_bytes) + sizeof seen.size_bytes)
		return lvi_error(err, LVOL_E_INVALID, NULL, "the struct for a glance at an LV lacks struct_size");
	ret = lvi_op_lv_look(txn, name, &lv, err);
	if (ret)
		return ret;
	snprintf(seen.name, sizeof seen.name, "%s", lv->name);
	snprintf(seen.vg, sizeof seen.vg, "%s", lv->vg->name);
	lvi_uuid_format(&lv->id, seen.uuid);
	seen.is_visible = lvol_lv_is_visible(lv);
	seen.size_extents = lvol_lv_size_extents(lv);
	seen.segment_count = lv->seg_count;
	seen.size_bytes = lvol_lv_size_bytes(lv);
	memcpy(out, &seen, sizeof seen < seen.struct_size ? sizeof seen : seen.struct_size);
	return 0;
}

int lvol_lv_resize(struct lvol_txn *txn, const char *name, const struct lvol_lv_resize_opts *opts,
		struct lvol_error *err)
{
	struct lvol_lv_resize_opts o;
	int ret;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, LVOL_LV_RESIZE_SHRINK | LVOL_LV_RESIZE_FS);
	if (o.luks_key && (!o.luks_key->bytes || !o.luks_key->length))
		return lvi_error(err, LVOL_E_INVALID, name, "the key for the LUKS volume on LV %s is empty", name);
	ret = lvi_txn_must_be_open(txn, err);
	if (!ret && o.flags & LVOL_LV_RESIZE_FS)
		ret = lvi_fs_follow(txn, name, o.luks_key, err);
	return ret ? ret : lvi_op_lv_resize(txn, name, &o, err);
}

int lvol_lv_remove(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	return lvi_op_lv_remove(txn, name, err);
}

int lvol_lv_rename(struct lvol_txn *txn, const char *name, const char *new_name, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, new_name);
	return lvi_op_lv_rename(txn, name, new_name, err);
}

int lvol_lv_change(struct lvol_txn *txn, const char *name, const struct lvol_lv_change_opts *opts,
		struct lvol_error *err)
{
	struct lvol_lv_change_opts o;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.what, CHANGE_BITS);
	return lvi_op_lv_change(txn, name, &o, err);
}
