/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_MOVE_H
#define LVOL_MOVE_H

/**
 * @file lvol/move.h
 * Moving extents to other PVs, as `pvmove`.
 *
 * A transaction makes an LV "pvmoveN" under all that is to be moved, which has it in the old and in the new place; a job
 * (LVOL_JOB_MOVE on that LV, <lvol/job.h>) copies the bytes and then takes it out again. A program or machine that
 * stops meanwhile loses nothing: until a segment is copied, all that is written to it goes to the old place as well.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** All at once: when the move is given up everything is where it was. Otherwise segment by segment. Since 0.1. */
#define LVOL_PV_MOVE_ATOMIC (1u << 0)

/** What is to be moved, and where to. Zero means default. Since 0.1. */
struct lvol_pv_move_opts {
	size_t struct_size;      /**< Set by LVOL_PV_MOVE_OPTS_INIT. */
	const char *vg;          /**< May be NULL when the transaction holds one VG. */
	const char *pv;          /**< What is to become free: device or UUID, with ranges of extents ("disk.img:0-99:200").
	                              Required. It need not be allocatable. */
	const char *lv;          /**< Only what this LV and its hidden parts have there; NULL: every LV. */
	const char *const *to;   /**< NULL-terminated: PVs, with ranges if need be, or tags; NULL: all others. */
	uint32_t alloc;          /**< enum lvol_alloc; default: the VG's. LVOL_ALLOC_ANYWHERE may stay on the same PV. */
	uint32_t flags;          /**< LVOL_PV_MOVE_... */
};
/** Begin a struct lvol_pv_move_opts with this: every field default. Since 0.1. */
#define LVOL_PV_MOVE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_pv_move_opts)

/**
 * Begin a move.
 *
 * @param opts  Says what, and where to.
 *
 * lvol_lv_glance() with a NULL name then tells what the LV is called that the job is to be begun on.
 *
 * As with lvm2, what is redundant stays so: nothing of a mirror or raid comes to lie on a PV that it uses already, nor a
 * stripe beside another, unless `alloc` is LVOL_ALLOC_ANYWHERE.
 *
 * @retval -LVOL_E_NOT_FOUND     no such PV or LV in the VG
 * @retval -LVOL_E_STATE         there is nothing to move
 * @retval -LVOL_E_NO_SPACE      the others have not room enough; the message has the numbers
 * @retval -LVOL_E_BUSY          an LV of it is open, is being merged or converted, or all of it is being moved already
 * @retval -LVOL_E_MISSING_PV    the PV is missing
 * @retval -LVOL_E_NOT_SUPPORTED part of a writecache, or of a raid with integrity, which lvm2 does not move either
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_pv_move(struct lvol_txn *txn, const struct lvol_pv_move_opts *opts,
		struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_MOVE_H */
