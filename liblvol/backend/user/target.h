/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_TARGET_H
#define LVI_BACKEND_USER_TARGET_H

#include "backend/user/flatten.h"

/*
 * A target of the device mapper in user space: one file with one ops table, listed in registry.c.
 *
 * A target that only says where bytes lie (linear, striped, zero, error) lives no longer than the opening of a device:
 * build() reads the arguments of a table line and adds what the line maps to, as ranges of other nodes, stripes over
 * them, zeroes or errors (lvi_flat_add_...), as many bytes as the line is long. The engine joins that with what it
 * already knows of the nodes below, so that nothing of the stack is left when I/O comes.
 *
 * A target with a state (snapshot, thin, raid, crypt) will not fit in there: where a byte lies depends on earlier
 * writes, or it is not on the devices below at all. For such targets
 *   - build() makes the state and adds one range of a new kind FLAT_TARGET that points at it, beside the nodes below
 *     it, which stay maps of their own;
 *   - lvi_flat_resolve() stops there as it does at FLAT_ERROR, so a place of that kind reaches device.c and queue.c;
 *   - an op `submit(state, request)` takes over that piece of a request: it calls back when it is done, and sends its
 *     own requests to the maps below. Where it can answer at once that the range is mapped and stays so until the
 *     request is done (a thin block already written, a chunk already copied), an op `resolve(state, offset, length,
 *     write, place)` gives the place, and the piece goes to the device as those of a linear target do;
 *   - ops `flush` and `destroy` are called by the device's flush, before that of the devices below, and its close.
 */
struct user_line {
	const struct dm_line *line;
	const char *device;        /* name of the node whose line it is, for messages */
	const char *missing;       /* what is missing where this error line stands, or NULL */
	uint64_t length;           /* bytes */
};

struct user_target {
	const char *name;
	int (*build)(const struct user_line *line, struct flat_builder *out, struct lvol_error *err);
};

const struct user_target *lvi_user_target_find(const char *name);  /* NULL: not known */
extern const struct user_target lvi_user_linear, lvi_user_striped, lvi_user_zero, lvi_user_error;

/* Arguments; what is wrong with one is LVOL_E_CORRUPT with the device, the target and its number. */
int lvi_user_arg_count(const struct user_line *line, size_t count, struct lvol_error *err);
int lvi_user_arg_u64(const struct user_line *line, size_t i, uint64_t max, uint64_t *out, struct lvol_error *err);
/* A device and the sector where the range on it begins, as arguments @i and @i + 1. */
int lvi_user_arg_range(const struct user_line *line, size_t i, struct flat_from *out, struct lvol_error *err);

#endif
