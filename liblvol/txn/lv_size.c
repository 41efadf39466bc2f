/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/lv_size.h"

#include "base/error.h"
#include "base/units.h"

uint64_t lvi_extent_bytes(const struct lvol_vg *vg)
{
	return vg->extent_sectors * LVI_SECTOR_BYTES;
}

static int check_percent(const struct lvol_size *size, const char *subject, struct lvol_error *err)
{
	if (size->percent_of < LVOL_PERCENT_VG || size->percent_of > LVOL_PERCENT_ORIGIN)
		return lvi_error(err, LVOL_E_INVALID, subject, "size of %s: %u percent of what? percent_of is %u, not 1 to 4",
				subject, size->percent, size->percent_of);
	if (size->percent > 100 && size->percent_of != LVOL_PERCENT_VG && size->percent_of != LVOL_PERCENT_ORIGIN)
		return lvi_error(err, LVOL_E_INVALID, subject, "size of %s: %u percent is more than there is", subject,
				size->percent);
	return 0;
}

int lvi_size_check(const struct lvol_size *size, const char *subject, struct lvol_error *err)
{
	int ways = (size->bytes != 0) + (size->extents != 0) + (size->percent != 0);

	if (!ways)
		return lvi_error(err, LVOL_E_INVALID, subject, "size of %s is 0; give bytes, extents or percent", subject);
	if (ways > 1)
		return lvi_error(err, LVOL_E_INVALID, subject, "size of %s is given more than once; give bytes, extents or percent",
				subject);
	if (size->percent)
		return check_percent(size, subject, err);
	if (size->percent_of)
		return lvi_error(err, LVOL_E_INVALID, subject, "size of %s has percent_of but no percent", subject);
	return 0;
}

static uint64_t percent_base(const struct lvol_size *size, const struct lvol_vg *vg, const struct pv_choice *pvs,
		bool of_free)
{
	if (size->percent_of == LVOL_PERCENT_VG)
		return vg->extent_count;
	if (size->percent_of == LVOL_PERCENT_FREE)
		return vg->free_count;
	return of_free ? lvi_pv_choice_free_extents(pvs) : lvi_pv_choice_all_extents(pvs);
}

uint64_t lvi_size_extents(const struct lvol_size *size, const struct lvol_vg *vg, const struct pv_choice *pvs,
		unsigned how)
{
	uint64_t unit = lvi_extent_bytes(vg), base, n;

	if (size->extents)
		return size->extents;
	if (size->bytes)
		return size->bytes / unit + (size->bytes % unit != 0);
	base = percent_base(size, vg, pvs, how & SIZE_OF_FREE);
	if (__builtin_mul_overflow(base / 100, size->percent, &n))
		return UINT64_MAX;
	return n + (base % 100 * size->percent + (how & SIZE_ROUND_UP ? 99 : 0)) / 100;
}
