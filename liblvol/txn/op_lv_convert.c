/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "txn/convert_kinds.h"
#include "txn/mirror_layer.h"

/* What is asked for, and what that means for the LV as it is. */
struct request {
	const struct lvol_lv_convert_opts *o;
	struct lvol_raid_opts raid;
	struct convert c;
	const char *word;               /* what it becomes */
	const struct segtype *type;
	uint32_t copies;                /* of linear, mirror and raid1 */
	char what[120];
};

/* Linear, mirror and raid1 differ in nothing but how many copies there are, and who keeps book. */
static bool is_copies(const struct segtype *type)
{
	return type->flags & SEGTYPE_MIRROR || ((type->flags & SEGTYPE_RAID) && !lvi_raid_is_striped(type));
}

static uint32_t copies_now(const struct lvol_lv *lv)
{
	return is_copies(lv->seg_first->type) ? lv->seg_first->area_count : 1;
}

static int check_options(const struct request *r, struct lvol_error *err)
{
	const struct lvol_lv_convert_opts *o = r->o;
	const char *subject = r->c.subject;

	if (o->reserved)
		return lvi_error(err, LVOL_E_INVALID, subject, "reserved field is %u, not 0", o->reserved);
	if (o->copies_sign < -1 || o->copies_sign > 1)
		return lvi_error(err, LVOL_E_INVALID, subject, "sign of copies is %d; -1, 0 and 1 are possible", o->copies_sign);
	if (o->copies_sign && !r->raid.copies)
		return lvi_error(err, LVOL_E_INVALID, subject, "how many copies %s is LV %s to have?", o->copies_sign > 0 ? "more" :
				"fewer", subject);
	if (r->raid.flags)
		return lvi_error(err, LVOL_E_INVALID, subject, "flags of a raid are for creating one");
	if (r->raid.log > LVOL_MIRROR_LOG_CORE)
		return lvi_error(err, LVOL_E_INVALID, subject, "log of a mirror is %u, not disk or core", r->raid.log);
	if (!o->segtype && !r->raid.copies && !r->raid.region_bytes && !r->raid.log)
		return lvi_error(err, LVOL_E_INVALID, subject, "what is LV %s to become?", subject);
	return 0;
}

static int choose_copies(struct request *r, struct lvol_error *err)
{
	uint64_t now = copies_now(r->c.lv), n = r->raid.copies;

	if (r->o->copies_sign > 0)
		n += now;
	else if (r->o->copies_sign < 0)
		n = n < now ? now - n : 0;
	else if (!n)
		n = now > 1 ? now : 2;
	if (!n || n > UINT32_MAX)
		return lvi_error(err, LVOL_E_INVALID, r->c.subject, "LV %s has %llu copies; that many fewer would leave none",
				r->c.subject, (unsigned long long)now);
	r->copies = (uint32_t)n;
	return 0;
}

static const char *word_now(const struct lvol_lv *lv)
{
	const struct lvol_segment *seg = lv->seg_first;

	return seg->type_text && (seg->type->flags & SEGTYPE_RAID) ? seg->type_text : lvi_segtype_display(seg);
}

/* Without a type it stays what it is; but one copy is linear, and a linear LV with copies a raid1. */
static int choose_type(struct request *r, struct lvol_error *err)
{
	const struct lvol_lv *lv = r->c.lv;
	bool linear = lvi_lv_is_linear(lv), word_is_linear = r->o->segtype && !strcmp(r->o->segtype, "linear");
	int ret = choose_copies(r, err);

	if (ret)
		return ret;
	r->word = r->o->segtype ? r->o->segtype : word_now(lv);
	if (word_is_linear)
		r->copies = 1;
	else if (!r->o->segtype && r->raid.copies && r->copies == 1 && is_copies(lv->seg_first->type))
		r->word = "linear";
	else if (!r->o->segtype && linear && r->copies > 1)
		r->word = "raid1";
	r->type = lvi_segtype_find(r->word);
	if (r->type && (r->type->flags & (SEGTYPE_RAID | SEGTYPE_MIRROR | SEGTYPE_CAN_SPLIT)))
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, r->c.subject, r->type ? "LVs cannot be converted to %.40s in this way" :
			"no LV type is called \"%.40s\"", r->word);
}

static bool becomes_linear(const struct request *r)
{
	return !strcmp(r->word, "linear");
}

static int check_copies(const struct request *r, struct lvol_error *err)
{
	uint32_t most = r->type->flags & SEGTYPE_MIRROR ? LVI_MIRROR_LEGS_MAX : LVI_RAID1_LEGS_MAX;

	if (!becomes_linear(r) && (r->copies < 2 || r->copies > most))
		return lvi_error(err, LVOL_E_INVALID, r->c.subject, "LV %s: a %s has 2 to %u copies, not %u", r->c.subject,
				r->type->name, most, r->copies);
	if (r->raid.log && !(r->type->flags & SEGTYPE_MIRROR))
		return lvi_error(err, LVOL_E_INVALID, r->c.subject, "LV %s: only mirrors have a log", r->c.subject);
	return 0;
}

