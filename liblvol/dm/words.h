/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_WORDS_H
#define LVI_DM_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * The words of what a target says, one after the other. What is not as it should be sticks (`bad`, or `no_memory`), so
 * that a reader looks once, at the end; reads after that give nothing. Words are copied to the arena.
 */
struct dm_words {
	struct arena *arena;
	const char *at;
	unsigned number;        /* of the last word, from 1 */
	const char *bad;        /* what is wrong with it: "is not a number", say */
	bool no_memory;
};

/* Cleared memory of the arena; NULL when there is none. */
void *lvi_words_zalloc(struct dm_words *w, size_t size);
bool lvi_words_left(struct dm_words *w);               /* there is another one */
const char *lvi_words_text(struct dm_words *w);        /* "" when it fails */
uint64_t lvi_words_u64(struct dm_words *w);
uint64_t lvi_words_u64_or_dash(struct dm_words *w);    /* "-": 0 */
void lvi_words_ratio(struct dm_words *w, uint64_t *part, uint64_t *whole);  /* "12/400" */
bool lvi_words_are(const struct dm_words *w, const char *text);  /* all that is left is @text */

#endif
