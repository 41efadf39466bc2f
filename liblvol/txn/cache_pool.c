/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/cache_pool.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "segtype/segtype.h"
#include "txn/cache_settings.h"
#include "txn/lv_book.h"

/* Chunks that nobody chose become a power of two when the default is too small. */
static int choose_chunk(const struct lvol_cache_opts *o, uint64_t data, uint32_t *out, const char *subject,
		struct lvol_error *err)
{
	uint64_t least = lvi_cache_least_chunk(data), chunk = o->chunk_bytes / LVI_SECTOR_BYTES;

	if (chunk && chunk < least)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: chunks of %llu KiB are too small for so large a pool; use "
				"%llu KiB or more", subject, (unsigned long long)chunk / 2, (unsigned long long)least / 2);
	for (uint64_t size = LVI_CACHE_CHUNK_DEFAULT; !chunk; size *= 2)
		chunk = size >= least ? size : 0;
	if (chunk > data)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s is smaller than one chunk of %llu KiB", subject,
				(unsigned long long)chunk / 2);
	*out = (uint32_t)chunk;
	return 0;
}

/* Of metadata what is asked for, but not less than the chunks need, and not more than can be used. */
int lvi_cache_pool_sizes(const struct lvol_cache_opts *o, uint64_t data, struct cache_pool_sizes *sizes, const char *subject,
		struct lvol_error *err)
{
	uint64_t least, wanted = o->metadata_bytes / LVI_SECTOR_BYTES;
	int ret = choose_chunk(o, data, &sizes->chunk_sectors, subject, err);

	if (ret)
		return ret;
	least = lvi_cache_metadata_sectors(data, sizes->chunk_sectors);
	if (wanted < least)
		wanted = least;
	if (wanted > LVI_CACHE_METADATA_MOST)
		wanted = LVI_CACHE_METADATA_MOST;
	sizes->metadata_extents = (uint32_t)lvi_div_up(wanted, sizes->extent_sectors);
	return 0;
}

int lvi_cache_pool_become(struct txn_vg *vg, struct lvol_lv *pool, const struct cache_pool_facts *f, struct lvol_error *err)
{
	struct lvol_segment *seg = lvi_lv_add_segment(pool, lvi_segtype_find("cache-pool"), f->data->extent_count, 0, false);

	if (!seg || lvi_seg_set_lv(seg, SEG_DATA, f->data) || lvi_seg_set_lv(seg, SEG_METADATA, f->metadata) ||
	    lvi_seg_set_number(seg, SEG_CHUNK_SIZE, f->sizes->chunk_sectors) ||
	    (f->o->metadata_format && lvi_seg_set_number(seg, SEG_METADATA_FORMAT, f->o->metadata_format)) ||
	    lvi_cache_opts_apply(f->o, seg) || lvi_lv_book_add_users(vg, seg))
		return lvi_error_nomem(err);
	if (f->o->metadata_format == 2)
		pool->flags |= LV_METADATA_FORMAT;
	return 0;
}
