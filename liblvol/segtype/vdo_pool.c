/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/line.h"
#include "segtype/types.h"

#define MEBIBYTE 2048u   /* sectors */
#define BLOCK_SECTORS 8u

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

static uint64_t number(const struct lvol_segment *seg, enum seg_field field)
{
	return lvi_seg_number(seg, field, 0);
}

static const struct { enum seg_field field; const char *word; } limits[] = {
	{ SEG_MAX_DISCARD, "maxDiscard" }, { SEG_ACK_THREADS, "ack" }, { SEG_BIO_THREADS, "bio" },
	{ SEG_BIO_ROTATION, "bioRotationInterval" }, { SEG_CPU_THREADS, "cpu" }, { SEG_HASH_ZONE_THREADS, "hash" },
	{ SEG_LOGICAL_THREADS, "logical" }, { SEG_PHYSICAL_THREADS, "physical" }
};

/* Sizes of the table are in blocks of 4 KiB. The size of the device is virtual: there is a header before and behind. */
static int vdo_pool_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	const struct lvol_lv *data = lvi_seg_lv(seg, SEG_DATA);
	const char *policy = lvi_seg_text(seg, SEG_WRITE_POLICY);
	struct seg_line l;

	lvi_line_begin(&l, out, "vdo", number(seg, SEG_VIRTUAL_EXTENTS) * out->extent_sectors +
			2 * number(seg, SEG_HEADER_SIZE), err);
	lvi_line_word(&l, "V2");
	lvi_line_lv(&l, data, NULL);
	lvi_line_number(&l, lvi_lv_sectors(data) / BLOCK_SECTORS);
	lvi_line_number(&l, number(seg, SEG_MINIMUM_IO_SIZE));
	lvi_line_number(&l, number(seg, SEG_BLOCK_MAP_CACHE_SIZE_MB) * (MEBIBYTE / BLOCK_SECTORS));
	lvi_line_number(&l, number(seg, SEG_BLOCK_MAP_ERA_LENGTH));
	lvi_line_word(&l, number(seg, SEG_USE_METADATA_HINTS) ? "on" : "off");
	lvi_line_word(&l, policy ? policy : "auto");
	lvi_line_word(&l, out->node->name);
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		lvi_line_pair(&l, limits[i].word, number(seg, limits[i].field));
	return lvi_line_end(&l);
}

/* Of the pool's own device only the header is shown. */
static int header_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	struct seg_line l;

	lvi_line_begin(&l, out, "linear", number(seg, SEG_HEADER_SIZE), err);
	lvi_line_lv(&l, out->lv, "vpool");
	lvi_line_number(&l, 0);
	return lvi_line_end(&l);
}

static const struct seg_part parts[] = {
	{ SEG_PART_SELF, .flags = PART_READ_ONLY | PART_HIDDEN, .uuid_suffix = "pool", .layer = "vpool", .rank = 3,
	  .table = header_table },
	{ SEG_DATA, .uuid_suffix = "vdata" },
	{ SEG_PART_END }
};

const struct segtype lvi_segtype_vdo_pool = {
	.name = "vdo-pool",
	.flags = SEGTYPE_VDO_POOL | SEGTYPE_ONE_SEGMENT,
	.fields = fields,
	.check = vdo_pool_check,
	.table = vdo_pool_table,
	.parts = parts
};
