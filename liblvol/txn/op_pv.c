/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Creating, removing and changing PVs; op_pv_resize.c resizes them. */
#include "txn/ops.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "metadata/metadata.h"
#include "txn/pv_layout.h"
#include "txn/pv_users.h"
#include "txn/tags.h"
#include "txn/txn_pv.h"

/* Create */

static const char *create_fault(const struct lvol_pv_create_opts *o)
{
	if (!*o->device)
		return "no device is named";
	if (o->metadata_copies_set > 1 || o->metadata_ignore > 1 || o->reserved)
		return "a field that is 0 or 1 has another value";
	if (o->metadata_ignore && o->metadata_copies_set && !o->metadata_copies)
		return "there are no metadata areas to ignore";
	if (o->restore_text && !o->uuid)
		return "to restore a PV its UUID must be given";
	if (o->label_sector > LABEL_SCAN_SECTORS)
		return "a label can be in sectors 0 to 3 only";
	return NULL;
}

/* The PV of the backup: its places become those of the layout. */
static int take_places(const struct lvol_vg *vg, const struct uuid *id, struct pv_layout *want, struct lvol_error *err)
{
	const struct lvol_pv *pv = lvi_vg_find_pv(vg, id);
	char text[LVI_UUID_TEXT_LEN + 1];

	lvi_uuid_format(id, text);
	if (!pv)
		return lvi_error(err, LVOL_E_NOT_FOUND, text, "the backup of VG %s has no PV %s", vg->name, text);
	want->fixed = true;
	want->pe_start = pv->pe_start_sectors * LVI_SECTOR_BYTES;
	want->pe_bytes = pv->pe_count * vg->extent_sectors * LVI_SECTOR_BYTES;
	want->ba_start = pv->ba_start_sectors * LVI_SECTOR_BYTES;
	if (!want->ba_bytes)
		want->ba_bytes = pv->ba_size_sectors * LVI_SECTOR_BYTES;
	/* lvm2: an alignment that does not fit the place is left out of account */
	if (want->align + want->align_offset &&
	    (want->align ? want->pe_start % want->align : want->pe_start) != want->align_offset)
		want->align = want->align_offset = 0;
	return 0;
}

static int read_places(const struct lvol_pv_create_opts *o, const struct uuid *id, struct pv_layout *want,
		struct lvol_error *err)
{
	struct lvol_vg *vg;
	int ret = lvi_metadata_import_copy(o->restore_text, strlen(o->restore_text), "backup", &vg, err);

	if (ret)
		return ret;
	ret = lvi_vg_prepare(vg, err);
	if (!ret)
		ret = take_places(vg, id, want, err);
	lvi_vg_unref(vg);
	return ret;
}

static int choose_id(struct lvol_txn *txn, const struct txn_pv *p, const char *given, struct uuid *id,
		struct lvol_error *err)
{
	struct lvol_dev *dev;
	int ret = lvi_txn_make_uuid(txn, given, id, err);

	if (ret || !given)
		return ret;
	dev = lvi_txn_dev_by_id(txn, id);
	return !dev || dev == p->dev ? 0 :
		lvi_error(err, LVOL_E_EXISTS, p->dev->name, "device %s has the id %s already", dev->name, given);
}

static int make_label(struct lvol_txn *txn, const struct txn_pv *p, const struct lvol_pv_create_opts *o,
		struct label *out, struct lvol_error *err)
{
	struct pv_layout want = {
		.device_bytes = o->size_bytes ? o->size_bytes : p->dev->size, .mda_bytes = o->metadata_bytes,
		.copies = o->metadata_copies_set ? o->metadata_copies : 1, .align = o->data_alignment_bytes,
		.align_offset = o->data_alignment_offset_bytes, .ba_bytes = o->bootloader_bytes,
		.label_sector = o->label_sector ? o->label_sector - 1 : 1,
	};
	struct uuid id;
	int ret = 0;

