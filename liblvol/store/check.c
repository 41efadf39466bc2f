/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/check.h"

#include <stdlib.h>

#include "base/error.h"
#include "disk/mda.h"
#include "store/assemble.h"

static int attach_text(struct lvol_vg *vg, struct devset *devs, const struct store_env *env, struct lvol_error *err)
{
	struct survey *s;
	int ret = lvi_survey_make(devs, &env->log, vg->name, &s, err);

	if (ret)
		return ret;
	ret = lvi_assemble_attach(s, vg, NULL, err);
	lvi_survey_free(s);
	if (!ret)
		ret = lvi_metadata_note_problems(vg, err);
	return ret;
}

int lvi_store_vg_of_text(struct devset *devs, const struct store_env *env, const char *text, size_t len,
		struct lvol_vg **out, struct lvol_error *err)
{
	struct lvol_vg *vg;
	int ret = lvi_metadata_import_copy(text, len, "metadata text", &vg, err);

	if (ret)
		return ret;
	vg->unwritten = true;
	lvi_vg_keep_devices(vg, devs);
	ret = attach_text(vg, devs, env, err);
	if (ret)
		lvi_vg_unref(vg);
	else
		*out = vg;
	return ret;
}

/* One area as it is on the device now: header sound, and the text that belongs there. */
static int check_area(const struct lvol_pv *pv, const struct pv_mda *m, struct lvol_error *err)
{
	struct mda_header h;
	char *text;
	int ret = lvi_mda_read_header_in(pv->dev, m->start, m->size, &h, err);

	if (ret || lvi_mda_ignored(&h) || lvi_mda_empty(&h))
		return ret;
	ret = lvi_mda_read_text(pv->dev, &h, &h.committed, &text, err);
	if (!ret)
		free(text);
	return ret;
}

int lvi_store_check(const struct lvol_vg *vg, struct lvol_error *err)
{
	int ret = 0;

	if (vg->problems)
		return lvi_error(err, LVOL_E_CORRUPT, vg->problems->subject, "%s: %s", vg->problems->subject,
				vg->problems->message);
	for (const struct lvol_pv *pv = vg->pv_first; pv && !ret; pv = pv->next)
		for (unsigned i = 0; i < pv->mda_count && pv->dev && !ret; i++)
			ret = check_area(pv, &pv->mdas[i], err);
	return ret;
}
