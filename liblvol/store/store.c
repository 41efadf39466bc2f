/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include <lvol/vg.h>

#include "base/error.h"
#include "store/assemble.h"

static int compare_vgs(const void *a, const void *b)
{
	const struct lvol_vg *x = *(struct lvol_vg *const *)a, *y = *(struct lvol_vg *const *)b;
	int c = strcmp(x->name, y->name);

	return c ? c : memcmp(x->id.c, y->id.c, LVI_UUID_LEN);
}

static size_t count_picks(const struct vg_pick *p)
{
	size_t n = 0;

	for (; p; p = p->next)
		n++;
	return n;
}

static int note_same_names(struct survey *s, struct lvol_scan *scan)
{
	for (size_t i = 1; i < scan->vg_count; i++)
		if (!strcmp(scan->vgs[i - 1]->name, scan->vgs[i]->name) &&
		    lvi_survey_problem(s, LVOL_PROBLEM_DUPLICATE_VG, scan->vgs[i]->name,
				"two VGs have this name; rename one of them by its UUID"))
			return -LVOL_E_NO_MEMORY;
	return 0;
}

static int assemble(struct survey *s, const struct vg_pick *pick, const struct store_env *env,
		struct lvol_vg *const *known, struct lvol_vg **out, struct lvol_error *err)
{
	for (; *known; known++)
		if (lvi_assemble_is(s, pick, *known)) {
			*out = lvi_vg_ref(*known);
			return 0;
		}
	return lvi_assemble_vg(s, pick, env, out, err);
}

/* VGs that cannot be read become problems; lack of memory fails. */
static int assemble_all(struct survey *s, const struct store_env *env, struct lvol_vg *const *known,
		struct lvol_scan *scan, struct lvol_error *err)
{
	struct vg_pick *picks;
	int ret = lvi_picks_make(s, &picks, err);

	if (ret)
		return ret;
	scan->vgs = lvi_arena_calloc(s->arena, count_picks(picks), sizeof *scan->vgs);
	if (!scan->vgs)
		return lvi_error_nomem(err);
	for (struct vg_pick *p = picks; p; p = p->next) {
		struct lvol_error why = LVOL_ERROR_INIT;

		ret = assemble(s, p, env, known, &scan->vgs[scan->vg_count], &why);
		if (!ret)
			scan->vg_count++;
		else if (ret == -LVOL_E_NO_MEMORY || lvi_survey_problem(s, LVOL_PROBLEM_INVALID, p->best->name,
				"the VG cannot be read: %s", why.message))
			return lvi_error_nomem(err);
	}
	qsort(scan->vgs, scan->vg_count, sizeof *scan->vgs, compare_vgs);
	if (note_same_names(s, scan))
		return lvi_error_nomem(err);
	return lvi_assemble_orphans(s, &scan->orphans, err);
}

int lvi_store_scan(struct devset *devs, const struct store_env *env, struct lvol_scan **out, struct lvol_error *err)
{
	return lvi_store_scan_rest(devs, env, (struct lvol_vg *const[]){ NULL }, out, err);
}

int lvi_store_scan_rest(struct devset *devs, const struct store_env *env, struct lvol_vg *const *known,
		struct lvol_scan **out, struct lvol_error *err)
{
	struct lvol_scan *scan = calloc(1, sizeof *scan);
	struct survey *s;
	int ret;

	if (!scan)
		return lvi_error_nomem(err);
	ret = lvi_survey_make(devs, &env->log, NULL, &s, err);
	if (ret) {
		free(scan);
		return ret;
	}
	ret = assemble_all(s, env, known, scan, err);
	scan->devs = lvi_devset_ref(devs);
	scan->problems = s->problems;
	scan->arena = s->arena;  /* the scan lives on in it */
	s->arena = NULL;
	lvi_survey_free(s);
	if (ret) {
		lvi_store_scan_free(scan);
		return ret;
	}
	*out = scan;
	return 0;
}

