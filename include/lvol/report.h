/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_REPORT_H
#define LVOL_REPORT_H

/**
 * @file lvol/report.h
 * Reports in lvm2's words: rows of fields as text, JSON in the shape of `--reportformat json`, and pictures of a VG.
 *
 * Ownership: a report is the caller's and holds what it needs of the scan. Strings in it are borrowed from it.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** What a row is. Since 0.1. */
enum lvol_report_kind {
	LVOL_REPORT_PVS = 1,     /**< A PV each. */
	LVOL_REPORT_VGS = 2,     /**< A VG each. */
	LVOL_REPORT_LVS = 3,     /**< An LV each; a segment each if a segment field is asked for. */
	LVOL_REPORT_SEGS = 4,    /**< A segment of an LV each. */
	LVOL_REPORT_PVSEGS = 5   /**< A run of extents of a PV each. */
};

/** Hidden LVs too (in brackets), and for PVS every device. Since 0.1. */
#define LVOL_REPORT_ALL (1u << 0)
/** Sizes without their unit. Since 0.1. */
#define LVOL_REPORT_NO_SUFFIX (1u << 1)
/** Historical LVs too. Since 0.1. */
#define LVOL_REPORT_HISTORY (1u << 2)

/** What a report should show. Zero means default. Since 0.1. */
struct lvol_report_opts {
	size_t struct_size;        /**< Set by LVOL_REPORT_OPTS_INIT. */
	uint32_t kind;             /**< Required: enum lvol_report_kind. */
	uint32_t flags;            /**< LVOL_REPORT_... */
	const char *fields;        /**< "lv_name,lv_size"; "+field" adds to and "-field" takes from the default. */
	const char *sort;          /**< "-lv_size,lv_name"; default as lvm2. */
	const char *select;        /**< lvm2's selection: "lv_size > 1g && lv_tags=x". */
	const char *units;         /**< One letter of rhbskmgtpe or upper case, default "r". */
	const char *const *names;  /**< NULL-terminated: only these VGs, "vg/lv" LVs, PV devices, or "@tag". */
	struct lvol_backend *backend;  /**< The kernel's device-mapper (<lvol/backend.h>) is asked what of the LVs runs. Default
	                                    NULL: fields of that are as lvm2 shows them of LVs that are not active. Only used
	                                    while the report is made, in the calling thread. */
};
/** Begin a struct lvol_report_opts with this: every field default. Since 0.1. */
#define LVOL_REPORT_OPTS_INIT LVOL_OPTS_INIT(struct lvol_report_opts)

/**
 * Make a report of what a scan found.
 *
 * @param opts  What to show.
 * @param out   The caller's: lvol_report_free(). It keeps the scan's VGs, not the scan.
 * @retval -LVOL_E_INVALID   unknown field (named), bad selection, sort or unit
 * @retval -LVOL_E_NOT_FOUND one of `names` is not there; it is named
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_report_new(const struct lvol_scan *scan, const struct lvol_report_opts *opts,
		struct lvol_report **out, struct lvol_error *err);

/** Free a report; NULL is fine. Since 0.1. */
LVOL_API void lvol_report_free(struct lvol_report *report);

/** Number of rows. Since 0.1. */
LVOL_API size_t lvol_report_row_count(const struct lvol_report *report);

/** Number of columns. Since 0.1. */
LVOL_API size_t lvol_report_column_count(const struct lvol_report *report);

/** Field name of @p column ("lv_name"), NULL past the last. Since 0.1. */
LVOL_API const char *lvol_report_column_name(const struct lvol_report *report, size_t column);

/** Heading of @p column as lvm2 prints it ("LV"), NULL past the last. Since 0.1. */
LVOL_API const char *lvol_report_column_heading(const struct lvol_report *report, size_t column);

/** Whether lvm2 aligns @p column to the right. Since 0.1. */
LVOL_API bool lvol_report_column_is_right_aligned(const struct lvol_report *report, size_t column);

/** Text of the cell in @p row and @p column, NULL past the last row or column. Since 0.1. */
LVOL_API const char *lvol_report_cell(const struct lvol_report *report, size_t row, size_t column);

/**
 * Field @p i of a kind of report, in lvm2's order: its @p name and @p description, static strings; false past the last.
 * Both pointers may be NULL. Since 0.1.
 */
LVOL_API bool lvol_report_field(enum lvol_report_kind kind, size_t i, const char **name, const char **description);

/**
 * @p count reports as one JSON text: {"report": [{"lv": [{"lv_name": "root", ...}]}]}.
 *
 * @param json  The caller's: lvol_string_free().
 * @retval -LVOL_E_INVALID       one of them is NULL
 * @retval -LVOL_E_NOT_SUPPORTED built without json-c
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_report_json(const struct lvol_report *const *reports, size_t count, char **json,
		struct lvol_error *err);

/** How lvol_vg_picture() draws. Zero means default. Since 0.1. */
struct lvol_picture_opts {
	size_t struct_size;   /**< Set by LVOL_PICTURE_OPTS_INIT. */
	uint32_t svg;         /**< 1: SVG instead of text. */
	uint32_t colour;      /**< 1: text with terminal colours. */
	uint32_t width;       /**< Columns of text (default 80, at least 40), or pixels of SVG (default 960). */
	uint32_t ascii;       /**< 1: text without characters beyond ASCII. */
};
/** Begin a struct lvol_picture_opts with this: every field default. Since 0.1. */
#define LVOL_PICTURE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_picture_opts)

/**
 * A picture of a VG: which LV lies where on which PV.
 *
 * @param opts  NULL for all defaults.
 * @param text  The caller's: lvol_string_free().
 * @retval -LVOL_E_INVALID a field of @p opts that cannot be, or newer struct with unknown fields set
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_picture(const struct lvol_vg *vg, const struct lvol_picture_opts *opts,
		char **text, struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_REPORT_H */
