/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_THIN_REBUILD_H
#define LVI_BACKEND_USER_THIN_REBUILD_H

#include "backend/user/thin_metadata.h"

/*
 * New metadata from what can be read of old ones, as thin_repair makes them: the superblock and the trees of devices are
 * needed, space maps are not looked at. What lies under a damaged node is lost, and told. Trees are not shared any more,
 * so that a pool with many snapshots needs more room than before; data blocks are.
 */
struct thin_rebuild {
	const struct pd_store *from, *to;  /* what is on `to` is overwritten */
	/* Blocks [begin, last] of a device cannot be read any more; a device without details: all of it. NULL ok. */
	void (*lost)(void *arg, uint64_t device, uint64_t begin, uint64_t last);
	void *arg;
};
int lvi_thin_rebuild(const struct thin_rebuild *how, struct lvol_error *err);

#endif
