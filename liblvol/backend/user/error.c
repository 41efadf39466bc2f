/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/target.h"

/* Stands where somebody wants it (lvm2's segment type error), or in the place of a PV that is missing. */
static int error_build(const struct user_line *line, struct flat_builder *out, struct lvol_error *err)
{
	int r = lvi_user_arg_count(line, 0, err);

	return r ? r : lvi_flat_add_error(out, line->length, line->missing, err);
}

const struct user_target lvi_user_error = { .name = "error", .build = error_build };
