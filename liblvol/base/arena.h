/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_ARENA_H
#define LVI_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

/*
 * Memory that is freed all at once. Every allocation is aligned to 16 bytes unless it is a string.
 * All calls return NULL when there is no memory. Not thread-safe.
 */
struct arena;

struct arena *lvi_arena_new(void);
void lvi_arena_free(struct arena *a);  /* NULL ok */
/* It is going to hold a key: wiped before it is freed. */
void lvi_arena_keep_secret(struct arena *a);
/* All that was allocated is gone; memory for about as much again is kept. */
void lvi_arena_reset(struct arena *a);
void *lvi_arena_alloc(struct arena *a, size_t size);   /* not cleared */
void *lvi_arena_zalloc(struct arena *a, size_t size);  /* cleared */
/* n * size with overflow check, cleared; n == 0 gives a non-NULL pointer */
void *lvi_arena_calloc(struct arena *a, size_t n, size_t size);
char *lvi_arena_strdup(struct arena *a, const char *s);
char *lvi_arena_strndup(struct arena *a, const char *s, size_t len);
char *lvi_arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Take over a malloc'ed block: it is freed with the arena. -1 without memory (the block is then still the caller's). */
int lvi_arena_adopt(struct arena *a, void *block);
size_t lvi_arena_bytes(const struct arena *a);  /* memory held, for tests and bench */

#endif
