/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_removal.h"
#include "txn/lv_set.h"
#include "txn/lv_size.h"
#include "txn/lv_text.h"
#include "txn/messages.h"
#include "txn/snapshot_relation.h"

/*
 * An LV goes together with the hidden LVs that only it (or what goes with it) uses: raid images, mirror legs and logs,
 * pool data and metadata, a cache's pool and origin. A snapshot's relation to its origin goes with the snapshot.
 */
struct removal {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct lvol_lv *lv;
	char subject[LVI_LV_TEXT_LEN];
	struct lv_set set;          /* what goes, the LV itself first */
};

#define POOL_TYPES (SEGTYPE_THIN_POOL | SEGTYPE_CACHE_POOL)

/* Types whose removal is more than a matter of metadata. */
static int check_type(const struct removal *r, struct lvol_error *err)
{
	if (lvi_lv_is_type(r->lv, SEGTYPE_VDO | SEGTYPE_VDO_POOL))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, r->subject, "VDO LV %s cannot be removed yet; use lvm2", r->subject);
	return 0;
}

static int check_state(const struct removal *r, struct lvol_error *err)
{
	const struct lvol_lv *whole = lvi_lv_part_of(r->vg, r->lv);
	int ret;

	if (whole && whole != r->lv)
		return lvi_error(err, LVOL_E_BUSY, r->subject, "LV %s is a hidden part of LV %s, which uses it", r->subject,
				whole->name);
	ret = lvi_lv_must_not_move(r->lv, err);
	return ret ? ret : check_type(r, err);
}

/* Users of a snapshot's origin are hidden relations; what users know is the snapshot. */
static const struct lvol_lv *known_user(const struct lvol_segment *user)
{
	return lvi_lv_is_snapshot_relation(user->lv) ? lvi_seg_lv(user, SEG_COW_STORE) : user->lv;
}

/* A thin snapshot that knows its origin by name; it can do without. One that its pool has yet to make cannot. */
static bool is_thin_snapshot(const struct removal *r, const struct lvol_segment *user)
{
	return user->type->flags & SEGTYPE_THIN && lvi_seg_lv(user, SEG_ORIGIN) == r->lv;
}

static int is_merged_into(const struct removal *r, const struct lvol_segment *relation, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_BUSY, r->subject, "snapshot %s is being merged into LV %s; let that end first",
			lvi_seg_lv(relation, SEG_MERGING_STORE)->name, r->subject);
}

static int check_users(const struct removal *r, struct lvol_error *err)
{
	struct lvol_segment *user;

	for (size_t at = 0; (user = lvi_lv_next_user(r->vg, r->lv, &at)); ) {
		if (lvi_seg_lv(user, SEG_COW_STORE) == r->lv)
			continue;
		if (is_thin_snapshot(r, user) && !lvi_seg_lv(user, SEG_MERGE) && !lvi_messages_is_new(r->txn, user->lv))
			continue;
		if (lvi_seg_lv(user, SEG_MERGING_STORE))
			return is_merged_into(r, user, err);
		return lvi_error(err, LVOL_E_BUSY, r->subject, "LV %s is used by LV %s; remove that first", r->subject,
				known_user(user)->name);
	}
	return 0;
}

/* The history is about thin LVs; should it name another one, it would name nothing afterwards. */
static int check_history(const struct removal *r, struct lvol_error *err)
{
	for (const struct historical_lv *h = r->vg->work->historical; h; h = h->next)
		if ((h->origin && !strcmp(h->origin, r->lv->name)) || lvi_strings_has(&h->descendants, r->lv->name))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, r->subject,
					"LV %s cannot be removed: historical LV %s refers to it", r->subject, h->name);
	return 0;
}

/* What goes with it */

static bool only_used_inside(const struct removal *r, const struct lvol_lv *lv)
{
	struct lvol_segment *user;

	for (size_t at = 0; (user = lvi_lv_next_user(r->vg, lv, &at)); )
		if (!lvi_lv_set_has(&r->set, user->lv))
			return false;
	return true;
}

static int add_part(struct removal *r, const struct lvol_segment *seg, struct lvol_lv *part, struct lvol_error *err)
{
	/* An image that was split off with --trackchanges is an LV of its own for the time being. */
	if ((part->flags & LV_VISIBLE) && (seg->type->flags & SEGTYPE_RAID))
		return lvi_error(err, LVOL_E_BUSY, r->subject, "image %s of LV %s is split off and tracked; merge it back first",
				part->name, r->subject);
	if ((part->flags & LV_VISIBLE) || lvi_lv_set_has(&r->set, part) || !only_used_inside(r, part))
		return 0;
	return lvi_lv_set_add(&r->set, part) ? lvi_error_nomem(err) : 0;
}

static int add_parts(struct removal *r, const struct lvol_lv *lv, struct lvol_error *err)
{
	int ret = 0;

	for (const struct lvol_segment *seg = lv->seg_first; seg && !ret; seg = seg->next) {
		bool past = false;

		for (size_t i = 0; !past && !ret; i++) {
			struct lvol_lv *part = lvi_seg_lv_ref(seg, i, &past);

			if (part)
				ret = add_part(r, seg, part, err);
		}
	}
	return ret;
}

