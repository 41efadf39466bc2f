/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_SNAPSHOT_H
#define LVI_BACKEND_USER_SNAPSHOT_H

#include "backend/user/exception_store.h"
#include "backend/user/range_lock.h"

/*
 * Snapshots of an origin: three targets over one state.
 *
 *   snapshot-origin ORIGIN                      writes to the origin, after what they overwrite was copied
 *   snapshot ORIGIN COW P|PO|N CHUNK            the origin as it was, with changes of its own
 *   snapshot-merge ORIGIN COW P|PO CHUNK        the origin as it will be when the snapshot has become it
 *
 * The lives of all snapshots of one origin that are there, and that of the origin itself, share a struct
 * snapshot_origin, found by the uuid of ORIGIN. The backend sees to it that an origin is not open for writing without all
 * of its snapshots.
 *
 * Rules:
 * - A chunk of the origin is overwritten when every snapshot that can be used has an exception for it, durably. Making
 *   them holds the chunks' range in `chunks` exclusively; once they are there, no lock is needed.
 * - A read through a snapshot that finds no exception holds the range shared while it reads the origin. As long as
 *   nobody has written to the origin, it needs not (`written`); the first writer waits for those under way.
 * - A snapshot for which no copy can be made is invalid from then on, and the origin goes on without it. With PO, a write
 *   to the snapshot itself that finds no room only makes it refuse writes ("Overflow").
 */
struct snapshot {
	struct snapshot_origin *origin;
	struct snapshot *next;             /* of that origin */
	const char *device;
	struct user_live *live;
	struct user_port *below, *cow;     /* the origin's device, and the store's */
	struct exception_store store;
	bool can_overflow;
	_Atomic bool invalid, overflowed, merge_failed;
	pthread_rwlock_t lock;             /* of what follows up to `promised` */
	struct exceptions exceptions;
	size_t promised;                   /* of them that are being committed, with room for each */
	pthread_mutex_t merging;           /* one step at a time */
	uint64_t merge_total;              /* exceptions there were when merging began here */
};

struct snapshot_origin {
	struct range_lock chunks;          /* bytes of the origin */
	pthread_rwlock_t lock;             /* of what follows */
	struct snapshot *snapshots;        /* but for one that is being merged */
	uint64_t largest_chunk;            /* bytes */
	_Atomic bool written;
};

/* Writes are prepared, and exceptions made, for no more than this at a time, or one chunk. */
#define SNAPSHOT_WINDOW ((uint64_t)4 << 20)

int lvi_snapshot_origin_get(struct user_live *live, const struct user_port *port, struct snapshot_origin **out,
		struct lvol_error *err);
void lvi_snapshot_origin_put(struct user_live *live, struct snapshot_origin *origin);
void lvi_snapshot_origin_add(struct snapshot_origin *origin, struct snapshot *s);
void lvi_snapshot_origin_remove(struct snapshot_origin *origin, struct snapshot *s);
/* So that [offset, offset + *len) of the origin may be overwritten; *len is cut to what was prepared. */
int lvi_snapshot_origin_prepare(struct snapshot_origin *origin, uint64_t offset, uint64_t *len, struct lvol_error *err);

/* The state of a snapshot or snapshot-merge line. */
int lvi_snapshot_new(const struct user_line *line, struct user_live *live, struct lvol_error *err);
void lvi_snapshot_free(struct snapshot *s);
int lvi_snapshot_status(struct user_live *live, struct textbuf *out, struct lvol_error *err);
void lvi_snapshot_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out);
void lvi_snapshot_invalidate(struct snapshot *s);

/* What is at @offset: the place in the store (true), or none, and for how many of @length bytes that holds on. */
struct snapshot_run { bool copied; uint64_t cow_offset, length; };
void lvi_snapshot_find(struct snapshot *s, uint64_t offset, uint64_t length, struct snapshot_run *out);
/* Copies the chunks of [offset, offset + len) that have no exception. */
int lvi_snapshot_keep(struct snapshot *s, uint64_t offset, uint64_t len, struct lvol_error *err);
/* A write to the snapshot itself, of chunks that have exceptions and others. The range of the chunks is held exclusively. */
struct snapshot_write { uint64_t start, end; const unsigned char *buf; };
int lvi_snapshot_keep_write(struct snapshot *s, const struct snapshot_write *w, struct lvol_error *err);
/* Moves @len bytes between two ports; what lies behind the end of the origin's device is left out. */
struct snapshot_copy { struct user_port *from, *to; uint64_t from_offset, to_offset; };
int lvi_snapshot_copy(const struct snapshot_copy *copy, uint64_t len, struct lvol_error *err);

#endif
