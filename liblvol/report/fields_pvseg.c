/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/internal.h"

/* Runs of extents of a PV, used ones and free ones. */

static int start_get(struct out *o, const struct item *it) { return lvi_put_number(o, it->run_start); }
static int size_get(struct out *o, const struct item *it) { return lvi_put_number(o, it->run_count); }

static const struct field fields[] = {
	{ "pvseg_start", "Start", TYPE_NUMBER, start_get, "First extent on the PV." },
	{ "pvseg_size", "SSize", TYPE_NUMBER, size_get, "Number of extents." }
};

const struct field_table lvi_fields_pvseg = { OBJ_PVSEG, fields, sizeof fields / sizeof *fields };
