/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STORE_VG_LOCK_H
#define LVI_STORE_VG_LOCK_H

#include "dev/lock.h"
#include "store/store.h"

/*
 * Locks of a transaction: lvm2's lock files where block devices are in the set, the files themselves where images are.
 * Taken in one order (see dev/lock.h), so that transactions wait for each other instead of blocking each other forever.
 */
struct vg_locks;

/* A set without locks held; more is added as the transaction learns what it needs. */
int lvi_vg_locks_new(struct devset *devs, const struct store_env *env, int timeout_ms, struct vg_locks **out,
		struct lvol_error *err);
/* The name of a VG, exclusively; a no-op if held already. Only where the set has block devices. */
int lvi_vg_locks_name(struct vg_locks *l, const char *vg_name, struct lvol_error *err);
/* P_global, exclusively; before any name. */
int lvi_vg_locks_global(struct vg_locks *l, struct lvol_error *err);
/* Image files behind devices (the members of a VG, a device that becomes a PV); sorts; a no-op for what is held. */
int lvi_vg_locks_images(struct vg_locks *l, struct lvol_dev *const *devs, size_t count, struct lvol_error *err);
void lvi_vg_locks_free(struct vg_locks *l);  /* NULL ok; gives all up, last taken first */

#endif
