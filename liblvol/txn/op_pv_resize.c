/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Resizing a PV. A second metadata area lies at its end and moves with it, as with lvm2: its new place begins empty, and
 * the commit writes it. Until then the label already leads there, so the VG's text must be somewhere else too: hence a
 * PV whose second area is the only one in use is refused.
 */
#include "txn/ops.h"

#include "base/error.h"
#include "base/units.h"
#include "txn/pv_layout.h"
#include "txn/pv_users.h"
#include "txn/txn_pv.h"

struct resize {
	struct lvol_txn *txn;
	struct txn_pv *record;
	uint64_t bytes;
	bool moves;                /* the area at the end */
	unsigned area;             /* which one */
	struct disk_area place;    /* where to */
};

static int check_size(struct lvol_dev *dev, uint64_t asked, uint64_t *out, struct lvol_error *err)
{
	char have[LVI_SIZE_TEXT_LEN], want[LVI_SIZE_TEXT_LEN];
	uint64_t now;
	int ret = lvi_dev_current_size(dev, &now, err);

	if (ret)
		return ret;
	if (now > dev->size)
		now = dev->size;  /* what was there when it was opened is what can be read and written */
	*out = (asked ? asked : now) / LVI_SECTOR_BYTES * LVI_SECTOR_BYTES;
	lvi_size_text(have, now);
	lvi_size_text(want, *out);
	if (*out > now)
		return lvi_error(err, LVOL_E_INVALID, dev->name, "device %s has %s, not %s", dev->name, have, want);
	if (*out < LVI_PV_MIN_BYTES)
		return lvi_error(err, LVOL_E_INVALID, dev->name, "a PV cannot be as small as %s", want);
	if (dev->read_only)
		return lvi_error(err, LVOL_E_READ_ONLY, dev->name, "device %s cannot be written", dev->name);
	return 0;
}

/* The area behind the extents; false: none. */
static bool find_area(const struct label *label, uint64_t pe_start, unsigned *out)
{
	for (*out = 0; *out < label->mda_count; ++*out)
		if (label->mdas[*out].offset >= pe_start)
			return true;
	return false;
}

static int place_area(struct resize *r, uint64_t pe_start, struct lvol_error *err)
{
	const struct label *label = &r->record->label;
	const char *name = r->record->dev->name;
	const struct disk_area *old;
	int ret;

	if (r->bytes <= pe_start)
		return lvi_error(err, LVOL_E_INVALID, name, "the extents of PV %s begin at byte %llu, behind its new end", name,
				(unsigned long long)pe_start);
	if (!find_area(label, pe_start, &r->area) || label->device_size == r->bytes)
		return 0;
	old = &label->mdas[r->area];
	ret = lvi_pv_layout_second(r->bytes, pe_start, old->size, name, &r->place, err);
	r->moves = !ret && r->place.offset != old->offset;
	return ret;
}

static bool text_elsewhere(const struct resize *r, const struct lvol_pv *pv)
{
	for (const struct lvol_pv *p = pv->vg->pv_first; p; p = p->next)
		for (unsigned i = 0; i < p->mda_count && p->dev; i++)
			if (p->mdas[i].text_offset && !p->mdas[i].ignored && !p->mdas[i].damaged && !(p == pv && i == r->area))
				return true;
	return false;
}

/* What the label will say: of a PV that is in a VG the flag stays. */
static void change_label(struct resize *r, bool member)
{
	struct txn_pv *p = r->record;

	p->label.device_size = r->bytes;
	p->relabel = !p->init;
	if (member && p->held_by)
		p->label.ext_flags |= PV_EXT_USED;
	if (!r->moves)
		return;
	p->label.mdas[r->area] = r->place;
	p->mdas_ignored = p->mdas[r->area].ignored;
	p->mdas[r->area] = (struct pv_mda){ .start = r->place.offset, .size = r->place.size, .ignored = p->mdas_ignored };
	p->relabel_areas |= p->init ? 0 : 1u << r->area;
}

/* Members */

static int count_extents(const struct resize *r, const struct lvol_pv *pv, uint32_t *out, struct lvol_error *err)
{
	struct label label = r->record->label;
	uint64_t count;
	char size[LVI_SIZE_TEXT_LEN];

	label.data[0].offset = pv->pe_start_sectors * LVI_SECTOR_BYTES;  /* the text's word counts */
	label.data_count = 1;
	if (r->moves)
		label.mdas[r->area] = r->place;
	count = lvi_pv_data_sectors(&label, r->bytes) / pv->vg->extent_sectors;
	if (!count)
		return lvi_error(err, LVOL_E_INVALID, pv->dev_name, "no extent of %s would fit PV %s",
				lvi_size_text(size, pv->vg->extent_sectors * LVI_SECTOR_BYTES), pv->dev_name);
	if (count > UINT32_MAX || pv->vg->extent_count - pv->pe_count + count > UINT32_MAX)
		return lvi_error(err, LVOL_E_INVALID, pv->dev_name, "VG %s would have more than %u extents", pv->vg->name,
				UINT32_MAX);
	*out = (uint32_t)count;
	return 0;
}

