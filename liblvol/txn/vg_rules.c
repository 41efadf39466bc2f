/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/vg_rules.h"

#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define MIN_EXTENT_BYTES 1024
#define EXTENT_GRAIN_BYTES (128 * 1024)  /* of sizes that are no power of two */
#define SYSTEM_ID_MAX 127

static const char system_id_chars[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+";

int lvi_vg_must_be_ours(const struct lvol_vg *vg, struct lvol_error *err)
{
	if (!(vg->flags & VG_EXPORTED))
		return 0;
	return lvi_error(err, LVOL_E_EXPORTED, vg->name, "VG %s is exported; import it first", vg->name);
}

int lvi_vg_must_be_resizeable(const struct lvol_vg *vg, struct lvol_error *err)
{
	if (vg->flags & VG_RESIZEABLE)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, vg->name, "VG %s is not resizeable; change that first", vg->name);
}

int lvi_vg_must_be_whole(const struct lvol_vg *vg, struct lvol_error *err)
{
	uint32_t missing = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		missing += !pv->dev;
	if (!missing)
		return 0;
	return lvi_error(err, LVOL_E_MISSING_PV, vg->name, "%u PVs of VG %s are missing; add them, or take them out of it first",
			missing, vg->name);
}

int lvi_vg_exclude_open(struct lvol_txn *txn, struct txn_vg *vg, struct lvol_error *err)
{
	int ret = lvi_txn_exclude_all(txn, vg, err);

	/* and those that came from elsewhere */
	for (const struct lvol_lv *lv = vg->work->lv_first; lv && !ret; lv = lv->next)
		ret = lvi_txn_exclude_open(txn, lv, err);
	return ret;
}

int lvi_extent_bytes_check(uint64_t bytes, const char *subject, struct lvol_error *err)
{
	if (bytes < MIN_EXTENT_BYTES || bytes / LVI_SECTOR_BYTES > UINT32_MAX)
		return lvi_error(err, LVOL_E_INVALID, subject, "extents of %llu bytes are not possible: from 1 KiB on, and below 2 TiB, are",
				(unsigned long long)bytes);
	if (lvi_is_pow2(bytes) || bytes % EXTENT_GRAIN_BYTES == 0)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, subject,
			"extents of %llu bytes are not possible: a power of two or a multiple of 128 KiB is",
			(unsigned long long)bytes);
}

int lvi_system_id_check(const char *id, const char *subject, struct lvol_error *err)
{
	size_t good = id ? strspn(id, system_id_chars) : 0;

	if (!id || (!id[good] && good <= SYSTEM_ID_MAX))
		return 0;
	if (id[good])
		return lvi_error(err, LVOL_E_INVALID, subject,
				"system id \"%.130s\" has a character other than A-Z a-z 0-9 . _ + - at position %zu", id, good + 1);
	return lvi_error(err, LVOL_E_INVALID, subject, "the system id is longer than %d characters", SYSTEM_ID_MAX);
}

int lvi_vg_set_system_id(struct lvol_vg *vg, const char *id, struct lvol_error *err)
{
	const char *copy = id && *id ? lvi_arena_strdup(vg->arena, id) : NULL;

	if (id && *id && !copy)
		return lvi_error_nomem(err);
	vg->system_id = copy;
	return 0;
}

uint32_t lvi_vg_visible_lvs(const struct lvol_vg *vg)
{
	uint32_t n = 0;

	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		n += (lv->flags & LV_VISIBLE) != 0;
	return n;
}

uint32_t lvi_vg_used_areas(const struct lvol_vg *vg)
{
	uint32_t n = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		for (unsigned i = 0; i < pv->mda_count && pv->dev; i++)
			n += !pv->mdas[i].ignored;
	return n;
}

size_t lvi_names_count(const char *const *names)
{
	size_t n = 0;

	while (names && names[n])
		n++;
	return n;
}

void lvi_vg_drop_problem(struct lvol_vg *vg, int code)
{
	struct vg_problem **at = &vg->problems, *last = NULL;

	while (*at) {
		if ((*at)->code == code) {
			*at = (*at)->next;
		} else {
			last = *at;
			at = &last->next;
		}
	}
	vg->problems_last = last;
}

void lvi_txn_drop_vg(struct txn_vg *vg)
{
	lvi_vg_unref(vg->work);
	vg->work = NULL;
	vg->lv_book = NULL;
}
