/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "report/internal.h"

static int take_options(struct lvol_report *r, const struct lvol_report_opts *opts, struct lvol_error *err)
{
	char letter = opts->units && *opts->units ? *opts->units : 'r';

	if (!lvi_report_prefix((enum lvol_report_kind)opts->kind))
		return lvi_error(err, LVOL_E_INVALID, NULL, "there is no kind of report %u", (unsigned)opts->kind);
	if (opts->flags & ~(LVOL_REPORT_ALL | LVOL_REPORT_NO_SUFFIX | LVOL_REPORT_HISTORY))
		return lvi_error(err, LVOL_E_INVALID, NULL, "unknown flags %#x of a report", (unsigned)opts->flags);
	if (!lvi_units_valid(letter) || (opts->units && *opts->units && opts->units[1]))
		return lvi_error(err, LVOL_E_INVALID, NULL, "\"%.16s\" is no unit; use one letter of rhbskmgtpe or RHBSKMGTPE",
				opts->units);
	r->kind = (enum lvol_report_kind)opts->kind;
	r->flags = opts->flags;
	r->units = (struct units) { letter, !(opts->flags & LVOL_REPORT_NO_SUFFIX) };
	r->objects = lvi_report_objects(r->kind);
	return 0;
}

/* Texts of cells are borrowed from the VGs, which must stay. */
static int take_source(struct lvol_report *r, const struct report_source *source)
{
	r->vgs = lvi_arena_calloc(r->arena, source->vg_count, sizeof *r->vgs);
	if (!r->vgs)
		return -LVOL_E_NO_MEMORY;
	for (; r->vg_count < source->vg_count; r->vg_count++)
		r->vgs[r->vg_count] = lvi_vg_ref(source->vgs[r->vg_count]);
	if (source->orphans)
		r->orphans = lvi_vg_ref(source->orphans);
	return 0;
}

static void note_columns(struct lvol_report *r)
{
	for (size_t i = 0; i < r->columns.len; i++)
		r->asks_status |= r->columns.items[i].field->asks_status;
	for (size_t i = 0; i < r->visible_count; i++)
		if (r->columns.items[i].object == OBJ_SPECIAL)
			r->selected_column = i + 1;
}

static int make(struct lvol_report *r, const struct report_source *source, const struct lvol_report_opts *opts,
		struct lvol_error *err)
{
	int ret = take_options(r, opts, err);

	if (!ret)
		ret = take_source(r, source) ? lvi_error_nomem(err) : 0;
	if (!ret)
		ret = lvi_columns_make(r, opts->fields, opts->sort, err);
	if (!ret && opts->select)
		ret = lvi_select_parse(r, opts->select, err);
	if (ret)
		return ret;
	note_columns(r);
	ret = lvi_rows_build(r, source, opts->names, err);
	return ret ? ret : lvi_rows_sort(r, err);
}

int lvi_report_new(const struct report_source *source, const struct lvol_report_opts *opts, struct lvol_report **out,
		struct lvol_error *err)
{
	struct lvol_report_opts known;
	struct lvol_report *r;
	int ret;

	if (!lvi_opts_copy(&known, sizeof known, opts))
		return lvi_error(err, LVOL_E_INVALID, NULL, "the options of a report are not of a known size");
	r = calloc(1, sizeof *r);
	if (!r || !(r->arena = lvi_arena_new())) {
		free(r);
		return lvi_error_nomem(err);
	}
	ret = make(r, source, &known, err);
	if (ret)
		lvi_report_free(r);
	else
		*out = r;
	return ret;
}

void lvi_report_free(struct lvol_report *r)
{
	if (!r)
		return;
	lvi_select_free(r->selection);
	ARRAY_FREE(&r->rows);
	ARRAY_FREE(&r->columns);
	for (size_t i = 0; i < r->vg_count; i++)
		lvi_vg_unref(r->vgs[i]);
	lvi_vg_unref(r->orphans);
	lvi_arena_free(r->arena);
	free(r);
}

size_t lvi_report_row_count(const struct lvol_report *r)
{
	return r->rows.len;
}

size_t lvi_report_column_count(const struct lvol_report *r)
{
	return r->visible_count;
}

const char *lvi_report_column_name(const struct lvol_report *r, size_t column)
{
	return column < r->visible_count ? r->columns.items[column].field->name : NULL;
}

const char *lvi_report_column_heading(const struct lvol_report *r, size_t column)
{
	return column < r->visible_count ? r->columns.items[column].field->heading : NULL;
}

bool lvi_report_column_is_right_aligned(const struct lvol_report *r, size_t column)
{
	enum report_type type;

	if (column >= r->visible_count)
		return false;
	type = r->columns.items[column].field->type;
	return type == TYPE_NUMBER || type == TYPE_SIZE;
}

const char *lvi_report_cell(const struct lvol_report *r, size_t row, size_t column)
{
	return row < r->rows.len && column < r->visible_count ? r->rows.items[row].cells[column].text : NULL;
}

/* All fields, in lvm2's order; those of a kind of report and those of others are the same, as all can be asked for. */
bool lvi_report_field(enum lvol_report_kind kind, size_t i, const char **name, const char **description)
{
	const struct field_table *table;

	if (!lvi_report_prefix(kind))
		return false;
	for (size_t t = 0; (table = lvi_field_table(t)); i -= table->count, t++)
		if (i < table->count) {
			if (name)
				*name = table->fields[i].name;
			if (description)
				*description = table->fields[i].description;
			return true;
		}
	return false;
}
