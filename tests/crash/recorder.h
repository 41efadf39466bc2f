/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_RECORDER_H
#define LVOL_TESTS_RECORDER_H

/*
 * Devices in memory that keep a journal of what was done to them, all devices in one order, and that can go back to an
 * earlier content for the price of what changed since.
 *
 * `base` is the content to go back to, `data` what a reader sees. Every way to change `data` notes the page, so that
 * rec_revert() copies those pages and no others, and a copy of the whole (rec_clone()) copies what was ever written.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lvol/ctx.h>
#include <lvol/dev.h>

#define REC_SECTOR 512
#define REC_PAGE 4096
#define REC_MAX_DISKS 8

enum rec_kind { REC_WRITE, REC_ZERO, REC_DISCARD, REC_FLUSH };

/* One entry of the journal. */
struct rec_op {
	enum rec_kind kind;
	unsigned disk;
	uint64_t offset, length;  /* bytes; not of REC_FLUSH */
	uint8_t *bytes;           /* of REC_WRITE */
};

/* Pages by number, each at most once. */
struct rec_pages {
	bool *has;
	uint32_t *list, count;
};

struct recorder;
struct rec_disk {
	char name[16];            /* "disk0" ... */
	unsigned number;
	struct recorder *rec;
	uint8_t *data, *base;
	struct rec_pages changed; /* `data` may differ from `base` there */
	struct rec_pages used;    /* anything may be there; elsewhere both are zero */
};

struct recorder {
	unsigned count;
	uint64_t bytes;           /* of each disk */
	struct rec_disk disks[REC_MAX_DISKS];
	bool recording;
	struct rec_op *ops;
	size_t op_count, op_room;
	pthread_mutex_t lock;     /* an LV may be written from several threads */
};

struct recorder *rec_new(unsigned disks, uint64_t bytes);
void rec_free(struct recorder *rec);  /* NULL is fine; its devices must be closed */
/* The content of @rec as both content and base of a new one, with an empty journal. */
struct recorder *rec_clone(const struct recorder *rec);

/* What a context can be given: rec_ops() with the disk as its argument. */
struct lvol_dev_ops rec_ops(const struct recorder *rec);
/* Add all disks to @ctx under their names. */
void rec_attach(struct recorder *rec, struct lvol_ctx *ctx);

void rec_start(struct recorder *rec);   /* the content becomes the base, and an empty journal is begun */
void rec_stop(struct recorder *rec);
void rec_settle(struct recorder *rec);  /* the content becomes the base; the journal stays */
void rec_revert(struct recorder *rec);  /* the base becomes the content */

/* Change the content without a journal entry. */
void rec_put(struct rec_disk *disk, const void *bytes, size_t length, uint64_t offset);
void rec_put_zeroes(struct rec_disk *disk, uint64_t length, uint64_t offset);

/* A number that tells one difference between content and base from another. */
uint64_t rec_difference(const struct recorder *rec);

#endif
