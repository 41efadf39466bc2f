/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "backend/user/live.h"
#include "base/error.h"
#include "base/units.h"

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

int lvi_user_arg_word(const struct user_line *line, size_t i, const char **out, struct lvol_error *err)
{
	if (i >= line->line->arg_count || !line->line->args[i].text)
		return bad_arg(line, i, "a word", err);
	*out = line->line->args[i].text;
	return 0;
}

int lvi_user_arg_port(const struct user_line *line, size_t i, unsigned *out, struct lvol_error *err)
{
	if (i >= line->line->arg_count || !line->line->args[i].dev)
		return bad_arg(line, i, "a device", err);
	*out = 0;
	while (i-- > 0)
		*out += line->line->args[i].dev != NULL;
	return 0;
}

int lvi_user_arg_base(const struct user_line *line, struct user_live *live, size_t i, struct user_base *out,
		struct lvol_error *err)
{
	uint64_t sectors, offset;
	unsigned port = 0;
	int r = lvi_user_arg_port(line, i, &port, err);

	if (!r)
		r = lvi_user_arg_u64(line, i + 1, UINT64_MAX >> LVI_SECTOR_SHIFT, &sectors, err);
	if (r)
		return r;
	offset = sectors << LVI_SECTOR_SHIFT;
	*out = (struct user_base){ &live->ports[port], offset };
	if (offset <= out->port->size && line->length <= out->port->size - offset)
		return 0;
	return lvi_error(err, LVOL_E_CORRUPT, line->device, "%s needs %" PRIu64 " bytes at offset %" PRIu64
			" of %s, which has only %" PRIu64, line->device, line->length, offset, out->port->name, out->port->size);
}
