/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RAID_MEMORY_H
#define LVI_BACKEND_USER_RAID_MEMORY_H

#include <pthread.h>
#include <stddef.h>

/*
 * Memory that stripes are worked on in, for direct I/O: some of what was given back is kept, because the system takes
 * longer to make large pieces anew than it takes to fill them.
 */
#define RAID_MEMORY_KEPT 16
#define RAID_MEMORY_KEPT_BYTES ((size_t)4 << 20)

struct raid_block { void *start; size_t bytes; };

struct raid_memory {
	pthread_mutex_t lock;
	struct raid_block kept[RAID_MEMORY_KEPT];
	unsigned count;
	size_t bytes;
};

int lvi_raid_memory_init(struct raid_memory *m);  /* 0 or an errno */
void lvi_raid_memory_free(struct raid_memory *m);
/* At least so many bytes; start is NULL without memory. */
struct raid_block lvi_raid_memory_get(struct raid_memory *m, size_t bytes);
void lvi_raid_memory_put(struct raid_memory *m, struct raid_block block);

#endif
