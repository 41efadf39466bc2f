/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_MEMORY_H
#define LVI_BACKEND_MEMORY_H

#include <stdint.h>

#include <lvol/error.h>

#include "base/array.h"

/*
 * Memory that stays where it is while devices are suspended. A page that has to be read from a suspended device (the
 * library's own code, when the root file system lies on it; swap) would wait for us to resume the device, and we for the page.
 *
 * Locked are the code and data of the program and its libraries, which are read in for it. Of all else that is mapped
 * for this process alone, its heap and stacks above all, locked is what is there at the moment, and what comes later. What the
 * program has locked by itself is left alone, and stays locked.
 */
struct memory_range {
	uintptr_t start, end;
};

struct memory_hold {
	ARRAY(struct memory_range) ranges;   /* what lvi_memory_release() unlocks */
};

/* LVOL_E_PERMISSION: RLIMIT_MEMLOCK is too small; LVOL_E_IO: /proc does not tell what memory there is. Then nothing is locked. */
int lvi_memory_hold(struct memory_hold *h, struct lvol_error *err);
void lvi_memory_release(struct memory_hold *h);

#endif
