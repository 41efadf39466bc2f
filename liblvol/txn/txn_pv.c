/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Devices as a transaction sees them. A device is looked at when it is first named: its locks are taken, and only what is
 * read after that counts. What it is then (a PV of a VG, a PV of none, no PV) and what it will be is kept in its txn_pv.
 *
 * PVs of the transaction's VGs are in the working copies; one that leaves its VG is found here as a free PV by being in
 * no working copy any more, so nobody has to keep books about leaving.
 */
#include "txn/txn_pv.h"

#include <stdlib.h>
#include <string.h>

#include <lvol/pv.h>

#include "base/error.h"
#include "dev/signature.h"
#include "disk/mda.h"
#include "store/assemble.h"

/* Finding */

struct txn_vg *lvi_txn_vg_of(const struct lvol_txn *txn, const struct lvol_dev *dev)
{
	for (struct txn_vg *v = txn->vgs; v; v = v->next)
		for (const struct lvol_pv *pv = v->work ? v->work->pv_first : NULL; pv; pv = pv->next)
			if (pv->dev == dev)
				return v;
	return NULL;
}

struct lvol_pv *lvi_txn_member(const struct lvol_txn *txn, const char *name, struct txn_vg **vg)
{
	for (struct txn_vg *v = txn->vgs; v; v = v->next) {
		struct lvol_pv *pv = v->work ? lvi_txn_find_pv(v, name) : NULL;

		if (pv) {
			*vg = v;
			return pv;
		}
	}
	return NULL;
}

static struct txn_pv *find_record(const struct lvol_txn *txn, const struct lvol_dev *dev)
{
	struct txn_pv *p = txn->pvs;

	while (p && p->dev != dev)
		p = p->next;
	return p;
}

static struct lvol_pv *pv_on(const struct lvol_vg *vg, const struct lvol_dev *dev)
{
	struct lvol_pv *pv = vg->pv_first;

	while (pv && pv->dev != dev)
		pv = pv->next;
	return pv;
}

/* The VG, or the nameless one of the orphans, that has the device according to the scan. */
static struct lvol_vg *scanned_vg_of(const struct lvol_scan *scan, const struct lvol_dev *dev)
{
	for (size_t i = 0; i < scan->vg_count; i++)
		if (pv_on(scan->vgs[i], dev))
			return scan->vgs[i];
	return pv_on(scan->orphans, dev) ? scan->orphans : NULL;
}

static struct lvol_dev *scanned_dev_by_id(const struct lvol_scan *scan, const struct uuid *id)
{
	struct lvol_pv *pv = lvi_vg_find_pv(scan->orphans, id);

	for (size_t i = 0; i < scan->vg_count && !(pv && pv->dev); i++)
		pv = lvi_vg_find_pv(scan->vgs[i], id);
	return pv ? pv->dev : NULL;
}

struct lvol_dev *lvi_txn_dev_by_id(struct lvol_txn *txn, const struct uuid *id)
{
	const struct lvol_scan *scan;
	struct lvol_dev *dev;

	for (struct txn_vg *v = txn->vgs; v; v = v->next) {
		struct lvol_pv *pv = v->work ? lvi_vg_find_pv(v->work, id) : NULL;

		if (pv && pv->dev)
			return pv->dev;
	}
	for (struct txn_pv *p = txn->pvs; p; p = p->next)
		if (p->exists && lvi_uuid_equal(&p->label.pv_id, id) && !lvi_txn_vg_of(txn, p->dev))
			return p->dev;
	if (lvi_txn_scan(txn, &scan, NULL))
		return NULL;
	dev = scanned_dev_by_id(scan, id);
	/* what was looked at is known better above */
	return dev && !find_record(txn, dev) && !lvi_txn_vg_of(txn, dev) ? dev : NULL;
}

static struct lvol_dev *find_dev(struct lvol_txn *txn, const char *name)
{
	struct lvol_dev *dev = lvi_devset_find(txn->devs, name);
	struct uuid id;

	if (!dev && lvi_uuid_parse(&id, name, strlen(name)))
		dev = lvi_txn_dev_by_id(txn, &id);
	return dev;
}

/* Looking */

static struct txn_vg *held_vg(const struct lvol_txn *txn, const struct lvol_vg *vg)
{
	for (struct txn_vg *v = txn->vgs; v; v = v->next)
		if (v->base && lvi_uuid_equal(&v->base->id, &vg->id))
			return v;
	return NULL;
}

