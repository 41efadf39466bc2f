/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_ARENA_CALLS_H
#define LVOL_TESTS_ARENA_CALLS_H

#include <stdbool.h>

/* Counts an allocation, and says whether it is to fail. Of allocator.c or of calls.c, whichever the program has. */
bool memory_is_refused(void);

#endif
