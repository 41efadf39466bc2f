/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"

#include "base/error.h"
#include "base/units.h"

/* Sectors are counted in bytes further down; what does not fit there is nobody's device. */
#define SECTORS_MAX ((uint64_t)INT64_MAX >> LVI_SECTOR_SHIFT)

/* Who makes the device of an LV has seen that its size is one that devices have. */
uint64_t lvi_seg_sectors(const struct lvol_segment *seg)
{
	return seg->count * seg->lv->vg->extent_sectors;
}

uint64_t lvi_lv_sectors(const struct lvol_lv *lv)
{
	return lv->extent_count * lv->vg->extent_sectors;
}

static void begin(struct seg_line *l, uint64_t start, uint64_t sectors, const char *target)
{
	const struct lvol_lv *lv = l->out->lv;

	if (!sectors || sectors > SECTORS_MAX || start > SECTORS_MAX - sectors) {
		l->result = lvi_error(l->err, LVOL_E_CORRUPT, lv->name, "the %s target of %s/%s would have a size that no device has",
				target, lv->vg->name, lv->name);
		return;
	}
	l->line = lvi_dm_line_add(l->table, start, sectors, target, 8);
	if (!l->line)
		l->result = lvi_error_nomem(l->err);
}

void lvi_line_begin(struct seg_line *l, struct seg_table *out, const char *target, uint64_t sectors,
		struct lvol_error *err)
{
	*l = (struct seg_line){ .out = out, .table = &out->node->table, .err = err };
	begin(l, out->start_sectors, sectors, target);
}

void lvi_line_begin_device(struct seg_line *l, struct seg_table *out, struct dm_node *node, uint64_t sectors,
		struct lvol_error *err)
{
	*l = (struct seg_line){ .out = out, .table = &node->table, .err = err };
	begin(l, 0, sectors, "linear");
}

static void keep(struct seg_line *l, int result)
{
	if (result == -LVOL_E_NO_MEMORY)
		lvi_error_nomem(l->err);
	l->result = result;
}

void lvi_line_word(struct seg_line *l, const char *word)
{
	if (!l->result)
		keep(l, word ? lvi_dm_arg_text(l->table, l->line, word) : -LVOL_E_NO_MEMORY);
}

void lvi_line_number(struct seg_line *l, uint64_t v)
{
	if (!l->result)
		keep(l, lvi_dm_arg_u64(l->table, l->line, v));
}

void lvi_line_pair(struct seg_line *l, const char *key, uint64_t v)
{
	lvi_line_word(l, key);
	lvi_line_number(l, v);
}

void lvi_line_setting(struct seg_line *l, const char *key, uint64_t v)
{
	const char *word = lvi_arena_printf(l->table->arena, "%s:%llu", key, (unsigned long long)v);

	lvi_line_word(l, word);
}

void lvi_line_dev(struct seg_line *l, struct dm_node *dev)
{
	if (!l->result)
		keep(l, lvi_dm_arg_dev(l->table, l->line, dev));
}

static void find_lv(struct seg_line *l, const struct lvol_lv *lv, const char *layer, struct dm_node **dev)
{
	if (!l->result)
		l->result = l->out->ops->lv(l->out, lv, layer, dev, l->err);
}

void lvi_line_lv(struct seg_line *l, const struct lvol_lv *lv, const char *layer)
{
	struct dm_node *dev = NULL;

	find_lv(l, lv, layer, &dev);
	lvi_line_dev(l, dev);
}

void lvi_line_lv_after(struct seg_line *l, const char *before, const struct lvol_lv *lv)
{
	struct dm_node *dev = NULL;

	find_lv(l, lv, NULL, &dev);
	if (!l->result)
		keep(l, lvi_dm_arg_dev_after(l->table, l->line, before, dev));
}

void lvi_line_area(struct seg_line *l, const struct area *area, bool with_start)
{
	struct dm_arg dev = { 0 };
	uint64_t start = 0;

	if (!l->result)
		l->result = l->out->ops->area(l->out, area, &dev, &start, l->err);
	if (dev.dev)
		lvi_line_dev(l, dev.dev);
	else
		lvi_line_word(l, dev.text);
	if (with_start)
		lvi_line_number(l, start);
}

void lvi_line_count_begin(struct seg_line *l)
{
	l->count_at = l->line ? l->line->arg_count : 0;
	lvi_line_number(l, 0);
}

void lvi_line_count_end(struct seg_line *l)
{
	if (!l->result)
		keep(l, lvi_dm_arg_set_u64(l->table, l->line, l->count_at, l->line->arg_count - l->count_at - 1));
}

int lvi_line_end(struct seg_line *l)
{
	return l->result;
}

void lvi_line_lacks(struct seg_line *l, const struct lvol_segment *seg, const char *what)
{
	if (!l->result)
		l->result = lvi_error(l->err, LVOL_E_CORRUPT, seg->lv->name, "%s segment at extent %u of %s/%s has no %s",
				seg->type->name, seg->start, seg->lv->vg->name, seg->lv->name, what);
}
