/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job/job.h"

#include <stdio.h>

#include "base/error.h"

/* What LVs wait for comes first. */
static const struct job_kind *const kinds[] = {
	&lvi_job_move, &lvi_job_merge, &lvi_job_sync, &lvi_job_check, &lvi_job_repair, &lvi_job_flush,
	&lvi_job_splitcache, &lvi_job_uncache,
};
#define PENDING_KINDS 3

static const struct job_kind *by_number(int number)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i]->number == number)
			return kinds[i];
	return NULL;
}

static int nothing(const struct lvol_lv *lv, const char *what, struct lvol_error *err)
{
	char subject[sizeof err->subject];

	snprintf(subject, sizeof subject, "%s/%s", lv->vg->name, lv->name);
	return lvi_error(err, LVOL_E_STATE, subject, "LV %s has nothing to %s", subject, what);
}

static int find_pending(const struct lvol_lv *lv, const struct job_kind **out, struct job_round *round,
		struct lvol_error *err)
{
	for (size_t i = 0; i < PENDING_KINDS; i++) {
		struct lvol_error why = LVOL_ERROR_INIT;
		int r = kinds[i]->look(lv, round, &why);

		if (r > 0)
			*out = kinds[i];
		if (r < 0 && r != -LVOL_E_NOT_SUPPORTED && err)
			*err = why;
		if (r && r != -LVOL_E_NOT_SUPPORTED)
			return r < 0 ? r : 0;
	}
	return nothing(lv, "be done", err);
}

int lvi_job_find(int number, const struct lvol_lv *lv, const struct job_kind **out, struct job_round *round,
		struct lvol_error *err)
{
	const struct job_kind *kind = by_number(number);
	int r;

	*round = (struct job_round){ 0 };
	if (number == LVOL_JOB_PENDING)
		return find_pending(lv, out, round, err);
	if (!kind)
		return lvi_error(err, LVOL_E_INVALID, lv->name, "there is no job of kind %d", number);
	r = kind->look(lv, round, err);
	if (r <= 0)
		return r ? r : nothing(lv, kind->name, err);
	*out = kind;
	return 0;
}