	if (o->size_bytes > p->dev->size)
		return lvi_error(err, LVOL_E_INVALID, p->dev->name, "%llu bytes are asked for, but %s has only %llu",
				(unsigned long long)o->size_bytes, p->dev->name, (unsigned long long)p->dev->size);
	ret = choose_id(txn, p, o->uuid, &id, err);
	if (!ret && o->restore_text)
		ret = read_places(o, &id, &want, err);
	if (!ret)
		ret = lvi_pv_layout(&want, p->dev->name, out, err);
	out->pv_id = id;
	return ret;
}

/* The areas that would be overwritten first hold the VG that the transaction has yet to change: a crash would lose it. */
static int check_not_held(const struct txn_pv *p, struct lvol_error *err)
{
	if (!p->held_by)
		return 0;
	return lvi_error(err, LVOL_E_BUSY, p->dev->name,
			"PV %s belongs to VG %s until this transaction is committed; make it anew in another one, or use it as it is",
			p->dev->name, p->held_by);
}

static int check_device(struct lvol_txn *txn, const struct txn_pv *p, uint32_t flags, struct lvol_error *err)
{
	bool force = flags & LVOL_PV_CREATE_FORCE_USED;
	int ret = lvi_txn_pv_must_be_free(txn, p, force, err);

	if (!ret)
		ret = check_not_held(p, err);
	if (!ret)
		ret = lvi_txn_pv_must_be_usable(p, flags, err);
	if (!ret && p->owner)
		ret = lvi_vg_locks_name(txn->locks, p->owner, err);
	return ret;
}

int lvi_op_pv_create(struct lvol_txn *txn, const struct lvol_pv_create_opts *o, struct lvol_error *err)
{
	const char *fault = create_fault(o);
	struct txn_pv *p;
	struct label label;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret && fault)
		ret = lvi_error(err, LVOL_E_INVALID, o->device, "%s", fault);
	if (!ret && !lvi_devset_find(txn->devs, o->device))
		ret = lvi_error(err, LVOL_E_NOT_FOUND, o->device, "no such device among the %u devices", txn->devs->count);
	if (!ret)
		ret = lvi_txn_pv(txn, o->device, &p, err);
	if (!ret)
		ret = check_device(txn, p, o->flags, err);
	if (!ret)
		ret = make_label(txn, p, o, &label, err);
	if (!ret && lvi_txn_notef(txn, &(struct txn_note){ NULL, LVOL_CHANGE_CREATE, "pv", p->dev->name },
			"make it a PV"))
		ret = lvi_error_nomem(err);
	if (!ret)
		lvi_txn_pv_init(p, &label, o->metadata_ignore, o->flags & LVOL_PV_CREATE_WIPE);
	return ret;
}

/* Remove */

int lvi_op_pv_remove(struct lvol_txn *txn, const char *device, uint32_t flags, struct lvol_error *err)
{
	struct txn_pv *p;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_pv(txn, device, &p, err);
	if (!ret && !p->exists)
		ret = lvi_error(err, LVOL_E_NOT_FOUND, device, "device %s is no PV", p->dev->name);
	if (!ret)
		ret = lvi_txn_pv_must_be_free(txn, p, !p->owner && flags & LVOL_PV_REMOVE_FORCE_USED, err);
	if (!ret && p->dev->read_only)
		ret = lvi_error(err, LVOL_E_READ_ONLY, device, "device %s cannot be written", p->dev->name);
	if (!ret && lvi_txn_notef(txn, &(struct txn_note){ NULL, LVOL_CHANGE_REMOVE, "pv", p->dev->name },
			"make it an ordinary device"))
		ret = lvi_error_nomem(err);
	if (ret)
		return ret;
	p->exists = p->init = p->relabel = p->wipe_signatures = false;
	p->wipe = p->was_pv;
	return 0;
}

/* Change: of a member of a VG */

