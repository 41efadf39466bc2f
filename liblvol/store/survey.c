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

static struct survey *survey_new(struct devset *devs, const struct log *log)
{
	struct survey *s = calloc(1, sizeof *s);

	if (!s || !(s->arena = lvi_arena_new())) {
		free(s);
		return NULL;
	}
	s->devs = lvi_devset_ref(devs);
	s->log = log;
	lvi_hash_init(&s->pv_by_id);
	lvi_hash_init(&s->version_by_key);
	return s;
}

static int survey_all(struct survey *s, struct lvol_error *err)
{
	int ret = 0;

	for (struct lvol_dev *d = s->devs->first; d && !ret; d = d->next)
		ret = survey_device(s, d, err);
	return ret;
}

static int finish(struct survey *s, int ret, struct survey **out)
{
	if (ret)
		lvi_survey_free(s);
	else
		*out = s;
	return ret;
}

int lvi_survey_make(struct devset *devs, const struct log *log, const char *only, struct survey **out,
		struct lvol_error *err)
{
	struct survey *s = survey_new(devs, log);
	int ret;

	if (!s)
		return lvi_error_nomem(err);
	s->only = only;
	ret = survey_all(s, err);
	if (!ret)
		ret = lvi_copies_follow_renames(s, err);
	if (!ret)
		ret = lvi_copies_roll_forward(s, err);
	return finish(s, ret, out);
}

int lvi_survey_look(struct devset *devs, const struct log *log, struct survey **out, struct lvol_error *err)
{
	struct survey *s = survey_new(devs, log);

	if (!s)
		return lvi_error_nomem(err);
	s->headers_only = true;
	return finish(s, survey_all(s, err), out);
}

/* Numbers go into the sum one by one: structs have holes. */
struct sum { const uint64_t *key; uint64_t value; };

static void sum_add(struct sum *sum, uint64_t number)
{
	uint64_t both[2] = { sum->value, number };

	sum->value = lvi_hash_bytes(sum->key, both, sizeof both);
}

static void sum_locn(struct sum *sum, const struct raw_locn *locn)
{
	sum_add(sum, locn->offset);
	sum_add(sum, locn->size);
	sum_add(sum, (uint64_t)locn->crc << 32 | locn->flags);
}

static void sum_copy(struct sum *sum, const struct mda_copy *c)
{
	sum_add(sum, c->header_ok);
	if (!c->header_ok)
		return;
	sum_add(sum, c->header.start);
	sum_add(sum, c->header.size);
	sum_locn(sum, &c->header.committed);
	sum_locn(sum, &c->header.precommitted);
}

static void sum_area(struct sum *sum, const struct disk_area *a)
{
	sum_add(sum, a->offset);
	sum_add(sum, a->size);
}

static void sum_pv(struct sum *sum, const struct found_pv *pv)
{
	const struct label *label = &pv->label;

	sum_add(sum, pv->dev->number);
	sum_add(sum, lvi_hash_bytes(sum->key, label->pv_id.c, LVI_UUID_LEN));
	sum_add(sum, (uint64_t)label->ext_version << 32 | label->ext_flags);
	sum_add(sum, (uint64_t)label->data_count << 32 | label->mda_count << 8 | label->sector);
	sum_add(sum, label->device_size);
	sum_area(sum, &label->bootloader);
	for (unsigned i = 0; i < label->data_count; i++)
		sum_area(sum, &label->data[i]);
	for (unsigned i = 0; i < label->mda_count; i++) {
		sum_area(sum, &label->mdas[i]);
		sum_copy(sum, &pv->mdas[i]);
	}
}

uint64_t lvi_survey_sum(const struct survey *s, const uint64_t key[2])
{
	struct sum sum = { .key = key };

	for (const struct found_pv *pv = s->pv_first; pv; pv = pv->next)
		sum_pv(&sum, pv);
	return sum.value;
}

bool lvi_survey_is_sound(const struct survey *s)
{
	for (const struct found_pv *pv = s->pv_first; pv; pv = pv->next)
		for (unsigned i = 0; i < pv->label.mda_count; i++)
			if (pv->mdas[i].state == COPY_BAD || pv->mdas[i].interrupted)
				return false;
	return true;
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
