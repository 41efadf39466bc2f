/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "report/internal.h"
#include "segtype/segtype.h"

/*
 * Kernel modules that an LV needs: for its own segments, and for what they lie on. The bits go up from LV to LV along
 * the uses; an LV is looked at again only when it got a new one.
 */
static const struct { const char *name; unsigned types; } modules[] = {
	{ "cache", SEGTYPE_CACHE | SEGTYPE_CACHE_POOL }, { "integrity", SEGTYPE_INTEGRITY },
	{ "kvdo", SEGTYPE_VDO | SEGTYPE_VDO_POOL }, { "mirror", SEGTYPE_MIRROR }, { "raid", SEGTYPE_RAID },
	{ "snapshot", SEGTYPE_SNAPSHOT }, { "thin", SEGTYPE_THIN }, { "thin-pool", SEGTYPE_THIN_POOL | SEGTYPE_THIN },
	{ "writecache", SEGTYPE_WRITECACHE }, { "error", 0 }, { "zero", 0 }
};
#define MODULE_COUNT (sizeof modules / sizeof *modules)
#define MODULE_ERROR (1u << (MODULE_COUNT - 2))
#define MODULE_ZERO (1u << (MODULE_COUNT - 1))

static unsigned module_bits(unsigned types)
{
	unsigned bits = 0;

	for (size_t i = 0; i < MODULE_COUNT; i++)
		if (types & modules[i].types)
			bits |= 1u << i;
	return bits;
}

static unsigned own_bits(const struct lvol_lv *lv, const struct lv_info *li)
{
	unsigned bits = module_bits(li->types);

	if (li->kinds & (KIND_ORIGIN | KIND_COW))
		bits |= module_bits(SEGTYPE_SNAPSHOT);
	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next) {
		if (seg->type == &lvi_segtype_error)
			bits |= MODULE_ERROR;
		else if (seg->type == &lvi_segtype_zero)
			bits |= MODULE_ZERO;
	}
	return bits;
}

/* Who lies on the LV of @use; an origin needs what its snapshots need. */
static struct lvol_lv *above(const struct lv_use *use)
{
	unsigned type = use->seg->type->flags;

	if (use->is_area)
		return use->area < use->seg->area_count ? use->seg->lv : NULL;
	switch (use->field) {
	case SEG_POOL:
	case SEG_DATA:
	case SEG_VDO_POOL:
		return use->seg->lv;
	case SEG_ORIGIN:
		return type & (SEGTYPE_CACHE | SEGTYPE_WRITECACHE | SEGTYPE_INTEGRITY) ? use->seg->lv : NULL;
	case SEG_COW_STORE:
	case SEG_MERGING_STORE:
		return lvi_seg_lv(use->seg, SEG_ORIGIN);
	default:
		return NULL;
	}
}

struct queue { const struct lvol_lv **items; bool *waits; size_t len; };

static void push(struct queue *q, const struct lvol_lv *lv)
{
	if (q->waits[lv->index])
		return;
	q->waits[lv->index] = true;
	q->items[q->len++] = lv;
}

static void pass_on(struct vg_info *vi, struct queue *q)
{
	const struct lvol_lv *lv = q->items[--q->len];
	unsigned bits = vi->lvs[lv->index].modules;

	q->waits[lv->index] = false;
	for (const struct lv_use *use = lv->uses; use; use = use->next) {
		const struct lvol_lv *up = above(use);

		if (!up || !(bits & ~vi->lvs[up->index].modules))
			continue;
		vi->lvs[up->index].modules |= bits;
		push(q, up);
	}
}

int lvi_modules_note(struct vg_info *vi)
{
	struct queue q = { calloc(vi->vg->lv_count + 1, sizeof *q.items), calloc(vi->vg->lv_count + 1, 1), 0 };
	int ret = q.items && q.waits ? 0 : -LVOL_E_NO_MEMORY;

	for (const struct lvol_lv *lv = vi->vg->lv_first; lv && !ret; lv = lv->next) {
		vi->lvs[lv->index].modules = own_bits(lv, &vi->lvs[lv->index]);
		if (vi->lvs[lv->index].modules)
			push(&q, lv);
	}
	while (!ret && q.len)
		pass_on(vi, &q);
	free(q.items);
	free(q.waits);
	return ret;
}

int lvi_put_modules(struct out *o, const struct item *it)
{
	const char *names[MODULE_COUNT];
	const char *const *sorted;
	size_t count = 0;

	for (size_t i = 0; it->lv && i < MODULE_COUNT; i++)
		if (it->li->modules & (1u << i))
			names[count++] = modules[i].name;
	sorted = lvi_words_sorted(o->arena, names, count);
	return sorted ? lvi_put_words(o, sorted, count, ",") : -LVOL_E_NO_MEMORY;
}
