/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MODEL_LV_H
#define LVI_MODEL_LV_H

#include "model/vg.h"

/* LV status and flags; names as in the text. The last group comes as suffixes of a segment's type. */
enum lv_flag {
	LV_READ = 1u << 0, LV_WRITE = 1u << 1, LV_FIXED_MINOR = 1u << 2, LV_VISIBLE = 1u << 3, LV_PVMOVE = 1u << 4,
	LV_LOCKED = 1u << 5, LV_NOTSYNCED = 1u << 6, LV_REBUILD = 1u << 7, LV_WRITEMOSTLY = 1u << 8,
	LV_WRITE_LOCKED = 1u << 9,     /* kept as read; LV_WRITE is set with it */
	LV_ACTIVATION_SKIP = 1u << 10, LV_NOAUTOACTIVATE = 1u << 11, LV_ERROR_WHEN_FULL = 1u << 12, LV_CACHE_VOL = 1u << 13,
	LV_RESHAPE = 1u << 16, LV_RESHAPE_DATA_OFFSET = 1u << 17, LV_RESHAPE_DELTA_DISKS_PLUS = 1u << 18,
	LV_RESHAPE_DELTA_DISKS_MINUS = 1u << 19, LV_REMOVE_AFTER_RESHAPE = 1u << 20, LV_METADATA_FORMAT = 1u << 21,
	LV_CROP_METADATA = 1u << 22, LV_CACHE_USES_CACHEVOL = 1u << 23
};
#define LV_TYPE_SUFFIX_FLAGS 0x00ff0000u

/* Who refers to an LV, and how: as an area or through a field of a segment. */
struct lv_use {
	struct lvol_segment *seg;
	bool is_area;
	uint32_t area;              /* index when is_area */
	int field;                  /* enum seg_field when not */
	struct lv_use *next;
};

struct lvol_lv {
	struct lvol_vg *vg;
	struct lvol_lv *next, *prev;
	uint32_t index;             /* position among the VG's LVs, valid when frozen */

	const char *name;
	struct uuid id;
	unsigned flags;             /* enum lv_flag */
	struct strings other_flags;
	struct strings tags;
	int alloc;                  /* enum lvol_alloc; INHERIT when absent */
	const char *profile, *lock_args;
	int64_t read_ahead_sectors; /* LV_READ_AHEAD_AUTO, LV_READ_AHEAD_NONE or sectors */
	int64_t major, minor;       /* -1: absent */
	uint64_t creation_time;     /* with creation_host; 0 and NULL: absent */
	const char *creation_host;
	const char *extra;

	struct lvol_segment *seg_first, *seg_last;
	uint32_t seg_count;
	uint32_t extent_count;      /* sum of its segments */
	struct lv_use *uses;        /* valid when frozen; order of the text */
};

#define LV_READ_AHEAD_AUTO INT64_C(0)
#define LV_READ_AHEAD_NONE INT64_C(-1)

#endif