static int read_area(struct txn_pv *p, unsigned i, struct lvol_error *err)
{
	const struct disk_area *where = &p->label.mdas[i];
	struct pv_mda *m = &p->mdas[i];
	struct mda_header h;
	int ret = lvi_mda_read_header_in(p->dev, where->offset, where->size, &h, err);

	*m = (struct pv_mda){ .start = where->offset, .size = where->size, .damaged = ret == -LVOL_E_CORRUPT };
	if (ret)
		return m->damaged ? 0 : ret;
	m->size = h.size;
	m->ignored = lvi_mda_ignored(&h);
	m->free_bytes = lvi_mda_free_bytes(&h);
	m->text_offset = h.committed.offset;
	m->text_size = h.committed.size;
	m->text_crc = h.committed.crc;
	return 0;
}

/* What the label says. */
static int read_pv(struct txn_pv *p, struct lvol_error *err)
{
	struct label_scan found;
	int ret = p->dev->size < LABEL_SCAN_BYTES ? 0 : lvi_label_read(p->dev, &found, err);

	if (ret || p->dev->size < LABEL_SCAN_BYTES || found.state != LABEL_OK)
		return ret;
	p->label = found.label;
	p->used = p->label.ext_flags & PV_EXT_USED;
	p->label.ext_flags &= ~PV_EXT_USED;
	p->exists = p->was_pv = true;
	for (unsigned i = 0; i < p->label.mda_count && !ret; i++)
		ret = read_area(p, i, err);
	return ret;
}

/* Whose it is. @scan was made under the locks of the device. */
static int judge_pv(struct lvol_txn *txn, struct txn_pv *p, const struct lvol_scan *scan, struct lvol_error *err)
{
	struct lvol_vg *vg = scanned_vg_of(scan, p->dev);
	struct lvol_dev *same = scanned_dev_by_id(scan, &p->label.pv_id);
	const char *name;

	p->duplicate = (same && same != p->dev) || (vg && pv_on(vg, p->dev)->duplicate);
	if (!vg && same)
		vg = scanned_vg_of(scan, same);  /* a copy is taken for what it is a copy of */
	if (vg == scan->orphans)
		return 0;
	if (!vg) {
		p->used = true;  /* it has a label and yet is nobody's: its metadata is damaged or outdated */
		return 0;
	}
	p->used = false;
	name = lvi_arena_strdup(txn->arena, vg->name);
	if (!name)
		return lvi_error_nomem(err);
	*(held_vg(txn, vg) ? &p->held_by : &p->owner) = name;
	return 0;
}

static int add_record(struct lvol_txn *txn, struct lvol_dev *dev, struct lvol_error *err)
{
	struct txn_pv *p = lvi_arena_zalloc(txn->arena, sizeof *p);
	const struct lvol_scan *scan;
	int ret = p ? lvi_txn_scan(txn, &scan, err) : lvi_error_nomem(err);

	if (ret)
		return ret;
	p->dev = dev;
	ret = read_pv(p, err);
	if (!ret && p->exists)
		ret = judge_pv(txn, p, scan, err);
	if (ret)
		return ret;
	p->next = txn->pvs;
	txn->pvs = p;
	return 0;
}

/* Whether what the scan has of a device may have changed before it was locked. */
static bool scan_is_stale(const struct lvol_txn *txn, struct lvol_dev *dev)
{
	struct txn_pv now = { .dev = dev };

	if (!txn->scan)
		return false;
	for (const struct txn_vg *v = txn->vgs; v; v = v->next)
		if (v->base && pv_on(v->base, dev))
			return false;  /* locked since the beginning */
	/* the usual case is worth a look: blank then and now */
	return scanned_vg_of(txn->scan, dev) || read_pv(&now, NULL) || now.exists;
}

static int look(struct lvol_txn *txn, struct lvol_dev *const *devs, size_t count, struct lvol_error *err)
{
	bool stale = false;
	int ret = 0;

	if (!count)
		return 0;
	ret = lvi_vg_locks_global(txn->locks, err);
	if (!ret)
		ret = lvi_vg_locks_images(txn->locks, devs, count, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < count && !stale; i++)
		stale = scan_is_stale(txn, devs[i]);
	if (stale) {
		lvi_store_scan_free(txn->scan);
		txn->scan = NULL;
	}
	for (size_t i = 0; i < count && !ret; i++)
		if (!find_record(txn, devs[i]))
			ret = add_record(txn, devs[i], err);
	return ret;
}

