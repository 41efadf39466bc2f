/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "model/internal.h"

/*
 * Shared VGs. A lock type says who arbitrates between hosts, lock_args are that one's own words. Which LVs have a lock
 * of their own depends on their segment type, and is checked with it.
 */

static const char *const lock_types[] = { "sanlock", "dlm", "idm" };
static const char lock_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-:";

static bool is_shared(const struct lvol_vg *vg)
{
	return vg->lock_type && strcmp(vg->lock_type, "none");
}

static bool is_known(const char *lock_type)
{
	for (size_t i = 0; i < sizeof lock_types / sizeof lock_types[0]; i++)
		if (!strcmp(lock_type, lock_types[i]))
			return true;
	return false;
}

/* "1.0.0:name": one colon at most. */
static bool good_args(const char *args)
{
	return args[0] && !args[strspn(args, lock_chars)] && strchr(args, ':') == strrchr(args, ':');
}

static const char *shared_fault(const struct lvol_vg *vg)
{
	if (!is_known(vg->lock_type))
		return "its lock_type is unknown";
	if (!vg->lock_args)
		return "it is shared, but has no lock_args";
	if (!good_args(vg->lock_args))
		return "its lock_args are not well-formed";
	if (vg->flags & VG_CLUSTERED)
		return "it is both shared and clustered";
	if (vg->system_id && vg->system_id[0])
		return "it is shared, but belongs to one system id";
	return NULL;
}

int lvi_check_vg_lock(const struct lvol_vg *vg, const struct check_sink *sink)
{
	const char *fault = NULL;

	if (is_shared(vg))
		fault = shared_fault(vg);
	else if (vg->lock_args)
		fault = "it has lock_args, but is not shared";
	return fault ? lvi_check_found(sink, "vg-lock", vg->name, "VG %s: %s", vg->name, fault) : 0;
}

int lvi_check_lv_lock(const struct lvol_vg *vg, const struct check_sink *sink)
{
	bool shared = is_shared(vg);
	char name[LVI_SUBJECT_LEN];
	int ret = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next) {
		if (lv->lock_args && !shared)
			ret = lvi_check_found(sink, "lv-lock", lvi_lv_subject(name, lv),
					"LV %s has lock_args, but its VG is not shared", lv->name);
		else if (lv->lock_args && !good_args(lv->lock_args))
			ret = lvi_check_found(sink, "lv-lock", lvi_lv_subject(name, lv), "lock_args of LV %s are not well-formed",
					lv->name);
	}
	return ret;
}
