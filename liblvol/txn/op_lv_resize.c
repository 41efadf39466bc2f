/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include "base/error.h"
#include "base/units.h"
#include "segtype/segtype.h"
#include "txn/leg_integrity.h"
#include "txn/lv_book.h"
#include "txn/lv_growth.h"
#include "txn/lv_layer.h"
#include "txn/lv_settings.h"
#include "txn/lv_size.h"
#include "txn/lv_text.h"
#include "txn/mirror_layer.h"
#include "txn/resize_layers.h"
#include "txn/resize_legs.h"
#include "txn/snapshot_relation.h"
#include "txn/thin_resize.h"

struct resize {
	struct lvol_txn *txn;
	struct txn_vg *vg;
	struct lvol_lv *top;       /* that is asked for */
	struct lvol_lv *lv;        /* that has the extents: what lies below the caches of it, or itself */
	const struct lvol_lv_resize_opts *o;
	char subject[LVI_LV_TEXT_LEN];
	struct lv_growth growth;
	struct pv_choice pvs;
	bool has_pvs;
	uint64_t extents;          /* wanted in all */
};

/* Checks */

static int check_options(const struct resize *r, struct lvol_error *err)
{
	const struct lvol_lv_resize_opts *o = r->o;
	int ret;

	if (o->reserved)
		return lvi_error(err, LVOL_E_INVALID, r->subject, "reserved field is %u, not 0", o->reserved);
	if (o->sign < -1 || o->sign > 1)
		return lvi_error(err, LVOL_E_INVALID, r->subject, "sign of the new size is %d; -1, 0 and 1 are possible", o->sign);
	if (o->size.percent_of == LVOL_PERCENT_ORIGIN)
		return lvi_error(err, LVOL_E_INVALID, r->subject, "size of %s: a percentage of the origin is for creating snapshots",
				r->subject);
	ret = lvi_lv_alloc_check(o->alloc, r->subject, err);
	return ret ? ret : lvi_size_check(&o->size, r->subject, err);
}

static int check_type(const struct resize *r, struct lvol_error *err)
{
	int ret = lvi_lv_must_not_move(r->top, err);

	if (!ret)
		ret = lvi_lv_must_not_move(r->lv, err);
	if (ret)
		return ret;
	ret = lvi_mirror_must_be_one(r->lv, err);
	if (ret)
		return ret;
	if (lvi_lv_has_legs(r->lv)) {
		if (r->o->stripe_count || r->o->stripe_bytes)
			return lvi_error(err, LVOL_E_INVALID, r->subject, "LV %s is of type %s: what is added has the stripes that it has",
					r->subject, lvi_segtype_display(r->lv->seg_first));
		return lvi_legs_check(r->lv, r->subject, err);
	}
	for (const struct lvol_segment *seg = r->lv->seg_first; seg; seg = seg->next)
		if (!lvi_segtype_is_plain(seg->type))
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, r->subject, "LV %s is of type %s, which cannot be resized yet",
					r->subject, lvi_segtype_display(seg));
	return 0;
}

/* Snapshots keep their own idea of the origin's size, a store what is written in it: both may only grow under them. */
static int check_user(const struct resize *r, const struct lvol_segment *user, struct lvol_error *err)
{
	bool shrink = r->extents < r->lv->extent_count;

	if (!lvi_lv_is_snapshot_relation(user->lv))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, r->subject, "LV %s cannot be resized because LV %s uses it", r->subject,
				user->lv->name);
	if (lvi_seg_lv(user, SEG_MERGING_STORE))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, r->subject,
				"LV %s cannot be resized while a snapshot is merged into it", r->subject);
	if (shrink)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, r->subject, lvi_seg_lv(user, SEG_ORIGIN) == r->top ?
				"LV %s is the origin of a snapshot and cannot be made smaller" :
				"LV %s is a snapshot and cannot be made smaller", r->subject);
	return 0;
}

static int check_users(const struct resize *r, struct lvol_error *err)
{
	struct lvol_segment *user;
	int ret = 0;

	for (size_t at = 0; !ret && (user = lvi_lv_next_user(r->vg, r->top, &at)); )
		ret = check_user(r, user, err);
	return ret;
}

