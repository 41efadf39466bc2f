/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "backend/user/target.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"

static int check_shape(const struct user_line *line, uint64_t count, uint64_t chunk_sectors, struct lvol_error *err)
{
	uint64_t sectors = line->line->length_sectors;

	if (!count || !chunk_sectors)
		return lvi_error(err, LVOL_E_CORRUPT, line->device, "striped target of %s has no stripes or no chunk size",
				line->device);
	/* the kernel's rule: whole rows */
	if (sectors % count || sectors / count % chunk_sectors)
		return lvi_error(err, LVOL_E_CORRUPT, line->device, "%llu sectors of %s are not whole rows of %llu chunks of %llu",
				(unsigned long long)sectors, line->device, (unsigned long long)count,
				(unsigned long long)chunk_sectors);
	return lvi_user_arg_count(line, 2 + 2 * count, err);
}

/* striped COUNT CHUNK_SECTORS (DEVICE SECTOR)... */
static int striped_build(const struct user_line *line, struct flat_builder *out, struct lvol_error *err)
{
	CLEANUP_FREE struct flat_from *columns = NULL;
	struct flat_layout layout;
	uint64_t count = 0, chunk = 0;
	int r = lvi_user_arg_u64(line, 0, UINT32_MAX, &count, err);

	if (!r)
		r = lvi_user_arg_u64(line, 1, UINT32_MAX, &chunk, err);
	if (!r)
		r = check_shape(line, count, chunk, err);
	if (r)
		return r;
	columns = calloc(count, sizeof *columns);
	if (!columns)
		return lvi_error_nomem(err);
	for (size_t i = 0; !r && i < count; i++)
		r = lvi_user_arg_range(line, 2 + 2 * i, &columns[i], err);
	if (r)
		return r;
	layout = (struct flat_layout){ chunk << LVI_SECTOR_SHIFT, count, columns };
	return count == 1 ? lvi_flat_add_range(out, columns, line->length, err) :
			lvi_flat_add_stripes(out, &layout, line->length, err);
}

const struct user_target lvi_user_striped = { .name = "striped", .build = striped_build };
