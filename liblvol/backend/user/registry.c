/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <string.h>

#include "backend/user/target.h"
#include "base/error.h"
#include "base/units.h"

static const struct user_target *const targets[] = {
	&lvi_user_linear,
	&lvi_user_striped,
	&lvi_user_zero,
	&lvi_user_error,
};

const struct user_target *lvi_user_target_find(const char *name)
{
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
		if (!strcmp(targets[i]->name, name))
			return targets[i];
	return NULL;
}

int lvi_user_arg_count(const struct user_line *line, size_t count, struct lvol_error *err)
{
	if (line->line->arg_count == count)
		return 0;
	return lvi_error(err, LVOL_E_CORRUPT, line->device, "%s target of %s has %zu arguments, not %zu",
			line->line->target, line->device, line->line->arg_count, count);
}

static int bad_arg(const struct user_line *line, size_t i, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, line->device, "argument %zu of %s target of %s is not %s", i + 1,
			line->line->target, line->device, what);
}

/* Not strtoull(): it takes signs and blanks. */
static bool parse_u64(const char *text, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (!text || !*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || v > UINT64_MAX / 10 || v * 10 > UINT64_MAX - (*text - '0'))
			return false;
		v = v * 10 + (*text - '0');
	}
	*out = v;
	return v <= max;
}

int lvi_user_arg_u64(const struct user_line *line, size_t i, uint64_t max, uint64_t *out, struct lvol_error *err)
{
	if (i < line->line->arg_count && parse_u64(line->line->args[i].text, max, out))
		return 0;
	return bad_arg(line, i, "a number in range", err);
}

int lvi_user_arg_range(const struct user_line *line, size_t i, struct flat_from *out, struct lvol_error *err)
{
	uint64_t sectors;
	int r;

	if (i >= line->line->arg_count || !line->line->args[i].dev)
		return bad_arg(line, i, "a device", err);
	r = lvi_user_arg_u64(line, i + 1, UINT64_MAX >> LVI_SECTOR_SHIFT, &sectors, err);
	if (r)
		return r;
	out->node = line->line->args[i].dev;
	out->offset = sectors << LVI_SECTOR_SHIFT;
	return 0;
}
