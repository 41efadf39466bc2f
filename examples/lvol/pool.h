/* SPDX-License-Identifier: MIT */
#ifndef POOL_H
#define POOL_H

/*
 * Memory that lives as long as the program runs a command line: given out piece by piece, freed at once. When there is
 * none left the program says so and ends; nothing was committed then.
 */

#include <stddef.h>

struct pool_block;

struct pool {
	struct pool_block *last;
};

/* Zeroed memory, never NULL. */
void *pool_alloc(struct pool *pool, size_t size);

/* The first `len` bytes of `text`, with a NUL behind them. */
char *pool_copy(struct pool *pool, const char *text, size_t len);

/* A formatted string. */
char *pool_printf(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));

void pool_free(struct pool *pool);

#endif
