/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "allocator.h"
#include "arena_calls.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

/* What glibc calls its own, for those who take the names. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *old);

void *memalign(size_t alignment, size_t size) __attribute__((visibility("default")));

static atomic_bool armed, for_ever, held;
static atomic_uint_fast64_t asked, fail_at;
static atomic_int_fast64_t live;
static void (*watcher)(uint64_t number);

void allocator_arm(uint64_t nth, bool forever)
{
	asked = 0;
	fail_at = nth;
	for_ever = forever;
	armed = true;
}

uint64_t allocator_disarm(void)
{
	armed = false;
	return asked;
}

void allocator_watch(void (*watch)(uint64_t number))
{
	watcher = watch;
}

void allocator_hold(bool hold)
{
	held = hold;
}

int64_t allocator_live(void)
{
	return live;
}

static bool refused(void)
{
	uint64_t now;

	if (!armed || held)
		return false;
	now = atomic_fetch_add(&asked, 1) + 1;
	if (watcher)
		watcher(now);
	if (for_ever ? now < fail_at : now != fail_at)
		return false;
	errno = ENOMEM;
	return true;
}

bool memory_is_refused(void)
{
	return refused();
}

static void *counted(void *new)
{
	if (new)
		atomic_fetch_add(&live, 1);
	return new;
}

/* Shared libraries must see these, whatever the project's default is. */
#pragma GCC visibility push(default)

void *malloc(size_t size)
{
	return refused() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return refused() ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size)
{
	void *new;

	if (refused())
		return NULL;
	new = __libc_realloc(old, size);
	if (!old)
		return counted(new);
	if (!new && !size)
		atomic_fetch_sub(&live, 1);  /* that was a free() */
	return new;
}

void *memalign(size_t alignment, size_t size)
{
	return refused() ? NULL : counted(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
	void *new = memalign(alignment, size);

	if (!new)
		return ENOMEM;
	*out = new;
	return 0;
}

void free(void *old)
{
	if (old)
		atomic_fetch_sub(&live, 1);
	__libc_free(old);
}

#pragma GCC visibility pop