int lvi_txn_pvs_look(struct lvol_txn *txn, const char *const *names, struct lvol_error *err)
{
	size_t n = 0, count = 0;
	struct lvol_dev **devs;
	int ret;

	while (names[n])
		n++;
	devs = calloc(n + 1, sizeof *devs);
	if (!devs)
		return lvi_error_nomem(err);
	for (size_t i = 0; i < n; i++) {
		struct lvol_dev *dev = find_dev(txn, names[i]);

		if (dev && !find_record(txn, dev))
			devs[count++] = dev;
	}
	ret = look(txn, devs, count, err);
	free(devs);
	return ret;
}

int lvi_txn_pv(struct lvol_txn *txn, const char *name, struct txn_pv **out, struct lvol_error *err)
{
	struct lvol_dev *dev = find_dev(txn, name);
	struct uuid id;
	int ret;

	if (!dev)
		return lvi_error(err, LVOL_E_NOT_FOUND, name, "no such device, and no PV of this id, among the %u devices",
				txn->devs->count);
	*out = find_record(txn, dev);
	ret = *out ? 0 : look(txn, &dev, 1, err);
	if (ret)
		return ret;
	*out = find_record(txn, dev);
	if (!lvi_devset_find(txn->devs, name) && lvi_uuid_parse(&id, name, strlen(name)) &&
	    !lvi_uuid_equal(&id, &(*out)->label.pv_id))
		return lvi_error(err, LVOL_E_NOT_FOUND, name, "no PV of this id is left: it changed before it could be locked");
	return 0;
}

/* What may be done with it */

int lvi_txn_pv_must_be_free(struct lvol_txn *txn, const struct txn_pv *p, bool force, struct lvol_error *err)
{
	const struct txn_vg *v = lvi_txn_vg_of(txn, p->dev);
	const char *dev = p->dev->name;

	if (v)
		return lvi_error(err, LVOL_E_BUSY, dev, "PV %s belongs to VG %s; take it out of that first", dev, v->work->name);
	if (!p->exists || p->init || force)
		return 0;
	if (p->owner)
		return lvi_error(err, LVOL_E_BUSY, dev, "PV %s belongs to VG %s; take it out of that first", dev, p->owner);
	if (p->used)
		return lvi_error(err, LVOL_E_BUSY, dev, "PV %s says that a VG uses it, but no VG has it; restore that "
				"VG's metadata, or make the device a PV anew by force", dev);
	return 0;
}

int lvi_txn_pv_must_be_usable(const struct txn_pv *p, uint32_t flags, struct lvol_error *err)
{
	const char *dev = p->dev->name;
	char type[32] = "";
	int ret;

	if (p->dev->read_only)
		return lvi_error(err, LVOL_E_READ_ONLY, dev, "device %s cannot be written", dev);
	if (flags & LVOL_PV_CREATE_WIPE || p->wipe_signatures)
		return 0;
	ret = lvi_signature_find(p->dev, type, sizeof type, err);
	if (ret == -LVOL_E_NOT_SUPPORTED)
		return 0;
	if (!ret && type[0])
		return lvi_error(err, LVOL_E_SIGNATURE, dev, "device %s holds %s; ask for it to be wiped if that can be lost", dev,
				type);
	return ret;
}

void lvi_txn_pv_init(struct txn_pv *p, const struct label *label, bool ignore, bool wipe_signatures)
{
	p->label = *label;
	p->exists = p->init = true;
	p->wipe = p->relabel = p->used = false;
	p->relabel_areas = 0;
	p->owner = NULL;
	p->wipe_signatures |= wipe_signatures;
	p->mdas_ignored = ignore;
	for (unsigned i = 0; i < label->mda_count; i++) {
		struct mda_header h = { .start = label->mdas[i].offset, .size = label->mdas[i].size };

		h.committed.flags = ignore ? RAW_LOCN_IGNORED : 0;
		p->mdas[i] = (struct pv_mda){ .start = h.start, .size = h.size, .ignored = ignore,
				.free_bytes = lvi_mda_free_bytes(&h) };
	}
}

struct txn_mark lvi_txn_mark(const struct lvol_txn *txn)
{
	return (struct txn_mark){ txn->last_change, txn->change_count };
}

void lvi_txn_rewind(struct lvol_txn *txn, struct txn_mark mark)
{
	txn->last_change = mark.last;
	txn->change_count = mark.count;
	*(mark.last ? &mark.last->next : &txn->changes) = NULL;
}
