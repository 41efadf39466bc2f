/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MODEL_SEGMENT_H
#define LVI_MODEL_SEGMENT_H

#include "model/lv.h"

/*
 * A segment: a run of an LV's extents that is mapped in one way. Its areas are where data (and for raid, metadata)
 * lies; everything else that the text says of it are values, each known by its enum seg_field. Which fields and areas
 * a type has is said by its table in segtype/, never by a switch here.
 */
struct segtype;  /* segtype/segtype.h */

enum area_kind { AREA_NONE, AREA_PV, AREA_LV };

struct area {
	enum area_kind kind;
	union { struct lvol_pv *pv; struct lvol_lv *lv; };
	uint32_t start;             /* first extent on it */
};

enum seg_field {
	/* sizes */
	SEG_STRIPE_SIZE, SEG_REGION_SIZE, SEG_CHUNK_SIZE, SEG_DATA_OFFSET, SEG_DATA_COPIES,
	/* raid, mirror */
	SEG_WRITEBEHIND, SEG_MIN_RECOVERY_RATE, SEG_MAX_RECOVERY_RATE, SEG_EXTENTS_MOVED, SEG_MIRROR_LOG,
	/* snapshot */
	SEG_ORIGIN, SEG_COW_STORE, SEG_MERGING_STORE,
	/* thin */
	SEG_METADATA, SEG_POOL, SEG_TRANSACTION_ID, SEG_DISCARDS, SEG_ZERO_NEW_BLOCKS, SEG_CROP_METADATA_VALUE,
	SEG_THIN_POOL, SEG_DEVICE_ID, SEG_EXTERNAL_ORIGIN, SEG_MERGE,
	/* cache */
	SEG_DATA, SEG_METADATA_FORMAT, SEG_CACHE_MODE, SEG_POLICY, SEG_POLICY_SETTINGS, SEG_CACHE_POOL, SEG_CLEANER,
	SEG_METADATA_START, SEG_METADATA_LEN, SEG_DATA_START, SEG_DATA_LEN, SEG_METADATA_ID, SEG_DATA_ID,
	/* writecache */
	SEG_WRITECACHE, SEG_WRITECACHE_BLOCK_SIZE, SEG_HIGH_WATERMARK, SEG_LOW_WATERMARK, SEG_WRITEBACK_JOBS,
	SEG_AUTOCOMMIT_BLOCKS, SEG_AUTOCOMMIT_TIME, SEG_FUA, SEG_NOFUA, SEG_MAX_AGE, SEG_METADATA_ONLY,
	SEG_PAUSE_WRITEBACK, SEG_WRITECACHE_SETTING_KEY, SEG_WRITECACHE_SETTING_VAL,
	/* integrity */
	SEG_DATA_SECTORS, SEG_MODE, SEG_TAG_SIZE, SEG_BLOCK_SIZE, SEG_INTERNAL_HASH, SEG_META_DEV, SEG_RECALCULATE,
	SEG_JOURNAL_SECTORS, SEG_INTERLEAVE_SECTORS, SEG_BUFFER_SECTORS, SEG_JOURNAL_WATERMARK, SEG_COMMIT_TIME,
	SEG_BITMAP_FLUSH_INTERVAL, SEG_SECTORS_PER_BIT, SEG_ALLOW_DISCARDS,
	/* vdo */
	SEG_VDO_POOL, SEG_VDO_OFFSET, SEG_HEADER_SIZE, SEG_VIRTUAL_EXTENTS, SEG_USE_COMPRESSION, SEG_USE_DEDUPLICATION,
	SEG_USE_METADATA_HINTS, SEG_MINIMUM_IO_SIZE, SEG_BLOCK_MAP_CACHE_SIZE_MB, SEG_BLOCK_MAP_ERA_LENGTH,
	SEG_USE_SPARSE_INDEX, SEG_INDEX_MEMORY_SIZE_MB, SEG_MAX_DISCARD, SEG_SLAB_SIZE_MB, SEG_ACK_THREADS,
	SEG_BIO_THREADS, SEG_BIO_ROTATION, SEG_CPU_THREADS, SEG_HASH_ZONE_THREADS, SEG_LOGICAL_THREADS,
	SEG_PHYSICAL_THREADS, SEG_WRITE_POLICY,
	SEG_FIELD_COUNT
};

enum seg_value_kind { SEG_VALUE_NUMBER, SEG_VALUE_TEXT, SEG_VALUE_LV, SEG_VALUE_SECTION };

struct seg_value {
	uint16_t field;             /* enum seg_field */
	uint8_t kind;               /* enum seg_value_kind */
	union {
		uint64_t number;        /* a signed one is cast */
		const char *text;       /* or the inside of a section, in disk style */
		struct lvol_lv *lv;
	};
};

struct lvol_segment {
	struct lvol_lv *lv;
	struct lvol_segment *next;
	const struct segtype *type;
	const char *type_text;      /* word in the text without +FLAG suffixes: an alias stays as it was */
	const char *type_flags;     /* suffixes that we do not know, "+FROB+X"; NULL. Makes the type unknown. */
	uint32_t start, count;      /* extents of the LV */
	uint32_t reshape_count;     /* 0: absent */
	struct strings tags;
	struct area *areas;         /* data areas */
	struct area *metas;         /* raid metadata areas beside them, or NULL */
	uint32_t area_count;
	uint32_t area_extents;      /* extents that each data area has */
	struct seg_value *values;   /* ascending by field; changed by lvi_seg_set_... and lvi_seg_unset only */
	uint32_t value_count;
	const char *extra;          /* unknown fields and sections; of an unknown type all of them */
};

/* NULL when the text does not have it. */
const struct seg_value *lvi_seg_value(const struct lvol_segment *seg, enum seg_field field);
uint64_t lvi_seg_number(const struct lvol_segment *seg, enum seg_field field, uint64_t absent);
const char *lvi_seg_text(const struct lvol_segment *seg, enum seg_field field);  /* NULL: absent */
struct lvol_lv *lvi_seg_lv(const struct lvol_segment *seg, enum seg_field field); /* NULL: absent */

#endif
