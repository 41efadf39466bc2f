/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/pv.h"

#include <string.h>

#include "args.h"
#include "base/units.h"
#include "disk/layout.h"
#include "txn/ops.h"

const struct lvol_pv *lvol_pv_first(const struct lvol_vg *vg)
{
	return vg->pv_first;
}

const struct lvol_pv *lvol_pv_next(const struct lvol_pv *pv)
{
	return pv->next;
}

const struct lvol_pv *lvol_pv_find(const struct lvol_vg *vg, const char *name)
{
	struct uuid id;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		if (pv->dev_name && !strcmp(pv->dev_name, name))
			return pv;
	return lvi_uuid_parse(&id, name, strlen(name)) ? lvi_vg_find_pv(vg, &id) : NULL;
}

struct lvol_vg *lvol_pv_vg(const struct lvol_pv *pv)
{
	return *pv->vg->name ? pv->vg : NULL;
}

const char *lvol_pv_name(const struct lvol_pv *pv)
{
	return pv->dev_name ? pv->dev_name : "";
}

const struct lvol_dev *lvol_pv_dev(const struct lvol_pv *pv)
{
	return pv->dev;
}

const char *lvol_pv_device_hint(const struct lvol_pv *pv)
{
	return pv->device_hint ? pv->device_hint : "";
}

const char *lvol_pv_uuid(const struct lvol_pv *pv, char out[39])
{
	lvi_uuid_format(&pv->id, out);
	return out;
}

uint64_t lvol_pv_size_bytes(const struct lvol_pv *pv)
{
	uint64_t end = pv->dev_sectors, start = pv->pe_start_sectors;

	if (*pv->vg->name)
		return pv->pe_count * pv->vg->extent_sectors * LVI_SECTOR_BYTES;
	return end > start ? (end - start) * LVI_SECTOR_BYTES : 0;
}

uint64_t lvol_pv_dev_size_bytes(const struct lvol_pv *pv)
{
	return pv->dev_sectors ? pv->dev_sectors * LVI_SECTOR_BYTES : pv->dev_bytes;
}

uint32_t lvol_pv_size_extents(const struct lvol_pv *pv)
{
	return pv->pe_count;
}

uint32_t lvol_pv_used_extents(const struct lvol_pv *pv)
{
	return pv->pe_used;
}

uint64_t lvol_pv_pe_start_bytes(const struct lvol_pv *pv)
{
	return pv->pe_start_sectors * LVI_SECTOR_BYTES;
}

uint64_t lvol_pv_ba_start_bytes(const struct lvol_pv *pv)
{
	return pv->ba_start_sectors * LVI_SECTOR_BYTES;
}

uint64_t lvol_pv_ba_size_bytes(const struct lvol_pv *pv)
{
	return pv->ba_size_sectors * LVI_SECTOR_BYTES;
}

bool lvol_pv_is_allocatable(const struct lvol_pv *pv)
{
	return pv->flags & PV_ALLOCATABLE;
}

bool lvol_pv_is_missing(const struct lvol_pv *pv)
{
	return !pv->dev || pv->flags & PV_MISSING;
}

bool lvol_pv_is_in_use(const struct lvol_pv *pv)
{
	return pv->ext_flags & PV_EXT_USED;
}

bool lvol_pv_is_duplicate(const struct lvol_pv *pv)
{
	return pv->duplicate;
}

uint32_t lvol_pv_mda_count(const struct lvol_pv *pv)
{
	return pv->mda_count;
}

uint32_t lvol_pv_mda_used_count(const struct lvol_pv *pv)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < pv->mda_count; i++)
		n += !pv->mdas[i].ignored;
	return n;
}

bool lvol_pv_mda(const struct lvol_pv *pv, uint32_t i, uint64_t *start_bytes, uint64_t *size_bytes)
{
	if (i >= pv->mda_count)
		return false;
	*start_bytes = pv->mdas[i].start;
	*size_bytes = pv->mdas[i].size;
	return true;
}

const char *lvol_pv_tag(const struct lvol_pv *pv, size_t i)
{
	return i < pv->tags.count ? pv->tags.items[i] : NULL;
}

/* Index of the first used run that ends behind extent @at. */
static size_t run_behind(const struct lvol_pv *pv, uint32_t at)
{
	size_t low = 0, high = pv->run_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (pv->runs[mid].start + pv->runs[mid].count <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool lvol_pv_run_at(const struct lvol_pv *pv, uint32_t at, struct lvol_pv_run *out)
{
	size_t i = run_behind(pv, at);
	const struct pv_run *r = i < pv->run_count ? &pv->runs[i] : NULL;

	if (at >= pv->pe_count)
		return false;
	if (r && r->start <= at)
		*out = (struct lvol_pv_run){ at, r->start + r->count - at, r->seg };
	else
		*out = (struct lvol_pv_run){ at, (r ? r->start : pv->pe_count) - at, NULL };
	return true;
}

int lvol_pv_create(struct lvol_txn *txn, const struct lvol_pv_create_opts *opts, struct lvol_error *err)
{
	struct lvol_pv_create_opts o;

	ARG_REQUIRED(err, txn);
	ARG_OPTS(err, &o, opts);
	ARG_OPTION(err, o, device);
	ARG_FLAGS(err, o.flags, LVOL_PV_CREATE_WIPE | LVOL_PV_CREATE_FORCE_USED);
	return lvi_op_pv_create(txn, &o, err);
}

int lvol_pv_remove(struct lvol_txn *txn, const char *device, uint32_t flags, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, device);
	ARG_FLAGS(err, flags, LVOL_PV_REMOVE_FORCE_USED);
	return lvi_op_pv_remove(txn, device, flags, err);
}

int lvol_pv_resize(struct lvol_txn *txn, const char *device, uint64_t size_bytes, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, device);
	return lvi_op_pv_resize(txn, device, size_bytes, err);
}

int lvol_pv_change(struct lvol_txn *txn, const char *device, const struct lvol_pv_change_opts *opts,
		struct lvol_error *err)
{
	struct lvol_pv_change_opts o;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, device);
	ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.what, LVOL_PV_CHANGE_ALLOCATABLE | LVOL_PV_CHANGE_METADATA_IGNORE | LVOL_PV_CHANGE_UUID);
	return lvi_op_pv_change(txn, device, &o, err);
}
