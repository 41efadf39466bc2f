/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/block.h"

/*
 * Chunks hold objects from the low end upwards, aligned, and strings from the high end downwards, packed, so that
 * neither pads the other. The next chunk is twice the last one, up to CHUNK_MAX: small trees stay small, big ones need
 * few mallocs, and no more than CHUNK_MAX is ever unused. What would waste much of a chunk gets one of its own.
 */
#define ALIGN ((size_t)16)
#define CHUNK_MIN ((size_t)1024)
#define CHUNK_MAX LVI_BLOCK_HUGE

struct chunk {
	struct chunk *next;
	char *lo, *hi;   /* the free room */
	char *end;       /* where hi began */
};

struct adopted {
	struct adopted *next;
	void *block;
};

struct arena {
	struct chunk *chunks;     /* the first is the one in use */
	struct adopted *adopted;
	size_t next_size;
	size_t bytes;
	bool secret;
};

static char *align_up(char *p)
{
	return p + (-(uintptr_t)p & (ALIGN - 1));
}

struct arena *lvi_arena_new(void)
{
	struct arena *a = calloc(1, sizeof *a);

	if (!a)
		return NULL;
	a->next_size = CHUNK_MIN;
	a->bytes = sizeof *a;
	return a;
}

static void free_chunks(struct arena *a, struct chunk *c)
{
	for (struct chunk *next; c; c = next) {
		next = c->next;
		a->bytes -= (size_t)(c->end - align_up((char *)(c + 1))) + sizeof *c + ALIGN;
		if (a->secret)
			explicit_bzero(c, (size_t)(c->end - (char *)c));
		free(c);
	}
}

static void free_adopted(struct arena *a)
{
	for (struct adopted *b = a->adopted; b; b = b->next)
		free(b->block);
	a->adopted = NULL;
}

void lvi_arena_keep_secret(struct arena *a)
{
	a->secret = true;
}

void lvi_arena_free(struct arena *a)
{
	if (!a)
		return;
	free_adopted(a);
	free_chunks(a, a->chunks);
	free(a);
}

void lvi_arena_reset(struct arena *a)
{
	struct chunk *c = a->chunks;

	free_adopted(a);
	if (!c)
		return;
	free_chunks(a, c->next);
	c->next = NULL;
	c->lo = align_up((char *)(c + 1));
	c->hi = c->end;
}

/* A chunk with @room usable bytes; not yet in the list. */
static struct chunk *chunk_new(struct arena *a, size_t room)
{
	size_t total;
	struct chunk *c;

	if (__builtin_add_overflow(room, sizeof *c + ALIGN, &total) || total > PTRDIFF_MAX || !(c = lvi_block_alloc(total)))
		return NULL;
	c->lo = align_up((char *)(c + 1));
	c->hi = c->end = c->lo + room;
	a->bytes += total;
	return c;
}

/* A chunk with room for @size bytes: the new first one, or one of its own behind it. */
static struct chunk *chunk_for(struct arena *a, size_t size)
{
	bool own = size > a->next_size / 4;
	struct chunk *c = chunk_new(a, own ? size : a->next_size - sizeof *c - ALIGN);

	if (!c)
		return NULL;
	if (own && a->chunks) {
		c->next = a->chunks->next;
		a->chunks->next = c;
	} else {
		c->next = a->chunks;
		a->chunks = c;
	}
	if (a->next_size < CHUNK_MAX)
		a->next_size *= 2;
	return c;
}

static void *alloc_slow(struct arena *a, size_t size)
{
	struct chunk *c = chunk_for(a, size);
	char *p;

	if (!c)
		return NULL;
	p = c->lo;
	c->lo += size;
	return p;
}

void *lvi_arena_alloc(struct arena *a, size_t size)
{
	struct chunk *c = a->chunks;
	char *p;

	if (size > PTRDIFF_MAX - ALIGN)
		return NULL;
	/* Rounding sizes keeps c->lo aligned. An empty object still gets an address of its own. */
	size = size ? (size + ALIGN - 1) & ~(ALIGN - 1) : ALIGN;
	if (!c || (size_t)(c->hi - c->lo) < size)
		return alloc_slow(a, size);
	p = c->lo;
	c->lo += size;
	return p;
}

void *lvi_arena_zalloc(struct arena *a, size_t size)
{
	void *p = lvi_arena_alloc(a, size);

	return p ? memset(p, 0, size) : NULL;
}

void *lvi_arena_calloc(struct arena *a, size_t n, size_t size)
{
	size_t total;

	return __builtin_mul_overflow(n, size, &total) ? NULL : lvi_arena_zalloc(a, total);
}

static char *alloc_text(struct arena *a, size_t size)
{
	struct chunk *c = a->chunks;

	if (!c || (size_t)(c->hi - c->lo) < size)
		c = chunk_for(a, size);
	return c ? c->hi -= size : NULL;
}

char *lvi_arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *p = len < PTRDIFF_MAX ? alloc_text(a, len + 1) : NULL;

	if (!p)
		return NULL;
	if (len)
		memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *lvi_arena_strdup(struct arena *a, const char *s)
{
	return lvi_arena_strndup(a, s, strlen(s));
}

char *lvi_arena_printf(struct arena *a, const char *fmt, ...)
{
	char *p = NULL;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len >= 0)
		p = alloc_text(a, (size_t)len + 1);
	if (!p)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return p;
}

int lvi_arena_adopt(struct arena *a, void *block)
{
	struct adopted *b = lvi_arena_alloc(a, sizeof *b);

	if (!b)
		return -1;
	b->block = block;
	b->next = a->adopted;
	a->adopted = b;
	return 0;
}

size_t lvi_arena_bytes(const struct arena *a)
{
	return a->bytes;
}
