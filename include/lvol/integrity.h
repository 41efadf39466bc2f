/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_INTEGRITY_H
#define LVOL_INTEGRITY_H

/**
 * @file lvol/integrity.h
 * Integrity of raids: each block of a leg has a checksum, which is compared when it is read. What does not fit is an
 * error of that leg, so that the raid reads it from the others, and mends it. As `lvconvert --raidintegrity`.
 *
 * Under each leg NAME_rimage_N are then two LVs: NAME_rimage_N_iorig with the data, and NAME_rimage_N_imeta, on the
 * same PV, with the checksums.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** How data and checksums are kept from differing after a crash. Since 0.1. */
enum lvol_integrity_mode {
	LVOL_INTEGRITY_MODE_DEFAULT = 0,
	LVOL_INTEGRITY_JOURNAL = 1,  /**< All is written to a journal first: the default. */
	LVOL_INTEGRITY_BITMAP = 2    /**< Regions that are being written are marked; after a crash their checksums are made
	                                  anew, from whatever is there. Faster. */
};

/** Options of integrity. Zero means default. Since 0.1. */
struct lvol_integrity_opts {
	size_t struct_size;    /**< Set by LVOL_INTEGRITY_OPTS_INIT. */
	uint32_t mode;         /**< enum lvol_integrity_mode */
	uint32_t block_bytes;  /**< What has one checksum: 512, 1024, 2048 or 4096. The smallest I/O that the LV takes is no
	                            smaller: a file system with smaller blocks cannot be used any more. Default the logical
	                            block of the PVs: 512 or 4096. */
};
/** Begin a struct lvol_integrity_opts with this: every field default. Since 0.1. */
#define LVOL_INTEGRITY_OPTS_INIT LVOL_OPTS_INIT(struct lvol_integrity_opts)

/**
 * Add integrity to all legs of a raid1, raid4, raid5, raid6 or raid10. The checksums of what is there are made
 * afterwards: by the kernel when the LV is active, by a job of kind LVOL_JOB_SYNC (<lvol/job.h>); until then nothing
 * is verified. As in lvm2, a raid with integrity can grow, legs of it can be replaced, and those of a raid1 added and
 * removed; for any other change it is removed, and added again afterwards.
 *
 * @param lv    "vg/lv", or "lv" when the transaction has one VG.
 * @param opts  NULL for all defaults.
 * @retval -LVOL_E_NOT_FOUND     no such LV
 * @retval -LVOL_E_NOT_SUPPORTED it is no such raid, is used by other LVs, or its legs are not linear
 * @retval -LVOL_E_INVALID       unknown mode or block size, or it has integrity already
 * @retval -LVOL_E_NO_SPACE      no run of free extents for the checksums on the PVs of a leg
 * @retval -LVOL_E_BUSY          it is open somewhere, or a pvmove of it is under way
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_integrity_add(struct lvol_txn *txn, const char *lv,
		const struct lvol_integrity_opts *opts, struct lvol_error *err);

/**
 * Remove integrity from all legs of a raid; the data stays. What a crash left in a journal is put in its place at once,
 * before the transaction is committed, unless the LV is active in the kernel, which does that.
 *
 * @param lv  "vg/lv", or "lv" when the transaction has one VG.
 * @retval -LVOL_E_NOT_FOUND     no such LV
 * @retval -LVOL_E_INVALID       it has no integrity
 * @retval -LVOL_E_BUSY          it is open somewhere, or a pvmove of it is under way
 * @retval -LVOL_E_IO            a device failed
 * @retval -LVOL_E_CORRUPT       a journal cannot be understood
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_integrity_remove(struct lvol_txn *txn, const char *lv, struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_INTEGRITY_H */
