/* SPDX-License-Identifier: MIT */
#ifndef SCRIPT_WORDS_H
#define SCRIPT_WORDS_H

#include "words.h"

#include <lvol/error.h>

/* Split a line into words as a shell would: spaces part, '...', "..." and \ keep, # begins a comment. */
int script_split(struct pool *pool, const char *line, struct words *out, struct lvol_error *err);

#endif
