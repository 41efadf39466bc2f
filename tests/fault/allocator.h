/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_ALLOCATOR_H
#define LVOL_TESTS_ALLOCATOR_H

/*
 * malloc() and its relatives for the whole program, shared libraries included: they are the C library's own, but count,
 * and fail when they are told to. An executable's symbols come before those of all libraries, so linking allocator.c is
 * all that it takes. Not with a sanitizer, which has an allocator of its own.
 */

#include <stdbool.h>
#include <stdint.h>

/* Whether they do. */
#ifdef __SANITIZE_ADDRESS__
#define ALLOCATOR_WORKS 0
#else
#define ALLOCATOR_WORKS 1
#endif

/* Let the @nth allocation from now on fail, and all after it if @forever. */
void allocator_arm(uint64_t nth, bool forever);

/* Work again. Returns how many were asked for since it was armed. */
uint64_t allocator_disarm(void);

/* Be called at each allocation that is counted, with its number. NULL: no more. */
void allocator_watch(void (*watch)(uint64_t number));

/* What is asked for now is not counted, and does not fail. */
void allocator_hold(bool held);

/* Allocations that were not freed yet. */
int64_t allocator_live(void);

#endif