/* Size */

static int choose_pvs(struct resize *r, struct lvol_error *err)
{
	int ret;

	if (!(r->o->pvs && r->o->pvs[0]) && r->o->size.percent_of != LVOL_PERCENT_PVS)
		return 0;
	ret = lvi_pv_choice_make(r->vg->work, r->o->pvs, &r->pvs, err);
	r->has_pvs = !ret;
	return ret;
}

/* Less by a part of an extent is not less: what was not asked to go stays. */
static uint64_t less(const struct resize *r)
{
	uint64_t unit = lvi_extent_bytes(r->vg->work), n;

	if (r->o->size.bytes)
		n = r->o->size.bytes / unit;
	else
		n = lvi_size_extents(&r->o->size, r->vg->work, &r->pvs, 0);
	return n < r->lv->extent_count ? r->lv->extent_count - n : 0;
}

/* As lvm2: a snapshot's store has no use for more than it takes when all of its origin has changed. */
static uint64_t limit_store(const struct resize *r, uint64_t extents)
{
	const struct lvol_segment *relation = lvi_lv_cow_user(r->vg, r->top);
	uint64_t had = r->lv->extent_count, most = relation ? lvi_snapshot_store_limit(relation) : UINT64_MAX;

	if (extents <= had || extents <= most)
		return extents;
	return most > had ? most : had;
}

static int choose_size(struct resize *r, struct lvol_error *err)
{
	uint64_t had = r->lv->extent_count, n;

	if (r->o->sign < 0) {
		r->extents = less(r);
	} else {
		/* percentages up, as lvresize of lvm2 has it, unlike lvcreate */
		n = lvi_size_extents(&r->o->size, r->vg->work, &r->pvs, SIZE_ROUND_UP | (r->o->sign > 0 ? SIZE_OF_FREE : 0));
		if (!r->o->sign)
			r->extents = n;
		else
			r->extents = n > UINT64_MAX - had ? UINT64_MAX : had + n;
	}
	r->extents = limit_store(r, r->extents);
	if (!r->extents)
		return lvi_error(err, LVOL_E_INVALID, r->subject, "LV %s would have no extent left; remove it instead", r->subject);
	return 0;
}

static int no_change(const struct resize *r, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_INVALID, r->subject, "new size of LV %s (%u extents) matches existing size", r->subject,
			r->lv->extent_count);
}

/* Changes */

static int note(const struct resize *r, uint32_t from, uint32_t to)
{
	uint64_t unit = lvi_extent_bytes(r->vg->work);
	char before[LVI_SIZE_TEXT_LEN], after[LVI_SIZE_TEXT_LEN];

	lvi_size_text(before, from * unit);
	lvi_size_text(after, to * unit);
	return lvi_txn_notef(r->txn, &(struct txn_note){ r->vg, LVOL_CHANGE_MODIFY, "lv", r->subject },
			"%s LV from %s to %s", to < from ? "shrink" : "grow", before, after);
}

/* The end of an LV is at a whole stripe; rounded up, so that nothing is lost that was not asked to go. */
static uint32_t whole_stripes(const struct lvol_lv *lv, uint32_t extents, uint32_t *area_extents)
{
	const struct lvol_segment *seg = lv->seg_first;
	uint32_t inside;

	if (lvi_lv_has_legs(lv))
		return lvi_legs_round(lv, extents);
	while ((uint64_t)seg->start + seg->count < extents)
		seg = seg->next;
	inside = extents - seg->start;
	if (seg->area_count) {
		inside = (inside - 1) / seg->area_count + 1;
		*area_extents = inside;
		return seg->start + inside * seg->area_count;
	}
	*area_extents = inside;
	return extents;
}

