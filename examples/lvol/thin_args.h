/* SPDX-License-Identifier: MIT */
#ifndef THIN_ARGS_H
#define THIN_ARGS_H

/* The options of thin pools and thin LVs that lvcreate and lvconvert share. */

#include "option_values.h"

#include <lvol/lvol.h>

struct thin_args {
	unsigned int thin;                 /* -T */
	const char *pool, *discards;       /* --thinpool */
	struct number virtual_size, metadata_size;
	enum yes_no spare, error_when_full;
};

#define THIN_OPTION_ROWS(args, field) \
	{ 'V', "virtualsize", "SIZE[m|UNIT]", option_mib, offsetof(args, field.virtual_size), "size of a thin LV" }, \
	{ 0, "poolmetadatasize", "SIZE[m|UNIT]", option_mib, offsetof(args, field.metadata_size), \
		"size of a thin pool's metadata (default: 64 bytes for each chunk)" }, \
	THIN_POOL_OPTION_ROWS(args, field)

#define THIN_POOL_OPTION_ROWS(args, field) \
	{ 'T', "thin", NULL, option_flag, offsetof(args, field.thin), "make a thin pool, a thin LV in one, or both" }, \
	{ 0, "thinpool", "LV", option_text, offsetof(args, field.pool), "the thin pool that it is in, or that is made" }, \
	{ 0, "poolmetadataspare", "y|n", option_yes_no, offsetof(args, field.spare), \
		"keep room to repair metadata of pools (default: y)" }, \
	{ 0, "discards", "passdown|nopassdown|ignore", option_text, offsetof(args, field.discards), \
		"what a thin pool does with discards (default: passdown)" }, \
	{ 0, "errorwhenfull", "y|n", option_yes_no, offsetof(args, field.error_when_full), \
		"a full thin pool fails writes at once (default: n)" }

int thin_args_check(const struct thin_args *args, struct lvol_error *err);
/* Whether a thin pool or thin LV is meant, with --type @type. */
bool thin_args_wanted(const struct thin_args *args, const char *type);
/* "passdown" as a number; 0: none was given, or another word. */
uint32_t thin_discards_of(const char *word);
/* The options of a pool. */
struct lvol_thin_opts thin_pool_opts(const struct thin_args *args, uint64_t chunk_bytes, enum yes_no zero);

#endif
