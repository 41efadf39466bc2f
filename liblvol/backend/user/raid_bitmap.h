/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RAID_BITMAP_H
#define LVI_BACKEND_USER_RAID_BITMAP_H

#include <pthread.h>
#include <stdatomic.h>

#include "dm/raid_bits.h"
#include "dm/raid_geometry.h"

/*
 * The write-intent bitmap (dm/raid_bits.h). Pages of 4 KiB are written. In memory there is the same image, and for each
 * region how many writes are in it, and what must be done to it.
 */
#define RAID_BITMAP_PAGE 4096

enum {
	RAID_NEEDED = 1,           /* must be made consistent */
	RAID_UNTRUSTED = 2         /* parity, or that copies are equal, cannot be relied on */
};

struct raid_region {
	uint16_t writers;
	bool recent;               /* written since the last look: its bit stays until the next */
	bool keep;                 /* a leg may lack what was written: the bit stays */
};

struct raid_bitmap {
	uint64_t region;           /* bytes */
	uint64_t count, sync_size;
	uint8_t *image;            /* header and bits, whole pages */
	size_t size;
	bool on_disk;              /* there are metadata devices */
	_Atomic uint8_t *work;     /* RAID_NEEDED | RAID_UNTRUSTED of each region */
	/* under `lock` */
	pthread_mutex_t lock;
	pthread_cond_t written_out;
	struct raid_region *regions;
	uint8_t *dirty_pages;
	uint64_t wanted, written;  /* numbers of the sets of bits that are wanted on disk, and that are there */
	bool writing;
	int64_t looked_ms;
	/* header, written whenever the superblocks are */
	uint64_t events, events_cleared, sleep_ms, write_behind_sectors;
};

struct raid_bitmap_shape { uint64_t sync_size, region; };
/* All bits 0. LVOL_E_NO_MEMORY. */
int lvi_raid_bitmap_init(struct raid_bitmap *b, const struct raid_bitmap_shape *shape, struct lvol_error *err);
void lvi_raid_bitmap_free(struct raid_bitmap *b);

void lvi_raid_bitmap_encode(struct raid_bitmap *b);   /* the header in the image */

bool lvi_raid_bitmap_get(const struct raid_bitmap *b, uint64_t region);
void lvi_raid_bitmap_set(struct raid_bitmap *b, uint64_t region, bool on);
/* RAID_NEEDED | RAID_UNTRUSTED of any region in the range. */
uint8_t lvi_raid_bitmap_work(const struct raid_bitmap *b, uint64_t start, uint64_t length);

/* Around a write of a range of sync space. begin(): the bits are on disk afterwards. */
struct raid_set;
enum raid_outcome {
	RAID_COMPLETE,             /* all legs have it */
	RAID_PARTIAL,              /* a leg that has failed lacks it */
	RAID_UNKNOWN               /* nobody knows what of it is where */
};
int lvi_raid_bitmap_begin(struct raid_set *set, uint64_t start, uint64_t length, struct lvol_error *err);
void lvi_raid_bitmap_end(struct raid_set *set, uint64_t start, uint64_t length, enum raid_outcome outcome);

/*
 * Clearing, in two halves around the flush of the data: what is chosen has been written completely before. @all:
 * without waiting until it has been quiet for a while. Nothing is chosen before it is time.
 */
bool lvi_raid_bitmap_choose(struct raid_set *set, bool all, uint8_t **chosen, struct lvol_error *err);
int lvi_raid_bitmap_clear(struct raid_set *set, const uint8_t *chosen, struct lvol_error *err);
/* A region has been made consistent on all legs. */
void lvi_raid_bitmap_done(struct raid_bitmap *b, uint64_t region);
/* All that is in memory to disk, for an array that was new or has another size. */
int lvi_raid_bitmap_write_all(struct raid_set *set, struct lvol_error *err);
/* The header alone, to be written while pages with bits may be on their way: devices write a part of a sector so that
 * nothing else in it is lost. */
void lvi_raid_bitmap_header(struct raid_bitmap *b, uint64_t events, uint8_t *header);

#endif
