/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Putting a VG back as a backup has it. Its PVs are looked for by their ids: among those of the VG as it is now, those of
 * no VG, and those whose metadata is lost or cannot be read, which is what backups are for.
 */
#include "txn/ops.h"

#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "metadata/metadata.h"
#include "txn/lv_text.h"
#include "txn/txn_pv.h"
#include "txn/vg_rules.h"

struct restore {
	struct lvol_txn *txn;
	struct txn_vg *v;          /* the VG as it is; NULL: it is gone */
	struct lvol_vg *vg;        /* as it will be */
};

/* Operations rely on it that what they work on is valid, so that is asked here and not only by the commit. */
static int import(const char *text, size_t len, struct lvol_vg **out, struct lvol_error *err)
{
	struct lvol_vg *vg;
	int ret = lvi_metadata_import_copy(text, len, "backup", &vg, err);

	if (ret)
		return ret;
	ret = lvi_vg_freeze(vg, err);
	if (!ret)
		ret = lvi_metadata_must_be_valid(vg, err);
	if (!ret)
		ret = lvi_vg_clone(vg, out, err);
	lvi_vg_unref(vg);
	return ret;
}

/* Which VG */

static bool is_named(const struct lvol_vg *vg, const char *name)
{
	struct uuid id;

	return !strcmp(vg->name, name) || (lvi_uuid_parse(&id, name, strlen(name)) && lvi_uuid_equal(&id, &vg->id));
}

static struct txn_vg *find_held(const struct lvol_txn *txn, const struct uuid *id)
{
	for (struct txn_vg *v = txn->vgs; v; v = v->next)
		if ((v->base && lvi_uuid_equal(&v->base->id, id)) || (v->work && lvi_uuid_equal(&v->work->id, id)))
			return v;
	return NULL;
}

static int check_not_elsewhere(struct lvol_txn *txn, const struct lvol_vg *vg, struct lvol_error *err)
{
	const struct lvol_scan *scan;
	int ret = lvi_txn_scan(txn, &scan, err);

	for (size_t i = 0; !ret && i < scan->vg_count; i++)
		if (lvi_uuid_equal(&scan->vgs[i]->id, &vg->id))
			ret = lvi_error(err, LVOL_E_EXISTS, vg->name, "the VG exists, as %s; begin the transaction on it",
					scan->vgs[i]->name);
	return ret;
}

static int find_vg(struct restore *r, const char *name, struct lvol_error *err)
{
	struct txn_vg *same_name;
	int ret;

	if (!is_named(r->vg, name))
		return lvi_error(err, LVOL_E_INVALID, name, "the text is of VG %s, not of %s", r->vg->name, name);
	r->v = find_held(r->txn, &r->vg->id);
	if (!lvi_txn_vg(r->txn, r->vg->name, &same_name, NULL) && same_name != r->v)
		return lvi_error(err, LVOL_E_INVALID, name, "the text is of another VG %s: their ids differ", r->vg->name);
	if (r->v && r->v->work && !strcmp(r->v->work->name, r->vg->name))
		return 0;
	ret = r->v ? 0 : check_not_elsewhere(r->txn, r->vg, err);
	return ret ? ret : lvi_txn_claim_name(r->txn, r->vg->name, err);
}

/* Its PVs */

/* By label alone: of a PV with unreadable metadata the scan knows nothing else. */
static struct lvol_dev *find_label(const struct lvol_txn *txn, const struct uuid *id)
{
	struct label_scan found;

	for (struct lvol_dev *d = txn->devs->first; d; d = d->next)
		if (d->size >= LABEL_SCAN_BYTES && !lvi_label_read(d, &found, NULL) && found.state == LABEL_OK &&
		    lvi_uuid_equal(&found.label.pv_id, id))
			return d;
	return NULL;
}

static int find_pv(struct restore *r, const struct lvol_pv *pv, struct txn_pv **out, struct lvol_error *err)
{
	char name[LVI_PV_TEXT_LEN];
	struct lvol_dev *dev = lvi_txn_dev_by_id(r->txn, &pv->id);
	const struct txn_vg *has;
	int ret;

	if (!dev)
		dev = find_label(r->txn, &pv->id);
	if (!dev || pv->flags & PV_MISSING)
		return lvi_error(err, LVOL_E_MISSING_PV, lvi_pv_text(name, pv), dev ? "the backup itself has PV %s as missing" :
				"no device has the PV id %s; make one with it, and this backup, first", lvi_pv_text(name, pv));
	ret = lvi_txn_pv(r->txn, dev->name, out, err);
	if (ret)
		return ret;
	has = lvi_txn_vg_of(r->txn, dev);
	if ((has && has != r->v) || (*out)->owner)
		return lvi_error(err, LVOL_E_BUSY, dev->name, "PV %s belongs to VG %s now", dev->name,
				has ? has->work->name : (*out)->owner);
	if (!(*out)->exists || !lvi_uuid_equal(&(*out)->label.pv_id, &pv->id))
		return lvi_error(err, LVOL_E_MISSING_PV, dev->name, "device %s is not the PV that it was any more", dev->name);
	if ((*out)->duplicate && !(*out)->init)
		return lvi_error(err, LVOL_E_DUPLICATE, dev->name, "two devices have the PV id of %s; leave one out", dev->name);
	return 0;
}

