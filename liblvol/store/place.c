/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/bytes.h"
#include "base/error.h"
#include "store/assemble.h"

static void put_devset(void *set)
{
	lvi_devset_unref(set);
}

void lvi_vg_keep_devices(struct lvol_vg *vg, struct devset *devs)
{
	vg->owner = (struct vg_owner){ put_devset, lvi_devset_ref(devs) };
}

struct devset *lvi_vg_devices(const struct lvol_vg *vg)
{
	return vg->owner.put == put_devset ? vg->owner.who : NULL;
}

uint64_t lvi_mda_free_bytes(const struct mda_header *h)
{
	uint64_t max = lvi_mda_max_text(h);

	if (lvi_mda_ignored(h) || h->committed.size > max)
		return 0;
	return lvi_round_down(max - h->committed.size, 512);
}

static void place_mda(struct pv_mda *out, const struct mda_copy *copy, const struct disk_area *where)
{
	const struct raw_locn *text;

	out->start = where->offset;
	out->size = where->size;
	out->damaged = copy->state == COPY_BAD;
	if (!copy->header_ok)
		return;
	out->size = copy->header.size;
	out->ignored = lvi_mda_ignored(&copy->header);
	out->free_bytes = lvi_mda_free_bytes(&copy->header);
	out->rolled_forward = copy->rolled_forward && copy->state == COPY_TEXT;
	text = out->rolled_forward ? &copy->header.precommitted : &copy->header.committed;
	out->text_offset = text->offset;
	out->text_size = text->size;
	out->text_crc = text->crc;
}

int lvi_place_pv(struct survey *s, struct lvol_pv *pv, struct found_pv *found, struct lvol_error *err)
{
	const struct label *label = &found->label;

	pv->dev_name = lvi_arena_strdup(pv->vg->arena, found->dev->name);
	pv->mdas = lvi_arena_calloc(pv->vg->arena, label->mda_count, sizeof *pv->mdas);
	if (!pv->dev_name || !pv->mdas)
		return lvi_error_nomem(err);
	pv->dev = found->dev;
	pv->label_id = label->pv_id;
	pv->dev_bytes = found->dev->size;
	pv->ext_version = label->ext_version;
	pv->ext_flags = label->ext_flags;
	pv->label_sector = label->sector;
	pv->duplicate = found->has_duplicate;
	pv->mda_count = label->mda_count;
	for (unsigned i = 0; i < label->mda_count; i++)
		place_mda(&pv->mdas[i], &found->mdas[i], &label->mdas[i]);
	found->claimed = true;
	return 0;
}
