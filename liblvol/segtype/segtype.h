/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_SEGTYPE_SEGTYPE_H
#define LVI_SEGTYPE_SEGTYPE_H

#include "config/tree.h"
#include "dm/table.h"
#include "model/pv.h"
#include "model/segment.h"
#include "model/validate.h"

/*
 * What liblvol knows of one segment type: a table, in a file of its own, listed in registry.c. Import and export are
 * driven by it (metadata/), and whoever wants to know how a segment behaves asks here: nobody compares type names.
 */

/* How a value is written in the text. */
enum field_form {
	FIELD_U32, FIELD_U64, FIELD_S64,
	FIELD_FLAG,       /* 0 or 1, absent is 0, written only when not 0 */
	FIELD_STRING, FIELD_BAREWORD, FIELD_UUID,
	FIELD_LV,         /* name of an LV */
	FIELD_SECTION     /* name { ... } kept as it is */
};

#define FIELD_UNIT_EXTENT UINT32_MAX

struct seg_field_desc {
	enum seg_field field;
	const char *key;
	enum field_form form;
	bool required;
	uint64_t min, max;   /* of numbers: outside of them LVM2 does not read the VG; max 0: no bounds */
	unsigned lv_flag;    /* from lv_flag_from on, the field gives the LV this flag (enum lv_flag), suffix or not */
	uint64_t lv_flag_from;
	uint32_t unit_sectors;  /* backups show a size as comment: sectors of one unit, or FIELD_UNIT_EXTENT; 0: they do not */
};

/* How the areas of a segment are listed. */
enum area_form {
	AREAS_NONE,
	AREAS_PAIRS,      /* ["pv0", 0, "lv", 5]: PV or LV, and extent */
	AREAS_LVS,        /* ["X_rimage_0", ...] */
	AREAS_META_DATA   /* ["X_rmeta_0", "X_rimage_0", ...]; data only where there is no _rmeta_ */
};

struct seg_area_desc {
	enum area_form form;
	const char *list_key;        /* "stripes" */
	const char *count_key;       /* "stripe_count" */
	const char *other_count_key; /* accepted in its place, but not beside it; NULL */
	uint32_t min, max;           /* number of areas that LVM2 writes; max 0: no limit */
};

enum segtype_flag {
	SEGTYPE_UNKNOWN = 1u << 0,     /* not understood: VG is read-only */
	SEGTYPE_ONE_SEGMENT = 1u << 1, /* an LV of this type has exactly one segment */
	SEGTYPE_VIRTUAL = 1u << 2,     /* takes no room of its own: zero, error, thin, snapshot */
	SEGTYPE_CAN_SPLIT = 1u << 3,   /* neighbours may be merged and a segment cut: striped */
	SEGTYPE_STRIPED = 1u << 4,     /* data is spread over the areas in stripe_size pieces */
	SEGTYPE_RAID = 1u << 5, SEGTYPE_MIRROR = 1u << 6, SEGTYPE_SNAPSHOT = 1u << 7,
	SEGTYPE_THIN_POOL = 1u << 8, SEGTYPE_THIN = 1u << 9, SEGTYPE_CACHE_POOL = 1u << 10, SEGTYPE_CACHE = 1u << 11,
	SEGTYPE_WRITECACHE = 1u << 12, SEGTYPE_INTEGRITY = 1u << 13, SEGTYPE_VDO_POOL = 1u << 14, SEGTYPE_VDO = 1u << 15
};

struct seg_table;  /* map/: receives a segment's table lines */

struct segtype {
	const char *name;                    /* as lvm2 prints it in `segtype` */
	const char *const *aliases;          /* other words in the text that mean it, NULL-terminated; NULL */
	const char *text_name;               /* word written for new segments; NULL: name */
	unsigned flags;                      /* enum segtype_flag, for reports and generic code */
	const struct seg_field_desc *fields; /* in the order lvm2 writes them, ended by key NULL; NULL */
	struct seg_area_desc areas;
	uint32_t parity_areas;               /* raid: areas' worth of extents that hold no data */
	const char *raid_layout;             /* raid: words of lvm2's lv_layout behind "raid,": "raid5,raid5_ls"; NULL */

	/* Extents that each area has for the segment's count; NULL: count / area_count rounded up when STRIPED, else count. */
	uint32_t (*area_extents)(const struct lvol_segment *seg);
	/* Why LVM2 would not read it although each field is fine by itself, said behind "segment ...: "; NULL: it would.
	 * @text is its section. The function may be NULL. */
	const char *(*unreadable)(const struct lvol_segment *seg, const struct cfg_node *text);
	/* What keeps LVM2 from writing it, beyond the tables above. NULL: nothing. */
	int (*check)(const struct lvol_segment *seg, const struct check_sink *sink);
	/* Appends this segment's lines to the table of its LV's device. NULL: LVOL_E_NOT_SUPPORTED, names the type. */
	int (*table)(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err);
};

/* By a word of the text ("striped", "linear", "raid5"); NULL: not known. */
const struct segtype *lvi_segtype_find(const char *word);
/* Keeps every field as text; see unknown.c. */
extern const struct segtype lvi_segtype_unknown;
extern const struct segtype lvi_segtype_striped, lvi_segtype_zero, lvi_segtype_error;

/* The name that lvm2's `segtype` column shows: "linear" for striped with one area, ... */
const char *lvi_segtype_display(const struct lvol_segment *seg);
uint32_t lvi_seg_area_extents(const struct lvol_segment *seg);  /* by the type's rule */

/* How a table names what lies under an area or LV; implemented by map/. */
struct seg_table {
	struct dm_table *table;
	uint64_t lv_start_sectors;        /* where the segment begins on the LV's device */
	uint64_t extent_sectors;
	/* argument for the device behind an area and the sector on it where the area begins */
	int (*area)(struct seg_table *t, const struct area *area, struct dm_arg *dev, uint64_t *start_sector,
			struct lvol_error *err);
	void *map;                        /* map/'s own */
};

#endif
