/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/lv_parts.h"

#include <stdio.h>

#include "base/error.h"
#include "model/names.h"
#include "segtype/segtype.h"
#include "txn/lv_settings.h"
#include "txn/lv_text.h"

int lvi_part_add_named(struct lvol_txn *txn, const struct lvol_lv *whole, const char *name, struct lvol_lv **out,
		struct lvol_error *err)
{
	struct lvol_vg *vg = whole->vg;
	struct uuid id;
	int ret = lvi_lv_name_check(vg->name, name, err);

	if (!ret)
		ret = lvi_lv_name_free(vg, name, err);
	if (!ret)
		ret = lvi_txn_make_uuid(txn, NULL, &id, err);
	if (!ret)
		ret = lvi_vg_add_lv(vg, name, &id, out, err);
	if (ret)
		return ret;
	(*out)->flags = LV_READ | LV_WRITE;
	(*out)->alloc = whole->alloc;
	(*out)->creation_time = whole->creation_time;
	(*out)->creation_host = whole->creation_host;
	return 0;
}

int lvi_part_add(struct lvol_txn *txn, const struct lvol_lv *whole, const char *suffix, struct lvol_lv **out,
		struct lvol_error *err)
{
	char name[LVI_NAME_MAX + 2];

	if (snprintf(name, sizeof name, "%s_%s", whole->name, suffix) > LVI_NAME_MAX)
		return lvi_error(err, LVOL_E_INVALID, whole->name, "LV name \"%s\" is too long: its hidden parts have \"_%s\" behind "
				"it, and %d characters are the most", whole->name, suffix, LVI_NAME_MAX);
	return lvi_part_add_named(txn, whole, name, out, err);
}

static int add_run(struct lvol_lv *part, struct lvol_pv *pv, uint32_t start, uint32_t count)
{
	struct lvol_segment *seg = lvi_lv_add_segment(part, &lvi_segtype_striped, count, 1, false);

	if (!seg || lvi_pv_take(pv, start, count))
		return -LVOL_E_NO_MEMORY;
	seg->area_extents = count;
	seg->areas[0] = (struct area) { .kind = AREA_PV, .pv = pv, .start = start };
	return 0;
}

int lvi_part_fill(struct lvol_lv *part, const struct part_place *place)
{
	uint32_t skip = place->skip, left = place->count;

	for (size_t i = 0; i < place->room->pieces.len && left; i++) {
		const struct alloc_piece *piece = &place->room->pieces.items[i];
		uint32_t n;

		if (piece->count <= skip) {
			skip -= piece->count;
			continue;
		}
		n = piece->count - skip < left ? piece->count - skip : left;
		if (add_run(part, piece->pvs[place->area], piece->starts[place->area] + skip, n))
			return -LVOL_E_NO_MEMORY;
		left -= n;
		skip = 0;
	}
	lvi_lv_merge_segments(part);
	return 0;
}
