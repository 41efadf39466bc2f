/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NBDKIT_LVOL_VOLUME_H
#define NBDKIT_LVOL_VOLUME_H

#include "group.h"
#include "settings.h"

#include <lvol/lvol.h>

#include <pthread.h>

/* An image file among the devices, opened once more to ask it for its holes. */
struct image {
	const struct lvol_dev *dev;
	int fd;
};

/* An LV that is open, shared by all connections that serve it. */
struct volume {
	struct volume *next;
	char *name;              /* of the LV, without the VG */
	unsigned users;          /* under the lock of the table */
	bool readonly;           /* how it was asked for; what follows does not change */
	bool writable;           /* not with readonly, nor where LV or devices forbid it */
	uint64_t size;
	struct lvol_io *io;
	struct image *images;    /* none where all devices are block devices */
	size_t image_count;
	char description[DESCRIPTION_BYTES];
};

struct volumes {
	pthread_mutex_t lock;
	struct volume *first;
};

/* Open an LV of the VG of @settings, or give the one that is open already. End the use of it with volume_put(). */
int volume_get(struct volumes *volumes, const struct settings *settings, const char *name, bool readonly,
		struct volume **out, struct lvol_error *err);
void volume_put(struct volumes *volumes, struct volume *volume);

/* What a range of a volume is. */
struct piece {
	uint64_t length;
	bool hole;       /* takes no room and reads as zero */
};

/* The piece that begins at @offset, of at most @length bytes. */
int volume_piece(const struct volume *volume, uint64_t offset, uint64_t length, struct piece *out,
		struct lvol_error *err);

/* Make the range read as zero, by holes where there can be some. */
int volume_punch(const struct volume *volume, uint64_t offset, uint64_t length, struct lvol_error *err);

/* The same, but -LVOL_E_NOT_SUPPORTED at once where zeroes would have to be written. */
int volume_punch_fast(const struct volume *volume, uint64_t offset, uint64_t length, struct lvol_error *err);

/* images.c: the devices of @ctx that are files. Those that cannot be opened are left out: they have no holes then. */
int images_open(struct volume *volume, const struct lvol_ctx *ctx, struct lvol_error *err);
void images_close(struct volume *volume);

#endif
