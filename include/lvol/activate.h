/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_ACTIVATE_H
#define LVOL_ACTIVATE_H

/**
 * @file lvol/activate.h
 * LVs as block devices of the running system: with the names, uuids and tables that lvm2 gives them, so that the tools of
 * both can be used in turn.
 *
 * Each call does all of its work or nothing, and takes the VG's lock meanwhile: not while this program has a transaction on
 * the VG. PVs must be block devices. The backend (<lvol/backend.h>) says more about udev and threads.
 */

#include <lvol/backend.h>

LVOL_BEGIN_DECLS

/** Activate: nothing can be written through the devices. Since 0.1. */
#define LVOL_ACTIVATE_READ_ONLY (1u << 0)
/** Activate although PVs are missing: what lies there answers errors. Since 0.1. */
#define LVOL_ACTIVATE_PARTIAL (1u << 1)
/** Activate only what has all its PVs. Default is lvm2's "degraded": a raid may lack as many legs as it can do without.
 *  Since 0.1. */
#define LVOL_ACTIVATE_COMPLETE (1u << 2)
/** Activate LVs too that say that activation shall skip them, as lvm2's -K. Since 0.1. */
#define LVOL_ACTIVATE_SKIPPED (1u << 3)
/** lvol_vg_activate(): only LVs that are activated when the system starts. Since 0.1. */
#define LVOL_ACTIVATE_AUTO (1u << 4)
/** Deactivate: do not try again for up to 5 s while somebody has a device open for a moment, as udev's rules do. What is
 *  mounted, or has another device on it, is refused at once in any case. Since 0.1. */
#define LVOL_DEACTIVATE_NO_RETRY (1u << 0)
/** Deactivate: what is open goes when it is closed. Since 0.1. */
#define LVOL_DEACTIVATE_DEFERRED (1u << 1)

/**
 * Activate an LV and what belongs to it: an origin with its snapshots, and a snapshot with its origin. Devices that run
 * already stay as they are.
 *
 * @param backend  The kernel's device-mapper.
 * @param flags  LVOL_ACTIVATE_..., not _AUTO
 * @retval -LVOL_E_STATE         activation skips it; see LVOL_ACTIVATE_SKIPPED
 * @retval -LVOL_E_MISSING_PV    a PV under it is missing (named)
 * @retval -LVOL_E_EXPORTED, -LVOL_E_FOREIGN  so is its VG
 * @retval -LVOL_E_INVALID       it is a hidden part of another LV, or of a VG that is not on devices
 * @retval -LVOL_E_CONFLICT      the VG has changed since it was read so that this LV is not what it was
 * @retval -LVOL_E_BUSY          it is open in user space (<lvol/io.h>)
 * @retval -LVOL_E_EXISTS        another device has the name of one of its devices
 * @retval -LVOL_E_NOT_SUPPORTED the kernel lacks a target (it and its module are named), or a PV is an image file
 * @retval -LVOL_E_LOCKED        somebody holds the VG's lock
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_activate(const struct lvol_lv *lv, struct lvol_backend *backend, uint32_t flags,
		struct lvol_error *err);

/**
 * Remove the devices of an LV and what belongs to it; those that others stand on too stay. One that is not active is no
 * error.
 *
 * @param backend  The kernel's device-mapper.
 * @param flags  LVOL_DEACTIVATE_...
 * @retval -LVOL_E_BUSY   a device is open; nothing was removed
 * @retval -LVOL_E_LOCKED somebody holds the VG's lock
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_deactivate(const struct lvol_lv *lv, struct lvol_backend *backend, uint32_t flags,
		struct lvol_error *err);

/**
 * Load the tables of an active LV anew and take them into use, as `lvchange --refresh`: after a PV came back, say.
 *
 * @param backend  The kernel's device-mapper.
 * @param flags  LVOL_ACTIVATE_READ_ONLY, LVOL_ACTIVATE_PARTIAL, LVOL_ACTIVATE_COMPLETE
 * @retval -LVOL_E_CONFLICT it is not active as a whole, or as lvol_lv_activate()
 *
 * Errors as lvol_lv_activate(). Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_refresh(const struct lvol_lv *lv, struct lvol_backend *backend, uint32_t flags,
		struct lvol_error *err);

/**
 * What the device of an LV is at this moment: whether it is active, open, suspended ...
 *
 * @param backend  The kernel's device-mapper.
 * @param out      Begun with LVOL_DEVICE_INFO_INIT.
 * @retval -LVOL_E_NOT_FOUND it is not active
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_device(const struct lvol_lv *lv, struct lvol_backend *backend,
		struct lvol_device_info *out, struct lvol_error *err);

/**
 * Activate all LVs of a VG that have a device of their own, but for those that activation skips.
 *
 * @param backend  The kernel's device-mapper.
 * @param flags  LVOL_ACTIVATE_...
 * @retval -LVOL_E_CONFLICT the VG has changed since it was read
 *
 * Errors as lvol_lv_activate(). Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_activate(struct lvol_vg *vg, struct lvol_backend *backend, uint32_t flags,
		struct lvol_error *err);

/**
 * Remove all devices of a VG's LVs. Whether the VG belongs to another system by now does not matter: what is active here can
 * be ended here, as lvol_lv_deactivate() does with one LV.
 *
 * @param backend  The kernel's device-mapper.
 * @param flags  LVOL_DEACTIVATE_...
 * @retval -LVOL_E_BUSY   a device is open; nothing was removed
 * @retval -LVOL_E_LOCKED somebody holds the VG's lock
 * @retval -LVOL_E_EXPORTED the VG is exported, which happens to no active one; lvol_backend_remove() removes what is left all the same
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_deactivate(struct lvol_vg *vg, struct lvol_backend *backend, uint32_t flags,
		struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_ACTIVATE_H */
