/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "dev/dev.h"
#include "report/live.h"
#include "segtype/segtype.h"

/*
 * What the rows of a report are: that follows from all the fields that it has. lvm2's rules: a field of PV segments, or
 * fields of both PVs and LVs, make rows of PV segments; else a field of PVs makes PVs; else a field of segments makes
 * segments; else a field of LVs makes LVs; else rows are VGs.
 */
enum row_kind { ROWS_VG, ROWS_LV, ROWS_SEG, ROWS_LABEL, ROWS_PV, ROWS_PVSEG };

struct build {
	struct lvol_report *r;
	struct names *names;
	const struct report_source *source;
	struct live *all_live;       /* NULL: nobody is asked */
	struct live *live;           /* of the VG at hand */
	struct vg_info *vi;          /* of the VG at hand */
	enum row_kind rows;
	bool vg_wanted;              /* that VG was named (or none was): all that is in it is meant */
	struct lvol_error *err;
};

static bool is_about_pvs(const struct lvol_report *r)
{
	return r->kind == LVOL_REPORT_PVS || r->kind == LVOL_REPORT_PVSEGS;
}

static int choose_rows(const struct lvol_report *r, enum row_kind *out, struct lvol_error *err)
{
	unsigned objects = r->objects, lvs = OBJ_LV | OBJ_SEG, pvs = OBJ_PV | OBJ_LABEL | OBJ_PVSEG;

	if ((objects & lvs) && (objects & pvs) && !is_about_pvs(r))
		return lvi_error(err, LVOL_E_INVALID, NULL, "fields of PVs and of LVs can only be together in a report about PVs");
	if ((objects & OBJ_PVSEG) || ((objects & pvs) && (objects & lvs)))
		*out = ROWS_PVSEG;
	else if ((objects & OBJ_PV) || ((objects & OBJ_LABEL) && (objects & OBJ_VG)))
		*out = ROWS_PV;
	else if (objects & OBJ_LABEL)
		*out = ROWS_LABEL;
	else if (objects & OBJ_SEG)
		*out = ROWS_SEG;
	else
		*out = objects & OBJ_LV ? ROWS_LV : ROWS_VG;
	return 0;
}

/* Cells */

static int fill_cell(struct build *b, struct item *it, struct cell *cells, size_t i)
{
	struct lvol_report *r = b->r;
	struct out o = { r->arena, &cells[i], &r->units, r->columns.items[i].field, r->flags & LVOL_REPORT_HISTORY };

	return o.field->get(&o, it) ? lvi_error_nomem(b->err) : 0;
}

static int add_row(struct build *b, const struct item *from)
{
	struct lvol_report *r = b->r;
	struct cell *cells = lvi_arena_calloc(r->arena, r->columns.len, sizeof *cells);
	struct lv_state state = { 0 };
	struct item it = *from;
	struct row *row;
	int ret = cells ? 0 : lvi_error_nomem(b->err);

	it.selected = true;
	it.live = b->live;
	it.state = &state;
	for (size_t i = 0; i < r->columns.len && !ret; i++)
		ret = fill_cell(b, &it, cells, i);
	if (!ret && b->live)
		ret = lvi_live_failed(b->live, b->err);
	if (ret)
		return ret;
	it.selected = !r->selection || lvi_select_matches(r->selection, cells);
	/* who asks whether a row is selected gets those that are not, too */
	if (!it.selected && !r->selected_column)
		return 0;
	if (r->selected_column && (ret = fill_cell(b, &it, cells, r->selected_column - 1)))
		return ret;
	row = ARRAY_PUSH(&r->rows);
	if (!row)
		return lvi_error_nomem(b->err);
	row->cells = cells;
	return 0;
}

/* LVs */

static int add_segments(struct build *b, struct item *it)
{
	int ret = 0;

	if (it->historical)
		return add_row(b, it);
	for (it->seg = it->lv->seg_first; it->seg && !ret; it->seg = it->seg->next)
		ret = add_row(b, it);
	return ret;
}

