/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sites.h"

#include <execinfo.h>
#include <stdlib.h>
#include <string.h>

#include "allocator.h"
#include "util.h"

/* own: up to who asks, this file's and the allocator's; where nothing is inlined there are more of all */
#ifdef __OPTIMIZE__
#define OWN_FRAMES 4
#define PLACE_FRAMES 3
#else
#define OWN_FRAMES 5
#define PLACE_FRAMES 7
#endif
#define FRAMES_MAX 32

static struct sites *watching;
static uint64_t told;

static uint64_t place(void)
{
	void *frames[FRAMES_MAX];
	int wanted = OWN_FRAMES + (t_long() ? 2 * PLACE_FRAMES : PLACE_FRAMES), n = backtrace(frames, wanted);
	uint64_t hash = 1;

	for (int i = OWN_FRAMES - 1; i < n; i++)
		hash = (hash ^ (uint64_t)(uintptr_t)frames[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ? hash : 1;
}

static bool add(struct sites *s, uint64_t hash)
{
	size_t at;

	if (2 * (s->count + 1) > s->cap) {
		struct sites larger = { .cap = s->cap ? 2 * s->cap : 4096 };

		larger.seen = calloc(larger.cap, sizeof *larger.seen);
		ck_assert_ptr_nonnull(larger.seen);
		for (size_t i = 0; i < s->cap; i++)
			if (s->seen[i])
				add(&larger, s->seen[i]);
		free(s->seen);
		s->seen = larger.seen;
		s->cap = larger.cap;
	}
	for (at = hash % s->cap; s->seen[at]; at = (at + 1) % s->cap)
		if (s->seen[at] == hash)
			return false;
	s->seen[at] = hash;
	s->count++;
	return true;
}

static void note(uint64_t number)
{
	struct sites *s = watching;

	allocator_hold(true);
	if (add(s, place())) {
		s->chosen = realloc(s->chosen, (s->chosen_count + 1) * sizeof *s->chosen);
		s->chosen[s->chosen_count++] = number;
	}
	allocator_hold(false);
}

void sites_watch(struct sites *s)
{
	void *once[1];

	backtrace(once, 1);  /* loads what it needs */
	free(s->chosen);
	s->chosen = NULL;
	s->chosen_count = 0;
	watching = s;
	allocator_watch(note);
}

void sites_stop(struct sites *s)
{
	allocator_watch(NULL);
	watching = NULL;
}

void sites_free(struct sites *s)
{
	free(s->seen);
	free(s->chosen);
	*s = (struct sites){ 0 };
}

static void tell(uint64_t number)
{
	void *frames[FRAMES_MAX];

	if (number != told)
		return;
	allocator_hold(true);
	backtrace_symbols_fd(frames, backtrace(frames, FRAMES_MAX), 2);
	allocator_hold(false);
}

void sites_tell(uint64_t number)
{
	told = number;
	allocator_watch(number ? tell : NULL);
}
