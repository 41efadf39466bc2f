/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_RAID_H
#define LVOL_RAID_H

/**
 * @file lvol/raid.h
 * What raids and mirrors have beside the size and the stripes of every LV: for lvol_lv_create() and lvol_lv_convert().
 *
 * A raid stands on hidden LVs, its legs: NAME_rimage_N with the data and, but for raid0, NAME_rmeta_N with what the kernel
 * keeps of the leg's state. A mirror stands on NAME_mimage_N, with a log NAME_mlog unless that is kept in memory.
 */

#include <lvol/types.h>

LVOL_BEGIN_DECLS

/** Where a mirror keeps which regions are in sync. Since 0.1. */
enum lvol_mirror_log {
	LVOL_MIRROR_LOG_DEFAULT = 0,
	LVOL_MIRROR_LOG_DISK = 1,   /**< On an LV of its own: the default. */
	LVOL_MIRROR_LOG_CORE = 2    /**< In memory: each activation copies all again. */
};

/** The new LV counts as in sync as it is: nothing is copied, and what was never written differs from leg to leg. Not for
 *  raid6; raid0 has nothing to synchronise anyway. Since 0.1. */
#define LVOL_RAID_NO_SYNC (1u << 0)

/** Options of raids and mirrors. Start from LVOL_RAID_OPTS_INIT; zero means default. Since 0.1. */
struct lvol_raid_opts {
	size_t struct_size;          /**< Set by the initializer; do not change. */
	uint32_t copies;             /**< Of each byte, for raid1, raid10 and mirror; default 2. */
	uint32_t region_bytes;       /**< What one bit of the bitmap or log stands for: a power of two; default 2 MiB, or less where
	                                  the LV is small, or more where it is very large. Not for raid0. */
	uint32_t min_recovery_kib;   /**< KiB a second for each leg below which a resync is not throttled; 0: the kernel's. */
	uint32_t max_recovery_kib;   /**< KiB a second for each leg that a resync takes at most; 0: the kernel's. */
	uint32_t write_behind;       /**< Of raid1: writes that write-mostly legs may lag behind; 0: the kernel's. */
	uint32_t log;                /**< enum lvol_mirror_log, of a mirror. */
	uint32_t flags;              /**< LVOL_RAID_... */
};
/** Begin a struct lvol_raid_opts with this: every field default. Since 0.1. */
#define LVOL_RAID_OPTS_INIT LVOL_OPTS_INIT(struct lvol_raid_opts)

LVOL_END_DECLS

#endif /* LVOL_RAID_H */
