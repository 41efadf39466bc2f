/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_DIRTY_LOG_H
#define LVI_BACKEND_USER_DIRTY_LOG_H

#include "backend/user/live.h"

/*
 * What a mirror knows of its regions.
 *
 *   in sync        all legs hold the same, but where writes are under way
 *   clean          in sync, and no write is under way or was lately: a crash leaves the legs equal there
 *
 * A kind of log keeps the clean ones where the next activation finds them, or does not. A region is noted as not clean,
 * and that is durable, before the first write to it. It is clean again when a flush of the legs has succeeded since the
 * last write to it; but one that was written since the last flush is left as it is, so that a region that is written
 * again and again costs nothing.
 *
 * Several writers that need notes share one writing of the log: whoever comes while that goes on waits for the next.
 */
struct dirty_log;

struct dirty_log_ops {
	const char *type;
	/* Fills in log->clean, the rest of the area too where there is one, and log->careful. Writes nothing. */
	int (*load)(struct dirty_log *log, struct lvol_error *err);
	/* Writes @len bytes at @offset of the area. NULL: nothing is kept. */
	int (*store)(struct dirty_log *log, const void *data, size_t len, uint64_t offset, struct lvol_error *err);
	void (*status)(const struct dirty_log *log, struct textbuf *out);
};
extern const struct dirty_log_ops lvi_dirty_log_core, lvi_dirty_log_disk;

/* As found; everything out of sync; everything in sync whatever was found. */
enum dirty_log_start { DIRTY_LOG_AS_KNOWN, DIRTY_LOG_SYNC, DIRTY_LOG_NOSYNC };

/* A write under way, on its maker's stack: regions [first, end). */
struct dirty_log_write {
	uint64_t first, end;
	struct dirty_log_write *next, **link;
};

struct dirty_log {
	const struct dirty_log_ops *ops;
	const char *device;            /* of the mirror, for messages */
	struct user_port *port;        /* NULL: none */
	enum dirty_log_start start;
	bool may_fail;                 /* the mirror goes on without it */
	uint64_t regions;
	uint64_t area_bytes;
	_Atomic char health;           /* as in the kernel's status: A, D (reading or writing failed), F (flushing did) */
	_Atomic bool broken;           /* it could not be written, and is as it was before that */
	_Atomic bool careful;          /* what is not in sync is not clean on disk */

	pthread_mutex_t lock;          /* of what follows */
	/* bits of regions, 1 << (i % 8) of byte i / 8; bytes are a multiple of 8 and the last bits are 0 */
	unsigned char *area, *clean, *sync;
	unsigned char *recent;         /* written since the last flush began */
	unsigned char *cleaning;       /* to become clean when the flush under way succeeds */
	uint64_t sync_count, cursor;
	uint64_t touched_first, touched_end;   /* bytes of the area that the disk does not have */
	uint64_t noted;                /* how often something had to become durable, */
	struct dirty_log_write *writes;

	pthread_mutex_t io_lock;       /* of what follows; taken before `lock` */
	uint64_t durable;              /* and up to which of these it is */
	unsigned char *scratch;        /* area_bytes */
	pthread_mutex_t flush_lock;    /* of flushes, one at a time; taken before io_lock */
};

/* Where the bits begin in the area, as on disk. */
#define DIRTY_LOG_BITS 1024

/* What is above the locks is filled in by the caller, but for area_bytes and what comes behind. */
int lvi_dirty_log_open(struct dirty_log *log, struct lvol_error *err);
void lvi_dirty_log_close(struct dirty_log *log);

/* Whether the next activation will know of a region that it is not in sync, if its last write was begun well. */
bool lvi_dirty_log_remembers(const struct dirty_log *log);
/* LVOL_E_IO: the log failed, and would call clean at the next activation what is not in sync. */
int lvi_dirty_log_check(const struct dirty_log *log, struct lvol_error *err);
uint64_t lvi_dirty_log_in_sync(struct dirty_log *log);  /* regions */
/* Whether @region is in sync, and up to where at most before @end that holds on. */
bool lvi_dirty_log_run(struct dirty_log *log, uint64_t region, uint64_t end, uint64_t *run_end);

/* What the log is to say before anything is written to the legs is on disk. */
int lvi_dirty_log_prepare(struct dirty_log *log, struct lvol_error *err);
/* Before regions are written, and after; end() is called whatever begin() returned. */
int lvi_dirty_log_begin(struct dirty_log *log, struct dirty_log_write *w, struct lvol_error *err);
void lvi_dirty_log_end(struct dirty_log *log, struct dirty_log_write *w);

/* Around a flush of the legs. @all: those written lately too. @durable: what has become clean is to survive. */
void lvi_dirty_log_flush_begin(struct dirty_log *log, bool all);
int lvi_dirty_log_flush_end(struct dirty_log *log, bool succeeded, bool durable, struct lvol_error *err);

/* Legs differ in regions that are being written, or in all that are not clean. */
void lvi_dirty_log_lose(struct dirty_log *log, uint64_t first, uint64_t end);
void lvi_dirty_log_lose_dirty(struct dirty_log *log);

/* Regions to be copied, one after the other: false at the end, after which it begins anew. */
bool lvi_dirty_log_next(struct dirty_log *log, uint64_t *region);
void lvi_dirty_log_again(struct dirty_log *log, uint64_t region);
void lvi_dirty_log_copied(struct dirty_log *log, uint64_t region);

#endif
