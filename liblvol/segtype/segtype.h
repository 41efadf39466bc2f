/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_SEGTYPE_SEGTYPE_H
#define LVI_SEGTYPE_SEGTYPE_H

#include "config/tree.h"
#include "dm/graph.h"
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

struct seg_table;  /* receives table lines, see below */

/* Which LV a part (below) is about. */
#define SEG_PART_SELF (-1)   /* the segment's own */
#define SEG_PART_AREA (-2)   /* those that are its areas, for data or metadata */
#define SEG_PART_END (-3)

enum seg_part_flag {
	PART_NO_DEVICE = 1u << 0,         /* it has none */
	PART_READ_ONLY = 1u << 1,         /* "vg-lv" is read-only, whatever the LV is */
	PART_WRITABLE = 1u << 2,          /* none of its devices is, whatever the LV is */
	PART_LAYER_WRITABLE = 1u << 3,    /* "vg-lv-LAYER" is not, whatever the LV is */
	PART_SHOWN = 1u << 4,             /* users see "vg-lv", whatever the LV's flag says */
	PART_HIDDEN = 1u << 5,            /* they do not */
	PART_NO_CONTENT = 1u << 6,        /* see DM_NODE_NO_CONTENT */
	PART_LOW_PRIORITY = 1u << 7,      /* see DM_NODE_LOW_PRIORITY */
	PART_RESUME_LATE = 1u << 8,       /* "vg-lv-LAYER", see DM_NODE_RESUME_LATE */
	PART_READS_ALONE = 1u << 9,       /* who only reads needs no more than "vg-lv-LAYER" */
	PART_MAY_MISS = 1u << 10,         /* others can do without it: in degraded mode it may lie on a missing PV */
	/* LVs that must be there beside it: all that the segment names, when it is written to or activated, or when it is
	 * activated; all that use it, when it is activated */
	PART_WITH_NAMED_WRITTEN = 1u << 11, PART_WITH_NAMED_ACTIVE = 1u << 12, PART_WITH_USERS_ACTIVE = 1u << 13
};

/*
 * What a segment does to the devices of an LV: its own, or one that it names.
 *
 * An LV has the device "vg-lv" with the lines of its segments; unless something shows it to users in another way (a
 * thin pool as a linear device, an origin as snapshot-origin): then the part that does so has a layer. The LV's segments
 * are in the device "vg-lv-LAYER" with the dm uuid "...-LAYER", and "vg-lv" has the part's own table.
 */
struct seg_part {
	int lv;                        /* enum seg_field that names it, or SEG_PART_... */
	unsigned lv_flags;             /* which the LV must have (enum lv_flag) */
	bool (*applies)(const struct lvol_segment *seg);  /* NULL: always */
	unsigned flags;                /* enum seg_part_flag */
	const char *uuid_suffix;       /* of "vg-lv": "tdata"; NULL: none */
	const char *layer;
	unsigned rank;                 /* of several with a layer the lowest shows the LV */
	int (*table)(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err);
};

struct segtype {
	const char *name;                    /* as lvm2 prints it in `segtype` */
	const char *const *aliases;          /* other words in the text that mean it, NULL-terminated; NULL */
	const char *text_name;               /* word written for new segments; NULL: name */
	unsigned flags;                      /* enum segtype_flag, for reports and generic code */
	const struct seg_field_desc *fields; /* in the order lvm2 writes them, ended by key NULL; NULL */
	struct seg_area_desc areas;
	uint32_t parity_areas;               /* raid: areas' worth of extents that hold no data */
	const char *raid_layout;             /* raid: words of lvm2's lv_layout behind "raid,": "raid5,raid5_ls"; NULL */
	const char *raid_word;               /* raid: the kernel's word where it is not the name: "raid5_ls" */
	bool raid_no_bitmap;                 /* raid: nothing is ever out of sync: raid0 */
	uint32_t (*raid_copies)(const struct lvol_segment *seg);  /* raid: legs that one byte is on; NULL where others tell */

