/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/names.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_rename.h"
#include "txn/lv_set.h"
#include "txn/lv_settings.h"
#include "txn/lv_text.h"

static bool follows(const struct rename_job *job, const struct lvol_lv *lv)
{
	size_t len = strlen(job->from);

	return lv == job->lv ? !job->parts_only : (!strncmp(lv->name, job->from, len) && lv->name[len] == '_');
}

static int add_renaming(struct rename_job *job, struct lvol_lv *lv, struct lvol_error *err)
{
	struct renaming *r = ARRAY_PUSH(&job->list);

	if (!r)
		return lvi_error_nomem(err);
	r->lv = lv;
	r->to = lvi_arena_printf(lv->vg->arena, "%s%s", job->to, lv->name + strlen(job->from));
	return r->to ? 0 : lvi_error_nomem(err);
}

/* The virtual origin of a sparse snapshot hangs on the relation, which is above the store that users name. */
static int add_virtual_origin(const struct rename_job *job, struct lv_set *set)
{
	const struct lvol_segment *relation = lvi_lv_cow_user(job->vg, job->lv);
	struct lvol_lv *origin = relation ? lvi_seg_lv(relation, SEG_ORIGIN) : NULL;

	return origin && !(origin->flags & LV_VISIBLE) ? lvi_lv_set_add(set, origin) : 0;
}

static int add_parts(const struct lvol_lv *lv, struct lv_set *set)
{
	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next) {
		bool past = false;

		for (size_t i = 0; !past; i++) {
			struct lvol_lv *part = lvi_seg_lv_ref(seg, i, &past);

			if (part && !(part->flags & (LV_VISIBLE | LV_PVMOVE)) && lvi_lv_set_add(set, part))
				return -LVOL_E_NO_MEMORY;
		}
	}
	return 0;
}

static int list_all(struct rename_job *job, struct lvol_error *err)
{
	struct lv_set set = {0};
	int ret = lvi_lv_set_add(&set, job->lv) || add_virtual_origin(job, &set) ? lvi_error_nomem(err) : 0;

	for (size_t i = 0; i < set.lvs.len && !ret; i++) {
		struct lvol_lv *lv = set.lvs.items[i];

		if (follows(job, lv))
			ret = add_renaming(job, lv, err);
		if (!ret && add_parts(lv, &set))
			ret = lvi_error_nomem(err);
	}
	lvi_lv_set_free(&set);
	return ret;
}

static int check_names(const struct rename_job *job, struct lvol_error *err)
{
	const struct lvol_vg *vg = job->vg->work;
	int ret = 0;

	for (size_t i = 0; i < job->list.len && !ret; i++) {
		ret = lvi_lv_name_check(vg->name, job->list.items[i].to, err);
		if (!ret)
			ret = lvi_lv_name_free(vg, job->list.items[i].to, err);
	}
	return ret;
}

/* Messages to a thin pool name thin LVs in a text that is kept as it is. */
static int check_messages(const struct rename_job *job, struct lvol_error *err)
{
	const struct lvol_segment *seg = job->lv->seg_first;
	const struct lvol_lv *pool = seg ? lvi_seg_lv(seg, SEG_THIN_POOL) : NULL;

	if (!pool || !pool->seg_first || !pool->seg_first->extra || !strstr(pool->seg_first->extra, "message"))
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, job->from,
			"LV %s cannot be renamed while thin pool %s has messages to send; activate the pool once", job->from, pool->name);
}

static const char *new_ref(const struct rename_job *job, const char *ref)
{
	for (size_t i = 0; ref && i < job->list.len; i++)
		if (!strcmp(ref, job->list.items[i].lv->name))
			return job->list.items[i].to;
	return ref;
}

static int work_out_descendants(const struct rename_job *job, const struct strings *old, struct strings *out)
{
	const char **items = lvi_arena_calloc(job->vg->work->arena, old->count, sizeof *items);

	if (!items)
		return -LVOL_E_NO_MEMORY;
	for (size_t i = 0; i < old->count; i++)
		items[i] = new_ref(job, old->items[i]);
	*out = (struct strings) { items, old->count };
	return 0;
}

