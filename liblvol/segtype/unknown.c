/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

/*
 * A type, or a type with a +FLAG, from a newer LVM2. Every field is kept as text in the segment's `extra` and written
 * back as it was. Which extents of which PVs it uses cannot be known, so nothing may be allocated in such a VG: it can
 * be read but not changed.
 */
static int unknown_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	return lvi_seg_expect(seg, sink, false, "type \"%s%s\" is not known", seg->type_text,
			seg->type_flags ? seg->type_flags : "");
}

const struct segtype lvi_segtype_unknown = {
	.name = "unknown",
	.flags = SEGTYPE_UNKNOWN | SEGTYPE_VIRTUAL,
	.check = unknown_check
};