	/* Extents that each area has for the segment's count; NULL: count / area_count rounded up when STRIPED, else count. */
	uint32_t (*area_extents)(const struct lvol_segment *seg);
	/* Why LVM2 would not read it although each field is fine by itself, said behind "segment ...: "; NULL: it would.
	 * @text is its section. The function may be NULL. */
	const char *(*unreadable)(const struct lvol_segment *seg, const struct cfg_node *text);
	/* What keeps LVM2 from writing it, beyond the tables above. NULL: nothing. */
	int (*check)(const struct lvol_segment *seg, const struct check_sink *sink);
	/* Appends this segment's lines to the table of its LV's device. NULL: LVOL_E_NOT_SUPPORTED, names the type. */
	int (*table)(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err);
	const struct seg_part *parts;        /* ended by SEG_PART_END; NULL: none */
};

/* By a word of the text ("striped", "linear", "raid5"); NULL: not known. */
const struct segtype *lvi_segtype_find(const char *word);
/* Keeps every field as text; see unknown.c. */
extern const struct segtype lvi_segtype_unknown;
extern const struct segtype lvi_segtype_striped, lvi_segtype_zero, lvi_segtype_error;

/* The name that lvm2's `segtype` column shows: "linear" for striped with one area, ... */
const char *lvi_segtype_display(const struct lvol_segment *seg);
uint32_t lvi_seg_area_extents(const struct lvol_segment *seg);  /* by the type's rule */

/* What a table depends on beside the segment. */
enum seg_table_flag {
	SEG_TABLE_IN_SYNC = 1u << 0,      /* new mirrors and raids count as in sync */
	SEG_TABLE_NO_MERGE = 1u << 1,     /* merges do not begin yet */
	SEG_TABLE_CLEANS = 1u << 3,       /* a cache writes back what it holds alone, and holds nothing alone from then on */
	SEG_TABLE_DEGRADED = 1u << 2      /* a raid may lack legs, but not more than it can do without */
};

/* A device that exists for a segment's table only, over parts of an LV: "vg-LV-LAYER" with the dm uuid of @id. */
struct seg_layer {
	const struct lvol_lv *lv;
	const char *name;
	const struct uuid *id;            /* NULL: the LV's */
};

/* How a table names devices; implemented by map/. What they return is an argument of a line, or an error. */
struct seg_table_ops {
	/* the device behind an area, and the sector on it where the area begins */
	int (*area)(struct seg_table *t, const struct area *area, struct dm_arg *dev, uint64_t *start_sector,
			struct lvol_error *err);
	/* of an LV: "vg-lv" (@layer NULL) or its own segments in "vg-lv-layer" */
	int (*lv)(struct seg_table *t, const struct lvol_lv *lv, const char *layer, struct dm_node **out,
			struct lvol_error *err);
	/* the caller fills its table; it is empty the first time */
	int (*layer)(struct seg_table *t, const struct seg_layer *layer, struct dm_node **out, struct lvol_error *err);
	/* out->node is told @text when it runs; meanwhile the device of @still (NULL: none), if it runs, is suspended */
	int (*message)(struct seg_table *t, const char *text, const struct lvol_lv *still, struct lvol_error *err);
	/* part of it lies directly on a PV that cannot be used */
	bool (*is_missing)(struct seg_table *t, const struct lvol_lv *lv);
};

/* The table of one device in the making; its segments follow each other. */
struct seg_table {
	struct dm_node *node;
	const struct lvol_lv *lv;         /* whose device it is */
	const char *layer;                /* of a part's table: of the device under it */
	uint64_t start_sectors;           /* where the segment begins on the device */
	uint64_t extent_sectors;
	unsigned flags;                   /* enum seg_table_flag */
	uint32_t region_sectors;          /* of mirrors that move data */
	uint32_t thin_threshold_percent;  /* fill of thin pools from which events are wanted; 100: none */
	unsigned moving;                  /* mirror's own: segments of this LV that are being moved */
	const struct seg_table_ops *ops;
	void *map;                        /* map/'s own */
};

/* The mirror that @lv is giving more legs, hidden below it as NAME_mimagetmp_N, as lvm2 does it; NULL: @lv does nothing such. */
struct lvol_lv *lvi_mirror_layer(const struct lvol_lv *lv);

/* Extents of the LV's device: without what the legs of a raid keep free for a reshape. */
uint32_t lvi_lv_shown_extents(const struct lvol_lv *lv);

#endif