/* The history names LVs that are there by their names. */
static int work_out_history(struct rename_job *job)
{
	size_t n = 0;
	int ret = 0;

	for (const struct historical_lv *h = job->vg->work->historical; h; h = h->next)
		n++;
	job->descendants = lvi_arena_calloc(job->vg->work->arena, n, sizeof *job->descendants);
	if (!job->descendants)
		return -LVOL_E_NO_MEMORY;
	n = 0;
	for (const struct historical_lv *h = job->vg->work->historical; h && !ret; h = h->next)
		ret = work_out_descendants(job, &h->descendants, &job->descendants[n++]);
	return ret;
}

static int enter_names(struct rename_job *job)
{
	struct hash *names = &job->vg->work->lv_by_name;

	for (; job->entered < job->list.len; job->entered++) {
		const struct renaming *r = &job->list.items[job->entered];

		if (lvi_hash_put(names, r->to, strlen(r->to), r->lv, NULL))
			return -LVOL_E_NO_MEMORY;
	}
	return 0;
}

void lvi_rename_cancel(struct rename_job *job)
{
	while (job->entered) {
		const struct renaming *r = &job->list.items[--job->entered];

		lvi_hash_del(&job->vg->work->lv_by_name, r->to, strlen(r->to));
	}
	ARRAY_FREE(&job->list);
}

static int note(const struct rename_job *job)
{
	char subject[LVI_LV_TEXT_LEN];

	return lvi_txn_notef(job->txn, &(struct txn_note){ job->vg, LVOL_CHANGE_MODIFY, "lv", lvi_lv_text(subject, job->lv) },
			"rename LV to %s", job->to);
}

void lvi_rename_finish(struct rename_job *job)
{
	struct lvol_vg *vg = job->vg->work;
	size_t n = 0;

	for (struct historical_lv *h = vg->historical; h; h = h->next) {
		h->origin = new_ref(job, h->origin);
		h->descendants = job->descendants[n++];
	}
	for (size_t i = 0; i < job->list.len; i++) {
		struct renaming *r = &job->list.items[i];

		lvi_hash_del(&vg->lv_by_name, r->lv->name, strlen(r->lv->name));
		lvi_lv_book_name_freed(job->vg, r->lv->name);
		r->lv->name = r->to;
	}
	ARRAY_FREE(&job->list);
}

int lvi_rename_now(struct rename_job *job, struct lvol_error *err)
{
	int ret = job->to ? lvi_rename_prepare(job, err) : lvi_error_nomem(err);

	if (!ret)
		lvi_rename_finish(job);
	return ret;
}

int lvi_rename_prepare(struct rename_job *job, struct lvol_error *err)
{
	int ret = lvi_lv_book_users(job->vg, err);

	if (!job->parts_only)
		job->from = job->lv->name;
	if (!ret)
		ret = list_all(job, err);
	if (!ret)
		ret = check_names(job, err);
	if (!ret && (work_out_history(job) || enter_names(job)))
		ret = lvi_error_nomem(err);
	if (ret)
		lvi_rename_cancel(job);
	return ret;
}

static int check(const struct rename_job *job, struct lvol_error *err)
{
	int ret = lvi_lv_book_users(job->vg, err);

	if (!ret)
		ret = lvi_lv_must_be_whole(job->vg, job->lv, "renamed", err);
	if (!ret)
		ret = lvi_lv_new_name_check(job->vg->work->name, job->to, err);
	return ret ? ret : check_messages(job, err);
}

int lvi_op_lv_rename(struct lvol_txn *txn, const char *name, const char *new_name, struct lvol_error *err)
{
	struct rename_job job = { .txn = txn, .to = new_name };
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, &job.vg, &job.lv, err);
	if (ret)
		return ret;
	job.from = job.lv->name;
	if (!strcmp(job.from, new_name))
		return lvi_error(err, LVOL_E_EXISTS, name, "LV %s has that name already", new_name);
	ret = check(&job, err);
	if (!ret)
		ret = lvi_rename_prepare(&job, err);
	if (ret)
		return ret;
	if (note(&job)) {
		lvi_rename_cancel(&job);
		return lvi_error_nomem(err);
	}
	lvi_rename_finish(&job);
	return 0;
}
