/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RAID_H
#define LVI_BACKEND_USER_RAID_H

#include "backend/user/live.h"
#include "backend/user/raid_args.h"
#include "backend/user/raid_bitmap.h"
#include "backend/user/raid_memory.h"
#include "dm/raid_super.h"
#include "backend/user/range_lock.h"

/*
 * A raid array with its state.
 *
 * Legs. A leg is used for writing unless it has failed. It is used for reading where it is in sync: all of it, or
 * below `recovered` while it is being rebuilt. Which legs have failed is written into the superblocks of the others
 * before a write that it missed is acknowledged.
 *
 * Regions. A region's bit in the bitmap is on disk before data in it is written, so that after a crash these regions,
 * and no others, are made consistent again (RAID_NEEDED, raid_sync.c). Bits go out some time after all legs have the
 * data, and not while any leg lacks it: then they say what a leg that comes back has missed. Where redundancy cannot
 * be relied on (RAID_UNTRUSTED: never synchronised, or written when the power went) nothing is reconstructed from it,
 * and copies are read from the first leg alone.
 *
 * The superblock of dm-raid does not say whether the array was left in order, and the kernel takes bits that are
 * still set for leftovers when array_resync_offset says that all is in sync. So as long as this target writes to an
 * array that lacks no leg, array_resync_offset on disk is 0: the kernel then makes the regions consistent whose bits
 * are set, and no others. stop() puts it right. Without a leg it stays what it was: the kernel would refuse to
 * activate a raid4/5/6 that is both.
 *
 * The write hole. Data and parity of a row are not written at one moment. After a crash parity may not match; that is
 * mended by resynchronising, unless the crash comes while a leg is missing, or together with the loss of one: what
 * that leg held in a row that was just written may then be wrong, even where nobody wrote. In the latter case the
 * regions are known and reading it fails; in the former nothing can tell, as with the kernel without a journal.
 *
 * Locks, in this order: a hold of `ranges` (writes, reconstruction and synchronising of a place exclude each other;
 * plain reads take none), `lock` (states of legs, superblocks), the bitmap's own. The live's gate is closed inside
 * `lock`.
 */
enum raid_fault {
	RAID_FINE, RAID_ABSENT, RAID_UNREADABLE, RAID_RECORDED, RAID_STALE, RAID_REBUILD, RAID_FAILING
};

struct raid_leg {
	struct user_port *data, *meta;       /* NULL: "-" */
	bool rebuild, write_mostly;
	struct raid_super super;             /* as it was read */
	enum raid_fault fault;               /* why it is not in sync, for messages */
	_Atomic bool failed;                 /* nothing is read or written */
	_Atomic uint64_t recovered;          /* bytes of the leg; RAID_ALL: in sync */
	bool whole;                          /* being rebuilt: all of it, not only the regions that are needed */
	bool returning;                      /* still counted as failed by the others' superblocks, see raid_meta.c */
};

struct raid_set;

/* A family of arrays. Ranges lie in the array, and in sync space for sync(). */
struct raid_ops {
	int (*read)(struct raid_set *set, uint8_t *buf, size_t len, uint64_t offset, struct lvol_error *err);
	int (*write)(struct raid_set *set, const uint8_t *buf, size_t len, uint64_t offset, struct lvol_error *err);
	/* Make [pos, pos + len), which is held and in one region, consistent on all legs that have not failed; or
	 * only count (bytes in set->mismatches) when @check. */
	int (*sync)(struct raid_set *set, uint64_t pos, uint64_t len, bool check, struct lvol_error *err);
	/* Where a read (write) of one place may go by itself; out->length: as much as is asked for. */
	bool (*place)(struct raid_set *set, bool write, uint64_t offset, struct raid_place *out);
	/* Whether the array can do without these legs as well. */
	bool (*can_lose)(const struct raid_set *set, const struct raid_mask *lost);
};
extern const struct raid_ops lvi_raid_copies, lvi_raid_parity;

enum raid_action { RAID_IDLE, RAID_CHECK, RAID_REPAIR };

