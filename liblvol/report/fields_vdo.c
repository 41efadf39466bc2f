/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/internal.h"
#include "segtype/segtype.h"

/* Settings of the VDO pool that a segment is or lies on. */
static const struct lvol_segment *vdo_pool_of(const struct item *it)
{
	const struct lvol_segment *seg = it->seg;
	const struct lvol_lv *pool = seg && (seg->type->flags & SEGTYPE_VDO) ? lvi_seg_lv(seg, SEG_VDO_POOL) : NULL;

	if (pool)
		seg = pool->seg_first;
	return seg && (seg->type->flags & SEGTYPE_VDO_POOL) ? seg : NULL;
}

static int put_flag(struct out *o, const struct item *it, enum seg_field field)
{
	const struct lvol_segment *seg = vdo_pool_of(it);

	return seg ? lvi_put_binary(o, lvi_seg_number(seg, field, 0), "enabled") : lvi_put_undefined(o, "");
}

static int put_number(struct out *o, const struct item *it, enum seg_field field)
{
	const struct lvol_segment *seg = vdo_pool_of(it);

	return seg ? lvi_put_number(o, lvi_seg_number(seg, field, 0)) : lvi_put_undefined(o, "");
}

static int put_sectors(struct out *o, const struct item *it, enum seg_field field, unsigned shift)
{
	const struct lvol_segment *seg = vdo_pool_of(it);

	return seg ? lvi_put_sectors(o, lvi_seg_number(seg, field, 0) << shift) : lvi_put_undefined(o, "");
}

#define MIB_SHIFT 11   /* MiB to sectors */
#define GET(name_, put_, ...) \
	static int name_(struct out *o, const struct item *it) { return put_(o, it, __VA_ARGS__); }
GET(compression_get, put_flag, SEG_USE_COMPRESSION)
GET(deduplication_get, put_flag, SEG_USE_DEDUPLICATION)
GET(hints_get, put_flag, SEG_USE_METADATA_HINTS)
GET(sparse_get, put_flag, SEG_USE_SPARSE_INDEX)
GET(cache_get, put_sectors, SEG_BLOCK_MAP_CACHE_SIZE_MB, MIB_SHIFT)
GET(memory_get, put_sectors, SEG_INDEX_MEMORY_SIZE_MB, MIB_SHIFT)
GET(slab_get, put_sectors, SEG_SLAB_SIZE_MB, MIB_SHIFT)
GET(header_get, put_sectors, SEG_HEADER_SIZE, 0)
GET(era_get, put_number, SEG_BLOCK_MAP_ERA_LENGTH)
GET(ack_get, put_number, SEG_ACK_THREADS)
GET(bio_get, put_number, SEG_BIO_THREADS)
GET(rotation_get, put_number, SEG_BIO_ROTATION)
GET(cpu_get, put_number, SEG_CPU_THREADS)
GET(hash_get, put_number, SEG_HASH_ZONE_THREADS)
GET(logical_get, put_number, SEG_LOGICAL_THREADS)
GET(physical_get, put_number, SEG_PHYSICAL_THREADS)
GET(discard_get, put_number, SEG_MAX_DISCARD)

/* The text has bytes here. */
static int io_size_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *seg = vdo_pool_of(it);

	return seg ? lvi_put_sectors(o, lvi_seg_number(seg, SEG_MINIMUM_IO_SIZE, 0) >> 9) : lvi_put_undefined(o, "");
}

static int policy_get(struct out *o, const struct item *it)
{
	const struct lvol_segment *seg = vdo_pool_of(it);
	const char *policy = seg ? lvi_seg_text(seg, SEG_WRITE_POLICY) : NULL;

	return lvi_put_string(o, !seg ? "" : policy ? policy : "auto");
}

static const struct value_word enabled_words[] = { { .word = "enabled", .number = 1 }, { .word = NULL } };
static const struct value_word undefined_words[] = { { "undefined", "" }, { .word = NULL } };

#define VDO(name_, heading_, type_, get_, ...) { "vdo_" name_, "VDO" heading_, TYPE_##type_, get_, __VA_ARGS__ }
static const struct field fields[] = {
	VDO("compression", "Compression", NUMBER, compression_get, "Set if a VDO pool compresses.", enabled_words),
	VDO("deduplication", "Deduplication", NUMBER, deduplication_get, "Set if it deduplicates.", enabled_words),
	VDO("use_metadata_hints", "MetadataHints", NUMBER, hints_get, "Set if it marks metadata writes.", enabled_words),
	VDO("minimum_io_size", "MinimumIOSize", SIZE, io_size_get, "Least size of an I/O."),
	VDO("block_map_cache_size", "BlockMapCacheSize", SIZE, cache_get, "Memory for its block map."),
	VDO("block_map_era_length", "BlockMapEraLength", NUMBER, era_get, "How fast its block map is written."),
	VDO("use_sparse_index", "SparseIndex", NUMBER, sparse_get, "Set if its index is sparse.", enabled_words),
	VDO("index_memory_size", "IndexMemorySize", SIZE, memory_get, "Memory for its index."),
	VDO("slab_size", "SlabSize", SIZE, slab_get, "Unit in which it grows."),
	VDO("ack_threads", "AckThreads", NUMBER, ack_get, "Threads that acknowledge."),
	VDO("bio_threads", "BioThreads", NUMBER, bio_get, "Threads that submit I/O."),
	VDO("bio_rotation", "BioRotation", NUMBER, rotation_get, "I/Os for one of them before the next one's turn."),
	VDO("cpu_threads", "CPUThreads", NUMBER, cpu_get, "Threads that hash and compress."),
	VDO("hash_zone_threads", "HashZoneThreads", NUMBER, hash_get, "Threads for hash zones."),
	VDO("logical_threads", "LogicalThreads", NUMBER, logical_get, "Threads for logical addresses."),
	VDO("physical_threads", "PhysicalThreads", NUMBER, physical_get, "Threads for physical addresses."),
	VDO("max_discard", "MaxDiscard", NUMBER, discard_get, "Largest discard."),
	VDO("write_policy", "WritePolicy", STRING, policy_get, "Write policy.", undefined_words),
	VDO("header_size", "HeaderSize", SIZE, header_get, "Room at the front of the pool.")
};

const struct field_table lvi_fields_seg_vdo = { OBJ_SEG, fields, sizeof fields / sizeof *fields };
