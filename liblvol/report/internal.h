/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_REPORT_INTERNAL_H
#define LVI_REPORT_INTERNAL_H

#include "base/arena.h"
#include "base/array.h"
#include "base/hash.h"
#include "report/report.h"

/*
 * A report is made in four steps: the words of the options are looked up in the tables of fields (columns.c,
 * select_parse.c, sort.c); what they speak of decides what a row is (report.c); each row's cells are filled in by the
 * fields' getters and shown to the selection (rows.c); the rows are sorted. A cell has a text to show and a key to
 * compare by.
 */

/* What a field is a property of. One bit each: which rows a report has follows from the fields asked for. */
enum report_object {
	OBJ_VG = 1u << 0, OBJ_LV = 1u << 1, OBJ_LABEL = 1u << 2, OBJ_PV = 1u << 3, OBJ_SEG = 1u << 4, OBJ_PVSEG = 1u << 5,
	OBJ_SPECIAL = 1u << 6
};

/* How values of a field are compared, and aligned: numbers and sizes to the right. */
enum report_type { TYPE_STRING, TYPE_NUMBER, TYPE_SIZE, TYPE_PERCENT, TYPE_TIME, TYPE_LIST };

/* A list to compare with: its words in order. */
struct word_list { const char *const *words; size_t count; };

/* Numbers (and percents) that are not known; sizes that are not are NAN. */
#define NUMBER_UNDEFINED UINT64_MAX

struct cell {
	const char *text;
	union {
		const char *string;            /* TYPE_STRING */
		uint64_t number;               /* TYPE_NUMBER, TYPE_PERCENT, TYPE_TIME */
		double sectors;                /* TYPE_SIZE */
		const struct word_list *list;  /* TYPE_LIST */
	} key;
};

/* What lvm2 knows an LV to be, from what its segments are and from who uses it. */
enum lv_kind {
	KIND_VISIBLE = 1u << 0, KIND_PARTIAL = 1u << 1, KIND_VIRTUAL = 1u << 2, KIND_SPARE = 1u << 3, KIND_LOCKD = 1u << 4,
	KIND_ORIGIN = 1u << 5, KIND_COW = 1u << 6, KIND_EXTERNAL_ORIGIN = 1u << 7, KIND_MERGING = 1u << 8,
	KIND_RAID_IMAGE = 1u << 9, KIND_RAID_META = 1u << 10, KIND_MIRROR_IMAGE = 1u << 11, KIND_MIRROR_LOG = 1u << 12,
	KIND_THIN_DATA = 1u << 13, KIND_THIN_META = 1u << 14, KIND_CACHE_DATA = 1u << 15, KIND_CACHE_META = 1u << 16,
	KIND_CACHE_ORIGIN = 1u << 17, KIND_WRITECACHE_ORIGIN = 1u << 18, KIND_WRITECACHE_VOL = 1u << 19,
	KIND_INTEGRITY_ORIGIN = 1u << 20, KIND_INTEGRITY_META = 1u << 21, KIND_VDO_DATA = 1u << 22,
	KIND_UNKNOWN_SEGMENT = 1u << 23, KIND_CONVERTING = 1u << 24
};

struct lv_info {
	unsigned kinds;                        /* enum lv_kind */
	unsigned types;                        /* enum segtype_flag of all its segments */
	uint32_t origin_count;                 /* snapshots of it */
	uint32_t external_count;               /* thin LVs over it as an external origin */
	uint32_t thin_snapshot_count;
	unsigned modules;                      /* one bit for each of modules.c */
	const struct lvol_segment *snapshot;   /* of a COW LV: the relation; of a merging origin: what merges into it */
};

/* What a report must know of a VG beyond the model; made once per VG. */
struct vg_info {
	const struct lvol_vg *vg;
	struct lv_info *lvs;                   /* by lv->index */
	uint32_t visible_count, snapshot_count, missing_pv_count;
	/* metadata areas on its PVs: how many, how many in use, and of those the least size and room */
	struct { uint64_t count, used, size_bytes, free_bytes; } mdas;
	struct history *history;               /* NULL: no historical LVs */
};

struct live;
struct lv_state;

/* What a row is about; what does not apply is NULL. */
struct item {
	const struct vg_info *vi;
	const struct lvol_vg *vg;              /* NULL: orphan PV or a device that is no PV */
	const struct lvol_lv *lv;
	const struct lv_info *li;              /* with lv */
	const struct historical_lv *historical;
	const struct lvol_segment *seg;
	const struct lvol_pv *pv;
	const struct lvol_dev *dev;            /* of a device that is no PV */
	uint32_t run_start, run_count;         /* extents of a row of PV segments */
	bool selected;
	struct live *live;                     /* what runs of the LVs; NULL: nobody is asked */
	struct lv_state *state;                /* with live: of this row, looked at when a cell needs it */
};

