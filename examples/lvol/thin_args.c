/* SPDX-License-Identifier: MIT */
#include "thin_args.h"

#include "error.h"

#include <string.h>

static const char *const discards[] = { "passdown", "nopassdown", "ignore" };

uint32_t thin_discards_of(const char *word)
{
	for (uint32_t i = 0; word && i < sizeof discards / sizeof *discards; i++)
		if (!strcmp(discards[i], word))
			return i + 1;
	return LVOL_THIN_DISCARDS_DEFAULT;
}

int thin_args_check(const struct thin_args *args, struct lvol_error *err)
{
	if (args->discards && !thin_discards_of(args->discards))
		return fail(err, LVOL_E_INVALID, "--discards", "is passdown, nopassdown or ignore, not \"%s\"", args->discards);
	if (args->virtual_size.given && !args->virtual_size.value)
		return fail(err, LVOL_E_INVALID, "--virtualsize", "a size of zero makes no sense");
	return 0;
}

bool thin_args_wanted(const struct thin_args *args, const char *type)
{
	return args->thin || args->pool || args->virtual_size.given || (type && (!strcmp(type, "thin") || !strcmp(type, "thin-pool")));
}

struct lvol_thin_opts thin_pool_opts(const struct thin_args *args, uint64_t chunk_bytes, enum yes_no zero)
{
	struct lvol_thin_opts opts = LVOL_THIN_OPTS_INIT;

	opts.metadata_bytes = args->metadata_size.value;
	opts.chunk_bytes = (uint32_t)chunk_bytes;
	opts.discards = thin_discards_of(args->discards);
	opts.flags = (zero == NO ? LVOL_THIN_NO_ZERO : 0) | (args->error_when_full == YES ? LVOL_THIN_ERROR_WHEN_FULL : 0) |
			(args->spare == NO ? LVOL_THIN_NO_SPARE : 0);
	return opts;
}
