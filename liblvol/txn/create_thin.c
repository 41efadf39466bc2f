/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/create_kind.h"

#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_size.h"
#include "txn/lv_text.h"
#include "txn/messages.h"
#include "txn/thin_pool.h"

/*
 * Thin LVs: empty ones; snapshots of thin LVs of the same pool; and such whose blocks come from another LV, which must be
 * read-only, until they are written.
 */
struct thin_plan {
	struct lvol_lv *pool, *origin;
	bool is_snapshot;                 /* the origin is in the pool too */
	uint32_t extents, device;
};

static int find_origin(const struct creation *c, struct lvol_lv **out, struct lvol_error *err)
{
	const struct lvol_vg *vg = c->vg->work;
	const char *name = c->o->origin;
	size_t n = strlen(vg->name);

	if (!strncmp(name, vg->name, n) && name[n] == '/')
		name += n + 1;
	*out = lvi_vg_find_lv(vg, name);
	return *out ? 0 : lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no LV %s, which could be the origin of %s", vg->name, name,
			c->subject);
}

static int choose_pool(const struct creation *c, struct thin_plan *p, struct lvol_error *err)
{
	const char *name = c->o->thin ? c->o->thin->pool : NULL;

	if (name)
		return lvi_pool_find(c->vg, name, &p->pool, err);
	p->pool = lvi_lv_is_type(p->origin, SEGTYPE_THIN) ? lvi_seg_lv(p->origin->seg_first, SEG_THIN_POOL) : NULL;
	if (p->pool)
		return 0;
	if (p->origin)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s is not thin, so that its snapshot %s needs a size, or a thin "
				"pool that it is to be in", p->origin->name, c->subject);
	return lvi_error(err, LVOL_E_INVALID, c->subject, "thin LV %s: in which pool? Name it in struct lvol_thin_opts", c->subject);
}

static int check_external(const struct creation *c, const struct thin_plan *p, struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];

	lvi_lv_text(subject, p->origin);
	if (lvi_lv_part_of(c->vg, p->origin) || lvi_lv_is_type(p->origin, SEGTYPE_THIN_POOL | SEGTYPE_CACHE_POOL | SEGTYPE_VDO_POOL))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is no volume of its own, so it cannot be the origin of a "
				"thin LV", subject);
	if (lvi_lv_cow_user(c->vg, p->origin))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is a snapshot; it cannot be the origin of a thin LV", subject);
	if (p->origin->flags & LV_WRITE)
		return lvi_error(err, LVOL_E_INVALID, subject, "LV %s is not in thin pool %s, and is writable: as an origin from outside "
				"it must be read-only, see lvol_lv_change()", subject, p->pool->name);
	return 0;
}

/* Snapshots of one transaction are of one moment: then nobody may write to what they are of. One alone needs nobody to stop. */
static int stop_writers(const struct creation *c, const struct thin_plan *p, struct lvol_error *err)
{
	bool others = false;
	int ret = 0;

	for (const struct lvol_lv *lv = c->vg->work->lv_first; lv && !ret; lv = lv->next) {
		struct lvol_lv *origin = lvi_lv_is_type(lv, SEGTYPE_THIN) ? lvi_seg_lv(lv->seg_first, SEG_ORIGIN) : NULL;

		if (!origin || (c->vg->base && lvi_vg_find_lv_by_id(c->vg->base, &lv->id)))
			continue;
		others = true;
		ret = lvi_txn_exclude_open(c->txn, origin, err);
	}
	return ret || !others ? ret : lvi_txn_exclude_open(c->txn, p->origin, err);
}

static int check_origin(const struct creation *c, struct thin_plan *p, struct lvol_error *err)
{
	int ret = lvi_lv_book_users(c->vg, err);

	p->is_snapshot = lvi_lv_is_type(p->origin, SEGTYPE_THIN) &&
			lvi_seg_lv(p->origin->seg_first, SEG_THIN_POOL) == p->pool;
	if (!ret)
		ret = lvi_lv_must_not_move(p->origin, err);
	if (ret)
		return ret;
	return p->is_snapshot ? stop_writers(c, p, err) : check_external(c, p, err);
}

static int check_options(const struct creation *c, struct lvol_error *err)
{
	const struct lvol_thin_opts *o = c->o->thin;

	if (o && (o->metadata_bytes || o->chunk_bytes || o->discards || o->flags))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "metadata, chunks, discards and flags are a pool's, and %s is a thin LV",
				c->subject);
	if (c->o->pvs && c->o->pvs[0])
		return lvi_error(err, LVOL_E_INVALID, c->subject, "thin LV %s lies in its pool, and not on PVs of its own", c->subject);
	return 0;
}