/* The spare for pool metadata goes with the last pool, as in lvm2. */
static int add_spare(struct removal *r)
{
	struct lvol_lv *spare = NULL;

	if (!lvi_lv_is_type(r->lv, POOL_TYPES))
		return 0;
	for (struct lvol_lv *lv = r->vg->work->lv_first; lv; lv = lv->next) {
		if (lvi_lv_is_type(lv, POOL_TYPES) && !lvi_lv_set_has(&r->set, lv))
			return 0;
		if (!(lv->flags & LV_VISIBLE) && strstr(lv->name, "_pmspare"))
			spare = lv;
	}
	return spare ? lvi_lv_set_add(&r->set, spare) : 0;
}

static int collect(struct removal *r, const struct lvol_segment *relation, struct lvol_error *err)
{
	int ret = 0;

	if (lvi_lv_set_add(&r->set, r->lv) || (relation && lvi_lv_set_add(&r->set, relation->lv)))
		return lvi_error_nomem(err);
	for (size_t i = 0; i < r->set.lvs.len && !ret; i++)
		ret = add_parts(r, r->set.lvs.items[i], err);
	return !ret && add_spare(r) ? lvi_error_nomem(err) : ret;
}

static int exclude_open(const struct removal *r, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < r->set.lvs.len && !ret; i++)
		ret = lvi_txn_exclude_open(r->txn, r->set.lvs.items[i], err);
	return ret;
}

static int note(const struct removal *r)
{
	uint64_t bytes = r->lv->extent_count * lvi_extent_bytes(r->vg->work);
	size_t parts = r->set.lvs.len - 1;
	char size[LVI_SIZE_TEXT_LEN];

	lvi_size_text(size, bytes);
	if (parts)
		return lvi_txn_notef(r->txn, &(struct txn_note){ r->vg, LVOL_CHANGE_REMOVE, "lv", r->subject },
			"remove LV of %s and its %zu hidden part%s", size, parts, parts == 1 ? "" : "s");
	return lvi_txn_notef(r->txn, &(struct txn_note){ r->vg, LVOL_CHANGE_REMOVE, "lv", r->subject },
			"remove LV of %s", size);
}

static int check(struct removal *r, struct lvol_error *err)
{
	int ret = check_state(r, err);

	if (!ret)
		ret = check_users(r, err);
	if (!ret)
		ret = check_history(r, err);
	if (!ret)
		ret = collect(r, lvi_lv_cow_user(r->vg, r->lv), err);
	return ret ? ret : exclude_open(r, err);
}

static void forget_origin(const struct removal *r)
{
	struct lvol_segment *user;

	for (size_t at = 0; (user = lvi_lv_next_user(r->vg, r->lv, &at)); )
		if (is_thin_snapshot(r, user))
			lvi_seg_unset(user, SEG_ORIGIN);
}

static int remove_set(struct removal *r, struct lvol_error *err)
{
	if (note(r))
		return lvi_error_nomem(err);
	forget_origin(r);
	for (size_t i = 0; i < r->set.lvs.len; i++) {
		lvi_lv_book_name_freed(r->vg, r->set.lvs.items[i]->name);
		lvi_vg_remove_lv(r->vg->work, r->set.lvs.items[i]);
	}
	return 0;
}

int lvi_lv_remove_merged(struct lvol_txn *txn, struct txn_vg *vg, const struct lvol_segment *relation,
		struct lvol_error *err)
{
	struct removal r = { .txn = txn, .vg = vg, .lv = lvi_seg_lv(relation, SEG_MERGING_STORE) };
	int ret;

	lvi_lv_text(r.subject, r.lv);
	ret = collect(&r, relation, err);
	if (!ret)
		ret = exclude_open(&r, err);
	if (!ret)
		ret = remove_set(&r, err);
	lvi_lv_set_free(&r.set);
	return ret;
}

/* A snapshot that is merged is a part of its origin; but of an invalid one nothing can be merged any more. */
static int find_invalid_merge(const struct removal *r, const struct lvol_segment **out, struct lvol_error *err)
{
	const struct lvol_segment *relation = lvi_snapshot_merging(r->vg, r->lv);
	bool invalid = false;
	int ret = 0;

	if (relation && lvi_seg_lv(relation, SEG_MERGING_STORE) == r->lv)
		ret = lvi_snapshot_is_invalid(r->lv, &invalid, err);
	*out = invalid ? relation : NULL;
	return ret;
}

int lvi_op_lv_remove(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct removal r = { .txn = txn };
	const struct lvol_segment *merge = NULL;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, &r.vg, &r.lv, err);
	if (!ret)
		ret = lvi_lv_book_users(r.vg, err);
	if (!ret)
		ret = find_invalid_merge(&r, &merge, err);
	if (ret)
		return ret;
	if (merge) {
		ret = lvi_txn_exclude_open(txn, lvi_seg_lv(merge, SEG_ORIGIN), err);
		return ret ? ret : lvi_lv_remove_merged(txn, r.vg, merge, err);
	}
	lvi_lv_text(r.subject, r.lv);
	ret = check(&r, err);
	if (!ret)
		ret = remove_set(&r, err);
	lvi_lv_set_free(&r.set);
	return ret;
}