static uint32_t areas_besides(const struct lvol_vg *vg, const struct lvol_pv *except)
{
	uint32_t n = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		for (unsigned i = 0; i < pv->mda_count && pv->dev && pv != except; i++)
			n += !pv->mdas[i].ignored;
	return n;
}

static int check_ignore(const struct lvol_pv *pv, const struct lvol_pv_change_opts *o, struct lvol_error *err)
{
	if (!(o->what & LVOL_PV_CHANGE_METADATA_IGNORE))
		return 0;
	if (!pv->mda_count)
		return lvi_error(err, LVOL_E_INVALID, pv->dev_name, "PV %s has no metadata areas", pv->dev_name);
	if (o->metadata_ignore && !areas_besides(pv->vg, pv))
		return lvi_error(err, LVOL_E_INVALID, pv->dev_name,
				"PV %s has the last metadata areas in use of VG %s; take others into use first", pv->dev_name,
				pv->vg->name);
	return 0;
}

/* lvm2: who names a PV wants this one; the number of copies follows, so that the next commit does not choose anew. */
static void set_ignored(struct lvol_pv *pv, bool ignore)
{
	for (unsigned i = 0; i < pv->mda_count; i++)
		pv->mdas[i].ignored = ignore;
	if (pv->vg->metadata_copies)
		pv->vg->metadata_copies = areas_besides(pv->vg, NULL);
}

/* The index is by id; its key must outlive the PV's old one. */
static int set_id(struct lvol_pv *pv, const struct uuid *id)
{
	struct uuid *key = lvi_arena_alloc(pv->vg->arena, sizeof *key);

	if (!key)
		return -LVOL_E_NO_MEMORY;
	*key = *id;
	if (lvi_hash_put(&pv->vg->pv_by_id, key->c, sizeof key->c, pv, NULL))
		return -LVOL_E_NO_MEMORY;
	lvi_hash_del(&pv->vg->pv_by_id, pv->id.c, sizeof pv->id.c);
	pv->id = *id;
	return 0;
}

/* As lvm2, which writes no new version when a PV is told to be what it is, but for tags and ids. */
static bool alters(const struct lvol_pv *pv, const struct lvol_pv_change_opts *o)
{
	if (o->what & LVOL_PV_CHANGE_UUID || (o->add_tags && *o->add_tags) || (o->remove_tags && *o->remove_tags))
		return true;
	if (o->what & LVOL_PV_CHANGE_ALLOCATABLE && !o->allocatable != !(pv->flags & PV_ALLOCATABLE))
		return true;
	for (unsigned i = 0; o->what & LVOL_PV_CHANGE_METADATA_IGNORE && i < pv->mda_count; i++)
		if (!o->metadata_ignore != !pv->mdas[i].ignored)
			return true;
	return false;
}

static int check_member(const struct txn_vg *v, const struct lvol_pv *pv, const char *device, struct lvol_error *err)
{
	if (v->work->flags & VG_EXPORTED)
		return lvi_error(err, LVOL_E_EXPORTED, v->work->name, "VG %s is exported; import it first", v->work->name);
	if (!pv->dev)
		return lvi_error(err, LVOL_E_MISSING_PV, device, "PV %s of VG %s is missing", device, v->work->name);
	if (pv->dev->read_only)
		return lvi_error(err, LVOL_E_READ_ONLY, device, "device %s cannot be written", pv->dev_name);
	return 0;
}