/* The device says which of the two it is. */
static bool has_merged(const struct build *b, const struct lvol_lv *lv, const struct lvol_segment *snapshot)
{
	struct lv_state state = { 0 };
	const struct item it = { .vi = b->vi, .vg = b->vi->vg, .lv = lv, .li = lvi_lv_info(b->vi, lv), .live = b->live, .state = &state };

	if (!b->live || !lvi_lv_is_active(&it, lv))
		return true;
	return lvi_live_thin_id(b->live, lv, lvi_lv_layer(&it, lv)) == (int64_t)lvi_seg_number(snapshot, SEG_DEVICE_ID, 0);
}

/*
 * While a thin snapshot is merged into its origin and neither is active, the merge has as good as happened: lvm2 shows
 * the snapshot in the origin's place. So it does when the origin's device has the snapshot's content already.
 */
static const struct lvol_lv *shown_for(const struct build *b, const struct lvol_lv *lv)
{
	const struct lv_info *li = lvi_lv_info(b->vi, lv);

	if ((li->kinds & KIND_MERGING) && li->snapshot && (li->snapshot->type->flags & SEGTYPE_THIN) &&
	    has_merged(b, lv, li->snapshot))
		return li->snapshot->lv;
	return lv;
}

static int add_lv(struct build *b, const struct lvol_lv *lv)
{
	struct item it = { .vi = b->vi, .vg = b->vi->vg };
	bool by_name, wanted;

	if (lvi_lv_info(b->vi, lv)->types & SEGTYPE_SNAPSHOT)
		return 0;
	wanted = lvi_names_has_lv(b->names, lv, &by_name);
	if (!wanted && !b->vg_wanted)
		return 0;
	if (!by_name && !(b->r->flags & LVOL_REPORT_ALL) && !(lvi_lv_info(b->vi, lv)->kinds & KIND_VISIBLE))
		return 0;
	it.lv = shown_for(b, lv);
	it.li = lvi_lv_info(b->vi, it.lv);
	return b->rows == ROWS_SEG ? add_segments(b, &it) : add_row(b, &it);
}

static int add_historical(struct build *b, const struct historical_lv *h)
{
	struct item it = { .vi = b->vi, .vg = b->vi->vg, .historical = h };

	if (!lvi_names_has_historical(b->names, b->vi->vg, h) && !b->vg_wanted)
		return 0;
	return add_row(b, &it);
}

static int add_lvs(struct build *b)
{
	int ret = 0;

	for (const struct lvol_lv *lv = b->vi->vg->lv_first; lv && !ret; lv = lv->next)
		ret = add_lv(b, lv);
	if (b->r->flags & LVOL_REPORT_HISTORY)
		for (const struct historical_lv *h = b->vi->vg->historical; h && !ret; h = h->next)
			ret = add_historical(b, h);
	return ret;
}

/* PVs */

static int add_free_run(struct build *b, struct item it, uint32_t start, uint32_t end)
{
	it.run_start = start;
	it.run_count = end - start;
	return add_row(b, &it);
}

static int add_used_run(struct build *b, struct item it, const struct pv_run *run)
{
	it.seg = run->seg;
	it.lv = run->seg->lv;
	it.li = lvi_lv_info(b->vi, it.lv);
	it.run_start = run->start;
	it.run_count = run->count;
	return add_row(b, &it);
}

/* Used and free runs; what has no extents has one empty row. */
static int add_runs(struct build *b, const struct item *it)
{
	const struct lvol_pv *pv = it->pv;
	uint32_t end = 0;
	int ret = 0;

	if (!pv || !pv->pe_count)
		return add_row(b, it);
	for (size_t i = 0; i < pv->run_count && !ret; i++) {
		if (pv->runs[i].start > end)
			ret = add_free_run(b, *it, end, pv->runs[i].start);
		if (!ret)
			ret = add_used_run(b, *it, &pv->runs[i]);
		end = pv->runs[i].start + pv->runs[i].count;
	}
	return !ret && end < pv->pe_count ? add_free_run(b, *it, end, pv->pe_count) : ret;
}