static int check_member(struct resize *r, struct lvol_pv *pv, uint32_t *count, struct lvol_error *err)
{
	int ret = place_area(r, pv->pe_start_sectors * LVI_SECTOR_BYTES, err);

	if (!ret)
		ret = count_extents(r, pv, count, err);
	if (!ret && *count < pv->pe_count)
		ret = lvi_pv_must_be_unused(pv, *count, "before it can shrink so far", err);
	if (!ret && r->moves && r->record->held_by && !text_elsewhere(r, pv))
		ret = lvi_error(err, LVOL_E_INVALID, pv->dev_name,
				"the metadata area at the end of PV %s would move, but it has the only text of VG %s; take another into use first",
				pv->dev_name, pv->vg->name);
	return ret;
}

static int find_record(struct resize *r, struct lvol_pv *pv, struct lvol_error *err)
{
	int ret;

	if (pv->vg->flags & VG_EXPORTED)
		return lvi_error(err, LVOL_E_EXPORTED, pv->vg->name, "VG %s is exported; import it first", pv->vg->name);
	if (!pv->dev)
		return lvi_error(err, LVOL_E_MISSING_PV, pv->vg->name, "the PV of VG %s is missing", pv->vg->name);
	ret = check_size(pv->dev, r->bytes, &r->bytes, err);
	return ret ? ret : lvi_txn_pv(r->txn, pv->dev->name, &r->record, err);
}

static void move_area(struct resize *r, struct lvol_pv *pv)
{
	r->record->mdas[r->area].ignored = pv->mdas[r->area].ignored;
	change_label(r, true);
	pv->mdas[r->area] = r->record->mdas[r->area];
}

static int resize_member(struct resize *r, struct txn_vg *v, struct lvol_pv *pv, struct lvol_error *err)
{
	char from[LVI_SIZE_TEXT_LEN], to[LVI_SIZE_TEXT_LEN];
	uint64_t extent = v->work->extent_sectors * LVI_SECTOR_BYTES;
	struct txn_mark mark = lvi_txn_mark(r->txn);
	uint32_t count = 0;
	int ret = find_record(r, pv, err);

	if (!ret)
		ret = check_member(r, pv, &count, err);
	if (ret)
		return ret;
	if (lvi_txn_notef(r->txn, &(struct txn_note){ NULL, LVOL_CHANGE_MODIFY, "pv", pv->dev_name },
			"resize from %s to %s", lvi_size_text(from, pv->pe_count * extent), lvi_size_text(to, count * extent)))
		return lvi_error_nomem(err);
	ret = lvi_pv_set_extents(pv, count, err);
	if (ret) {
		lvi_txn_rewind(r->txn, mark);
		return ret;
	}
	pv->dev_sectors = r->bytes / LVI_SECTOR_BYTES;
	v->changed = true;
	if (r->moves)
		move_area(r, pv);
	return 0;
}

/* PVs of no VG */

static int resize_orphan(struct resize *r, const char *device, struct lvol_error *err)
{
	char to[LVI_SIZE_TEXT_LEN];
	struct txn_pv *p;
	int ret = lvi_txn_pv(r->txn, device, &p, err);

	if (!ret)
		ret = lvi_txn_pv_must_be_free(r->txn, p, false, err);
	if (!ret && !p->exists)
		ret = lvi_error(err, LVOL_E_NOT_FOUND, device, "device %s is no PV", p->dev->name);
	if (!ret && p->held_by)
		ret = lvi_error(err, LVOL_E_BUSY, device, "PV %s belongs to VG %s until this transaction is committed; "
				"resize it before or after", p->dev->name, p->held_by);
	if (!ret)
		ret = check_size(p->dev, r->bytes, &r->bytes, err);
	r->record = p;
	if (!ret)
		ret = place_area(r, p->label.data_count ? p->label.data[0].offset : 0, err);
	if (!ret && lvi_txn_notef(r->txn, &(struct txn_note){ NULL, LVOL_CHANGE_MODIFY, "pv", p->dev->name },
			"resize to %s", lvi_size_text(to, r->bytes)))
		ret = lvi_error_nomem(err);
	if (!ret)
		change_label(r, false);
	return ret;
}

int lvi_op_pv_resize(struct lvol_txn *txn, const char *device, uint64_t size_bytes, struct lvol_error *err)
{
	struct resize r = { .txn = txn, .bytes = size_bytes };
	struct txn_vg *v;
	struct lvol_pv *pv;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret && !device)
		ret = lvi_error(err, LVOL_E_INVALID, NULL, "no device is named");
	if (ret)
		return ret;
	pv = lvi_txn_member(txn, device, &v);
	return pv ? resize_member(&r, v, pv, err) : resize_orphan(&r, device, err);
}
