/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_THIN_CHECK_H
#define LVI_BACKEND_USER_THIN_CHECK_H

#include "backend/user/thin_metadata.h"

/*
 * All of what is committed is read, and every reference to every block is counted and compared with the space maps,
 * as thin_check does. Each node is read once for each 2^24 data blocks that the pool has, so that the memory for counts
 * is bounded (64 MiB, and 4 bytes for each metadata block).
 */
enum thin_wrong {
	THIN_WRONG_BLOCK,      /* a metadata block cannot be read, or is not what it should be: what is below is not known */
	THIN_WRONG_OUTSIDE,    /* a reference to a block that there is not */
	THIN_WRONG_DEVICE,     /* a device has mappings and no details, or details and no mappings */
	THIN_WRONG_COUNT,      /* blocks are referred to more often than counted: they may be given out once more */
	THIN_WRONG_LEAK        /* blocks are counted more often than referred to: they are never free again */
};
#define THIN_NO_DEVICE UINT32_MAX
struct thin_finding {
	enum thin_wrong what;
	uint32_t device;       /* THIN_NO_DEVICE: it is of none, or of several */
	bool data;             /* which blocks, */
	uint64_t begin, count; /* from which one on, and how many */
	uint32_t references, counted;
	int code;              /* LVOL_E_CORRUPT or LVOL_E_IO */
	const char *message;
};
struct thin_check {
	/* below 0 ends it with that */
	int (*found)(void *arg, const struct thin_finding *finding, struct lvol_error *err);
	void *arg;
};
/* When some of it cannot be read, nobody knows of leaks, and they are not told. An error: the check itself failed. */
int lvi_thin_examine(const struct pd_store *store, const struct thin_check *how, struct lvol_error *err);

/* The first thing that is wrong is the error: LVOL_E_CORRUPT. */
int lvi_thin_check(struct thin_md *md, struct lvol_error *err);

#endif
