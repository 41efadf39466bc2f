/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/types.h"

#define MEBIBYTE 2048u   /* sectors */

static const struct seg_field_desc fields[] = {
	{ SEG_DATA, "data", FIELD_LV, true },
	{ SEG_HEADER_SIZE, "header_size", FIELD_U32, true, .unit_sectors = 1 },
	{ SEG_VIRTUAL_EXTENTS, "virtual_extents", FIELD_U32, true, .unit_sectors = FIELD_UNIT_EXTENT },
	{ SEG_USE_COMPRESSION, "use_compression", FIELD_FLAG },
	{ SEG_USE_DEDUPLICATION, "use_deduplication", FIELD_FLAG },
	{ SEG_USE_METADATA_HINTS, "use_metadata_hints", FIELD_FLAG },
	{ SEG_MINIMUM_IO_SIZE, "minimum_io_size", FIELD_U32, true },
	{ SEG_BLOCK_MAP_CACHE_SIZE_MB, "block_map_cache_size_mb", FIELD_U32, true, .unit_sectors = MEBIBYTE },
	{ SEG_BLOCK_MAP_ERA_LENGTH, "block_map_era_length", FIELD_U32, true },
	{ SEG_USE_SPARSE_INDEX, "use_sparse_index", FIELD_FLAG },
	{ SEG_INDEX_MEMORY_SIZE_MB, "index_memory_size_mb", FIELD_U32, true, .unit_sectors = MEBIBYTE },
	{ SEG_MAX_DISCARD, "max_discard", FIELD_U32, true },
	{ SEG_SLAB_SIZE_MB, "slab_size_mb", FIELD_U32, true, .unit_sectors = MEBIBYTE },
	{ SEG_ACK_THREADS, "ack_threads", FIELD_U32, true },
	{ SEG_BIO_THREADS, "bio_threads", FIELD_U32, true },
	{ SEG_BIO_ROTATION, "bio_rotation", FIELD_U32, true },
	{ SEG_CPU_THREADS, "cpu_threads", FIELD_U32, true },
	{ SEG_HASH_ZONE_THREADS, "hash_zone_threads", FIELD_U32, true },
	{ SEG_LOGICAL_THREADS, "logical_threads", FIELD_U32, true },
	{ SEG_PHYSICAL_THREADS, "physical_threads", FIELD_U32, true },
	{ SEG_WRITE_POLICY, "write_policy", FIELD_BAREWORD },
	{ .key = NULL }
};

static int vdo_pool_check(const struct lvol_segment *seg, const struct check_sink *sink)
{
	uint64_t io = lvi_seg_number(seg, SEG_MINIMUM_IO_SIZE, 0);
	int r = lvi_seg_expect(seg, sink, io == 512 || io == 4096, "minimum_io_size is neither 512 nor 4096");

	return r ? r : lvi_seg_expect_owner(seg, sink, SEG_DATA);
}

const struct segtype lvi_segtype_vdo_pool = {
	.name = "vdo-pool",
	.flags = SEGTYPE_VDO_POOL | SEGTYPE_ONE_SEGMENT,
	.fields = fields,
	.check = vdo_pool_check
};
