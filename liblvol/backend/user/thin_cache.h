/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_THIN_CACHE_H
#define LVI_BACKEND_USER_THIN_CACHE_H

#include <pthread.h>
#include <stdbool.h>

#include "backend/user/thin_metadata.h"

/*
 * Mappings of one thin device that were looked up lately, so that I/O to them costs no walk through a tree. Each
 * block has one place where it can be; there are as many places as need be, up to THIN_CACHE_MAX (1 MiB). Any thread;
 * the lock is never held for long. Who puts mappings in, and who takes them out when they change, does so under the
 * pool's lock.
 */
#define THIN_CACHE_MAX 65536u

struct thin_cache {
	pthread_mutex_t lock;
	struct thin_place { uint64_t block; struct thin_mapping to; } *places;
	uint32_t count;                    /* a power of two */
	uint32_t used;
};

int lvi_thin_cache_init(struct thin_cache *c, struct lvol_error *err);
void lvi_thin_cache_free(struct thin_cache *c);
bool lvi_thin_cache_get(struct thin_cache *c, uint64_t block, struct thin_mapping *out);
void lvi_thin_cache_put(struct thin_cache *c, const struct thin_entry *entries, unsigned count);
void lvi_thin_cache_drop(struct thin_cache *c, uint64_t begin, uint64_t end);

#endif
