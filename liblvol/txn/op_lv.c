/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "model/names.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_growth.h"
#include "txn/lv_settings.h"
#include "txn/lv_size.h"
#include "txn/lv_text.h"
#include "txn/snapshot.h"

/* An LV in the making: everything is decided here before the working copy changes. */
struct creation {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	const struct lvol_lv_create_opts *o;
	const char *name;
	char own_name[LVI_NAME_MAX + 1];
	char subject[LVI_LV_TEXT_LEN];
	struct uuid id;
	struct lv_growth growth;        /* of a snapshot: its store */
	struct snapshot_plan snapshot;
	struct pv_choice pvs;
	bool has_pvs;
};

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
	return lvi_error(err, LVOL_E_INVALID, vg->name, "VG %s has %u LVs, which is its limit; see lvol_vg_change()", vg->name,
			n);
}

/* The type of its segments: a snapshot's store is linear or striped. */
static int choose_word(struct creation *c, const char **word, struct lvol_error *err)
{
	bool says_snapshot = c->o->segtype && !strcmp(c->o->segtype, "snapshot");

	*word = c->o->segtype && !says_snapshot ? c->o->segtype : "striped";
	if (says_snapshot && !c->o->origin)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "snapshot %s: of what? Name its origin", c->subject);
	if (c->o->segtype && !says_snapshot && c->o->origin)
		return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s has an origin, so it is a snapshot, and not %s", c->subject,
				c->o->segtype);
	if (!c->o->origin && (c->o->chunk_bytes || c->o->size.percent_of == LVOL_PERCENT_ORIGIN))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "LV %s is no snapshot: it has no %s", c->subject,
				c->o->chunk_bytes ? "chunks" : "origin that its size could be a percentage of");
	return c->o->origin ? lvi_snapshot_plan(c->txn, c->vg, c->o, &c->snapshot, err) : 0;
}

static int choose_type(struct creation *c, struct lvol_error *err)
{
	const char *word;
	int ret = choose_word(c, &word, err);
	const struct segtype *type = ret ? NULL : lvi_segtype_find(word);
	uint32_t stripes = c->o->stripe_count ? c->o->stripe_count : 1;

	if (ret)
		return ret;
	if (!type || !lvi_segtype_is_plain(type))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject,
				type ? "LVs of type %s cannot be created yet; linear, striped, zero, error and snapshot can" :
				"no LV type is called \"%.40s\"; linear, striped, zero, error and snapshot can be created", word);
	if (stripes > 1 && (!strcmp(word, "linear") || (type->flags & SEGTYPE_VIRTUAL)))
		return lvi_error(err, LVOL_E_INVALID, c->subject, "an LV of type %s has no stripes, but %u are asked for", word,
				stripes);
	c->growth.type = type;
	c->growth.stripes = type->flags & SEGTYPE_VIRTUAL ? 0 : stripes;
	c->growth.policy = c->o->alloc ? (int)c->o->alloc : c->vg->work->alloc;
	return lvi_growth_stripes(&c->growth, c->vg->work, c->o->stripe_bytes, c->subject, err);
}

/* PVs that were named, or that the size is a percentage of; otherwise the allocator goes through the VG itself. */
static int choose_pvs(struct creation *c, struct lvol_error *err)
{
	int ret;

	if (!(c->o->pvs && c->o->pvs[0]) && c->o->size.percent_of != LVOL_PERCENT_PVS)
		return 0;
	ret = lvi_pv_choice_make(c->vg->work, c->o->pvs, &c->pvs, err);
	c->has_pvs = !ret;
	return ret;
}

static int choose_size(struct creation *c, struct lvol_error *err)
{
	const struct lvol_size *size = &c->o->size;
	int ret = lvi_size_check(size, c->subject, err);
	uint64_t extents;

	if (ret)
		return ret;
	c->growth.approximate = size->percent && size->percent_of != LVOL_PERCENT_ORIGIN;
	extents = lvi_size_extents(size, c->vg->work, &c->pvs, SIZE_OF_FREE);
	if (c->snapshot.origin)
		extents = lvi_snapshot_size(&c->snapshot, size, extents);
	return lvi_growth_extents(&c->growth, c->vg->work, extents, c->subject, err);
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
		ret = choose_type(c, err);
	if (!ret)
		ret = choose_pvs(c, err);
	if (!ret)
		ret = choose_size(c, err);
	return ret ? ret : choose_id(c, err);
}

static int fill_in(const struct creation *c, struct lvol_lv *lv)
{
	const char *host = c->txn->env->host_name;

	lv->flags = LV_READ | (c->snapshot.origin ? 0 : LV_VISIBLE);
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

/* The last step may fail without memory, and leaves nothing then. */
static int announce(const struct creation *c, const struct lvol_lv *lv, struct lvol_error *err)
{
	char size[LVI_SIZE_TEXT_LEN];
	/* what a store begins with would be taken for a store */
	bool zero = c->snapshot.origin || (c->growth.stripes && !(c->o->flags & LVOL_LV_CREATE_NO_ZERO));
	int ret = zero ? lvi_txn_zero_start(c->txn, lv, err) : 0;

	if (ret)
		return ret;
	lvi_size_text(size, lv->extent_count * lvi_extent_bytes(lv->vg));
	if (c->snapshot.origin)
		ret = lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_CREATE, "lv", c->subject },
			"create snapshot of %s with room for %s", c->snapshot.origin->name, size);
	else if (c->growth.stripes > 1)
		ret = lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_CREATE, "lv", c->subject },
			"create LV of %s, %u stripes", size, c->growth.stripes);
	else
		ret = lvi_txn_notef(c->txn, &(struct txn_note){ c->vg, LVOL_CHANGE_CREATE, "lv", c->subject },
			"create LV of %s, %s", size, lvi_segtype_display(lv->seg_first));
	return ret ? lvi_error_nomem(err) : 0;
}

static int build(const struct creation *c, const struct allocation *a, struct lvol_error *err)
{
	struct lvol_vg *vg = c->vg->work;
	struct lvol_lv *lv;
	int ret = lvi_vg_add_lv(vg, c->name, &c->id, &lv, err);

	if (ret)
		return ret;
	if (fill_in(c, lv) || lvi_growth_apply(&c->growth, a, lv))
		ret = lvi_error_nomem(err);
	if (!ret && c->snapshot.origin)
		ret = lvi_snapshot_relate(&c->snapshot, c->vg, lv, err);
	if (!ret) {
		ret = announce(c, lv, err);
		if (ret && c->snapshot.origin)
			lvi_vg_remove_lv(vg, lvi_vg_find_lv(vg, c->snapshot.name));
	}
	if (ret)
		lvi_vg_remove_lv(vg, lv);
	return ret;
}

static int create(struct creation *c, struct lvol_error *err)
{
	struct alloc_request where = { .vg = c->vg->work, .subject = c->subject };
	struct allocation room = {0};
	int ret = decide(c, err);

	where.pvs = c->has_pvs ? &c->pvs : NULL;
	if (!ret)
		ret = lvi_growth_allocate(&c->growth, &where, &room, err);
	if (!ret)
		ret = build(c, &room, err);
	lvi_allocation_free(&room);
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
