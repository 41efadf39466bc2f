/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum lvol_report_kind kinds[] = {
	LVOL_REPORT_PVS, LVOL_REPORT_VGS, LVOL_REPORT_LVS, LVOL_REPORT_SEGS, LVOL_REPORT_PVSEGS,
};
/* decides whether fields of LVs or of PVs go with it */
static const char *const own_field[] = { "pv_name", "lv_name", "lv_name", "segtype", "pvseg_start" };
#define KINDS (sizeof kinds / sizeof *kinds)

static int try_fields(const struct lvol_scan *scan, enum lvol_report_kind kind, const char *names)
{
	struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;
	struct lvol_report *report = NULL;
	int r;

	opts.kind = kind;
	opts.flags = LVOL_REPORT_ALL;
	opts.fields = names;
	r = lvol_report_new(scan, &opts, &report, NULL);
	lvol_report_free(report);
	return r;
}

/* "a,b,c": the fields that a report can have beside its own; not all go together, as in lvm2. */
static char *all_names(const struct lvol_scan *scan, size_t i)
{
	size_t bytes = 0;
	char *names = NULL, *both;
	const char *name;
	FILE *out = open_memstream(&names, &bytes);

	visit_must(out, "no memory");
	fputs(own_field[i], out);
	for (size_t n = 0; lvol_report_field(kinds[i], n, &name, NULL); n++) {
		visit_must(asprintf(&both, "%s,%s", own_field[i], name) > 0, "no memory");
		if (strcmp(name, own_field[i]) && !try_fields(scan, kinds[i], both))
			fprintf(out, ",%s", name);
		free(both);
	}
	fclose(out);
	return names;
}

/* It takes a while, so once in a process, on a scan of nothing. */
static const char *all_fields_of(size_t i)
{
	static char names[KINDS][8192];
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_ctx *ctx = NULL;
	struct lvol_scan *scan = NULL;
	char *found;

	if (*names[i])
		return names[i];
	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	visit_must(!lvol_ctx_new(&opts, &ctx, NULL) && !lvol_scan_new(ctx, &scan, NULL), "no scan of nothing");
	found = all_names(scan, i);
	visit_must(strlen(found) < sizeof names[i], "too many fields");
	strcpy(names[i], found);
	free(found);
	lvol_scan_free(scan);
	lvol_ctx_unref(ctx);
	return names[i];
}

static struct lvol_report *make_report(const struct lvol_scan *scan, size_t i, bool all_fields)
{
	struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_report *report = NULL;
	int r;

	opts.kind = kinds[i];
	opts.flags = LVOL_REPORT_ALL | LVOL_REPORT_HISTORY;
	opts.fields = all_fields ? all_fields_of(i) : NULL;
	r = lvol_report_new(scan, &opts, &report, &err);
	visit_must(!r, err.message);
	return report;
}

static uint64_t read_cells(const struct lvol_report *report)
{
	uint64_t sum = lvol_report_row_count(report);
	size_t columns = lvol_report_column_count(report);

	for (size_t c = 0; c < columns; c++)
		visit_must(lvol_report_column_name(report, c) && lvol_report_column_heading(report, c), "column without a name");
	for (size_t r = 0; r < lvol_report_row_count(report); r++)
		for (size_t c = 0; c < columns; c++) {
			visit_must(lvol_report_cell(report, r, c), "an empty cell is NULL");
			sum = sum * 31 + strlen(lvol_report_cell(report, r, c));
		}
	visit_must(!lvol_report_cell(report, 0, columns), "a cell behind the last column");
	return sum;
}

uint64_t visit_reports(const struct lvol_scan *scan, bool all_fields)
{
	const struct lvol_report *reports[KINDS];
	struct lvol_error err = LVOL_ERROR_INIT;
	uint64_t sum = 0;
	char *json = NULL;
	int r;

	for (size_t i = 0; i < KINDS; i++) {
		struct lvol_report *report = make_report(scan, i, all_fields);

		sum = sum * 31 + read_cells(report);
		reports[i] = report;
	}
	r = lvol_report_json(reports, KINDS, &json, &err);
	visit_must(!r || r == -LVOL_E_NOT_SUPPORTED, err.message);
	if (!r)
		sum = sum * 31 + strlen(json);
	lvol_string_free(json);
	for (size_t i = 0; i < KINDS; i++)
		lvol_report_free((struct lvol_report *)reports[i]);
	return sum;
}

static void look_at(struct lvol_io *io)
{
	uint64_t size = lvol_io_size_bytes(io), at = 0;
	struct lvol_io_extent extent;
	char buf[1024];
	int r;

	r = lvol_io_pread(io, buf, size < sizeof buf ? size : sizeof buf, 0, NULL);
	r = lvol_io_pread(io, buf, 1, size - 1, NULL);
	r = lvol_io_pread(io, buf, 2, size - 1, NULL);
	visit_must(r == -LVOL_E_RANGE, "bytes were read behind the end");
	for (int i = 0; i < 64 && at < size; i++, at += extent.length) {
		visit_must(!lvol_io_block_status(io, at, &extent, NULL), "no block status");
		visit_must(extent.offset == at && extent.length && extent.length <= size - at, "block status does not join");
	}
}

void visit_data(struct lvol_vg *vg, unsigned most_lvs)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io *io;

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv && most_lvs; lv = lvol_lv_next(lv), most_lvs--) {
		if (lvol_io_open(lv, LVOL_IO_PARTIAL, &io, &err)) {
			visit_must(*err.message && err.code, "an error without a message");
			continue;
		}
		if (lvol_io_size_bytes(io))
			look_at(io);
		lvol_io_close(io);
	}
}

static void check_picture(struct lvol_vg *vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *picture = NULL;
	int r = lvol_vg_picture(vg, NULL, &picture, &err);

	visit_must(!r || r == -LVOL_E_NOT_SUPPORTED, err.message);
	lvol_string_free(picture);
}

void visit_texts(struct lvol_ctx *ctx, struct lvol_vg *vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text = NULL, *again = NULL;
	struct lvol_vg *same = NULL;

	visit_must(!lvol_vg_export_text(vg, &text, &err), err.message);
	visit_must(!lvol_vg_open_text(ctx, text, strlen(text), &same, &err), err.message);
	visit_must(lvol_vg_lv_count(vg) == lvol_vg_lv_count(same) && lvol_vg_pv_count(vg) == lvol_vg_pv_count(same),
		   "the exported text is another VG");
	visit_must(!lvol_vg_export_text(same, &again, &err), err.message);
	visit_must(!strcmp(text, again), "the second text differs");
	visit_must(lvol_vg_check(vg, &err) == 0 || *err.message, "a finding without a message");
	check_picture(vg);
	lvol_vg_unref(same);
	lvol_string_free(text);
	lvol_string_free(again);
}