void lvi_store_scan_free(struct lvol_scan *scan)
{
	if (!scan)
		return;
	for (size_t i = 0; i < scan->vg_count; i++)
		lvi_vg_unref(scan->vgs[i]);
	lvi_vg_unref(scan->orphans);
	lvi_devset_unref(scan->devs);
	lvi_arena_free(scan->arena);
	free(scan);
}

static bool is_named(const struct vg_pick *p, const char *name)
{
	struct uuid id;

	return !strcmp(p->best->name, name) ||
		(lvi_uuid_parse(&id, name, strlen(name)) && lvi_uuid_equal(&id, &p->id));
}

/* The first reason why something may have been overlooked, if there is one. */
static int not_found(const struct survey *s, const char *name, struct lvol_error *err)
{
	for (const struct vg_problem *p = s->problems; p; p = p->next)
		if (p->code == LVOL_PROBLEM_IO)
			return lvi_error(err, LVOL_E_NOT_FOUND, name, "no VG of this name on the devices that can be read; %s %s",
					p->subject, p->message);
	for (const struct found_pv *f = s->pv_first; f; f = f->next)
		for (unsigned i = 0; i < f->label.mda_count; i++)
			if (f->mdas[i].state == COPY_BAD)
				return lvi_error(err, LVOL_E_NOT_FOUND, name,
						"no VG of this name on the %u devices, but a metadata area of %s cannot be used: %s",
						s->devs->count, f->dev->name, f->mdas[i].why);
	return lvi_error(err, LVOL_E_NOT_FOUND, name, "no VG of this name on the %u devices", s->devs->count);
}

static int pick_named(struct survey *s, const char *name, struct vg_pick **out, struct lvol_error *err)
{
	struct vg_pick *picks, *found = NULL;
	int ret = lvi_picks_make(s, &picks, err);

	if (ret)
		return ret;
	for (struct vg_pick *p = picks; p; p = p->next) {
		if (!is_named(p, name))
			continue;
		if (found)
			return lvi_error(err, LVOL_E_DUPLICATE, name, "several VGs have this name; use a UUID instead");
		found = p;
	}
	*out = found;
	return found ? 0 : not_found(s, name, err);
}

int lvi_store_read(struct store_read *read, struct lvol_vg **out, struct lvol_error *err)
{
	struct vg_pick *pick;
	struct survey *s;
	int ret = lvi_survey_make(read->devs, &read->env->log, read->name, &s, err);

	if (ret)
		return ret;
	lvi_hash_random_key(read->key);
	read->sure = lvi_survey_is_sound(s);
	read->sum = lvi_survey_sum(s, read->key);
	ret = pick_named(s, read->name, &pick, err);
	if (!ret)
		ret = lvi_assemble_vg(s, pick, read->env, out, err);
	lvi_survey_free(s);
	return ret;
}

int lvi_store_read_vg(struct devset *devs, const struct store_env *env, const char *name, struct lvol_vg **out,
		struct lvol_error *err)
{
	struct store_read read = { .devs = devs, .env = env, .name = name };

	return lvi_store_read(&read, out, err);
}

/*
 * A text never changes while a header points at it: a commit writes behind it and then has the header say another place.
 * So equal labels and headers mean equal texts.
 */
static int is_unchanged(const struct store_read *read, bool *same, struct lvol_error *err)
{
	struct survey *s;
	int ret;

	*same = false;
	if (!read->sure)
		return 0;
	ret = lvi_survey_look(read->devs, &read->env->log, &s, err);
	if (ret)
		return ret;
	*same = lvi_survey_sum(s, read->key) == read->sum;
	lvi_survey_free(s);
	return 0;
}

int lvi_store_read_again(struct store_read *read, struct lvol_vg *known, struct lvol_vg **out, struct lvol_error *err)
{
	bool same;
	int ret = is_unchanged(read, &same, err);

	if (ret)
		return ret;
	if (!same)
		return lvi_store_read(read, out, err);
	*out = lvi_vg_ref(known);
	return 0;
}
