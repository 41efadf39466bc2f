/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_BACKEND_H
#define LVI_BACKEND_BACKEND_H

#include <lvol/io.h>

#include "dm/graph.h"
#include "dm/status.h"

/*
 * A backend makes the devices of a graph. This is what all of them share: open one device of the graph, together with
 * what it stands on, and move its bytes. Offsets and lengths are bytes; the caller has checked them against size_bytes
 * and does not write what it did not open with BACKEND_WRITE.
 */
struct backend;

struct backend_device {
	const struct backend *backend;
	uint64_t size_bytes;
};

#define BACKEND_WRITE (1u << 0)

/* What devices with a state do in the background, in the kernel; a job has it done here, in steps. */
enum backend_work {
	BACKEND_WORK_SYNC = 1,      /* legs are made to hold the same, and what a scrub finds */
	BACKEND_WORK_MERGE = 2,     /* a snapshot is copied back into its origin */
	BACKEND_WORK_FLUSH = 3      /* what a cache holds alone is written to what it caches */
};

struct backend_progress {
	uint64_t done_bytes, total_bytes, mismatched_bytes;
	size_t devices;             /* that have such work, done or not */
};

struct user_mapper;

struct backend_open {
	unsigned flags;             /* BACKEND_... */
	const struct hash *missing; /* name of an error node -> const char *, what is missing there; NULL: nothing is */
	struct user_mapper *mapper; /* keeps the state of devices that have one; NULL: they are LVOL_E_NOT_SUPPORTED */
	const struct dm_node *layer; /* below the top: what it says is told too; NULL: none */
};

struct backend {
	const char *name;
	/* The graph is not needed afterwards, what its leaves point at is. What is in it and not under @top is held as long as
	 * this is open. LVOL_E_READ_ONLY: a device under it may not be written; LVOL_E_NOT_SUPPORTED: an unknown target, or
	 * more devices with a state on each other than there may be; LVOL_E_CORRUPT: a table or metadata that cannot be;
	 * LVOL_E_BUSY: a device below is open with another table; and what targets say of their devices. */
	int (*open)(const struct dm_graph *graph, const struct dm_node *top, const struct backend_open *how,
			struct backend_device **out, struct lvol_error *err);
	/* What keeps a state is left in order with its last user; what fails then goes to the mapper's log. */
	void (*close)(struct backend_device *dev);
	int (*read)(struct backend_device *dev, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
	int (*write)(struct backend_device *dev, const void *buf, size_t len, uint64_t offset, struct lvol_error *err);
	int (*zero)(struct backend_device *dev, uint64_t len, uint64_t offset, struct lvol_error *err);
	int (*discard)(struct backend_device *dev, uint64_t len, uint64_t offset, struct lvol_error *err);
	int (*flush)(struct backend_device *dev, struct lvol_error *err);
	/* Of the longest range of one kind and place at @offset, which is in the device. */
	void (*status)(struct backend_device *dev, uint64_t offset, struct lvol_io_extent *out);
	/* What the lines of the device say of themselves, and those of its layer. */
	int (*say)(struct backend_device *dev, struct dm_status *out, struct lvol_error *err);
	/* A bounded part of what all devices of @dev, which is open for writing, have to do of one kind; @out is for all of them
	 * together. 1 there is more, 0 nothing is left that can be done: then done_bytes tells whether it is complete. */
	int (*work)(struct backend_device *dev, enum backend_work work, struct backend_progress *out,
			struct lvol_error *err);
	/* As `dmsetup message`, to each of them that does such work. LVOL_E_NOT_FOUND: none does. */
	int (*message)(struct backend_device *dev, enum backend_work work, const char *text, struct lvol_error *err);
};

/* The device mapper in user space. */
extern const struct backend lvi_backend_user;

#endif
