/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_TARGET_H
#define LVI_BACKEND_USER_TARGET_H

#include "backend/backend.h"
#include "backend/user/flatten.h"
#include "base/textbuf.h"

/*
 * A target of the device mapper in user space: one ops table, listed in registry.c. There are two kinds.
 *
 * One that only says where bytes lie (linear, striped, zero, error) has build() and lives no longer than the opening of
 * a device: build() reads the arguments of a table line and adds what the line maps to, as ranges of other nodes,
 * stripes over them, zeroes or errors (lvi_flat_add_...), as many bytes as the line is long. The engine joins that with
 * what it already knows of the nodes below, so that nothing of the stack is left when I/O comes.
 *
 * One with a state (snapshot, raid, thin, crypt ...) has create() and what stands below it. Each of its lines becomes a
 * struct user_live (live.h): one in a context, shared by everything that is open there and stands on it. Each device
 * that the line names becomes a port of the live, in the order of the arguments, through which the target moves bytes
 * below.
 *
 * Threads: all ops but create() and destroy() come from any number of threads at once; the target locks its own state.
 * They may block, and they do their I/O synchronously (live.h); the engine's workers make many of them at once.
 *
 * Writing: a live may be made for reading alone, and for writing later; a target writes nothing, neither data nor
 * metadata, in create(), read(), remap(), extent(), status() and destroy(). What has to be brought in order before the
 * first write (recovery, marking as dirty) is done by the first op that writes.
 *
 * Offsets are bytes from the beginning of the line; what the engine passes lies inside of it. Offsets and lengths may
 * be any number of bytes unless granularity says otherwise.
 */
struct user_live;
struct user_port;

struct user_line {
	const struct dm_line *line;
	const char *device;        /* name of the node whose line it is, for messages */
	const char *missing;       /* what is missing where this error line stands, or NULL */
	uint64_t length;           /* bytes */
};

/* Where bytes lie for now, on a port; an answer of remap(). */
struct user_remap { unsigned port; uint64_t offset, length; };

/* Of the longest range of one kind that is known cheaply. */
struct user_extent {
	uint64_t length;
	enum { USER_EXTENT_BELOW, USER_EXTENT_ZERO, USER_EXTENT_DATA, USER_EXTENT_ERROR } kind;
	struct user_remap below;   /* of USER_EXTENT_BELOW; DATA is there but in no place of its own (parity, ciphers) */
};

struct user_progress { uint64_t done_bytes, total_bytes, mismatched_bytes; };

struct user_target {
	const char *name;
	/* without a state; NULL in the others */
	int (*build)(const struct user_line *line, struct flat_builder *out, struct lvol_error *err);

	/*
	 * With a state. create() checks the arguments and reads the metadata, and sets live->state. The ports are open.
	 * LVOL_E_CORRUPT: arguments or metadata that cannot be (what and where); LVOL_E_NOT_SUPPORTED: what is missing here;
	 * LVOL_E_MISSING_PV: too many of the ports are (which, and how many are tolerated).
	 */
	int (*create)(const struct user_line *line, struct user_live *live, struct lvol_error *err);
	/* Free the state. After stop() if anything was written. */
	void (*destroy)(struct user_live *live);
	/* Before a live on which something was written goes away: leave the metadata as after an orderly deactivation by the
	 * kernel. NULL: flush() does all. */
	int (*stop)(struct user_live *live, struct lvol_error *err);

	int (*read)(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
	int (*write)(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err);
	int (*zero)(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err);    /* NULL: write() */
	int (*discard)(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err); /* NULL: no effect */
	/* All that was written before, and the metadata that leads to it, is to survive a power cut; ports included. NULL:
	 * flush the ports. */
	int (*flush)(struct user_live *live, struct lvol_error *err);

	/*
	 * The fast way, never blocking: true, and what lies at @offset is, for a read (a write), no more than a read
	 * (a write) at that place, up to out->length bytes (at least 1, at most @length). The engine then moves the bytes
	 * itself, and counts them in live->gate until they are moved; a target that is about to make the place wrong (frees
	 * or moves the block) closes the gate first. A read that fails there comes again as read(), which may know another
	 * copy. False: read() or write() is to be called. NULL: always false.
	 */
	bool (*remap)(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out);

	void (*extent)(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out); /* NULL: DATA */
	/* What the kernel's target says in `dmsetup status`, behind the target's name. NULL: nothing. */
	int (*status)(struct user_live *live, struct textbuf *out, struct lvol_error *err);
	/* As `dmsetup message`; an answer is appended to @out. NULL: it takes none. LVOL_E_INVALID: unknown message. */
	int (*message)(struct user_live *live, const char *text, struct textbuf *out, struct lvol_error *err);
	/* A bounded part of the work that the kernel's target does in the background (resynchronising, merging, copying):
	 * 1 there is more, 0 there is nothing to do. NULL: there never is. */
	int (*step)(struct user_live *live, struct user_progress *out, struct lvol_error *err);
	enum backend_work work;    /* what step() does */

	uint32_t (*granularity)(const struct user_live *live);  /* bytes; reads and writes are multiples of it. NULL: 1 */
};

const struct user_target *lvi_user_target_find(const char *name);  /* NULL: not known */
bool lvi_user_line_has_state(const struct dm_line *line);
extern const struct user_target lvi_user_linear, lvi_user_striped, lvi_user_zero, lvi_user_error;
extern const struct user_target lvi_user_delay, lvi_user_flakey;
extern const struct user_target lvi_user_crypt;
extern const struct user_target lvi_user_raid;
extern const struct user_target lvi_user_mirror;
extern const struct user_target lvi_user_cache;
extern const struct user_target lvi_user_writecache;
extern const struct user_target lvi_user_integrity;
extern const struct user_target lvi_user_snapshot, lvi_user_snapshot_origin, lvi_user_snapshot_merge;
extern const struct user_target lvi_user_thin, lvi_user_thin_pool;

/* Arguments; what is wrong with one is LVOL_E_CORRUPT with the device, the target and its number. */
int lvi_user_arg_count(const struct user_line *line, size_t count, struct lvol_error *err);
int lvi_user_arg_u64(const struct user_line *line, size_t i, uint64_t max, uint64_t *out, struct lvol_error *err);
/* A device and the sector where the range on it begins, as arguments @i and @i + 1. */
int lvi_user_arg_range(const struct user_line *line, size_t i, struct flat_from *out, struct lvol_error *err);
/* The word of argument @i; LVOL_E_CORRUPT when there is none or it is a device. */
int lvi_user_arg_word(const struct user_line *line, size_t i, const char **out, struct lvol_error *err);
/* The port (index in live->ports) that argument @i names. */
int lvi_user_arg_port(const struct user_line *line, size_t i, unsigned *out, struct lvol_error *err);
/* As lvi_user_arg_range(), of a line with a state: the whole of the line has room there. */
struct user_base { struct user_port *port; uint64_t offset; };
int lvi_user_arg_base(const struct user_line *line, struct user_live *live, size_t i, struct user_base *out,
		struct lvol_error *err);

#endif