struct raid_set {
	struct user_live *live;
	const char *name;
	const struct raid_ops *ops;
	struct raid_shape shape;
	struct raid_leg *legs;
	struct raid_bitmap bitmap;
	struct range_lock ranges;
	struct raid_memory memory;
	bool has_meta, nosync;
	uint64_t data_offset;                /* of the data on each leg */
	/* under `lock` */
	pthread_mutex_t lock, start_lock;    /* start_lock: start() is under way; taken before all others but ranges */
	uint64_t events;
	uint64_t resynced;                   /* sync space below has been synchronised once; RAID_ALL: all of it */
	_Atomic bool unsettled;              /* superblocks say that it is being written, and there is nothing to do */
	bool finishing;                      /* superblocks do not say yet that something is being written */
	bool rewrite;                        /* the bitmap on disk is another one: all of it is to be written */
	_Atomic bool started;                /* something was written since the last stop() */
	_Atomic bool broken;                 /* more failed than can be: no writing any more */
	/* synchronising, under `sync_lock` */
	pthread_mutex_t sync_lock;
	enum raid_action action;
	bool frozen, last_was_check;
	uint64_t cursor, checkpoint;         /* sync space done in this pass, and what of it is in the superblocks */
	uint64_t mismatches;                 /* bytes */
};

/* raid_legs.c */
static inline bool lvi_raid_leg_in_sync(const struct raid_leg *leg)
{
	return !atomic_load(&leg->failed) && atomic_load(&leg->recovered) == RAID_ALL;
}
/* Whether bytes of the leg up to @end may be read. */
static inline bool lvi_raid_leg_readable(const struct raid_leg *leg, uint64_t end)
{
	return !atomic_load(&leg->failed) && atomic_load(&leg->recovered) >= end;
}
bool lvi_raid_degraded(const struct raid_set *set);
/* What to tell the bitmap of a write that ended with @result. */
enum raid_outcome lvi_raid_outcome(const struct raid_set *set, int result);
/* The legs that are not in sync, and why: the error of an array that has too few. Returns -@code. */
int lvi_raid_too_few(const struct raid_set *set, int code, struct lvol_error *err);

/* raid_meta.c: superblocks and bitmap on disk. */
/* Before the first write. */
int lvi_raid_start(struct raid_set *set, struct lvol_error *err);
/* Superblocks with a new event count and the states of now, flushed. Under `lock`. */
int lvi_raid_write_supers(struct raid_set *set, struct lvol_error *err);
/* @failing did not do what they were told, and said @cause: they are out of the array from now on, and the others
 * know it. LVOL_E_IO: the array cannot do without them. */
int lvi_raid_fail(struct raid_set *set, const struct raid_mask *failing, const struct lvol_error *cause,
		struct lvol_error *err);
/* All data and the bits that have to be there survive a power cut. */
int lvi_raid_flush(struct raid_set *set, struct lvol_error *err);
/* The same, and bits go out without waiting. */
int lvi_raid_settle(struct raid_set *set, struct lvol_error *err);
int lvi_raid_stop(struct raid_set *set, struct lvol_error *err);
/* Bytes to the same place of all metadata devices, flushed if @flush. */
struct raid_meta_write { const void *buf; size_t len; uint64_t offset; bool flush; };
int lvi_raid_meta_write(struct raid_set *set, const struct raid_meta_write *w, struct lvol_error *err);

/* raid_batch.c: I/O on several legs at once. */
struct raid_batch {
	struct raid_set *set;
	struct user_port_io *ios;
	unsigned *legs;                      /* of each */
	unsigned count, room;
	struct lvol_error cause;             /* the first that a leg said */
};
int lvi_raid_batch_init(struct raid_batch *b, struct raid_set *set, unsigned room, struct lvol_error *err);
void lvi_raid_batch_free(struct raid_batch *b);
/* @offset is on the leg, data_offset not counted. There must be room. */
void lvi_raid_batch_add(struct raid_batch *b, unsigned leg, int op, const struct user_port_io *what);
/* Legs whose I/O failed go to @failing. The result is that of something that has nothing to do with a leg (no
 * memory). */
int lvi_raid_batch_run(struct raid_batch *b, struct raid_mask *failing, struct lvol_error *err);

/* raid_sync.c */
int lvi_raid_step(struct raid_set *set, struct user_progress *out, struct lvol_error *err);
int lvi_raid_message(struct raid_set *set, const char *text, struct lvol_error *err);
int lvi_raid_status(struct raid_set *set, struct textbuf *out);

#endif
