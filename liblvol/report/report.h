/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_REPORT_REPORT_H
#define LVI_REPORT_REPORT_H

#include <lvol/report.h>

#include "backend/control.h"
#include "model/pv.h"
#include "model/segment.h"

/*
 * What a report is made of. The rooms below the public boundary do not know scans, so the boundary hands over the VGs.
 */
struct report_source {
	struct lvol_vg *const *vgs;      /* sorted by name; referenced by the report while it lives */
	size_t vg_count;
	struct lvol_vg *orphans;         /* nameless VG with the PVs that have none; may be NULL */
	struct backend_control *control; /* asked for what runs of the LVs; NULL: nobody is */
	const struct lvol_dev *devices;  /* first device of the set, for PVS with LVOL_REPORT_ALL; may be NULL */
};

int lvi_report_new(const struct report_source *source, const struct lvol_report_opts *opts,
		struct lvol_report **out, struct lvol_error *err);
void lvi_report_free(struct lvol_report *r);  /* NULL ok */
size_t lvi_report_row_count(const struct lvol_report *r);
size_t lvi_report_column_count(const struct lvol_report *r);
const char *lvi_report_column_name(const struct lvol_report *r, size_t column);
const char *lvi_report_column_heading(const struct lvol_report *r, size_t column);
bool lvi_report_column_is_right_aligned(const struct lvol_report *r, size_t column);
const char *lvi_report_cell(const struct lvol_report *r, size_t row, size_t column);
bool lvi_report_field(enum lvol_report_kind kind, size_t i, const char **name, const char **description);
int lvi_report_json(const struct lvol_report *const *reports, size_t count, char **json, struct lvol_error *err);

int lvi_picture(const struct lvol_vg *vg, const struct lvol_picture_opts *opts, char **text, struct lvol_error *err);

#endif
