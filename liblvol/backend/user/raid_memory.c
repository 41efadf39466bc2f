/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/raid_memory.h"

#include <stdlib.h>

#include "base/bytes.h"

#define ALIGN 4096
#define LEAST ((size_t)64 << 10)   /* so that what small writes need serves others too */

int lvi_raid_memory_init(struct raid_memory *m)
{
	m->count = 0;
	m->bytes = 0;
	return pthread_mutex_init(&m->lock, NULL);
}

void lvi_raid_memory_free(struct raid_memory *m)
{
	while (m->count)
		free(m->kept[--m->count].start);
	pthread_mutex_destroy(&m->lock);
}

static struct raid_block take_kept(struct raid_memory *m, size_t bytes)
{
	struct raid_block found = { NULL, 0 };

	pthread_mutex_lock(&m->lock);
	for (unsigned i = m->count; i > 0 && !found.start; i--)
		if (m->kept[i - 1].bytes >= bytes) {
			found = m->kept[i - 1];
			m->kept[i - 1] = m->kept[--m->count];
			m->bytes -= found.bytes;
		}
	pthread_mutex_unlock(&m->lock);
	return found;
}

struct raid_block lvi_raid_memory_get(struct raid_memory *m, size_t bytes)
{
	struct raid_block block = take_kept(m, bytes);

	if (block.start)
		return block;
	block.bytes = lvi_round_up(bytes, LEAST);
	if (posix_memalign(&block.start, ALIGN, block.bytes))
		return (struct raid_block){ NULL, 0 };
	return block;
}

void lvi_raid_memory_put(struct raid_memory *m, struct raid_block block)
{
	pthread_mutex_lock(&m->lock);
	if (m->count < RAID_MEMORY_KEPT && m->bytes + block.bytes <= RAID_MEMORY_KEPT_BYTES) {
		m->kept[m->count++] = block;
		m->bytes += block.bytes;
		block.start = NULL;
	}
	pthread_mutex_unlock(&m->lock);
	free(block.start);
}
