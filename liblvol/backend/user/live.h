/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_LIVE_H
#define LVI_BACKEND_USER_LIVE_H

#include <pthread.h>

#include "backend/user/target.h"
#include "base/log.h"

/*
 * Devices with a state.
 *
 * What the kernel does with a device that is active, the mapper of a context does with a struct user_live: it exists
 * once, found by the dm uuid of its node and the index of its line, for as long as something that is open stands on it.
 * Two thin LVs open at once share their pool, an origin and its snapshots share the exceptions.
 *
 * A live owns what stands below it: one port for each device argument of its line, each a flattened map of its own,
 * down to leaves or to other lives.
 */
struct user_mapper;  /* one for each context */

/* @log (NULL: none) hears what goes wrong where nobody can be told: when the last user of a live is gone. It is not
 * needed by whoever opens and closes without writing. */
int lvi_user_mapper_new(const struct log *log, struct user_mapper **out, struct lvol_error *err);
void lvi_user_mapper_free(struct user_mapper *m);  /* NULL ok; nothing may be open any more */

/*
 * Objects of targets that belong to several lives, as the snapshots of one origin: found by kind and key, made by the
 * first who asks (make() is called under the mapper's lock), gone with the last who gives it back.
 */
struct user_shared_ops {
	const char *kind;
	int (*make)(void **out, struct lvol_error *err);
	void (*free)(void *object);
};
int lvi_user_shared_get(struct user_mapper *m, const struct user_shared_ops *ops, const char *key, void **out,
		struct lvol_error *err);
void lvi_user_shared_put(struct user_mapper *m, const struct user_shared_ops *ops, void *object);

/*
 * I/O that went the fast way counts itself in; who is about to make its places wrong closes the gate, which waits until
 * all of it is done, and opens it again. While it is closed, there is no fast way. It may be closed by one at a time;
 * others wait. Ops that the engine calls (read(), write() ...) are not counted.
 */
struct user_gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	_Atomic bool closed;
	_Atomic uint32_t inside;
	struct user_mapper *mapper;
};
void lvi_user_gate_close(struct user_gate *gate);
void lvi_user_gate_open(struct user_gate *gate);

/* A device below a live. */
struct user_port {
	const char *name;          /* dm name of the node, or the leaf's path; for messages */
	const char *uuid;          /* dm uuid; NULL: a leaf */
	const char *missing;       /* the whole of it is an error device in the place of this; NULL: it is not */
	uint64_t size;             /* bytes */
	struct flat flat;
};

struct user_live {
	const struct user_target *target;
	void *state;               /* the target's */
	const char *name, *uuid;   /* of its node */
	uint64_t length;           /* bytes */
	struct user_mapper *mapper;
	struct user_port *ports;
	unsigned port_count;
	bool may_write;            /* opened for writing by someone; read under no lock by nobody but the engine */
	struct user_gate gate;
	/* the engine's own */
	_Atomic bool wrote;
	pthread_rwlock_t partial;  /* as that of struct lvol_dev: a write of part of a granule is alone */
	struct arena *arena;       /* names */
	const char *key;           /* in the mapper */
	uint64_t looks;            /* its line and all below, as a number */
	unsigned refs, height;     /* lives from here down */
	unsigned visited;
};

/* The live that @port is, when all of it is one line of @target (thin -> thin-pool); NULL. */
struct user_live *lvi_user_port_live(const struct user_port *port, const struct user_target *target);

/*
 * Moving bytes below. Ranges that do not lie in the port are LVOL_E_CORRUPT, so offsets from metadata need no check of
 * their own. Errors name the device. Any thread, any alignment.
 */
int lvi_user_port_read(struct user_port *port, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_user_port_write(struct user_port *port, const void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_user_port_zero(struct user_port *port, uint64_t len, uint64_t offset, struct lvol_error *err);
int lvi_user_port_discard(struct user_port *port, uint64_t len, uint64_t offset, struct lvol_error *err);
/* Only what was written through this port, and not flushed since, costs anything. */
int lvi_user_port_flush(struct user_port *port, struct lvol_error *err);

/*
 * The same on several ports at once, so that legs work in parallel: all that lies on devices with a descriptor is begun
 * together and then waited for, except for what is a copy anyhow (writes of files through the cache). Each request's
 * result is in its own field; the call returns the first error, in the order of the requests. Requests must not
 * overlap.
 */
struct user_port_io {
	struct user_port *port;
	enum { USER_PORT_READ, USER_PORT_WRITE, USER_PORT_FLUSH } op;
	void *buf;
	size_t len;
	uint64_t offset;
	int result;
};
int lvi_user_port_many(struct user_port_io *ios, unsigned count, struct lvol_error *err);

#endif
