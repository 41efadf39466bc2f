/* SPDX-License-Identifier: MIT */
#ifndef REPORT_WIDTHS_H
#define REPORT_WIDTHS_H

/* The width that lvm2 gives a column even if all in it is shorter; 0 for as wide as its heading. */
int report_least_width(const char *field);

#endif
