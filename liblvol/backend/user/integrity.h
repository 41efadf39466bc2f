/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_INTEGRITY_H
#define LVI_BACKEND_USER_INTEGRITY_H

#include "backend/user/exceptions.h"
#include "backend/user/integrity_hash.h"
#include "backend/user/live.h"
#include "backend/user/range_lock.h"
#include "base/bytes.h"

/*
 * integrity DEVICE START TAG_SIZE J|B #OPTIONS OPTION...
 *
 * Each block has a tag, a hash of the number of its first sector and of its bytes. A block that does not fit its tag
 * is an error of reading. On the metadata device (or on the device itself, without "meta_device:"), from START on:
 *
 *   8 sectors        superblock
 *   sections         journal (integrity_journal.c), or in mode B a bit for each region that is being written
 *   then             tags, block after block; without a metadata device tags and data of 2^n sectors take turns
 *
 * Mode J: what is written goes to sections of the journal, with its tags; a flush commits them; when the journal is
 * full they are written to their places (a checkpoint). Mode B: the bit of a region is durable before something is
 * written there; after a crash, tags of such regions are made anew from what is there.
 *
 * The position of recalculation, in the superblock, is how far tags have been made from data; what is behind is not
 * verified. In mode B there is a bit (@stale) for each region that has yet to be.
 *
 * Locking: @ranges, in bytes. Readers hold theirs shared. Writers hold theirs alone in mode B; in mode J everything is
 * held, by whoever changes the journal.
 */
#define INTEGRITY_SUPER_SECTORS 8
#define INTEGRITY_TAG_MAX 424       /* the kernel's, from the room in a sector of the journal */
#define INTEGRITY_BITMAP_BLOCK 4096 /* written as a whole */
#define INTEGRITY_FILLER 0xf6       /* bytes of tags of blocks that were discarded */

enum { INTEGRITY_JOURNAL_MAC = 1, INTEGRITY_RECALCULATING = 2, INTEGRITY_DIRTY_BITMAP = 4, INTEGRITY_FIXED_PADDING = 8,
	INTEGRITY_FIXED_HMAC = 16, INTEGRITY_INLINE = 32 };

struct integrity_options {
	uint64_t start;              /* sectors */
	uint64_t tag_size;           /* bytes */
	char mode;                   /* 'J' or 'B' */
	uint64_t block;              /* bytes */
	uint64_t journal_sectors, interleave_sectors, buffer_sectors, sectors_per_bit;  /* 0: the kernel's choice */
	uint64_t flush_interval;     /* ms, after which bits of regions are cleared */
	uint64_t recalculate, reset_recalculate, allow_discards, fix_padding;  /* flags */
	uint64_t ignored;
};

struct integrity_super {
	uint8_t log2_interleave, log2_block;     /* sectors */
	uint8_t log2_bit;                        /* blocks */
	uint32_t journal_sections, flags;
	uint64_t provided, recalc;               /* sectors */
	uint8_t salt[16];
};

struct integrity {
	const char *device;
	struct user_live *live;
	struct user_port *data, *meta;
	bool separate;               /* they are two devices */
	struct integrity_options options;
	struct integrity_hash hash;

	struct integrity_super super;    /* changed with everything held */
	bool format;                     /* it is not there yet */
	uint64_t section_entries, section_sectors, entry_size;
	uint64_t initial_sectors;        /* superblock and journal */
	uint64_t run_sectors;            /* of tags, in front of each run of data */
	uint8_t log2_bit;                /* blocks of a region; may be another one than in the superblock */
	_Atomic bool ready;
	_Atomic uint64_t mismatches;
	struct range_lock ranges;
	pthread_mutex_t preparing, stepping;
	unsigned unsaved;                /* steps since the superblock was written */

	/* mode J, and mode B before the first write */
	uint8_t *journal;                /* as on the device, last bytes of sectors restored */
	uint64_t entries;
	struct exceptions map;           /* block -> entry */
	uint64_t first;                  /* section that is to be committed next */
	uint64_t filled;                 /* entries from there on */
	uint64_t used;                   /* sections that are not free: committed, or being filled */
	uint8_t seq;                     /* of the next commit */
	bool clear_journal;              /* what is there is not to be gone on with: sections from @first on get @seq */
	bool wrote_journal;
	const char *broken;              /* what is wrong in it; NULL: nothing */

	/* mode B */
	uint8_t *bitmap, *stale;
	uint64_t bitmap_bytes;
	bool reset_bitmap;               /* the one on the device is not to be kept */
	pthread_mutex_t bits;            /* of both */
	uint64_t cleared_ms;
};

