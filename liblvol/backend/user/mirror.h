/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_MIRROR_H
#define LVI_BACKEND_USER_MIRROR_H

#include "backend/user/dirty_log.h"
#include "backend/user/range_lock.h"

/*
 * mirror LOG #LOG_ARGS [LOG_DEVICE] REGION [sync|nosync] [block_on_error] #LEGS (DEVICE SECTOR)...
 *        [#FEATURES FEATURE...]
 *
 * Every leg holds all of the data. Writes go to all legs; where a region is not in sync, to the first leg alone. Reads
 * come from the first leg, and from another when that fails and the region is in sync. step() copies regions that are
 * not in sync from the first leg to the others.
 *
 * What the next activation, by whomever, makes of the legs is to be what was told to the writer: it copies the first
 * leg over the others where the log says so. So, with handle_errors:
 * - A leg but the first fails: the mirror goes on, and the log keeps the regions that the leg has not got. Without a
 *   log that can, the write fails.
 * - The first leg fails: what is written now would be overwritten by what it has. (The kernel keeps such writes
 *   waiting until somebody has made another leg the first.) If all was in sync, reads go on from another leg and
 *   writes fail.
 * - The log fails: the mirror goes on where it is in sync, until a leg fails too. With keep_log writes fail.
 * Without handle_errors whoever writes is told of each failure.
 */
#define MIRROR_LEGS_MAX 9    /* the kernel's */

/* What ever failed on a leg; the worst is what the status says. */
enum { MIRROR_READ_FAILED = 1, MIRROR_SYNC_FAILED = 2, MIRROR_WRITE_FAILED = 4, MIRROR_FLUSH_FAILED = 8 };
#define MIRROR_BEHIND (MIRROR_WRITE_FAILED | MIRROR_FLUSH_FAILED)

struct mirror_leg {
	struct user_base base;
	_Atomic unsigned failed;
};

struct mirror {
	const char *device;
	struct user_live *live;
	bool handle_errors, keep_log;
	uint64_t region_bytes;
	unsigned leg_count;
	struct mirror_leg legs[MIRROR_LEGS_MAX];
	_Atomic unsigned source;       /* the leg that is whole; the first, unless it failed while all was in sync */
	struct dirty_log log;
	struct range_lock copying;     /* shared by writers, of bytes; exclusive for a region that is copied */
	pthread_mutex_t stepping;      /* of what follows */
	uint64_t unsaved;              /* bytes that were copied since the log was written */
};

int lvi_mirror_parse(const struct user_line *line, struct mirror *m, struct lvol_error *err);

/* Of [offset, offset + len): whether its beginning is in sync, and for how many bytes that holds on. */
bool lvi_mirror_run(struct mirror *m, uint64_t offset, uint64_t len, uint64_t *run);
void lvi_mirror_leg_failed(struct mirror *m, unsigned leg, unsigned how, const struct lvol_error *why);
/* The leg to read from when those of @tried (bits) are left out; false: there is none. */
bool lvi_mirror_choose(struct mirror *m, bool in_sync, unsigned tried, unsigned *leg);

/* A change of the content: what is done on one leg, or NULL and the bytes are written to all legs at once. */
struct mirror_change {
	int (*on_leg)(struct user_port *port, uint64_t len, uint64_t offset, struct lvol_error *err);
	const unsigned char *buf;
};
int lvi_mirror_change(struct mirror *m, const struct mirror_change *c, uint64_t len, uint64_t offset,
		struct lvol_error *err);
/* @all: all is clean behind it, durably; else what was not written lately. */
int lvi_mirror_flush(struct mirror *m, bool all, struct lvol_error *err);
int lvi_mirror_step(struct mirror *m, struct user_progress *out, struct lvol_error *err);

#endif