struct units {
	char letter;          /* one of rhbskmgtpe or upper case */
	bool suffix;
};

/* Where a getter puts its value. */
struct out {
	struct arena *arena;
	struct cell *cell;
	const struct units *units;
	const struct field *field;
	bool history;         /* historical LVs are shown */
};

/* A word that a selection may use for a value. */
struct value_word { const char *word; const char *string; uint64_t number; };

struct field {
	const char *name, *heading;
	enum report_type type;
	int (*get)(struct out *o, const struct item *it);  /* 0 or -LVOL_E_NO_MEMORY */
	const char *description;
	const struct value_word *words;   /* ended by a NULL word; NULL: none */
	bool asks_status;                 /* it shows what a target says, not only what the device is */
	/* which LV's name or UUID the getter gives; NULL: the getter does not need it */
	const struct lvol_lv *(*other)(const struct item *it);
};

struct field_table { enum report_object object; const struct field *fields; size_t count; };

extern const struct field_table lvi_fields_lv, lvi_fields_lv_state, lvi_fields_label, lvi_fields_pv, lvi_fields_vg,
	lvi_fields_seg, lvi_fields_seg_vdo, lvi_fields_pvseg, lvi_fields_special;

/* A field asked for: by name, as a sort key, or in the selection. */
struct column {
	const struct field *field;
	enum report_object object;
	bool hidden;
	int sort;             /* place among the sort keys from 1; 0: none */
	bool descending;
};

struct row { struct cell *cells; };

struct selection;

struct lvol_report {
	struct arena *arena;
	struct lvol_vg **vgs;
	size_t vg_count;
	struct lvol_vg *orphans;
	enum lvol_report_kind kind;
	unsigned flags;
	struct units units;
	unsigned objects;                /* all that columns speak of */
	ARRAY(struct column) columns;    /* visible ones first */
	size_t visible_count, sort_count;
	bool asks_status;                /* a column does */
	size_t selected_column;          /* of the field "selected", + 1; 0: none */
	struct selection *selection;
	ARRAY(struct row) rows;
};

/* field.c */
const struct field_table *lvi_field_table(size_t i);  /* in lvm2's order; NULL past the last */
/* @prefix is "lv_" and the like: "size" means lv_size there. */
const struct field *lvi_field_find(const char *name, size_t len, const char *prefix, enum report_object *object);
unsigned lvi_field_all(const char *name, size_t len, const char *prefix, unsigned objects);
const char *lvi_report_prefix(enum lvol_report_kind kind);
unsigned lvi_report_objects(enum lvol_report_kind kind);

/* columns.c */
int lvi_columns_make(struct lvol_report *r, const char *fields, const char *keys, struct lvol_error *err);
/* Index of the column of @field, a hidden one if there is none yet. */
int lvi_column_need(struct lvol_report *r, const struct field *field, enum report_object object, size_t *index,
		struct lvol_error *err);

/* value.c: all take texts that live as long as the report, unless said. */
int lvi_put_string(struct out *o, const char *text);
int lvi_put_uuid(struct out *o, const struct uuid *id);
int lvi_put_number(struct out *o, uint64_t v);
int lvi_put_undefined(struct out *o, const char *text);
int lvi_put_binary(struct out *o, bool v, const char *word);
int lvi_put_sectors(struct out *o, uint64_t sectors);
int lvi_put_words(struct out *o, const char *const *words, size_t count, const char *separator);
int lvi_put_strings(struct out *o, const struct strings *list);  /* in alphabetical order, as tags are shown */
int lvi_put_time(struct out *o, uint64_t when);
int lvi_put_lv_name(struct out *o, const struct lvol_lv *lv, const struct lv_info *li);
/* A sorted copy in the arena; NULL without memory. */
const char *const *lvi_words_sorted(struct arena *arena, const char *const *words, size_t count);

/* size.c */
#define SIZE_TEXT_LEN 40
bool lvi_units_valid(char letter);
void lvi_size_format(char out[SIZE_TEXT_LEN], uint64_t bytes, const struct units *units);