static int add_pv(struct build *b, const struct lvol_pv *pv)
{
	bool orphan = !*pv->vg->name;
	struct item it = { .vi = b->vi, .vg = orphan ? NULL : pv->vg, .pv = pv };

	if (!lvi_names_has_pv(b->names, pv) && !b->vg_wanted)
		return 0;
	/* labels are what devices have */
	if (b->rows == ROWS_LABEL && !pv->dev_name)
		return 0;
	return b->rows == ROWS_PVSEG ? add_runs(b, &it) : add_row(b, &it);
}

static int add_pvs(struct build *b)
{
	int ret = 0;

	for (const struct lvol_pv *pv = b->vi->vg->pv_first; pv && !ret; pv = pv->next)
		ret = add_pv(b, pv);
	return ret;
}

static void mark_pv_devices(const struct lvol_vg *vg, bool *is_pv)
{
	for (const struct lvol_pv *pv = vg ? vg->pv_first : NULL; pv; pv = pv->next)
		if (pv->dev)
			is_pv[pv->dev->number] = true;
}

/* Devices that are no PV, or not the one that was chosen for it. Those that another thread adds meanwhile are left out. */
static int add_devices(struct build *b)
{
	unsigned highest = 0;
	bool *is_pv;
	int ret = 0;

	for (const struct lvol_dev *dev = b->source->devices; dev; dev = dev->next)
		highest = dev->number > highest ? dev->number : highest;
	is_pv = calloc((size_t)highest + 1, sizeof *is_pv);
	if (!is_pv)
		return lvi_error_nomem(b->err);
	for (size_t i = 0; i < b->source->vg_count; i++)
		mark_pv_devices(b->source->vgs[i], is_pv);
	mark_pv_devices(b->source->orphans, is_pv);
	for (const struct lvol_dev *dev = b->source->devices; dev && !ret; dev = dev->next) {
		struct item it = { .dev = dev };

		if (dev->number <= highest && !is_pv[dev->number] && lvi_names_has_dev(b->names, dev))
			ret = add_row(b, &it);
	}
	free(is_pv);
	return ret;
}

/* All of it */

/* No kernel has what lies in image files, though it may have a VG of the same ids. */
static bool may_run(const struct lvol_vg *vg)
{
	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		if (pv->dev && !pv->dev->is_block)
			return false;
	return true;
}

static int add_vg(struct build *b, const struct lvol_vg *vg)
{
	int ret;

	b->live = may_run(vg) ? b->all_live : NULL;
	b->vi = lvi_vg_info_new(b->r->arena, vg);
	if (!b->vi)
		return lvi_error_nomem(b->err);
	b->vg_wanted = lvi_names_has_vg(b->names, vg);
	if (b->rows == ROWS_LV || b->rows == ROWS_SEG) {
		ret = add_lvs(b);
	} else if (b->rows != ROWS_VG) {
		ret = add_pvs(b);
	} else {
		struct item it = { .vi = b->vi, .vg = vg };

		ret = b->vg_wanted ? add_row(b, &it) : 0;
	}
	lvi_history_free(b->vi);
	return ret;
}

int lvi_rows_build(struct lvol_report *r, const struct report_source *source, const char *const *names,
		struct lvol_error *err)
{
	struct build b = { .r = r, .source = source, .err = err };
	int ret = choose_rows(r, &b.rows, err);

	if (!ret && source->control)
		ret = lvi_live_new(source->control, r->asks_status, &b.all_live, err);
	if (!ret)
		ret = lvi_names_new(names, is_about_pvs(r), &b.names, err);
	for (size_t i = 0; i < source->vg_count && !ret; i++)
		ret = add_vg(&b, source->vgs[i]);
	if (!ret && source->orphans && is_about_pvs(r))
		ret = add_vg(&b, source->orphans);
	if (!ret && (r->flags & LVOL_REPORT_ALL) && is_about_pvs(r))
		ret = add_devices(&b);
	if (!ret)
		ret = lvi_names_check(b.names, err);
	lvi_names_free(b.names);
	lvi_live_free(b.all_live);
	return ret;
}
