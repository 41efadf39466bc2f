/* SPDX-License-Identifier: MIT */
#include "report_text.h"

#include "report_widths.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_text(const char *text, int width, bool right)
{
	printf("%*s", right ? width : -width, text);
}

/* "LVM2_LV_NAME=", quoted so that a shell can read the line. */
static void print_prefix(const char *field, bool quotes)
{
	fputs("LVM2_", stdout);
	for (; *field; field++)
		putchar(toupper((unsigned char)*field));
	fputs(quotes ? "='" : "=", stdout);
}

static void print_cell(const struct lvol_report *report, const struct report_style *style, size_t row, size_t column)
{
	print_prefix(lvol_report_column_name(report, column), style->quotes);
	fputs(lvol_report_cell(report, row, column), stdout);
	if (style->quotes)
		putchar('\'');
}

static void print_row(const struct lvol_report *report, const struct report_style *style, const int *widths,
		size_t row)
{
	size_t columns = lvol_report_column_count(report);

	fputs("  ", stdout);
	for (size_t column = 0; column < columns; column++) {
		if (column)
			fputs(style->separator, stdout);
		if (style->name_prefixes)
			print_cell(report, style, row, column);
		else
			print_text(lvol_report_cell(report, row, column), widths[column],
					lvol_report_column_is_right_aligned(report, column));
	}
	putchar('\n');
}

/* Headings are always aligned to the left. */
static void print_headings(const struct lvol_report *report, const struct report_style *style, const int *widths)
{
	size_t columns = lvol_report_column_count(report);

	fputs("  ", stdout);
	for (size_t column = 0; column < columns; column++) {
		if (column)
			fputs(style->separator, stdout);
		print_text(lvol_report_column_heading(report, column), widths[column], false);
	}
	putchar('\n');
}

static void measure(const struct lvol_report *report, bool headings, int *widths)
{
	for (size_t column = 0; column < lvol_report_column_count(report); column++) {
		size_t width = (size_t)report_least_width(lvol_report_column_name(report, column));
		size_t heading = headings ? strlen(lvol_report_column_heading(report, column)) : 0;

		for (size_t row = 0; row < lvol_report_row_count(report); row++) {
			size_t len = strlen(lvol_report_cell(report, row, column));

			width = len > width ? len : width;
		}
		widths[column] = (int)(heading > width ? heading : width);
	}
}

void report_print(const struct lvol_report *report, const struct report_style *style)
{
	int *widths = calloc(lvol_report_column_count(report) + 1, sizeof(*widths));

	if (!lvol_report_row_count(report) || !widths) {
		free(widths);
		return;
	}
	if (style->aligned)
		measure(report, style->headings, widths);
	if (style->headings)
		print_headings(report, style, widths);
	for (size_t row = 0; row < lvol_report_row_count(report); row++)
		print_row(report, style, widths, row);
	free(widths);
}
