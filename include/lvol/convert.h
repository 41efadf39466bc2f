/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_CONVERT_H
#define LVOL_CONVERT_H

/**
 * @file lvol/convert.h
 * LVs that become LVs of another type, and legs of raids and mirrors that come and go.
 *
 * Each call is an operation of a transaction. What lies in the LV stays. Legs that are new hold nothing yet: they are rebuilt
 * from the others when the LV is active on the kernel, or by a job of kind LVOL_JOB_SYNC (<lvol/job.h>). Until then the LV
 * has as little redundancy as before.
 *
 * An LV must be in sync for most of this, as in lvm2: what is not yet in sync on all legs cannot be taken for another layout,
 * and the only leg that has everything cannot be given up. This is read from the metadata of its legs or, while it is active and
 * the transaction has a backend, asked of its device.
 *
 * Names: "vg/lv", or "lv" when the transaction holds one VG.
 * Errors: after a failure the transaction is as it was before the call.
 */

#include <lvol/error.h>
#include <lvol/raid.h>

LVOL_BEGIN_DECLS

/** What lvol_lv_convert() should make of an LV. Start from LVOL_LV_CONVERT_OPTS_INIT; zero means default. Since 0.1. */
struct lvol_lv_convert_opts {
	size_t struct_size;          /**< Set by the initializer; do not change. */
	const char *segtype;         /**< "linear", "striped", "mirror", "raid1", "raid5_n" ...; default as it is. */
	const char *const *pvs;      /**< NULL-terminated, as in lvol_lv_create_opts: where new legs may lie, or, when there are to
	                                  be fewer copies, the PVs whose legs go first. Default all. */
	const struct lvol_raid_opts *raid;  /**< Copies, region size, log of a mirror; NULL: as it is. With `copies` and neither
	                                  type nor sign, 1 means linear. */
	int32_t copies_sign;         /**< 0: raid->copies is the new number. 1: so many more. -1: so many fewer. */
	uint32_t alloc;              /**< enum lvol_alloc of what is new; default the LV's. */
	uint32_t stripe_bytes;       /**< Of an LV that gets stripes and had none; default 64 KiB. */
	uint32_t reserved;           /**< Zero. */
};
/** Begin a struct lvol_lv_convert_opts with this: every field default. Since 0.1. */
#define LVOL_LV_CONVERT_OPTS_INIT LVOL_OPTS_INIT(struct lvol_lv_convert_opts)

/**
 * Make LV @p name an LV of another type, with more or fewer copies, another region size or log.
 *
 * What can be done in one step, without moving data: linear, mirror and raid1 into each other; striped, raid0, raid0_meta,
 * raid4, raid5_n, raid6_n_6 and raid10 into each other as far as their data lies alike; raid5_ls, _rs, _la, _ra and the raid6
 * with the same word and "_6"; raid1 of two legs and raid4 or raid5 of two. A mirror that lvm2 is giving legs (a hidden
 * NAME_mimagetmp_N is below it) can have fewer copies, which gives them up; all else is LVOL_E_BUSY until they are in sync.
 *
 * @param opts  What it becomes; @p opts and all it points to is copied.
 * @retval -LVOL_E_NOT_FOUND  no such LV, or no such PV
 * @retval -LVOL_E_INVALID    that makes no sense, or nothing would change
 * @retval -LVOL_E_NOT_SUPPORTED not in one step: @p err names one that is possible on the way
 * @retval -LVOL_E_BUSY       it is open somewhere, not in sync, or on its way to be something else
 * @retval -LVOL_E_NO_SPACE   not enough free extents on PVs that no other leg lies on
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_convert(struct lvol_txn *txn, const char *name,
		const struct lvol_lv_convert_opts *opts, struct lvol_error *err);

/** What lvol_lv_replace_legs() should replace. Start from LVOL_LV_REPLACE_OPTS_INIT. Since 0.1. */
struct lvol_lv_replace_opts {
	size_t struct_size;          /**< Set by the initializer; do not change. */
	const char *const *from;     /**< NULL-terminated: PVs whose legs are replaced; NULL: PVs that are missing. */
	const char *const *pvs;      /**< Where the new legs may lie; default all. */
	uint32_t alloc;              /**< enum lvol_alloc of what is new; default the LV's. */
	uint32_t reserved;           /**< Zero. */
};
/** Begin a struct lvol_lv_replace_opts with this: every field default. Since 0.1. */
#define LVOL_LV_REPLACE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_lv_replace_opts)

/**
 * Replace legs of the raid or mirror @p name by new ones, which are rebuilt. With PVs missing begin the transaction with
 * LVOL_TXN_ALLOW_PARTIAL.
 *
 * @param opts  Which legs, and where the new ones may lie; @p opts and all it points to is copied.
 * @retval -LVOL_E_NOT_FOUND  no such LV or PV
 * @retval -LVOL_E_INVALID    no leg lies there
 * @retval -LVOL_E_MISSING_PV more legs than it can do without
 * @retval -LVOL_E_BUSY       it is open somewhere, or the legs that stay do not have everything
 * @retval -LVOL_E_NO_SPACE   not enough free extents on PVs that no other leg lies on
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_replace_legs(struct lvol_txn *txn, const char *name,
		const struct lvol_lv_replace_opts *opts, struct lvol_error *err);

/** Keep what is written to the raid meanwhile in mind, so that lvol_lv_merge_leg() has to copy no more than that. The leg can
 *  be read, as NAME_rimage_N. For one leg of a raid1. Since 0.1. */
