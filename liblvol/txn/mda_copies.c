/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/mda_copies.h"

static uint32_t count_used(const struct lvol_vg *vg)
{
	uint32_t n = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		for (unsigned i = 0; i < pv->mda_count && pv->dev; i++)
			n += !pv->mdas[i].ignored;
	return n;
}

/* Flip areas to @ignored until @count are done. Taking into use begins with the first areas of all PVs; giving up begins
 * with the last ones, so that copies stay spread over PVs. */
static void flip(struct lvol_vg *vg, bool ignored, uint32_t count)
{
	for (int round = 0; round < 2; round++) {
		unsigned area = ignored ? 1 - round : round;

		for (struct lvol_pv *pv = ignored ? vg->pv_last : vg->pv_first; pv && count;
		     pv = ignored ? pv->prev : pv->next) {
			if (!pv->dev || area >= pv->mda_count || pv->mdas[area].ignored == ignored)
				continue;
			pv->mdas[area].ignored = ignored;
			count--;
		}
	}
}

void lvi_mda_copies_choose(struct lvol_vg *vg)
{
	uint32_t used = count_used(vg);

	if (!vg->metadata_copies)
		return;
	if (used < vg->metadata_copies)
		flip(vg, false, vg->metadata_copies - used);
	else
		flip(vg, true, used - vg->metadata_copies);
}
