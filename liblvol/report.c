/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/report.h>

#include "args.h"
#include "backend.h"
#include "report/report.h"
#include "store/store.h"

/* The public calls of <lvol/report.h>. */

int lvol_report_new(const struct lvol_scan *scan, const struct lvol_report_opts *opts, struct lvol_report **out,
		struct lvol_error *err)
{
	struct lvol_report_opts known;
	struct report_source source;

	if (!scan || !opts || !out)
		return lvi_error(err, LVOL_E_INVALID, NULL, "a scan, options and a place for the report are needed");
	ARG_OPTS(err, &known, opts);
	source = (struct report_source) {
		.vgs = scan->vgs, .vg_count = scan->vg_count, .orphans = scan->orphans,
		.devices = scan->devs ? scan->devs->first : NULL, .control = known.backend ? known.backend->control : NULL,
	};
	return lvi_report_new(&source, &known, out, err);
}

void lvol_report_free(struct lvol_report *report)
{
	lvi_report_free(report);
}

size_t lvol_report_row_count(const struct lvol_report *report)
{
	return lvi_report_row_count(report);
}

size_t lvol_report_column_count(const struct lvol_report *report)
{
	return lvi_report_column_count(report);
}

const char *lvol_report_column_name(const struct lvol_report *report, size_t column)
{
	return lvi_report_column_name(report, column);
}

const char *lvol_report_column_heading(const struct lvol_report *report, size_t column)
{
	return lvi_report_column_heading(report, column);
}

bool lvol_report_column_is_right_aligned(const struct lvol_report *report, size_t column)
{
	return lvi_report_column_is_right_aligned(report, column);
}

const char *lvol_report_cell(const struct lvol_report *report, size_t row, size_t column)
{
	return lvi_report_cell(report, row, column);
}

bool lvol_report_field(enum lvol_report_kind kind, size_t i, const char **name, const char **description)
{
	return lvi_report_field(kind, i, name, description);
}

int lvol_report_json(const struct lvol_report *const *reports, size_t count, char **json, struct lvol_error *err)
{
	if ((!reports && count) || !json)
		return lvi_error(err, LVOL_E_INVALID, NULL, "reports and a place for the text are needed");
	for (size_t i = 0; i < count; i++)
		if (!reports[i])
			return lvi_error(err, LVOL_E_INVALID, NULL, "report %zu of %zu is missing", i + 1, count);
	return lvi_report_json(reports, count, json, err);
}

int lvol_vg_picture(const struct lvol_vg *vg, const struct lvol_picture_opts *opts, char **text,
		struct lvol_error *err)
{
	if (!vg || !text)
		return lvi_error(err, LVOL_E_INVALID, NULL, "a VG and a place for the picture are needed");
	return lvi_picture(vg, opts, text, err);
}
