/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/survey.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <lvol/vg.h>

#include "base/error.h"

int lvi_survey_problem(struct survey *s, int code, const char *subject, const char *fmt, ...)
{
	struct vg_problem *p = lvi_arena_zalloc(s->arena, sizeof *p);
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (!p)
		return -LVOL_E_NO_MEMORY;
	p->code = code;
	p->subject = lvi_arena_strdup(s->arena, subject);
	p->message = lvi_arena_strdup(s->arena, text);
	if (!p->subject || !p->message)
		return -LVOL_E_NO_MEMORY;
	if (s->last_problem)
		s->last_problem->next = p;
	else
		s->problems = p;
	s->last_problem = p;
	return 0;
}

static int note_label_state(struct survey *s, struct lvol_dev *dev, const struct label_scan *scan)
{
	if (scan->state == LABEL_DAMAGED)
		return lvi_survey_problem(s, LVOL_PROBLEM_DAMAGED_LABEL, dev->name,
				"damaged PV label: %s; restore it with pvcreate from a backup", scan->why);
	if (scan->state == LABEL_OK && scan->additional)
		return lvi_survey_problem(s, LVOL_PROBLEM_DAMAGED_LABEL, dev->name,
				"%u more PV label(s) after the one in sector %u are ignored", scan->additional,
				scan->label.sector);
	return 0;
}

static int add_found(struct survey *s, struct lvol_dev *dev, const struct label *label, struct found_pv **out)
{
	struct found_pv *pv = lvi_arena_zalloc(s->arena, sizeof *pv), *first;

	if (!pv)
		return -LVOL_E_NO_MEMORY;
	pv->dev = dev;
	pv->label = *label;
	first = lvi_hash_get(&s->pv_by_id, label->pv_id.c, LVI_UUID_LEN);
	if (first) {
		pv->duplicate = true;
		first->has_duplicate = true;
		if (lvi_survey_problem(s, LVOL_PROBLEM_DUPLICATE_PV, dev->name,
				"carries the PV id of %s, which is used instead; give one of them a new id or leave it out",
				first->dev->name))
			return -LVOL_E_NO_MEMORY;
	} else if (lvi_hash_put(&s->pv_by_id, pv->label.pv_id.c, LVI_UUID_LEN, pv, NULL)) {
		return -LVOL_E_NO_MEMORY;
	}
	if (s->pv_last)
		s->pv_last->next = pv;
	else
		s->pv_first = pv;
	s->pv_last = pv;
	*out = pv;
	return 0;
}

static int survey_device(struct survey *s, struct lvol_dev *dev, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	struct label_scan scan;
	struct found_pv *pv;
	int ret;

	if (dev->size < LABEL_SCAN_BYTES)
		return 0;
	ret = lvi_label_read(dev, &scan, &why);
	if (ret == -LVOL_E_NO_MEMORY)
		return lvi_error_nomem(err);
	if (ret)
		return lvi_survey_problem(s, LVOL_PROBLEM_IO, dev->name, "cannot be read: %s", why.message) ?
				lvi_error_nomem(err) : 0;
	if (note_label_state(s, dev, &scan))
		return lvi_error_nomem(err);
	if (scan.state != LABEL_OK)
		return 0;
	if (add_found(s, dev, &scan.label, &pv))
		return lvi_error_nomem(err);
	if (pv->duplicate)
		return 0;
	for (unsigned i = 0; i < pv->label.mda_count; i++)
		if ((ret = lvi_copy_read(s, pv, i, err)))
			return ret;
	return 0;
}

int lvi_survey_make(struct devset *devs, const struct log *log, const char *only, struct survey **out,
		struct lvol_error *err)
{
	struct survey *s = calloc(1, sizeof *s);
	int ret = 0;

	if (!s || !(s->arena = lvi_arena_new())) {
		free(s);
		return lvi_error_nomem(err);
	}
	s->devs = lvi_devset_ref(devs);
	s->log = log;
	s->only = only;
	lvi_hash_init(&s->pv_by_id);
	lvi_hash_init(&s->version_by_key);
	for (struct lvol_dev *d = devs->first; d && !ret; d = d->next)
		ret = survey_device(s, d, err);
	if (!ret)
		ret = lvi_copies_follow_renames(s, err);
	if (!ret)
		ret = lvi_copies_roll_forward(s, err);
	if (ret) {
		lvi_survey_free(s);
		return ret;
	}
	*out = s;
	return 0;
}

void lvi_survey_free(struct survey *s)
{
	if (!s)
		return;
	for (struct text_version *v = s->versions; v; v = v->next)
		free(v->text);
	lvi_hash_free(&s->pv_by_id);
	lvi_hash_free(&s->version_by_key);
	lvi_devset_unref(s->devs);
	lvi_arena_free(s->arena);
	free(s);
}
