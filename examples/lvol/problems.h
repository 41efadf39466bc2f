/* SPDX-License-Identifier: MIT */
#ifndef PROBLEMS_H
#define PROBLEMS_H

/* What the library found to be wrong, on standard error. */

#include <lvol/lvol.h>

void problems_print_vg(const struct lvol_vg *vg);

/* Of all VGs, and what belongs to none. */
void problems_print_scan(const struct lvol_scan *scan);

#endif
