/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writecaches come and go. What a cache holds is written back by the caller (liblvol/writecache.c). */
#include "txn/ops.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/names.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_layer.h"
#include "txn/lv_rename.h"
#include "txn/lv_settings.h"
#include "txn/start.h"

#define BLOCK_DEFAULT 4096
#define SUFFIX "_cvol"

struct attaching {
	struct lv_layering l;
	const struct lvol_writecache_opts *o;
	struct lvol_lv *fast;           /* in the clone */
	uint32_t block;
};

static const struct setting { const char *word; enum seg_field field; uint64_t max; } settings[] = {
	{ "high_watermark", SEG_HIGH_WATERMARK, 100 }, { "low_watermark", SEG_LOW_WATERMARK, 100 },
	{ "writeback_jobs", SEG_WRITEBACK_JOBS, UINT32_MAX }, { "autocommit_blocks", SEG_AUTOCOMMIT_BLOCKS, UINT32_MAX },
	{ "autocommit_time", SEG_AUTOCOMMIT_TIME, 3600000 }, { "max_age", SEG_MAX_AGE, 86400000 },
};

static bool is_writecache(const struct lvol_lv *lv)
{
	return lv->seg_first && (lv->seg_first->type->flags & SEGTYPE_WRITECACHE);
}

static bool is_plain(const struct lvol_lv *lv)
{
	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
		if (!(seg->type->flags & SEGTYPE_CAN_SPLIT))
			return false;
	return true;
}

static int must_be_unused(const struct lv_layering *l, const struct lvol_lv *lv, struct lvol_error *err)
{
	size_t at = 0;
	const struct lvol_segment *user = lvi_lv_next_user(l->vg, lvi_vg_find_lv(l->vg->work, lv->name), &at);

	if (!user)
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, lv->name, "LV %s is used by LV %s: it can neither have nor be a "
			"writecache", lv->name, user->lv->name);
}

static int check_main(const struct attaching *a, struct lvol_error *err)
{
	const struct lvol_lv *lv = a->l.lv;

	if (!is_plain(lv) && !(lv->seg_first->type->flags & SEGTYPE_RAID))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, a->l.subject, "LV %s is %s; linear and striped LVs and raids can "
				"have a writecache", a->l.subject, lvi_segtype_display(lv->seg_first));
	return must_be_unused(&a->l, lv, err);
}

static int find_fast(struct attaching *a, struct lvol_error *err)
{
	struct txn_vg *vg;
	struct lvol_lv *lv;
	char text[LVI_LV_TEXT_LEN];
	const char *name = a->o->fast;
	int ret;

	if (!strchr(name, '/')) {
		snprintf(text, sizeof text, "%s/%s", a->l.vg->name, name);
		name = text;
	}
	ret = lvi_txn_lv(a->l.txn, name, &vg, &lv, err);
	if (ret)
		return ret;
	if (vg != a->l.vg)
		return lvi_error(err, LVOL_E_INVALID, name, "LV %s is of another VG than LV %s", name, a->l.subject);
	ret = lvi_lv_must_be_whole(vg, lv, "made a writecache", err);
	if (!ret)
		ret = lvi_txn_exclude_open(a->l.txn, lv, err);
	a->fast = lvi_vg_find_lv(a->l.work, lv->name);
	return ret;
}

static int check_fast(const struct attaching *a, struct lvol_error *err)
{
	const struct lvol_lv *fast = a->fast;
	int ret = must_be_unused(&a->l, fast, err);

	if (!ret && fast == a->l.lv)
		ret = lvi_error(err, LVOL_E_INVALID, a->l.subject, "LV %s cannot be the writecache of itself", a->l.subject);
	if (!ret)
		ret = lvi_lv_must_not_move(fast, err);
	if (!ret && (!fast->seg_first || !is_plain(fast)))
		ret = lvi_error(err, LVOL_E_NOT_SUPPORTED, fast->name, "LV %s is %s; linear and striped LVs can be a "
				"writecache", fast->name, fast->seg_first ? lvi_segtype_display(fast->seg_first) : "empty");
	if (!ret && !(fast->flags & LV_WRITE))
		ret = lvi_error(err, LVOL_E_READ_ONLY, fast->name, "LV %s is read-only: it cannot be a writecache", fast->name);
	return ret;
}

static int choose_block(struct attaching *a, struct lvol_error *err)
{
	a->block = a->o->block_bytes ? a->o->block_bytes : BLOCK_DEFAULT;
	if (a->block == 512 || a->block == 4096)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, a->l.subject, "writecache of LV %s: blocks of %u bytes are not possible; 512 "
			"and 4096 are", a->l.subject, a->block);
}

static bool parse(const char *text, uint64_t max, uint64_t *out)
{
	*out = 0;
	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9' || c - text > 10)
			return false;
		*out = *out * 10 + (*c - '0');
	}
	return *text && *out <= max;
}

static int set_one(const struct attaching *a, struct lvol_segment *seg, const char *text, struct lvol_error *err)
{
	size_t len = strcspn(text, "=");
	uint64_t v;

	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		if (strlen(settings[i].word) != len || strncmp(settings[i].word, text, len))
			continue;
		if (!text[len] || !parse(text + len + 1, settings[i].max, &v))
			return lvi_error(err, LVOL_E_INVALID, a->l.subject, "setting \"%.60s\" of a writecache: a number up to "
					"%llu is needed", text, (unsigned long long)settings[i].max);
		return lvi_seg_set_number(seg, settings[i].field, v) ? lvi_error_nomem(err) : 0;
	}
	return lvi_error(err, LVOL_E_INVALID, a->l.subject, "a writecache has no setting \"%.60s\"; there are "
			"high_watermark, low_watermark, writeback_jobs, autocommit_blocks, autocommit_time and max_age", text);
}

