/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/thin_spare.h"

#include <stdio.h>
#include <string.h>

#include <lvol/types.h>

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_parts.h"
#include "txn/start.h"
#include "txn/thin_size.h"

struct lvol_lv *lvi_spare_find(const struct lvol_vg *vg)
{
	struct lvol_lv *lv = vg->lv_first;

	while (lv && (lv->flags & LV_VISIBLE || !strstr(lv->name, "_pmspare")))
		lv = lv->next;
	return lv;
}

static int add(struct lvol_txn *txn, struct txn_vg *vg, const struct spare_wish *wish, struct lvol_lv **out,
		struct lvol_error *err)
{
	char base[LVI_NAME_MAX + 1], name[LVI_NAME_MAX + 16];
	int ret = lvi_lv_book_name(vg, base, err);

	if (ret)
		return ret;
	snprintf(name, sizeof name, "%s_pmspare", base);
	ret = lvi_part_add_named(txn, wish->like, name, out, err);
	if (ret)
		return ret;
	(*out)->alloc = LVOL_ALLOC_INHERIT;
	return 0;
}

uint32_t lvi_spare_needed(const struct lvol_vg *vg)
{
	uint32_t most = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next) {
		bool is_pool = lv->seg_first && lv->seg_first->type->flags & (SEGTYPE_THIN_POOL | SEGTYPE_CACHE_POOL);
		const struct lvol_lv *metadata = is_pool ? lvi_seg_lv(lv->seg_first, SEG_METADATA) : NULL;

		if (metadata && metadata->extent_count > most)
			most = metadata->extent_count;
	}
	return most;
}

int lvi_spare_ensure(struct lvol_txn *txn, struct txn_vg *vg, const struct spare_wish *wish, struct part_growth *out,
		struct lvol_error *err)
{
	const struct alloc_request where = { .vg = vg->work, .pvs = wish->pvs, .subject = wish->subject };
	uint64_t most = lvi_thin_most_spare(vg->work->extent_sectors);
	uint32_t wanted = wish->extents > most ? (uint32_t)most : wish->extents;
	struct lvol_lv *spare = lvi_spare_find(vg->work);
	bool is_new = !spare;
	int ret = is_new ? add(txn, vg, wish, &spare, err) : 0;

	*out = (struct part_growth){ 0 };
	if (ret || spare->extent_count >= wanted)
		return ret;
	ret = lvi_part_extend(spare, wanted - spare->extent_count, &where, out, err);
	if (!ret && is_new)
		ret = lvi_txn_zero_start(txn, spare, err);
	out->is_new = is_new;
	if (ret && is_new) {
		lvi_vg_remove_lv(vg->work, spare);
		*out = (struct part_growth){ 0 };
	}
	return ret ? lvi_error_prefix(err, ret, "the spare for metadata of pools") : 0;
}
