/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_VISIT_H
#define LVOL_TESTS_VISIT_H

/*
 * Ask everything that can be asked: every getter of the public interface on everything that a scan or VG holds. What was
 * answered is folded into a number, so that two visits can be compared; what no answer may be (a NULL that is promised
 * not to be, counts that contradict each other) ends the program.
 */

#include <stdbool.h>
#include <stdint.h>

#include <lvol/lvol.h>

/* Ends the program with @what unless @right. */
void visit_must(bool right, const char *what);

uint64_t visit_vg(struct lvol_vg *vg);
uint64_t visit_scan(struct lvol_scan *scan);

/* A report of each kind, with lvm2's default fields or with every field, and all of them as JSON. */
uint64_t visit_reports(const struct lvol_scan *scan, bool all_fields);

/* Open each LV for reading and look at both of its ends, and at what lies where. How much was read tells nothing. */
void visit_data(struct lvol_vg *vg, unsigned most_lvs);

/* Check, text and picture; the text must read as the same VG again. */
void visit_texts(struct lvol_ctx *ctx, struct lvol_vg *vg);

#endif