static inline uint64_t lvi_integrity_provided_bytes(const struct integrity *in) { return in->super.provided * 512; }

int lvi_integrity_parse(const struct user_line *line, struct integrity *in, struct lvol_error *err);

/* Superblock and geometry. */
int lvi_integrity_load_super(struct integrity *in, struct lvol_error *err);
int lvi_integrity_write_super(struct integrity *in, struct lvol_error *err);  /* and flush */

/* Bytes that follow each other in data and in tags. */
struct integrity_run { uint64_t data, tags, len; };
struct integrity_run lvi_integrity_run(const struct integrity *in, uint64_t offset, uint64_t len);

/* In place: data with their tags; a range is held. Blocks that do not fit are LVOL_E_CORRUPT. */
int lvi_integrity_read_place(struct integrity *in, void *buf, uint64_t len, uint64_t offset, struct lvol_error *err);
int lvi_integrity_write_place(struct integrity *in, const void *buf, uint64_t len, uint64_t offset,
		struct lvol_error *err);
/* Tags from data as they are. */
int lvi_integrity_recalculate(struct integrity *in, uint64_t len, uint64_t offset, struct lvol_error *err);
int lvi_integrity_fill_tags(struct integrity *in, uint64_t len, uint64_t offset, struct lvol_error *err);
/* Whether tags are good at @offset, and, in *@len, how far that goes on. */
bool lvi_integrity_is_trusted(struct integrity *in, uint64_t offset, uint64_t *len);

/* The journal; everything is held for all but reading. */
int lvi_journal_load(struct integrity *in, struct lvol_error *err);
int lvi_journal_broken(const struct integrity *in, struct lvol_error *err);
int lvi_journal_prepare(struct integrity *in, struct lvol_error *err);
int lvi_journal_append(struct integrity *in, const void *buf, uint64_t len, uint64_t offset, struct lvol_error *err);
bool lvi_journal_find(const struct integrity *in, uint64_t block, void *buf);
int lvi_journal_commit(struct integrity *in, struct lvol_error *err);
int lvi_journal_checkpoint(struct integrity *in, struct lvol_error *err);
int lvi_journal_stop(struct integrity *in, struct lvol_error *err);
/* @count empty sections from @first on, written and flushed. */
int lvi_journal_clear(struct integrity *in, uint64_t first, uint64_t count, uint8_t seq, struct lvol_error *err);
uint8_t *lvi_journal_sector(const struct integrity *in, uint64_t section, uint64_t sector);
uint8_t *lvi_journal_entry(const struct integrity *in, uint64_t entry);
bool lvi_journal_is_unused(const uint8_t *entry);
uint64_t lvi_journal_commit_id(uint64_t section, uint64_t sector, uint8_t seq);
int lvi_journal_replay(struct integrity *in, struct lvol_error *err);

/* Regions of mode B. */
int lvi_bitmap_load(struct integrity *in, struct lvol_error *err);
int lvi_bitmap_prepare(struct integrity *in, struct lvol_error *err);
/* The range is held alone; its bits are set durably. */
int lvi_bitmap_begin(struct integrity *in, uint64_t len, uint64_t offset, struct lvol_error *err);
/* Something may be in place without its tag, or the other way round. */
void lvi_bitmap_distrust(struct integrity *in, uint64_t len, uint64_t offset);
/* The same of all that was written since bits were cleared. */
void lvi_bitmap_distrust_dirty(struct integrity *in);
/* Tags were made anew up to the end of the range, from the position of recalculation on. */
void lvi_bitmap_trust(struct integrity *in, uint64_t len, uint64_t offset);
/* After a flush: bits are cleared, if it is time or @all. Everything is held. */
bool lvi_bitmap_is_time(struct integrity *in);
int lvi_bitmap_clear(struct integrity *in, struct lvol_error *err);
int lvi_bitmap_stop(struct integrity *in, struct lvol_error *err);
bool lvi_bitmap_is_stale(struct integrity *in, uint64_t offset, uint64_t *len);

/* Before anything is written: what a crash left is put in place, bits or journal are begun. Nothing is held. */
int lvi_integrity_prepare(struct integrity *in, struct lvol_error *err);
int lvi_integrity_stop(struct integrity *in, struct lvol_error *err);
int lvi_integrity_flush_ports(struct integrity *in, struct lvol_error *err);
int lvi_integrity_step(struct integrity *in, struct user_progress *out, struct lvol_error *err);

#endif
