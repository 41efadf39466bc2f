/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_WRITECACHE_H
#define LVI_BACKEND_USER_WRITECACHE_H

#include "backend/user/exceptions.h"
#include "backend/user/live.h"

/*
 * writecache s ORIGIN CACHE BLOCK_SIZE #OPTIONS OPTION...
 *
 * What is written goes to slots of the cache device, and from there to the origin later (step()). On the cache device,
 * little-endian, without checksums:
 *
 *   byte 0         magic, version, size of a block in bytes, 0 (32 bits each); number of slots, sequence (64 bits)
 *   byte 64        for each slot: sector of the origin, sequence (64 bits each)
 *   the next block the slots, a block each
 *
 * A slot is valid when its sequence is below that of the superblock. New slots get the sequence of the superblock; a
 * commit writes blocks and entries, flushes, and then the superblock with the next sequence: all of them are valid at
 * once. Entries of slots that are valid no more have a sequence of all ones, and are that durably before the slot is
 * used again.
 *
 * - A valid slot is overwritten in place, as the kernel does: what was not flushed may be torn.
 * - A slot is known to readers when its bytes are written. Two that write the same block at once may both take a slot;
 *   the second one gives his back, as if he had been the first.
 * - Who moves bytes of a place that he looked up holds @using; who makes places wrong waits once for all of those
 *   (lvi_writecache_barrier()) after nobody can find them any more.
 * - A slot that is being copied to the origin loses its mark in @copying when somebody writes to it, and then stays.
 * - After an error of metadata the kernel takes no more writes, and neither do we.
 */
#define WRITECACHE_HEADER 64
#define WRITECACHE_ENTRY 16
#define WRITECACHE_NONE UINT64_MAX     /* as a sequence, and as the sector of slots that were never used */
#define WRITECACHE_PAGE 4096           /* of the image, written as a whole */
/* A limit of ours: 4 GiB of memory for entries. */
#define WRITECACHE_SLOTS_MAX ((uint64_t)1 << 28)

struct writecache_options {
	uint64_t start;                /* bytes, on the cache device */
	uint64_t high, low;            /* percent of slots in use; the kernel writes back between them */
	uint64_t autocommit_blocks;
	uint64_t cleaner;              /* flag: nothing new is taken, all is written back */
	uint64_t metadata_only;        /* flag: only what file systems call metadata is taken; nobody says so here */
	uint64_t ignored;
};

struct writecache_stats {
	uint64_t reads, read_hits, writes, hits_uncommitted, hits_committed, around, flushes, discards;
};

struct writecache {
	const char *device;
	struct user_live *live;
	struct user_port *origin, *cache;
	struct writecache_options options;
	uint32_t block;                /* bytes */
	uint64_t slots, data_offset;   /* the latter in bytes from options.start */

	pthread_mutex_t lock;          /* of what follows; not held while bytes move */
	unsigned char *image;          /* superblock and entries as they are to be */
	uint64_t *dirty;               /* bits: pages of the image that are not written */
	struct exceptions map;         /* block of the origin -> slot */
	uint64_t *free, *copying;      /* bits of slots */
	uint64_t free_count, next_free, next_copy;
	uint64_t seq;                  /* of slots that are taken now */
	uint64_t uncommitted;          /* slots */
	bool write_all_at_stop;
	struct writecache_stats stats;

	pthread_rwlock_t using;
	pthread_mutex_t metadata;      /* held by who writes the image, or the superblock */
	unsigned char *pages;          /* a copy of what is being written */
	bool format, mend;             /* before the first write */
	_Atomic bool ready, failed;
	pthread_mutex_t stepping;
};

static inline bool lvi_bit_get(const uint64_t *bits, uint64_t i) { return bits[i / 64] >> (i % 64) & 1; }
static inline void lvi_bit_set(uint64_t *bits, uint64_t i) { bits[i / 64] |= UINT64_C(1) << (i % 64); }
static inline void lvi_bit_clear(uint64_t *bits, uint64_t i) { bits[i / 64] &= ~(UINT64_C(1) << (i % 64)); }

int lvi_writecache_parse(const struct user_line *line, struct writecache *wc, struct lvol_error *err);

/* The superblock and the entries are read, nothing is written. */
int lvi_writecache_load(struct writecache *wc, struct lvol_error *err);
void lvi_writecache_unload(struct writecache *wc);
/* Before anything is written: a device that was never used is formatted, what was not committed is forgotten. */
int lvi_writecache_prepare(struct writecache *wc, struct lvol_error *err);
/* All that was written before is durable. */
int lvi_writecache_commit(struct writecache *wc, struct lvol_error *err);
/* Slots that nobody can find any more, with entries that say so: these are written, then the slots are free. */
int lvi_writecache_release(struct writecache *wc, const uint64_t *slots, size_t count, struct lvol_error *err);
void lvi_writecache_barrier(struct writecache *wc);

/* Under the lock. */
uint64_t lvi_writecache_entry_seq(const struct writecache *wc, uint64_t slot);
void lvi_writecache_set_entry(struct writecache *wc, uint64_t slot, uint64_t sector, uint64_t seq);
/* False: none is free. */
bool lvi_writecache_take_slot(struct writecache *wc, uint64_t *slot);
void lvi_writecache_give_slot(struct writecache *wc, uint64_t slot);
/* The block is found no more, and its entry says so; the slot is to be released. */
void lvi_writecache_forget(struct writecache *wc, uint64_t block, uint64_t slot);

int lvi_writecache_read(struct writecache *wc, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_writecache_write(struct writecache *wc, const void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_writecache_discard(struct writecache *wc, uint64_t len, uint64_t offset, struct lvol_error *err);
/* Where the bytes lie, and for how long that goes on. @reading: it is counted. */
struct user_remap lvi_writecache_place(struct writecache *wc, uint64_t offset, uint64_t length, bool reading);

/* 1: there is more to write back, 0: there is nothing. */
int lvi_writecache_step(struct writecache *wc, struct user_progress *out, struct lvol_error *err);
/* As `flush` of the kernel's: commit, and write back what is valid then. */
int lvi_writecache_write_all(struct writecache *wc, struct lvol_error *err);

int lvi_writecache_failed(const struct writecache *wc, struct lvol_error *err);

#endif
