/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_WORKER_H
#define LVOL_TESTS_WORKER_H

#include "book.h"

/* What one worker process does until the book says stop; it does not return. */
struct work {
	struct book *book;
	unsigned number;
	const char *const *devices;
	const char *locking_dir;
};

void work_with_liblvol(const struct work *work) __attribute__((noreturn));
/* the same with the commands of lvm2; LVM_SYSTEM_DIR says which devices they see */
void work_with_lvm2(const struct work *work) __attribute__((noreturn));

#endif
