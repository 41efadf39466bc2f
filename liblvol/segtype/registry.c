/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

#include <string.h>

#include "base/bytes.h"

/* What is most common first: the list is searched from the front. */
static const struct segtype *const types[] = {
	&lvi_segtype_striped, &lvi_segtype_thin, &lvi_segtype_snapshot, &lvi_segtype_mirror, &lvi_segtype_thin_pool,
	&lvi_segtype_cache_pool, &lvi_segtype_cache, &lvi_segtype_writecache, &lvi_segtype_integrity,
	&lvi_segtype_vdo_pool, &lvi_segtype_vdo, &lvi_segtype_zero, &lvi_segtype_error
};

static bool means(const struct segtype *type, const char *word)
{
	if (!strcmp(type->name, word))
		return true;
	for (const char *const *alias = type->aliases; alias && *alias; alias++)
		if (!strcmp(*alias, word))
			return true;
	return false;
}

const struct segtype *lvi_segtype_find(const char *word)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (means(types[i], word))
			return types[i];
	for (const struct segtype *raid = lvi_segtypes_raid; raid->name; raid++)
		if (means(raid, word))
			return raid;
	return NULL;
}

const char *lvi_segtype_display(const struct lvol_segment *seg)
{
	if (seg->type->flags & SEGTYPE_UNKNOWN)
		return seg->type_text ? seg->type_text : seg->type->name;
	if ((seg->type->flags & SEGTYPE_CAN_SPLIT) && seg->area_count == 1)
		return "linear";
	return seg->type->name;
}

uint32_t lvi_seg_area_extents(const struct lvol_segment *seg)
{
	uint32_t parity = seg->type->parity_areas;

	if (seg->type->area_extents)
		return seg->type->area_extents(seg);
	if (!(seg->type->flags & SEGTYPE_STRIPED) || seg->area_count <= parity)
		return seg->count;
	return (uint32_t)lvi_div_up(seg->count, seg->area_count - parity);
}
