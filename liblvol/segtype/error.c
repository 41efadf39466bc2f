/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
#include "segtype/types.h"

static int error_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	struct seg_line l;

	lvi_line_begin(&l, out, "error", lvi_seg_sectors(seg), err);
	return lvi_line_end(&l);
}

const struct segtype lvi_segtype_error = {
	.name = "error",
	.flags = SEGTYPE_VIRTUAL,
	.table = error_table
};