/* The text says where the extents are, the label where the metadata is: they must not meet. */
static int check_places(const struct lvol_pv *pv, const struct txn_pv *p, struct lvol_error *err)
{
	uint64_t start = pv->pe_start_sectors, end;

	/* the text is any text yet: what is as large as this ends nowhere */
	if (__builtin_mul_overflow(pv->pe_count, pv->vg->extent_sectors, &end) || __builtin_add_overflow(start, end, &end))
		return lvi_error(err, LVOL_E_INVALID, p->dev->name, "the PV of the backup has %u extents, more than any device",
				pv->pe_count);
	if (end > p->dev->size / LVI_SECTOR_BYTES)
		return lvi_error(err, LVOL_E_INVALID, p->dev->name, "the PV of the backup ends at byte %llu, but %s has only %llu",
				(unsigned long long)(end * LVI_SECTOR_BYTES), p->dev->name, (unsigned long long)p->dev->size);
	for (unsigned i = 0; i < p->label.mda_count; i++) {
		const struct disk_area *m = &p->label.mdas[i];

		if (pv->pe_count && m->offset < end * LVI_SECTOR_BYTES && m->offset + m->size > start * LVI_SECTOR_BYTES)
			return lvi_error(err, LVOL_E_INVALID, p->dev->name,
					"extents of the backup would lie over a metadata area of %s; make it a PV anew from the backup",
					p->dev->name);
	}
	return 0;
}

static int place_pvs(struct restore *r, struct lvol_error *err)
{
	struct txn_pv *p;
	int ret = 0;

	for (struct lvol_pv *pv = r->vg->pv_first; pv && !ret; pv = pv->next) {
		ret = find_pv(r, pv, &p, err);
		if (!ret)
			ret = check_places(pv, p, err);
		if (!ret && lvi_txn_pv_place(pv, p))
			ret = lvi_error_nomem(err);
	}
	return ret;
}

static int put_in_place(struct restore *r, uint32_t seqno, struct txn_mark mark, struct lvol_error *err)
{
	const char *name = lvi_arena_strdup(r->txn->arena, r->vg->name);
	int ret = name ? 0 : lvi_error_nomem(err);

	if (!ret && !r->v)
		ret = lvi_txn_add_vg(r->txn, r->vg->name, &r->v, err);
	if (ret) {
		lvi_txn_rewind(r->txn, mark);
		return ret;
	}
	lvi_txn_replace_work(r->v, r->vg);
	r->v->name = name;
	r->v->seqno_before = seqno;
	return 0;
}

static int do_restore(struct restore *r, const char *name, struct lvol_error *err)
{
	struct txn_mark mark = lvi_txn_mark(r->txn);
	uint32_t seqno = r->vg->seqno;
	int ret = find_vg(r, name, err);

	if (!ret)
		ret = r->v ? lvi_txn_exclude_all(r->txn, r->v, err) : 0;
	if (!ret)
		ret = place_pvs(r, err);
	if (!ret)
		ret = lvi_vg_prepare(r->vg, err);
	if (!ret && !lvi_vg_used_areas(r->vg))
		ret = lvi_error(err, LVOL_E_INVALID, name, "no PV of VG %s has a metadata area in use", r->vg->name);
	if (!ret && lvi_txn_notef(r->txn,
			&(struct txn_note){ NULL, r->v ? LVOL_CHANGE_MODIFY : LVOL_CHANGE_CREATE, "vg", r->vg->name },
			"restore version %u from a backup", seqno))
		ret = lvi_error_nomem(err);
	return ret ? ret : put_in_place(r, seqno, mark, err);
}

int lvi_op_vg_restore(struct lvol_txn *txn, const char *name, const char *text, size_t len, struct lvol_error *err)
{
	struct restore r = { .txn = txn };
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = import(text, len, &r.vg, err);
	if (ret)
		return ret;
	ret = do_restore(&r, name, err);
	if (ret)
		lvi_vg_unref(r.vg);
	return ret;
}
