/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MODEL_VALIDATE_H
#define LVI_MODEL_VALIDATE_H

#include "model/pv.h"
#include "model/segment.h"

/*
 * Validation of a frozen VG as a list of small checks, each with a name. Run after every read (what fails becomes a
 * problem that blocks writing) and before every write (what fails is an error). Type-specific checks are in segtype/
 * and are run with these by metadata/check.h.
 */
struct check_sink {
	/* called for each finding; returns 0 to go on */
	int (*found)(void *arg, const char *check, const char *subject, const char *message);
	void *arg;
};

struct vg_check {
	const char *name;
	int (*run)(const struct lvol_vg *vg, const struct check_sink *sink);
};

/* The list, ended by a NULL name. */
extern const struct vg_check lvi_vg_checks[];

int lvi_check_found(const struct check_sink *sink, const char *check, const char *subject, const char *fmt, ...)
	LVOL_PRINTF(4, 5);

#endif
