/* SPDX-License-Identifier: MIT */
#ifndef WORDS_H
#define WORDS_H

/* A list of strings that grows; `list` ends with NULL as the library wants it, and is NULL while it is empty. */

#include "pool.h"

#include <stdbool.h>

struct words {
	const char **list;
	size_t count, room;
};

/* Add `word`, which is not copied. */
void words_add(struct words *words, struct pool *pool, const char *word);

/* Add `word` unless the list has it. */
void words_add_once(struct words *words, struct pool *pool, const char *word);

/* Add the parts of `text` between commas. */
void words_add_parts(struct words *words, struct pool *pool, const char *text);

bool words_have(const struct words *words, const char *word);

#endif
