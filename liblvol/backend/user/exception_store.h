/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_EXCEPTION_STORE_H
#define LVI_BACKEND_USER_EXCEPTION_STORE_H

#include "backend/user/exceptions.h"
#include "backend/user/live.h"

/*
 * Where the copies of a snapshot are kept: chunks on the COW device, and the list of them.
 *
 * Who wants to keep a chunk takes one (lvi_exception_store_take), fills it through the port, and commits; when that has
 * returned the exception survives a power cut, and not before. Chunks that were taken and not committed are lost until
 * the store is opened again, as in the kernel.
 *
 * take() and commit() may be called from any threads at once; commits that wait for each other are written together.
 */
struct exception_store;

struct exception_store_ops {
	const char *type;                  /* letter of the table line */
	/* Reads all exceptions, and what of struct exception_store is the kind's own. LVOL_E_CORRUPT. */
	int (*load)(struct exception_store *s, struct exceptions *out, struct lvol_error *err);
	void (*free)(struct exception_store *s);
	bool (*is_metadata)(const struct exception_store *s, uint64_t chunk);
	/* Appends entries and makes them and the copies durable. One caller at a time. */
	int (*append)(struct exception_store *s, const struct exception *entries, size_t count, struct lvol_error *err);
	/* Marks the store as not to be used any more. */
	int (*invalidate)(struct exception_store *s, struct lvol_error *err);
	uint64_t (*metadata_chunks)(const struct exception_store *s);
	/* Merging: the longest run at the end of the list that is consecutive on both sides; count 0: none is left. The run
	 * ends with the exception *last. forget() takes @count entries off the end, durably. NULL: cannot be merged. */
	int (*last_run)(struct exception_store *s, struct exception *last, uint64_t *count, struct lvol_error *err);
	int (*forget)(struct exception_store *s, uint64_t count, struct lvol_error *err);
};

struct exception_area;

struct exception_store {
	const struct exception_store_ops *ops;
	const char *device;                /* of the snapshot, for messages */
	struct user_port *cow;
	uint64_t chunk_bytes;
	bool valid;                        /* what load() found */
	struct exception_area *area;       /* of the persistent kind */

	pthread_mutex_t lock;              /* of what follows */
	pthread_cond_t written;
	uint64_t next_free;
	struct exception *waiting;         /* entries that the next commit takes along */
	size_t waiting_count, waiting_size;
	uint64_t added, done;              /* how many entries ever */
	bool busy;
	int failed;                        /* the first failure of append(); from then on nothing is committed */
};

extern const struct exception_store_ops lvi_exception_store_persistent, lvi_exception_store_transient;

/* The store on @cow. @chunk_bytes is the table's; the store's own wins. */
int lvi_exception_store_open(struct exception_store *s, struct exceptions *out, struct lvol_error *err);
void lvi_exception_store_close(struct exception_store *s);

/* Up to @want chunks that follow each other, at least one; how many, or -LVOL_E_NO_SPACE. */
int64_t lvi_exception_store_take(struct exception_store *s, uint64_t want, uint64_t *first, struct lvol_error *err);
int lvi_exception_store_commit(struct exception_store *s, const struct exception *entries, size_t count,
		struct lvol_error *err);

struct exception_usage { uint64_t used_bytes, total_bytes, metadata_bytes; };
void lvi_exception_store_usage(struct exception_store *s, struct exception_usage *out);

#endif