static int change_member(struct lvol_txn *txn, struct txn_vg *v, struct lvol_pv *pv,
		const struct lvol_pv_change_opts *o, struct lvol_error *err)
{
	struct strings tags = pv->tags;
	struct txn_mark mark = lvi_txn_mark(txn);
	struct uuid id;
	int ret;

	if (!alters(pv, o))
		return 0;
	ret = check_ignore(pv, o, err);
	if (!ret)
		ret = lvi_tags_change(v->work, &tags, o->add_tags, o->remove_tags, err);
	if (!ret && o->what & LVOL_PV_CHANGE_UUID)
		ret = lvi_txn_make_uuid(txn, NULL, &id, err);
	if (!ret && lvi_txn_notef(txn, &(struct txn_note){ NULL, LVOL_CHANGE_MODIFY, "pv", pv->dev_name },
			"change properties"))
		ret = lvi_error_nomem(err);
	if (!ret && o->what & LVOL_PV_CHANGE_UUID && set_id(pv, &id)) {
		lvi_txn_rewind(txn, mark);
		ret = lvi_error_nomem(err);
	}
	if (ret)
		return ret;
	pv->tags = tags;
	if (o->what & LVOL_PV_CHANGE_ALLOCATABLE)
		pv->flags = (pv->flags & ~PV_ALLOCATABLE) | (o->allocatable ? PV_ALLOCATABLE : 0);
	if (o->what & LVOL_PV_CHANGE_METADATA_IGNORE)
		set_ignored(pv, o->metadata_ignore);
	v->changed = true;
	return 0;
}

/* Change: of a PV in no VG */

static void relabel(struct txn_pv *p, const struct lvol_pv_change_opts *o, const struct uuid *id)
{
	if (o->what & LVOL_PV_CHANGE_UUID) {
		p->label.pv_id = *id;
		p->duplicate = false;
	}
	if (o->what & LVOL_PV_CHANGE_METADATA_IGNORE) {
		p->mdas_ignored = o->metadata_ignore;
		p->relabel_areas = p->init ? 0 : (1u << p->label.mda_count) - 1;
		for (unsigned i = 0; i < p->label.mda_count; i++)
			p->mdas[i].ignored = o->metadata_ignore;
	}
	p->relabel = !p->init;
}

static int change_orphan(struct lvol_txn *txn, struct txn_pv *p, const struct lvol_pv_change_opts *o,
		struct lvol_error *err)
{
	const char *dev = p->dev->name;
	struct uuid id;
	int ret = lvi_txn_pv_must_be_free(txn, p, false, err);

	if (!ret && !p->exists)
		ret = lvi_error(err, LVOL_E_NOT_FOUND, dev, "device %s is no PV", dev);
	if (!ret && (o->what & LVOL_PV_CHANGE_ALLOCATABLE || (o->add_tags && *o->add_tags) ||
			(o->remove_tags && *o->remove_tags)))
		ret = lvi_error(err, LVOL_E_INVALID, dev, "PV %s is in no VG, so it has neither tags nor allocation", dev);
	if (!ret)
		ret = check_not_held(p, err);
	if (!ret && p->dev->read_only)
		ret = lvi_error(err, LVOL_E_READ_ONLY, dev, "device %s cannot be written", dev);
	if (!ret)
		ret = lvi_txn_make_uuid(txn, NULL, &id, err);
	if (!ret && lvi_txn_notef(txn, &(struct txn_note){ NULL, LVOL_CHANGE_MODIFY, "pv", dev },
			"change properties"))
		ret = lvi_error_nomem(err);
	if (!ret)
		relabel(p, o, &id);
	return ret;
}

static int check_change(const char *device, const struct lvol_pv_change_opts *o, struct lvol_error *err)
{
	if (o->allocatable > 1 || o->metadata_ignore > 1 || o->reserved)
		return lvi_error(err, LVOL_E_INVALID, device, "a field that is 0 or 1 has another value, or the reserved one has any");
	return 0;
}

int lvi_op_pv_change(struct lvol_txn *txn, const char *device, const struct lvol_pv_change_opts *o,
		struct lvol_error *err)
{
	struct txn_vg *v;
	struct lvol_pv *pv;
	struct txn_pv *p;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = check_change(device, o, err);
	if (ret)
		return ret;
	pv = lvi_txn_member(txn, device, &v);
	if (pv) {
		ret = check_member(v, pv, device, err);
		return ret ? ret : change_member(txn, v, pv, o, err);
	}
	ret = lvi_txn_pv(txn, device, &p, err);
	return ret ? ret : change_orphan(txn, p, o, err);
}
