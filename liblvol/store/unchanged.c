/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "disk/mda.h"
#include "model/walk.h"
#include "segtype/segtype.h"
#include "store/assemble.h"
#include "store/open_lock.h"
#include "store/survey.h"

/* The headers say in a few reads whether anything was committed since the VG was read. */
static bool headers_unchanged(const struct lvol_vg *vg)
{
	bool any = false;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		for (unsigned i = 0; i < pv->mda_count && pv->dev; i++) {
			const struct pv_mda *m = &pv->mdas[i];
			struct mda_header h;

			if (m->ignored || m->damaged)
				continue;
			if (lvi_mda_read_header(pv->dev, m->start, &h, NULL) || h.committed.offset != m->text_offset ||
			    h.committed.size != m->text_size || h.committed.crc != m->text_crc)
				return false;
			any = true;
		}
	return any;
}

static bool same_area(const struct area *a, const struct area *b)
{
	if (a->kind != b->kind || a->start != b->start)
		return false;
	if (a->kind == AREA_PV)
		return lvi_uuid_equal(&a->pv->id, &b->pv->id);
	return a->kind == AREA_NONE || lvi_uuid_equal(&a->lv->id, &b->lv->id);
}

/* What @a names @b names too. */
static bool has_names(const struct lvol_segment *a, const struct lvol_segment *b)
{
	for (uint32_t i = 0; i < a->value_count; i++) {
		const struct lvol_lv *lv = a->values[i].kind == SEG_VALUE_LV ? lvi_seg_lv(b, a->values[i].field) : NULL;

		if (a->values[i].kind == SEG_VALUE_LV && (!lv || !lvi_uuid_equal(&lv->id, &a->values[i].lv->id)))
			return false;
	}
	return true;
}

/* Numbers that decide where bytes are. */
static bool same_numbers(const struct lvol_segment *a, const struct lvol_segment *b)
{
	static const enum seg_field fields[] = { SEG_STRIPE_SIZE, SEG_CHUNK_SIZE, SEG_DEVICE_ID };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (lvi_seg_number(a, fields[i], 0) != lvi_seg_number(b, fields[i], 0))
			return false;
	return true;
}

static bool same_segment(const struct lvol_segment *a, const struct lvol_segment *b)
{
	if (a->type != b->type || a->count != b->count || a->area_count != b->area_count || !a->metas != !b->metas)
		return false;
	for (uint32_t i = 0; i < a->area_count; i++)
		if (!same_area(&a->areas[i], &b->areas[i]) || (a->metas && !same_area(&a->metas[i], &b->metas[i])))
			return false;
	return same_numbers(a, b) && has_names(a, b) && has_names(b, a);
}

/* @arg: the VG as it is now. */
static int differs(void *arg, const struct lvol_lv *lv)
{
	const struct lvol_lv *now = lvi_vg_find_lv_by_id(arg, &lv->id);
	const struct lvol_segment *s = lv->seg_first, *t = now ? now->seg_first : NULL;

	for (; s && t; s = s->next, t = t->next)
		if (!same_segment(s, t))
			return 1;
	return s != t;  /* both at their end */
}

/* It is not shown by its own segments, but through this user, as an origin is by its snapshots. */
static bool shows(const struct lv_use *use)
{
	for (const struct seg_part *part = use->seg->type->parts; part && part->lv != SEG_PART_END; part++)
		if (!use->is_area && part->lv == use->field && part->layer)
			return true;
	return false;
}

static unsigned count_shows(const struct lvol_lv *lv)
{
	unsigned n = 0;

	for (const struct lv_use *use = lv->uses; use; use = use->next)
		n += shows(use);
	return n;
}

/* Of all that its devices are made of: 0, 1 when something differs, or -LVOL_E_NO_MEMORY. */
static int differs_below(const struct lvol_lv *lv, struct lvol_vg *now)
{
	const struct lvol_lv *same = lvi_vg_find_lv_by_id(now, &lv->id);
	int ret = same && count_shows(lv) == count_shows(same) ? lvi_lv_walk(lv, differs, now) : 1;

	for (const struct lv_use *use = lv->uses; use && !ret; use = use->next)
		if (shows(use))
			ret = lvi_lv_walk(use->seg->lv, differs, now);
	return ret;
}

static int read_again(const struct lvol_lv *lv, struct lvol_vg **out, struct lvol_error *err)
{
	char id[LVI_UUID_TEXT_LEN + 1];
	struct store_env env = { 0 };

	lvi_uuid_format(&lv->vg->id, id);
	return lvi_store_read_vg(lv->vg->owner.who, &env, id, out, err);
}

int lvi_open_lv_unchanged(const struct lvol_lv *lv, struct lvol_error *err)
{
	struct lvol_vg *now;
	int ret;

	if (!lv->vg->owner.who || (!lv->vg->unwritten && headers_unchanged(lv->vg)))
		return 0;
	ret = read_again(lv, &now, err);
	if (ret == -LVOL_E_NOT_FOUND)
		return lvi_error(err, LVOL_E_CONFLICT, lv->name, "VG %s is not on the devices any more, or not yet", lv->vg->name);
	if (ret)
		return ret;
	ret = differs_below(lv, now);
	lvi_vg_unref(now);
	if (ret < 0)
		return lvi_error_nomem(err);
	return ret ? lvi_error(err, LVOL_E_CONFLICT, lv->name,
			"LV %s/%s is not on the devices as this handle has it; read the VG again", lv->vg->name, lv->name) : 0;
}