static int shrink(struct resize *r, struct lvol_error *err)
{
	uint32_t area_extents = 0, extents = whole_stripes(r->lv, (uint32_t)r->extents, &area_extents);
	int ret;

	if (extents == r->lv->extent_count)
		return no_change(r, err);
	if (lvi_lv_has_integrity(r->lv))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, r->subject, "LV %s has integrity and cannot be made smaller; remove that "
				"first (lvconvert --raidintegrity n)", r->subject);
	if (!(r->o->flags & LVOL_LV_RESIZE_SHRINK))
		return lvi_error(err, LVOL_E_INVALID, r->subject,
				"LV %s would lose what is behind %u of its %u extents; pass LVOL_LV_RESIZE_SHRINK if that is meant",
				r->subject, extents, r->lv->extent_count);
	ret = lvi_layers_may_shrink(r->top, r->subject, err);
	if (!ret && lvi_lv_has_legs(r->lv))
		ret = lvi_legs_may_shrink(r->lv, extents, r->subject, err);
	if (!ret)
		ret = lvi_txn_exclude_open(r->txn, r->top, err);
	if (ret)
		return ret;
	if (note(r, r->lv->extent_count, extents))
		return lvi_error_nomem(err);
	if (lvi_lv_has_legs(r->lv))
		lvi_legs_shrink(r->lv, extents);
	else
		lvi_lv_truncate(r->lv, extents, area_extents);
	return 0;
}

/* As the last segment, unless told otherwise. */
static int choose_stripes(struct resize *r, struct lvol_error *err)
{
	const struct lvol_segment *last = r->lv->seg_last;
	uint64_t last_bytes = lvi_seg_number(last, SEG_STRIPE_SIZE, 0) * LVI_SECTOR_BYTES;
	uint64_t bytes = r->o->stripe_bytes ? r->o->stripe_bytes : last->area_count > 1 ? last_bytes : 0;

	r->growth.type = last->type;
	r->growth.stripes = r->o->stripe_count ? r->o->stripe_count : last->area_count;
	if (last->type->flags & SEGTYPE_VIRTUAL) {
		if (r->o->stripe_count > 1)
			return lvi_error(err, LVOL_E_INVALID, r->subject, "LV %s is of type %s, which has no stripes", r->subject,
					lvi_segtype_display(last));
		r->growth.stripes = 0;
	}
	/* What is there is taken as it is: other programs may have chosen a size that we would not. */
	if (r->growth.stripes > 1 && !r->o->stripe_bytes && bytes) {
		r->growth.stripe_sectors = (uint32_t)(bytes / LVI_SECTOR_BYTES);
		return 0;
	}
	return lvi_growth_stripes(&r->growth, r->vg->work, bytes, r->subject, err);
}

static int plan_growth(struct resize *r, struct lvol_error *err)
{
	int policy = r->o->alloc ? (int)r->o->alloc : r->lv->alloc;
	uint32_t had = r->lv->extent_count;
	int ret = choose_stripes(r, err);

	r->growth.policy = policy ? policy : r->vg->work->alloc;
	r->growth.approximate = r->o->size.percent;
	if (!ret)
		ret = lvi_growth_extents(&r->growth, r->vg->work, r->extents - had, r->subject, err);
	if (!ret && r->growth.extents > UINT32_MAX - had)
		ret = lvi_error(err, LVOL_E_INVALID, r->subject, "LV %s cannot have %llu extents; %u are the most", r->subject,
				(unsigned long long)r->growth.extents + had, UINT32_MAX);
	return ret;
}

static int grow_into(struct resize *r, const struct allocation *room, struct lvol_error *err)
{
	uint32_t had = r->lv->extent_count, had_areas = r->lv->seg_last->area_extents;

	if (lvi_growth_apply(&r->growth, room, r->lv))
		return lvi_error_nomem(err);
	if (!note(r, had, r->lv->extent_count))
		return 0;
	lvi_lv_truncate(r->lv, had, had_areas);
	return lvi_error_nomem(err);
}

static int grow_legs(struct resize *r, struct lvol_error *err)
{
	struct lvol_lv *lv = r->lv;
	int policy = r->o->alloc ? (int)r->o->alloc : lv->alloc;
	struct alloc_request where = { .vg = r->vg->work, .pvs = r->has_pvs ? &r->pvs : NULL, .subject = r->subject,
		.policy = policy ? policy : r->vg->work->alloc, .approximate = r->o->size.percent };
	uint32_t had = lv->extent_count;
	uint64_t more = r->extents - had;
	int ret;

	/* so many percent of room on PVs are less of an LV that keeps it twice */
	if (r->o->size.percent && r->o->sign > 0)
		more = lvi_legs_of_pv_extents(lv, more);
	if (!more || had + more > UINT32_MAX)
		return lvi_error(err, LVOL_E_NO_SPACE, r->subject, "not enough room for %s: it cannot have %llu extents more", r->subject,
				(unsigned long long)more);
	ret = lvi_txn_exclude_open(r->txn, r->top, err);
	if (!ret)
		ret = lvi_legs_extend(lv, lvi_legs_round(lv, had + more) - had, &where, err);
	return ret || !note(r, had, lv->extent_count) ? ret : lvi_error_nomem(err);
}

