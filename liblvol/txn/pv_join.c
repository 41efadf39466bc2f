/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Taking PVs into a VG. */
#include <string.h>

#include <lvol/pv.h>

#include "base/error.h"
#include "base/units.h"
#include "txn/pv_layout.h"
#include "txn/txn_pv.h"

/* What the records of devices were, to be put back when a later one of the same call fails. */
struct undo_record { struct txn_pv *pv; struct txn_pv before; };

struct join {
	struct lvol_txn *txn;
	struct lvol_vg *vg;
	uint32_t flags;
	ARRAY(struct undo_record) undos;
};

/* Checks */

static int check_not_there(const struct join *j, const char *name, struct lvol_error *err)
{
	struct uuid id;
	bool is_id = lvi_uuid_parse(&id, name, strlen(name));

	for (const struct lvol_pv *pv = j->vg->pv_first; pv; pv = pv->next)
		if ((pv->dev_name && !strcmp(pv->dev_name, name)) || (is_id && lvi_uuid_equal(&pv->id, &id)))
			return lvi_error(err, LVOL_E_EXISTS, name, "PV %s is in VG %s already", name, j->vg->name);
	return 0;
}

/* lvm2 keeps devices of different logical block sizes apart: a file system on an LV could not stand the change. */
static int check_blocks(const struct join *j, const struct lvol_dev *dev, struct lvol_error *err)
{
	for (const struct lvol_pv *pv = j->vg->pv_first; pv; pv = pv->next)
		if (pv->dev && pv->dev->block_bytes != dev->block_bytes)
			return lvi_error(err, LVOL_E_INVALID, dev->name,
					"%s has logical blocks of %u bytes, but %s of VG %s has %u; a VG cannot mix them", dev->name,
					dev->block_bytes, pv->dev_name, j->vg->name, pv->dev->block_bytes);
	if (j->vg->extent_sectors * LVI_SECTOR_BYTES % dev->block_bytes)
		return lvi_error(err, LVOL_E_INVALID, dev->name,
				"an extent is no whole number of the %u byte blocks of %s", dev->block_bytes, dev->name);
	return 0;
}

static int check_room(const struct join *j, const struct lvol_dev *dev, struct lvol_error *err)
{
	const struct lvol_vg *vg = j->vg;

	if (vg->max_pv && vg->pv_count >= vg->max_pv)
		return lvi_error(err, LVOL_E_INVALID, dev->name, "VG %s may have %u PVs and has them", vg->name, vg->max_pv);
	return check_blocks(j, dev, err);
}

static int count_extents(const struct join *j, const struct txn_pv *p, const struct label *label, uint32_t *out,
		struct lvol_error *err)
{
	uint64_t bytes = label->device_size && label->device_size < p->dev->size ? label->device_size : p->dev->size;
	uint64_t count = lvi_pv_data_sectors(label, bytes) / j->vg->extent_sectors;
	char size[LVI_SIZE_TEXT_LEN], room[LVI_SIZE_TEXT_LEN];

	lvi_size_text(size, j->vg->extent_sectors * LVI_SECTOR_BYTES);
	lvi_size_text(room, lvi_pv_data_sectors(label, bytes) * LVI_SECTOR_BYTES);
	if (!count)
		return lvi_error(err, LVOL_E_NO_SPACE, p->dev->name, "PV %s has room for %s, which is not one extent of %s",
				p->dev->name, room, size);
	if (count + j->vg->extent_count > UINT32_MAX)
		return lvi_error(err, LVOL_E_INVALID, p->dev->name,
				"with PV %s (%s) the VG would have more than %u extents of %s; choose a larger extent size",
				p->dev->name, room, UINT32_MAX, size);
	*out = (uint32_t)count;
	return 0;
}

/* Joining */

int lvi_txn_pv_place(struct lvol_pv *pv, const struct txn_pv *from)
{
	pv->dev_name = lvi_arena_strdup(pv->vg->arena, from->dev->name);
	pv->mdas = lvi_arena_calloc(pv->vg->arena, from->label.mda_count, sizeof *pv->mdas);
	if (!pv->dev_name || !pv->mdas)
		return -LVOL_E_NO_MEMORY;
	pv->dev = from->dev;
	pv->dev_bytes = from->dev->size;
	pv->ext_version = from->label.ext_version;
	pv->ext_flags = from->label.ext_flags;
	pv->label_sector = from->label.sector;
	pv->mda_count = from->label.mda_count;
	memcpy(pv->mdas, from->mdas, from->label.mda_count * sizeof *pv->mdas);
	return 0;
}