/* kind.c, history.c */
struct vg_info *lvi_vg_info_new(struct arena *arena, const struct lvol_vg *vg);
static inline const struct lv_info *lvi_lv_info(const struct vg_info *vi, const struct lvol_lv *lv)
{
	return &vi->lvs[lv->index];
}
int lvi_history_make(struct arena *arena, struct vg_info *vi);
void lvi_history_free(struct vg_info *vi);
/* What a thin LV or historical LV was made from when that LV is gone. */
const struct historical_lv *lvi_history_origin(const struct vg_info *vi, const struct lvol_lv *lv);
int lvi_put_ancestors(struct out *o, const struct item *it, bool full);
int lvi_put_descendants(struct out *o, const struct item *it, bool full);
struct history_node { const struct lvol_lv *lv; const struct historical_lv *historical; };
/* "name" of a live LV or "-name" of a historical one. False: there is none. */
bool lvi_history_find(const struct vg_info *vi, const char *name, struct history_node *out);
struct history_link { struct history_node node; struct history_link *next; };
/* Historical LVs made from @node, in the order of the text. */
const struct history_link *lvi_history_children(const struct vg_info *vi, const struct history_node *node);

/* segment.c: areas as lvm2 counts them, the LV under a pool or cache too */
uint32_t lvi_report_area_count(const struct lvol_segment *seg);
struct area lvi_report_area(const struct lvol_segment *seg, uint32_t i);
bool lvi_seg_is_raid0(const struct lvol_segment *seg);
bool lvi_seg_is_raid10(const struct lvol_segment *seg);
bool lvi_seg_is_reshapable(const struct lvol_segment *seg);
uint32_t lvi_seg_data_copies(const struct lvol_segment *seg);
const struct lvol_segment *lvi_seg_settings(const struct lvol_segment *seg);  /* holder of a cache's settings; NULL */
enum range_form { RANGE_DEVICE, RANGE_PE, RANGE_LE };
int lvi_put_ranges(struct out *o, const struct item *it, enum range_form form, bool metas);

/* lv_others.c */
bool lvi_item_is_cow(const struct item *it);
const struct lvol_segment *lvi_first_segment(const struct item *it);
bool lvi_first_is(const struct item *it, unsigned types);  /* enum segtype_flag of its first segment */
const struct lvol_lv *lvi_lv_parent_of(const struct item *it);
const struct lvol_lv *lvi_lv_origin_of(const struct item *it);
const struct lvol_lv *lvi_lv_pool_of(const struct item *it);
const struct lvol_lv *lvi_lv_data_of(const struct item *it);
const struct lvol_lv *lvi_lv_metadata_of(const struct item *it);
const struct lvol_lv *lvi_lv_log_of(const struct item *it);
const struct lvol_lv *lvi_lv_convert_of(const struct item *it);
const struct lvol_pv *lvi_lv_move_source(const struct item *it);
const struct lvol_segment *lvi_lv_integrity_of(const struct item *it);

/* modules.c */
int lvi_modules_note(struct vg_info *vi);
int lvi_put_modules(struct out *o, const struct item *it);

/* lv_attr.c, lv_layout.c */
void lvi_lv_attr(const struct item *it, char out[11]);
const char *lvi_lv_health(const struct item *it);
int lvi_put_layout(struct out *o, const struct item *it);
int lvi_put_role(struct out *o, const struct item *it);
const char *lvi_alloc_name(int alloc);
char lvi_alloc_char(int alloc);

/* rows.c, names.c */
int lvi_rows_build(struct lvol_report *r, const struct report_source *source, const char *const *names,
		struct lvol_error *err);
struct names;
int lvi_names_new(const char *const *words, bool are_pvs, struct names **out, struct lvol_error *err);
void lvi_names_free(struct names *n);
bool lvi_names_has_vg(struct names *n, const struct lvol_vg *vg);
/* *by_name: it was named itself, so that it is shown even if it is hidden. */
bool lvi_names_has_lv(struct names *n, const struct lvol_lv *lv, bool *by_name);
bool lvi_names_has_historical(struct names *n, const struct lvol_vg *vg, const struct historical_lv *h);
bool lvi_names_has_pv(struct names *n, const struct lvol_pv *pv);
bool lvi_names_has_dev(struct names *n, const struct lvol_dev *dev);
int lvi_names_check(const struct names *n, struct lvol_error *err);  /* LVOL_E_NOT_FOUND: one was not met */

/* select_parse.c, select_match.c; see select.h */
int lvi_select_parse(struct lvol_report *r, const char *text, struct lvol_error *err);
bool lvi_select_matches(const struct selection *s, const struct cell *cells);
void lvi_select_free(struct selection *s);

/* sort.c */
int lvi_rows_sort(struct lvol_report *r, struct lvol_error *err);

#endif
