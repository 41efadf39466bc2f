/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/target.h"

/* linear DEVICE SECTOR */
static int linear_build(const struct user_line *line, struct flat_builder *out, struct lvol_error *err)
{
	struct flat_from from;
	int r = lvi_user_arg_count(line, 2, err);

	if (!r)
		r = lvi_user_arg_range(line, 0, &from, err);
	return r ? r : lvi_flat_add_range(out, &from, line->length, err);
}

const struct user_target lvi_user_linear = { .name = "linear", .build = linear_build };
