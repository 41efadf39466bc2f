/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/raid_legs.h"

#include <stdio.h>

#include "base/error.h"
#include "txn/lv_parts.h"
#include "txn/start.h"

static int add_part(struct lvol_txn *txn, const struct lvol_lv *lv, const char *suffix, const struct part_place *place,
		struct area *area, struct lvol_error *err)
{
	struct lvol_lv *part;
	int ret = lvi_part_add(txn, lv, suffix, &part, err);

	if (ret)
		return ret;
	*area = (struct area) { .kind = AREA_LV, .lv = part };
	return lvi_part_fill(part, place) ? lvi_error_nomem(err) : 0;
}

int lvi_raid_add_leg(struct lvol_txn *txn, struct lvol_segment *seg, const struct new_legs *legs, uint32_t i,
		uint32_t at, struct lvol_error *err)
{
	const struct part_place data = { legs->room, i, legs->meta_extents, legs->leg_extents };
	const struct part_place meta = { legs->room, i, 0, legs->meta_extents };
	char suffix[24];
	int ret;

	snprintf(suffix, sizeof suffix, "rimage_%u", legs->first + i);
	ret = add_part(txn, seg->lv, suffix, &data, &seg->areas[at], err);
	if (ret || !legs->meta_extents)
		return ret;
	snprintf(suffix, sizeof suffix, "rmeta_%u", legs->first + i);
	return add_part(txn, seg->lv, suffix, &meta, &seg->metas[at], err);
}

int lvi_raid_zero_legs(struct lvol_txn *txn, const struct lvol_segment *seg, struct lvol_error *err)
{
	int ret = 0;

	/* where the LV begins differs between layouts; a row of zeros has zeros for parity */
	for (uint32_t i = 0; i < seg->area_count && !ret; i++)
		ret = lvi_txn_zero_start(txn, seg->areas[i].lv, err);
	return ret;
}