static int set_settings(const struct attaching *a, struct lvol_segment *seg, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; a->o->settings && a->o->settings[i] && !ret; i++)
		ret = set_one(a, seg, a->o->settings[i], err);
	if (!ret && lvi_seg_number(seg, SEG_HIGH_WATERMARK, 50) < lvi_seg_number(seg, SEG_LOW_WATERMARK, 45))
		ret = lvi_error(err, LVOL_E_INVALID, a->l.subject, "writecache of LV %s: the high watermark (default 50) is "
				"below the low one (default 45)", a->l.subject);
	return ret;
}

static int hide_fast(struct attaching *a, struct lvol_error *err)
{
	char name[LVI_NAME_MAX + sizeof SUFFIX];
	int ret;

	snprintf(name, sizeof name, "%s" SUFFIX, a->fast->name);
	ret = lvi_lv_name_check(a->l.work->name, name, err);
	if (!ret)
		ret = lvi_lv_name_free(a->l.work, name, err);
	if (!ret)
		ret = lvi_lv_set_name(a->fast, name, err);
	a->fast->flags &= ~(unsigned)LV_VISIBLE;
	a->fast->flags |= LV_CACHE_VOL;
	return ret ? ret : lvi_txn_clear_start(a->l.txn, a->fast, err);
}

/* Legs and their metadata have the name of the LV that they are of. */
static int name_parts(const struct lv_layering *l, struct lvol_lv *lv, const char *from, const char *to,
		struct lvol_error *err)
{
	struct txn_vg clone = *l->vg;

	clone.work = l->work;
	clone.lv_book = NULL;
	return lvi_rename_now(&(struct rename_job){ .txn = l->txn, .vg = &clone, .lv = lv, .to = to, .parts_only = true,
			.from = from }, err);
}

static int attach(struct attaching *a, struct lvol_error *err)
{
	struct lvol_lv *lv = a->l.lv, *origin;
	uint32_t extents = lv->extent_count;
	struct lvol_segment *seg;
	int ret = lvi_layer_insert(&a->l, lv, "wcorig", &origin, err);

	if (ret)
		return ret;
	seg = lvi_lv_add_segment(lv, lvi_segtype_find("writecache"), extents, 0, false);
	if (!seg || lvi_seg_set_lv(seg, SEG_WRITECACHE, a->fast) || lvi_seg_set_lv(seg, SEG_ORIGIN, origin) ||
			lvi_seg_set_number(seg, SEG_WRITECACHE_BLOCK_SIZE, a->block))
		return lvi_error_nomem(err);
	ret = set_settings(a, seg, err);
	if (!ret)
		ret = name_parts(&a->l, origin, lv->name, origin->name, err);
	return ret ? ret : hide_fast(a, err);
}

int lvi_op_writecache_attach(struct lvol_txn *txn, const char *name, const struct lvol_writecache_opts *o,
		struct lvol_error *err)
{
	struct attaching a = { .l.txn = txn, .o = o };
	int ret = lvi_layering_begin(&a.l, name, "given a writecache", err);

	if (ret)
		return ret;
	ret = check_main(&a, err);
	if (!ret)
		ret = find_fast(&a, err);
	if (!ret)
		ret = check_fast(&a, err);
	if (!ret)
		ret = choose_block(&a, err);
	if (!ret)
		ret = attach(&a, err);
	return lvi_layering_finish(&a.l, ret, "attach a writecache", err);
}

/* The name that it had, or the next that is free. */
static int show_fast(const struct lv_layering *l, struct lvol_lv *fast, struct lvol_error *err)
{
	char name[LVI_NAME_MAX + 1];
	size_t len = strlen(fast->name), end = strlen(SUFFIX);
	int ret = 0;

	fast->flags |= LV_VISIBLE;
	fast->flags &= ~(unsigned)LV_CACHE_VOL;
	if (len <= end || strcmp(fast->name + len - end, SUFFIX))
		return 0;
	snprintf(name, sizeof name, "%.*s", (int)(len - end), fast->name);
	if (lvi_vg_find_lv(l->work, name))
		ret = lvi_lv_book_name(l->vg, name, err);
	return ret ? ret : lvi_lv_set_name(fast, name, err);
}

static int no_writecache(const char *subject, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_INVALID, subject, "LV %s has no writecache", subject);
}

int lvi_op_writecache_check(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	struct txn_vg *vg;
	struct lvol_lv *lv = NULL;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, &vg, &lv, err);
	return ret || is_writecache(lv) ? ret : no_writecache(name, err);
}

int lvi_op_writecache_detach(struct lvol_txn *txn, const char *name, uint32_t flags, struct lvol_error *err)
{
	struct lv_layering l = { .txn = txn };
	struct lvol_lv *fast, *origin;
	int ret = lvi_layering_begin(&l, name, "freed from its writecache", err);

	if (ret)
		return ret;
	if (!is_writecache(l.lv))
		return lvi_layering_finish(&l, no_writecache(l.subject, err), NULL, err);
	fast = lvi_seg_lv(l.lv->seg_first, SEG_WRITECACHE);
	origin = lvi_seg_lv(l.lv->seg_first, SEG_ORIGIN);
	ret = name_parts(&l, origin, origin->name, l.lv->name, err);
	lvi_layer_remove(l.lv, origin);
	if (ret)
		return lvi_layering_finish(&l, ret, NULL, err);
	if (flags & LVOL_WRITECACHE_DETACH_REMOVE)
		lvi_vg_remove_lv(l.work, fast);
	else
		ret = show_fast(&l, fast, err);
	return lvi_layering_finish(&l, ret, "detach its writecache", err);
}
