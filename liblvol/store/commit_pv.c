/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "dev/signature.h"
#include "store/commit_plan.h"

#define MDA_ZERO_BYTES 4096  /* pvcreate clears so much of each area */

/* An area without text. */
static int write_empty(struct commit *c, struct lvol_dev *dev, const struct disk_area *area, bool ignored,
		struct lvol_error *err)
{
	size_t zero = area->size < MDA_ZERO_BYTES ? area->size : MDA_ZERO_BYTES;
	struct mda_header h = { .start = area->offset, .size = area->size };
	int ret = lvi_commit_save(c, dev, area->offset, zero, err);

	if (ignored)
		h.committed.flags = RAW_LOCN_IGNORED;
	if (!ret)
		ret = lvi_dev_zero(dev, zero, area->offset, err);
	return ret ? ret : lvi_mda_write_header(dev, &h, err);
}

/* Everything but the label, which makes the device a PV and is written when the rest is safe. */
static int init_areas(struct commit *c, const struct pv_init *init, struct lvol_error *err)
{
	int ret = lvi_commit_save(c, init->dev, 0, LABEL_SCAN_BYTES, err);

	if (!ret && init->wipe_signatures)
		ret = lvi_signature_wipe(init->dev, err);
	if (ret == -LVOL_E_NOT_SUPPORTED)
		ret = 0;  /* built without libblkid: the first sectors are zeroed below */
	if (!ret)
		ret = lvi_dev_zero(init->dev, LABEL_SCAN_BYTES, 0, err);
	for (unsigned i = 0; i < init->label.mda_count && !ret; i++)
		ret = write_empty(c, init->dev, &init->label.mdas[i], init->mdas_ignored, err);
	return ret ? ret : lvi_dev_flush(init->dev, err);
}

int lvi_commit_inits(struct commit *c, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < c->plan->inits.len && !ret; i++)
		ret = init_areas(c, &c->plan->inits.items[i], err);
	for (size_t i = 0; i < c->plan->inits.len && !ret; i++) {
		const struct pv_init *init = &c->plan->inits.items[i];

		ret = lvi_label_write(init->dev, &init->label, err);
		if (!ret)
			ret = lvi_dev_flush(init->dev, err);
	}
	return ret;
}

/* The areas first: once the label is there, it must not lead to what is no area. */
static int write_relabel(struct commit *c, const struct pv_relabel *r, struct lvol_error *err)
{
	int ret = lvi_commit_save(c, r->dev, 0, LABEL_SCAN_BYTES, err);

	for (unsigned i = 0; i < r->label.mda_count && !ret; i++)
		if (r->areas & 1u << i)
			ret = write_empty(c, r->dev, &r->label.mdas[i], r->mdas_ignored, err);
	if (!ret)
		ret = lvi_dev_flush(r->dev, err);
	if (!ret)
		ret = lvi_label_write(r->dev, &r->label, err);
	return ret ? ret : lvi_dev_flush(r->dev, err);
}

int lvi_commit_relabels(struct commit *c, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < c->plan->relabels.len && !ret; i++)
		ret = write_relabel(c, &c->plan->relabels.items[i], err);
	return ret;
}

/* Read the label, let @used and what the PV says decide, write it if it differs. */
static int relabel(struct commit *c, const struct lvol_pv *pv, bool used, struct lvol_error *err)
{
	struct label_scan scan;
	struct label want;
	int ret = lvi_label_read(pv->dev, &scan, err);

	if (ret)
		return ret;
	if (scan.state != LABEL_OK)
		return lvi_error(err, LVOL_E_CORRUPT, pv->dev->name, "the PV label is gone; is somebody else writing to it?");
	want = scan.label;
	want.pv_id = pv->id;
	if (want.ext_version < PV_EXT_VERSION)
		want.ext_version = PV_EXT_VERSION;
	want.ext_flags = used ? want.ext_flags | PV_EXT_USED : want.ext_flags & ~PV_EXT_USED;
	if (used && pv->dev_sectors)
		want.device_size = pv->dev_sectors * 512;
	if (lvi_uuid_equal(&want.pv_id, &scan.label.pv_id) && want.ext_version == scan.label.ext_version &&
	    want.ext_flags == scan.label.ext_flags && want.device_size == scan.label.device_size)
		return 0;
	ret = lvi_label_write(pv->dev, &want, err);
	return ret ? ret : lvi_commit_dirty(c, pv->dev, err);
}

int lvi_commit_clear_used(struct commit *c, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < c->plan->vgs.len; i++) {
		const struct vg_change *ch = &c->plan->vgs.items[i];

		for (struct lvol_pv *pv = ch->old ? ch->old->pv_first : NULL; pv && !ret; pv = pv->next)
			if (pv->dev && !(c->kept[pv->dev->number] & KEPT_IN_NEXT))
				ret = relabel(c, pv, false, err);
	}
	return ret;
}

int lvi_commit_set_used(struct commit *c, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < c->plan->vgs.len; i++) {
		const struct lvol_vg *next = c->plan->vgs.items[i].next;

		for (struct lvol_pv *pv = next ? next->pv_first : NULL; pv; pv = pv->next) {
			int one = pv->dev ? relabel(c, pv, true, err) : 0;

			if (!one && pv->dev) {
				pv->ext_version = PV_EXT_VERSION;
				pv->ext_flags |= PV_EXT_USED;
				pv->label_id = pv->id;
			}
			ret = ret ? ret : one;
		}
	}
	return ret;
}

int lvi_commit_wipes(struct commit *c, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < c->plan->wipes.len && !ret; i++) {
		struct lvol_dev *dev = c->plan->wipes.items[i].dev;

		ret = lvi_commit_save(c, dev, 0, LABEL_SCAN_BYTES, err);
		if (!ret)
			ret = lvi_label_wipe(dev, err);
		if (!ret)
			ret = lvi_commit_dirty(c, dev, err);
	}
	return ret;
}
