/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "backend/user/target.h"

static const struct user_target *const targets[] = {
	&lvi_user_linear,
	&lvi_user_striped,
	&lvi_user_zero,
	&lvi_user_error,
	&lvi_user_delay,
	&lvi_user_crypt,
	&lvi_user_flakey,
	&lvi_user_snapshot,
	&lvi_user_snapshot_origin,
	&lvi_user_snapshot_merge,
	&lvi_user_mirror,
	&lvi_user_cache,
	&lvi_user_writecache,
	&lvi_user_integrity,
	&lvi_user_raid,
	&lvi_user_thin,
	&lvi_user_thin_pool,
};

const struct user_target *lvi_user_target_find(const char *name)
{
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
		if (!strcmp(targets[i]->name, name))
			return targets[i];
	return NULL;
}

bool lvi_user_line_has_state(const struct dm_line *line)
{
	const struct user_target *target = lvi_user_target_find(line->target);

	return target && !target->build;
}
