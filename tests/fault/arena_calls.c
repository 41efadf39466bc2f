/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An arena asks for memory in large pieces, so that of many allocations only one could fail. Here each one is counted and
 * can: the linker leads what the library's rooms ask of an arena through these (its option --wrap, see meson.build).
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena_calls.h"
#include "base/arena.h"

#define WRAP(type, name, params, args) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params { return memory_is_refused() ? NULL : __real_##name args; }

WRAP(void *, lvi_arena_alloc, (struct arena *a, size_t size), (a, size))
WRAP(void *, lvi_arena_zalloc, (struct arena *a, size_t size), (a, size))
WRAP(void *, lvi_arena_calloc, (struct arena *a, size_t n, size_t size), (a, n, size))
WRAP(char *, lvi_arena_strdup, (struct arena *a, const char *text), (a, text))
WRAP(char *, lvi_arena_strndup, (struct arena *a, const char *text, size_t len), (a, text, len))

char *__wrap_lvi_arena_printf(struct arena *a, const char *fmt, ...);

char *__wrap_lvi_arena_printf(struct arena *a, const char *fmt, ...)
{
	char *text, *copy;
	va_list args;
	int len;

	if (memory_is_refused())
		return NULL;
	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	if (len < 0)
		return NULL;
	copy = __real_lvi_arena_strndup(a, text, (size_t)len);
	free(text);
	return copy;
}
