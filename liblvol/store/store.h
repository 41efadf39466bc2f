/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STORE_STORE_H
#define LVI_STORE_STORE_H

#include "base/log.h"
#include "base/uuid.h"
#include "dev/dev.h"
#include "model/pv.h"
#include "model/segment.h"

/*
 * Store: VGs on devices. Finds PVs and VGs, chooses the valid copy of a VG's metadata, says what is wrong with the
 * others, and writes a new version to all of them (store/commit.h).
 */

/* What reading and writing must know of the world outside the devices. */
struct store_env {
	struct log log;
	struct random_source random;
	int64_t fixed_time;          /* with has_fixed_time */
	bool has_fixed_time;
	bool no_locking;
	int lock_timeout_ms;         /* as dev/lock.h */
	const char *hints_dir;       /* lvm2's hints; NULL: it has none */
	const char *locking_dir, *host_name, *system_id, *description;
};

/* All that is on the devices of a set. Immutable once made. */
struct lvol_scan {
	struct arena *arena;
	struct devset *devs;
	struct lvol_vg **vgs;        /* sorted by name, then id; one reference each */
	size_t vg_count;
	struct lvol_vg *orphans;     /* nameless VG that holds PVs without one */
	struct vg_problem *problems; /* those of no VG */
};

/* The VG keeps the devices that it lies on open as long as it lives. */
void lvi_vg_keep_devices(struct lvol_vg *vg, struct devset *devs);
struct devset *lvi_vg_devices(const struct lvol_vg *vg);  /* NULL: it keeps none (made by hand) */

int lvi_store_scan(struct devset *devs, const struct store_env *env, struct lvol_scan **out, struct lvol_error *err);
/* The same for who holds the locks of VGs since they were read: what is still the same of @known (NULL-terminated) is not
 * read again. */
int lvi_store_scan_rest(struct devset *devs, const struct store_env *env, struct lvol_vg *const *known,
		struct lvol_scan **out, struct lvol_error *err);
void lvi_store_scan_free(struct lvol_scan *scan);

/* One VG by name or UUID; *out is frozen, one reference. See lvol_vg_open() for the errors. */
int lvi_store_read_vg(struct devset *devs, const struct store_env *env, const char *name, struct lvol_vg **out,
		struct lvol_error *err);

/* The same for who reads twice, before and after taking locks. */
struct store_read {
	struct devset *devs;
	const struct store_env *env;
	const char *name;
	/* What labels and headers of all devices said at the last read; `sure` when every copy was sound. */
	bool sure;
	uint64_t key[2], sum;
};
int lvi_store_read(struct store_read *read, struct lvol_vg **out, struct lvol_error *err);
/* After lvi_store_read() gave @known: while labels and headers say the same, *out is another reference to it and no text
 * is read; else the VG is read anew. */
int lvi_store_read_again(struct store_read *read, struct lvol_vg *known, struct lvol_vg **out, struct lvol_error *err);

#endif