static int add_pv(struct join *j, const struct txn_pv *p, struct lvol_error *err)
{
	const struct label *label = &p->label;
	struct lvol_pv *pv;
	uint32_t count = 0;
	int ret = count_extents(j, p, label, &count, err);

	if (!ret)
		ret = lvi_vg_add_pv(j->vg, &label->pv_id, &pv, err);
	if (ret)
		return ret;
	pv->dev_sectors = (label->device_size ? label->device_size : p->dev->size) / LVI_SECTOR_BYTES;
	pv->pe_start_sectors = label->data_count ? label->data[0].offset / LVI_SECTOR_BYTES : 0;
	pv->ba_start_sectors = label->bootloader.offset / LVI_SECTOR_BYTES;
	pv->ba_size_sectors = label->bootloader.size / LVI_SECTOR_BYTES;
	pv->flags = PV_ALLOCATABLE;
	ret = lvi_txn_pv_place(pv, p);
	return ret ? lvi_error_nomem(err) : lvi_pv_set_extents(pv, count, err);
}

static int make_default_pv(struct join *j, struct txn_pv *p, struct lvol_error *err)
{
	struct pv_layout want = { .device_bytes = p->dev->size, .copies = 1, .label_sector = 1 };
	struct label label;
	int ret = lvi_txn_pv_must_be_usable(p, j->flags, err);

	if (!ret)
		ret = lvi_pv_layout(&want, p->dev->name, &label, err);
	if (!ret)
		ret = lvi_txn_make_uuid(j->txn, NULL, &label.pv_id, err);
	if (!ret && lvi_txn_notef(j->txn, &(struct txn_note){ NULL, LVOL_CHANGE_CREATE, "pv", p->dev->name },
			"make it a PV"))
		ret = lvi_error_nomem(err);
	if (!ret)
		lvi_txn_pv_init(p, &label, false, j->flags & LVOL_PV_CREATE_WIPE);
	return ret;
}

static int join_record(struct join *j, struct txn_pv *p, struct lvol_error *err)
{
	struct undo_record *u = ARRAY_PUSH(&j->undos);
	const char *name = p->dev->name;
	int ret = 0;

	if (!u)
		return lvi_error_nomem(err);
	*u = (struct undo_record){ p, *p };
	if (!p->exists)
		ret = make_default_pv(j, p, err);
	else if (p->duplicate && !p->init)
		ret = lvi_error(err, LVOL_E_DUPLICATE, name, "another device has the PV id of %s; leave one of them out", name);
	else if (p->dev->read_only)
		ret = lvi_error(err, LVOL_E_READ_ONLY, name, "device %s cannot be written", name);
	if (!ret)
		ret = add_pv(j, p, err);
	if (!ret && lvi_txn_notef(j->txn, &(struct txn_note){ NULL, LVOL_CHANGE_MODIFY, "vg", j->vg->name },
			"add PV %s", name))
		ret = lvi_error_nomem(err);
	return ret;
}

static int join_one(struct join *j, const char *name, struct lvol_error *err)
{
	struct txn_pv *p;
	int ret = check_not_there(j, name, err);

	if (!ret)
		ret = lvi_txn_pv(j->txn, name, &p, err);
	if (!ret)
		ret = check_not_there(j, p->dev->name, err);
	if (!ret)
		ret = lvi_txn_pv_must_be_free(j->txn, p, false, err);
	if (!ret)
		ret = check_room(j, p->dev, err);
	return ret ? ret : join_record(j, p, err);
}

static void put_back(struct join *j)
{
	for (size_t i = j->undos.len; i-- > 0;) {
		struct undo_record *u = &j->undos.items[i];
		struct txn_pv *next = u->pv->next;

		*u->pv = u->before;
		u->pv->next = next;
	}
}

int lvi_txn_pvs_join(struct lvol_txn *txn, struct lvol_vg *vg, const char *const *names, uint32_t flags,
		struct lvol_error *err)
{
	struct join j = { .txn = txn, .vg = vg, .flags = flags };
	struct txn_mark mark = lvi_txn_mark(txn);
	int ret;

	if (flags & ~LVOL_PV_CREATE_WIPE)
		return lvi_error(err, LVOL_E_INVALID, vg->name, "unknown flags %#x", flags);
	if (!names || !names[0])
		return lvi_error(err, LVOL_E_INVALID, vg->name, "no PV is named");
	ret = lvi_txn_pvs_look(txn, names, err);
	for (size_t i = 0; names[i] && !ret; i++)
		ret = join_one(&j, names[i], err);
	if (ret) {
		put_back(&j);
		lvi_txn_rewind(txn, mark);
	}
	ARRAY_FREE(&j.undos);
	return ret;
}
