/* SPDX-License-Identifier: MIT */
#include "pool.h"

#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pool_block {
	struct pool_block *previous;
	max_align_t data[];
};

static void out_of_memory(void)
{
	fputs("lvol: out of memory\n", stderr);
	exit(STATUS_FAILED);
}

void *pool_alloc(struct pool *pool, size_t size)
{
	struct pool_block *block = calloc(1, sizeof(*block) + size);

	if (!block)
		out_of_memory();
	block->previous = pool->last;
	pool->last = block;
	return block->data;
}

char *pool_copy(struct pool *pool, const char *text, size_t len)
{
	char *copy = pool_alloc(pool, len + 1);

	memcpy(copy, text, len);
	return copy;
}

char *pool_printf(struct pool *pool, const char *format, ...)
{
	va_list args;
	char *text, *copy;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		out_of_memory();
	copy = pool_copy(pool, text, (size_t)len);
	free(text);
	return copy;
}

void pool_free(struct pool *pool)
{
	while (pool->last) {
		struct pool_block *block = pool->last;

		pool->last = block->previous;
		free(block);
	}
}
