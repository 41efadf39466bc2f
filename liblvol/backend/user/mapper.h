/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_MAPPER_H
#define LVI_BACKEND_USER_MAPPER_H

#include "backend/user/live.h"
#include "backend/user/ring.h"

/* The inside of the mapper; for the engine's own files. */

/*
 * Who has I/O under way that only he can finish, and may never come back to do it: a queue whose program waits for
 * something else. Those who wait for such I/O, at a gate, call help(), from any thread.
 */
struct user_helper {
	void (*help)(struct user_helper *helper);
	struct user_mapper *mapper;    /* NULL: of none */
	struct user_helper *next, **link;
};

struct user_mapper {
	_Atomic unsigned refs;         /* the context's, and one for each helper */
	struct log log;
	/* Held while something is opened or closed: `lives`, what is in them but for the counters, and the references. */
	pthread_mutex_t lives_lock;
	struct hash lives;             /* uuid (or name) and line -> struct user_live */
	uint64_t key[2];               /* of struct user_live's looks */
	unsigned visit;
	/* Taken inside of lives_lock, or without it. */
	pthread_mutex_t shared_lock;
	struct hash shared_by_name, shared_by_object;  /* -> struct shared */
	pthread_mutex_t helpers_lock;
	struct user_helper *helpers;
	struct user_rings rings;
};

void lvi_user_helper_add(struct user_mapper *m, struct user_helper *helper);
void lvi_user_helper_remove(struct user_helper *helper);
/* All of them; with no lock held that they may want. */
void lvi_user_help(struct user_mapper *m);

/* Lives that stand on each other. A limit of ours, far above what tools make; opening and I/O call themselves for
 * each. */
#define LIVE_HEIGHT_MAX 32

/* All with lives_lock held. */
int lvi_user_live_get(struct user_opening *opening, const struct dm_node *node, const struct user_line *line,
		struct user_live **out, struct lvol_error *err);
/* The live of line @i of @node, if there is one (else NULL); without a reference. -LVOL_E_NO_MEMORY. */
int lvi_user_live_find(struct user_mapper *m, const struct dm_node *node, size_t i, struct user_live **out);
/* With the last reference it is stopped and gone. */
void lvi_user_live_put(struct user_live *live);
/* LVOL_E_READ_ONLY: a device somewhere below may not be written. Else all lives below may be written from now on. */
int lvi_user_allow_writing(struct user_mapper *m, const struct flat *flat, struct lvol_error *err);

#endif
