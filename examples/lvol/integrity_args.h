/* SPDX-License-Identifier: MIT */
#ifndef INTEGRITY_ARGS_H
#define INTEGRITY_ARGS_H

/* The options of integrity that lvcreate and lvconvert share. */

#include "option_values.h"

#include <lvol/lvol.h>

struct integrity_args {
	enum yes_no wanted;
	const char *mode;
	struct number block;
};

#define INTEGRITY_OPTION_ROWS(args, field) \
	{ 0, "raidintegrity", "y|n", option_yes_no, offsetof(args, field.wanted), "checksums of all that a raid's legs hold" }, \
	{ 0, "raidintegritymode", "journal|bitmap", option_text, offsetof(args, field.mode), \
		"how data and checksums are kept from differing (default: journal)" }, \
	{ 0, "raidintegrityblocksize", "BYTES", option_number, offsetof(args, field.block), \
		"what has one checksum: 512, 1024, 2048 or 4096 (default: the PVs' block)" }

/* Is what was said consistent? */
int integrity_args_check(const struct integrity_args *args, struct lvol_error *err);
struct lvol_integrity_opts integrity_args_options(const struct integrity_args *args);

#endif
