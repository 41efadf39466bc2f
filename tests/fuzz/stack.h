/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_FUZZ_STACK_H
#define LVOL_TESTS_FUZZ_STACK_H

/*
 * For fuzzers of targets: devices over disks in memory, "disk0" ..., through the device mapper in user space. As
 * tests/util/dm_world.h, but without check, and quick to make.
 */

#include "backend/backend.h"
#include "backend/user/live.h"

#define STACK_DISKS 4

struct stack {
	struct devset *set;
	struct user_mapper *mapper;
	struct lvol_dev *disks[STACK_DISKS];
};

/* A device of a stack; the last one of a list has the name NULL. */
struct stack_table { const char *name, *lines; };

/* Ends the program without memory. @bytes of each disk is kept by the caller, who frees it after stack_close(). */
struct stack_disk { uint8_t *data; uint64_t bytes; };
void stack_open(struct stack *s, const struct stack_disk *disks, unsigned count);
void stack_close(struct stack *s);
/* The first device of @tables; all of them are in its graph. */
int stack_device(struct stack *s, const struct stack_table *tables, unsigned flags, struct backend_device **out,
		struct lvol_error *err);
/* The live of a device that is open; NULL. */
struct user_live *stack_live(struct stack *s, const char *name);

/* What every call must keep to: 0, or an error of that code with a message. Ends the program if not. */
int stack_checked(int r, struct lvol_error *err);

#endif