#define LVOL_SPLIT_TRACK_CHANGES (1u << 0)

/** What lvol_lv_split_legs() should split off. Start from LVOL_LV_SPLIT_OPTS_INIT. Since 0.1. */
struct lvol_lv_split_opts {
	size_t struct_size;          /**< Set by the initializer; do not change. */
	const char *new_name;        /**< Of the LV that the legs become; not with LVOL_SPLIT_TRACK_CHANGES. */
	const char *const *pvs;      /**< NULL-terminated: PVs whose legs go; default the last legs. */
	uint32_t count;              /**< Legs; default 1. Several become a raid1, or a mirror with its log in memory. */
	uint32_t flags;              /**< LVOL_SPLIT_... */
};
/** Begin a struct lvol_lv_split_opts with this: every field default. Since 0.1. */
#define LVOL_LV_SPLIT_OPTS_INIT LVOL_OPTS_INIT(struct lvol_lv_split_opts)

/**
 * Split legs of the raid1 or mirror @p name off, as an LV of their own with the content of this moment. Of a mirror it is
 * one leg at a time. A single leg stays the LV that it was, with its UUID and under its new name, and is active if the
 * raid is; what several become is not active.
 *
 * @param opts  Which legs, and what becomes of them; @p opts and all it points to is copied.
 * @retval -LVOL_E_NOT_FOUND  no such LV or PV
 * @retval -LVOL_E_EXISTS     the new name is taken
 * @retval -LVOL_E_INVALID    no such legs, or none would be left
 * @retval -LVOL_E_BUSY       it is open somewhere, or not in sync
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_split_legs(struct lvol_txn *txn, const char *name,
		const struct lvol_lv_split_opts *opts, struct lvol_error *err);

/**
 * Put the leg @p leg ("vg/NAME_rimage_N"), which was split off with LVOL_SPLIT_TRACK_CHANGES, back into its raid1; what it
 * lacks is copied when the raid is next active.
 *
 * @retval -LVOL_E_NOT_FOUND  no such LV
 * @retval -LVOL_E_INVALID    it is no leg that was split off
 * @retval -LVOL_E_BUSY       it is open somewhere
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_merge_leg(struct lvol_txn *txn, const char *leg, struct lvol_error *err);

/** Take struct lvol_raid_change_opts::min_recovery_kib. Since 0.1. */
#define LVOL_RAID_CHANGE_MIN_RECOVERY (1u << 0)
/** Take struct lvol_raid_change_opts::max_recovery_kib. Since 0.1. */
#define LVOL_RAID_CHANGE_MAX_RECOVERY (1u << 1)
/** Take struct lvol_raid_change_opts::write_behind. Since 0.1. */
#define LVOL_RAID_CHANGE_WRITE_BEHIND (1u << 2)
/** All of it counts as not in sync any more: copies are made again from the first leg, parity from the data. Since 0.1. */
#define LVOL_RAID_CHANGE_RESYNC (1u << 3)

/** What lvol_raid_change() should change. Start from LVOL_RAID_CHANGE_OPTS_INIT. Since 0.1. */
struct lvol_raid_change_opts {
	size_t struct_size;          /**< Set by the initializer; do not change. */
	uint32_t what;               /**< LVOL_RAID_CHANGE_...: which of the following, and more. */
	uint32_t min_recovery_kib;   /**< KiB a second for each leg below which a resync is not throttled; 0: the kernel's. */
	uint32_t max_recovery_kib;   /**< KiB a second for each leg that a resync takes at most; 0: the kernel's. */
	uint32_t write_behind;       /**< Of raid1: writes that write-mostly legs may lag behind, up to 32767; 0: the kernel's. */
	const char *const *write_mostly;         /**< NULL-terminated: PVs whose legs, of a raid1, are read only when no other can
	                                              be; NULL: none. Not all legs may be so. */
	const char *const *not_write_mostly;     /**< PVs whose legs are read again. */
	const char *const *toggle_write_mostly;  /**< PVs whose legs become the other of the two. */
	const char *const *rebuild;  /**< PVs whose legs do not count as in sync any more, and are made again from the others. */
};
/** Begin a struct lvol_raid_change_opts with this: nothing changes. Since 0.1. */
#define LVOL_RAID_CHANGE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_raid_change_opts)

/**
 * Change how the raid @p name is used, or have its legs synchronised again, which begins when it is next activated or opened to
 * be written to, or with LVOL_JOB_SYNC. Mirrors can be synchronised again and nothing else.
 *
 * @param opts  What; @p opts and all it points to is copied.
 * @retval -LVOL_E_NOT_FOUND  no such LV or PV
 * @retval -LVOL_E_INVALID    it has no legs, or none there; or that makes no sense
 * @retval -LVOL_E_NOT_SUPPORTED its type has no such thing
 * @retval -LVOL_E_MISSING_PV legs are missing, or more are to be rebuilt than it can do without
 * @retval -LVOL_E_BUSY       it is open somewhere, not in sync, or active, to synchronise it again
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_raid_change(struct lvol_txn *txn, const char *name,
		const struct lvol_raid_change_opts *opts, struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_CONVERT_H */
