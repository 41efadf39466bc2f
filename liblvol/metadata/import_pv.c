/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/import.h"

#include <string.h>

#include "base/error.h"

static int read_strings(const struct section *s, struct lvol_pv *pv)
{
	int r = lvi_take_str(s, "device", &pv->device_hint);

	if (!r)
		r = lvi_take_str(s, "device_id", &pv->device_id);
	if (!r)
		r = lvi_take_str(s, "device_id_type", &pv->device_id_type);
	return r ? r : lvi_take_strings(s, "tags", &pv->tags);
}

/* The bootloader area has a start and a size, or neither. */
static int read_bootloader(const struct section *s, struct lvol_pv *pv)
{
	int64_t start = 0, size = 0;

	lvi_take_number(s, "ba_start", &start);
	lvi_take_number(s, "ba_size", &size);
	if (!start != !size || start < 0 || size < 0)
		return lvi_import_fail(s, "ba_start and ba_size do not agree");
	pv->ba_start_sectors = (uint64_t)start;
	pv->ba_size_sectors = (uint64_t)size;
	return 0;
}

static int read_places(const struct section *s, struct lvol_pv *pv)
{
	int r = lvi_cfg_child(s->node, "dev_size") ? lvi_need_u64(s, "dev_size", &pv->dev_sectors) : 0;

	if (!r)
		r = lvi_need_u64(s, "pe_start", &pv->pe_start_sectors);
	if (!r)
		r = lvi_need_u32(s, "pe_count", &pv->pe_count);
	return r ? r : read_bootloader(s, pv);
}

static int read_pv(struct import *im, const struct cfg_node *node)
{
	struct section s = { .im = im, .node = node, .part = node->key };
	struct uuid id;
	struct lvol_pv *pv;
	int r = lvi_need_id(&s, &id);

	if (!r)
		r = lvi_vg_add_pv(im->vg, &id, &pv, im->err);
	if (r)
		return r == -LVOL_E_EXISTS ? lvi_import_fail(&s, "two PVs have one id") : r;
	/* Of two sections of one name the first is the one that areas mean. */
	if (!lvi_hash_get(&im->pv_names, node->key, node->key_len) &&
			lvi_hash_put(&im->pv_names, node->key, node->key_len, pv, NULL))
		return lvi_error_nomem(im->err);
	r = lvi_need_flags(&s, lvi_pv_flag_words, &pv->flags, &pv->other_flags);
	if (!r)
		r = read_places(&s, pv);
	if (!r)
		r = read_strings(&s, pv);
	return r ? r : lvi_take_extra(&s, &pv->extra);
}

int lvi_import_pvs(struct import *im)
{
	struct section s = { .im = im, .node = im->vg_node };
	struct cfg_node *pvs = lvi_cfg_child(im->vg_node, "physical_volumes");
	int r = 0;

	if (!pvs || !pvs->is_section)
		return lvi_import_fail(&s, "physical_volumes is missing");
	pvs->used = true;
	for (const struct cfg_node *n = pvs->child; !r && n; n = n->next) {
		s.part = n->key;
		r = n->is_section ? read_pv(im, n) : lvi_import_fail(&s, "it is no PV");
	}
	return r;
}
