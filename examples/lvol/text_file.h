/* SPDX-License-Identifier: MIT */
#ifndef TEXT_FILE_H
#define TEXT_FILE_H

/* Whole files in memory. */

#include "pool.h"

#include <lvol/error.h>

struct text_file {
	const char *text;   /* with a NUL behind it */
	size_t len;
};

/* "-" is standard input. */
int text_file_read(struct pool *pool, const char *path, struct text_file *out, struct lvol_error *err);

/* Written under another name first, so that `path` is never half a file. */
int text_file_write(struct pool *pool, const char *path, const char *text, struct lvol_error *err);

#endif
