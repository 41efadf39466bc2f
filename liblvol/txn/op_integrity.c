/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Integrity under the legs of raids, as lvm2 has it there. */
#include "txn/ops.h"

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/leg_integrity.h"
#include "txn/lv_book.h"
#include "txn/lv_layer.h"

#define TAG_BYTES 4
#define HASH "crc32c"

struct adding {
	struct lv_layering l;
	const char *mode;
	uint32_t block;
};

static int check_raid(const struct lv_layering *l, struct lvol_error *err)
{
	const struct lvol_segment *raid = l->lv->seg_first;

	if (!(raid->type->flags & SEGTYPE_RAID) || raid->type->raid_no_bitmap)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, l->subject, "LV %s is %s; raid1, raid4, raid5, raid6 and raid10 "
				"can have integrity", l->subject, lvi_segtype_display(raid));
	return 0;
}

static int check_legs(const struct lv_layering *l, struct lvol_error *err)
{
	const struct lvol_segment *raid = l->lv->seg_first;
	size_t at = 0;
	const struct lvol_segment *user = lvi_lv_next_user(l->vg, lvi_vg_find_lv(l->vg->work, l->lv->name), &at);

	if (user)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, l->subject, "LV %s is used by LV %s; integrity is for raids that "
				"nothing else stands on", l->subject, user->lv->name);
	if (lvi_lv_has_integrity(l->lv))
		return lvi_error(err, LVOL_E_INVALID, l->subject, "LV %s has integrity already", l->subject);
	for (uint32_t i = 0; i < raid->area_count; i++)
		for (const struct lvol_segment *seg = raid->areas[i].lv->seg_first; seg; seg = seg->next)
			if (!(seg->type->flags & SEGTYPE_CAN_SPLIT) || seg->area_count != 1)
				return lvi_error(err, LVOL_E_NOT_SUPPORTED, l->subject, "leg %s of LV %s is not linear",
						raid->areas[i].lv->name, l->subject);
	return 0;
}

/* No smaller than the logical block of any PV below. */
static int choose_block(struct adding *a, uint32_t wanted, struct lvol_error *err)
{
	const struct lvol_segment *raid = a->l.lv->seg_first;
	uint32_t least = 512;

	for (uint32_t i = 0; i < raid->area_count; i++)
		for (const struct lvol_segment *seg = raid->areas[i].lv->seg_first; seg; seg = seg->next)
			if (seg->areas[0].kind == AREA_PV && seg->areas[0].pv->dev && seg->areas[0].pv->dev->block_bytes > least)
				least = seg->areas[0].pv->dev->block_bytes;
	a->block = wanted ? wanted : least;
	if (a->block < 512 || a->block > 4096 || (a->block & (a->block - 1)))
		return lvi_error(err, LVOL_E_INVALID, a->l.subject, "integrity of LV %s: blocks of %u bytes are not possible; "
				"512, 1024, 2048 and 4096 are", a->l.subject, a->block);
	if (a->block < least)
		return lvi_error(err, LVOL_E_INVALID, a->l.subject, "integrity of LV %s: blocks of %u bytes are smaller than "
				"those of its PVs, %u", a->l.subject, a->block, least);
	return 0;
}

static int choose(struct adding *a, const struct lvol_integrity_opts *o, struct lvol_error *err)
{
	static const char *const modes[] = { "J", "J", "B" };

	if (o->mode > LVOL_INTEGRITY_BITMAP)
		return lvi_error(err, LVOL_E_INVALID, a->l.subject, "integrity of LV %s: mode %u is neither journal nor bitmap",
				a->l.subject, o->mode);
	a->mode = modes[o->mode];
	return choose_block(a, o->block_bytes, err);
}

static int cover(const struct adding *a, struct lvol_lv *leg, struct lvol_lv *checksums, struct lvol_error *err)
{
	struct lvol_segment *seg;
	int ret = lvi_leg_cover(a->l.txn, leg, checksums, &seg, err);

	if (!ret && (lvi_seg_set_text(seg, SEG_MODE, a->mode, false) || lvi_seg_set_number(seg, SEG_TAG_SIZE, TAG_BYTES) ||
	    lvi_seg_set_number(seg, SEG_BLOCK_SIZE, a->block) || lvi_seg_set_text(seg, SEG_INTERNAL_HASH, HASH, false)))
		ret = lvi_error_nomem(err);
	return ret;
}

/* All metadata LVs before the first leg changes, as lvm2 does it. */
static int add(struct adding *a, struct lvol_error *err)
{
	const struct lvol_segment *raid = a->l.lv->seg_first;
	ARRAY(struct lvol_lv *) metas = { 0 };
	int ret = 0;

	for (uint32_t i = 0; i < raid->area_count && !ret; i++) {
		struct lvol_lv **meta = ARRAY_PUSH(&metas);

		ret = meta ? lvi_leg_add_checksums(a->l.txn, raid->areas[i].lv, a->l.subject, meta, err) :
				lvi_error_nomem(err);
	}
	for (uint32_t i = 0; i < raid->area_count && !ret; i++)
		ret = cover(a, raid->areas[i].lv, metas.items[i], err);
	ARRAY_FREE(&metas);
	return ret;
}

int lvi_op_integrity_add(struct lvol_txn *txn, const char *name, const struct lvol_integrity_opts *o,
		struct lvol_error *err)
{
	struct adding a = { .l.txn = txn };
	int ret = lvi_layering_begin(&a.l, name, "given integrity", err);

	if (ret)
		return ret;
	ret = check_raid(&a.l, err);
	if (!ret)
		ret = check_legs(&a.l, err);
	if (!ret)
		ret = choose(&a, o, err);
	if (!ret)
		ret = add(&a, err);
	return lvi_layering_finish(&a.l, ret, "add integrity", err);
}

static int no_integrity(const char *subject, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_INVALID, subject, "LV %s has no integrity", subject);
}

int lvi_op_integrity_check(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct txn_vg *vg;
	struct lvol_lv *lv = NULL;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, &vg, &lv, err);
	return ret || lvi_lv_has_integrity(lv) ? ret : no_integrity(name, err);
}

int lvi_op_integrity_remove(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct lv_layering l = { .txn = txn };
	const struct lvol_segment *raid;
	int ret = lvi_layering_begin(&l, name, "freed from integrity", err);

	if (ret)
		return ret;
	ret = check_raid(&l, err);
	raid = l.lv->seg_first;
	if (!ret && !lvi_lv_has_integrity(l.lv))
		ret = no_integrity(l.subject, err);
	for (uint32_t i = 0; i < raid->area_count && !ret; i++)
		lvi_leg_uncover(raid->areas[i].lv);
	return lvi_layering_finish(&l, ret, "remove integrity", err);
}
