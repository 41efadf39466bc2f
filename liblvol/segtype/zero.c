/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

#include "base/error.h"

static int zero_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	if (!lvi_dm_line_add(out->table, out->lv_start_sectors, seg->count * out->extent_sectors, "zero", 0))
		return lvi_error_nomem(err);
	return 0;
}

const struct segtype lvi_segtype_zero = {
	.name = "zero",
	.flags = SEGTYPE_VIRTUAL,
	.table = zero_table
};
