/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/target.h"

static int zero_build(const struct user_line *line, struct flat_builder *out, struct lvol_error *err)
{
	int r = lvi_user_arg_count(line, 0, err);

	return r ? r : lvi_flat_add_zero(out, line->length, err);
}

const struct user_target lvi_user_zero = { .name = "zero", .build = zero_build };
