/* SPDX-License-Identifier: MIT */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

/* A report as lvm2 prints it: rows that begin with two spaces, columns one separator apart. */

#include <lvol/lvol.h>

struct report_style {
	const char *separator;
	bool headings;
	bool aligned;        /* pad columns to one width */
	bool name_prefixes;  /* LVM2_LV_NAME='root' */
	bool quotes;         /* of these */
};

void report_print(const struct lvol_report *report, const struct report_style *style);

#endif