static uint32_t log_now(const struct lvol_lv *lv)
{
	const struct lvol_segment *seg = lv->seg_first;

	return seg->type->flags & SEGTYPE_MIRROR && !lvi_seg_lv(seg, SEG_MIRROR_LOG) ? LVOL_MIRROR_LOG_CORE :
		LVOL_MIRROR_LOG_DISK;
}

/* Of a mirror that is being given legs: nothing but fewer legs. */
static bool gives_up_legs(const struct request *r)
{
	return r->copies < copies_now(r->c.lv) && (becomes_linear(r) || r->type == r->c.lv->seg_first->type) && !r->raid.log &&
		!r->raid.region_bytes;
}

static int must_be_one(const struct request *r, struct lvol_error *err)
{
	return lvi_mirror_must_be_one(lvi_vg_find_lv_by_id(r->c.vg->work, &r->c.lv->id), err);
}

static int convert_copies(struct request *r, struct lvol_error *err)
{
	const struct segtype *now = r->c.lv->seg_first->type;
	const struct copies_wanted wanted = { becomes_linear(r) ? &lvi_segtype_striped : r->type, r->copies,
		r->raid.region_bytes, r->raid.log ? r->raid.log : log_now(r->c.lv) };
	bool same = wanted.type == now && r->copies == copies_now(r->c.lv);
	int ret = check_copies(r, err);

	if (!ret && r->c.united && !gives_up_legs(r))
		ret = must_be_one(r, err);
	if (ret)
		return ret;
	if (!(wanted.type == now && r->copies > 1 && !(same && r->raid.region_bytes)))
		ret = lvi_convert_must_lack_integrity(&r->c, err);
	if (ret)
		return ret;
	if (same && (now->flags & SEGTYPE_RAID) && r->raid.region_bytes)
		return lvi_convert_region(&r->c, r->raid.region_bytes, err);
	if (same && wanted.log == log_now(r->c.lv))
		return lvi_error(err, LVOL_E_INVALID, r->c.subject, "LV %s is %s with %u cop%s already", r->c.subject, r->word, r->copies,
				r->copies == 1 ? "y" : "ies");
	return lvi_convert_copies(&r->c, &wanted, err);
}

static int takeover(struct request *r, struct lvol_error *err)
{
	const struct segtype *now = r->c.lv->seg_first->type;
	const struct takeover_wanted wanted = { r->type, r->type->flags & SEGTYPE_RAID ? r->word : NULL, r->raid.region_bytes,
		r->o->stripe_bytes };

	int ret = r->c.united ? must_be_one(r, err) : lvi_convert_must_lack_integrity(&r->c, err);

	if (ret)
		return ret;
	if (r->raid.copies || r->raid.log)
		return lvi_error(err, LVOL_E_INVALID, r->c.subject, "LV %s: copies and logs are for linear LVs, mirrors and raid1",
				r->c.subject);
	if (r->type != now)
		return lvi_convert_takeover(&r->c, &wanted, err);
	if (r->raid.region_bytes && (now->flags & SEGTYPE_RAID) && lvi_raid_has_bitmap(now))
		return lvi_convert_region(&r->c, r->raid.region_bytes, err);
	return lvi_error(err, LVOL_E_INVALID, r->c.subject, "LV %s is of type %s already", r->c.subject, r->word);
}

static int convert(struct request *r, struct lvol_error *err)
{
	const struct lvol_lv *lv = r->c.lv;
	bool from_copies, to_copies;
	int ret;

	ret = check_options(r, err);
	if (!ret)
		ret = choose_type(r, err);
	if (!ret)
		ret = lvi_convert_policy(&r->c, r->o->alloc, err);
	if (!ret)
		ret = lvi_convert_choose_pvs(&r->c, r->o->pvs, err);
	if (ret)
		return ret;
	from_copies = is_copies(lv->seg_first->type) || lvi_lv_is_linear(lv);
	to_copies = is_copies(r->type) || becomes_linear(r);
	snprintf(r->what, sizeof r->what, "convert LV from %.30s to %.30s", word_now(lv), r->word);
	return from_copies && to_copies ? convert_copies(r, err) : takeover(r, err);
}

int lvi_op_lv_convert(struct lvol_txn *txn, const char *name, const struct lvol_lv_convert_opts *o,
		struct lvol_error *err)
{
	struct request r = { .o = o, .c = { .txn = txn, .unites = true } };
	int ret = lvi_convert_begin(&r.c, name, "converted", err);

	if (o->raid)
		r.raid = *o->raid;
	if (!ret)
		ret = convert(&r, err);
	return lvi_convert_finish(&r.c, ret, r.what, err);
}