static int grow(struct resize *r, struct lvol_error *err)
{
	struct alloc_request where = {
		.vg = r->vg->work, .pvs = r->has_pvs ? &r->pvs : NULL, .behind = r->lv->seg_last, .subject = r->subject
	};
	struct allocation room = {0};
	int ret = plan_growth(r, err);

	if (!ret)
		ret = lvi_growth_allocate(&r->growth, &where, &room, err);
	if (!ret)
		ret = lvi_txn_exclude_open(r->txn, r->top, err);
	if (!ret)
		ret = grow_into(r, &room, err);
	lvi_allocation_free(&room);
	return ret;
}

static int resize_thin(struct resize *r, struct lvol_error *err)
{
	struct thin_resize thin = { .txn = r->txn, .vg = r->vg, .lv = r->lv, .subject = r->subject,
		.may_shrink = r->o->flags & LVOL_LV_RESIZE_SHRINK };
	int ret = choose_pvs(r, err);

	if (!ret)
		ret = choose_size(r, err);
	if (!ret && r->extents == r->lv->extent_count)
		ret = no_change(r, err);
	thin.pvs = r->has_pvs ? &r->pvs : NULL;
	thin.extents = r->extents;
	return ret ? ret : lvi_thin_resize(&thin, err);
}

static int resize_now(struct resize *r, struct lvol_error *err)
{
	int ret = choose_pvs(r, err);

	if (!ret)
		ret = choose_size(r, err);
	if (!ret && r->extents == r->lv->extent_count)
		ret = no_change(r, err);
	if (!ret)
		ret = check_users(r, err);
	if (ret)
		return ret;
	if (r->extents < r->lv->extent_count)
		ret = shrink(r, err);
	else
		ret = lvi_lv_has_legs(r->lv) ? grow_legs(r, err) : grow(r, err);
	if (!ret)
		lvi_layers_fit(r->top);
	return ret;
}

/* Several LVs change, and for the last there may be no room. */
static int resize_on_draft(const struct resize *r, struct lvol_error *err)
{
	struct resize there = *r;
	struct vg_draft draft;
	int ret = lvi_draft_begin(&draft, r->vg, err);

	if (!ret) {
		there.vg = &draft.vg;
		there.top = lvi_vg_find_lv(draft.vg.work, r->top->name);
		there.lv = lvi_layers_bottom(there.top);
		ret = resize_now(&there, err);
	}
	return lvi_draft_end(&draft, ret);
}

static int resize(struct resize *r, struct lvol_error *err)
{
	int ret = check_options(r, err);

	if (!ret)
		ret = lvi_lv_book_users(r->vg, err);
	if (!ret && lvi_thin_resizes(r->vg, r->top))
		return resize_thin(r, err);
	if (!ret)
		ret = lvi_lv_must_be_whole(r->vg, r->top, "resized", err);
	if (!ret)
		ret = check_type(r, err);
	if (ret)
		return ret;
	return r->lv != r->top || lvi_lv_has_legs(r->lv) ? resize_on_draft(r, err) : resize_now(r, err);
}

int lvi_op_lv_resize(struct lvol_txn *txn, const char *name, const struct lvol_lv_resize_opts *o,
		struct lvol_error *err)
{
	struct resize r = { .txn = txn, .o = o };
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, &r.vg, &r.top, err);
	if (ret)
		return ret;
	r.lv = lvi_layers_bottom(r.top);
	lvi_lv_text(r.subject, r.top);
	ret = resize(&r, err);
	if (r.has_pvs)
		lvi_pv_choice_free(&r.pvs);
	return ret;
}