static int plan(struct creation *c, struct lvol_error *err)
{
	struct thin_plan *p = lvi_create_new_plan(c, sizeof *p, err);
	int ret;

	if (!p)
		return -LVOL_E_NO_MEMORY;
	ret = check_options(c, err);
	if (!ret && c->o->origin)
		ret = find_origin(c, &p->origin, err);
	if (!ret)
		ret = choose_pool(c, p, err);
	if (!ret)
		ret = lvi_lv_must_not_move(p->pool, err);
	return ret || !p->origin ? ret : check_origin(c, p, err);
}

/* To whole chunks where those are larger than extents. */
static uint64_t round_up(const struct thin_plan *p, uint64_t extents)
{
	uint64_t chunk = lvi_seg_number(p->pool->seg_first, SEG_CHUNK_SIZE, 1), extent = p->pool->vg->extent_sectors;

	return chunk > extent && extents <= UINT32_MAX ? lvi_div_up(extents * extent, chunk) * chunk / extent : extents;
}

static int size(struct creation *c, struct lvol_error *err)
{
	const struct lvol_size *given = &c->o->size;
	struct thin_plan *p = c->plan;
	uint64_t extents;
	int ret;

	if (p->origin) {
		if (given->bytes || given->extents || given->percent)
			return lvi_error(err, LVOL_E_INVALID, c->subject, "thin LV %s is as large as its origin %s; give it no size",
					c->subject, p->origin->name);
		p->extents = p->origin->extent_count;
		return lvi_messages_free_id(c->txn, p->pool, &p->device, err);
	}
	if (given->percent)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "size of thin LV %s: it takes no room of the VG that it could have a "
				"percentage of; give bytes or extents", c->subject);
	ret = lvi_create_extents(c, &extents, err);
	if (ret)
		return ret;
	extents = round_up(p, extents);
	if (extents > UINT32_MAX)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "size of thin LV %s: %llu extents are more than an LV can have",
				c->subject, (unsigned long long)extents);
	p->extents = (uint32_t)extents;
	return lvi_messages_free_id(c->txn, p->pool, &p->device, err);
}

static int allocate(struct creation *c, struct lvol_error *err)
{
	return 0;
}

static int set_fields(struct lvol_segment *seg, const struct thin_plan *p)
{
	struct lvol_lv *external = p->origin && !p->is_snapshot ? p->origin : NULL;

	if (p->is_snapshot)
		external = lvi_seg_lv(p->origin->seg_first, SEG_EXTERNAL_ORIGIN);
	if (external && lvi_seg_set_lv(seg, SEG_EXTERNAL_ORIGIN, external))
		return -LVOL_E_NO_MEMORY;
	if (p->is_snapshot && lvi_seg_set_lv(seg, SEG_ORIGIN, p->origin))
		return -LVOL_E_NO_MEMORY;
	return lvi_seg_set_lv(seg, SEG_THIN_POOL, p->pool) || lvi_seg_set_number(seg, SEG_DEVICE_ID, p->device) ||
		lvi_seg_set_number(seg, SEG_TRANSACTION_ID, lvi_seg_number(p->pool->seg_first, SEG_TRANSACTION_ID, 0)) ?
			-LVOL_E_NO_MEMORY : 0;
}

static int build(struct creation *c, struct lvol_lv *lv, struct lvol_error *err)
{
	const struct thin_plan *p = c->plan;
	struct lvol_segment *seg = lvi_lv_add_segment(lv, lvi_segtype_find("thin"), p->extents, 0, false);

	if (!seg || set_fields(seg, p))
		return lvi_error_nomem(err);
	seg->area_extents = lvi_seg_area_extents(seg);
	return lvi_lv_book_add_users(c->vg, seg) ? lvi_error_nomem(err) : 0;
}

static int note(const struct creation *c, const struct lvol_lv *lv, const char *size)
{
	const struct thin_plan *p = c->plan;
	const struct txn_note entry = { c->vg, LVOL_CHANGE_CREATE, "lv", c->subject };

	if (p->origin)
		return lvi_txn_notef(c->txn, &entry, "create thin snapshot of %s in pool %s", p->origin->name, p->pool->name);
	return lvi_txn_notef(c->txn, &entry, "create thin LV of %s in pool %s", size, p->pool->name);
}

/* A snapshot with a size has a store of its own. */
static bool is_meant(const struct lvol_lv_create_opts *o)
{
	static const char *const words[] = { "thin", NULL };
	bool has_size = o->size.bytes || o->size.extents || o->size.percent;

	return lvi_create_is_word(o, words) || (!o->segtype && ((o->thin && o->thin->pool) || (o->origin && !has_size)));
}

const struct create_kind lvi_create_thin = {
	.is_meant = is_meant, .options = CREATE_ORIGIN | CREATE_THIN, .plan = plan, .size = size, .allocate = allocate,
	.build = build, .note = note
};
