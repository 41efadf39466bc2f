/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mend.h"

#include <string.h>

#include "util.h"

#define MEND_SEED 13  /* plus the number: what a crashed mending left may not come again by chance */

struct mending {
	struct recorder *rec;
	struct lvol_ctx *ctx;
	mend_step_fn step;
	void *arg;
};

static char *note_step(struct mending *m)
{
	return m->step ? m->step(m->arg, m->rec) : NULL;
}

static char *failed(const char *what, struct lvol_txn *txn, const struct lvol_error *err)
{
	lvol_txn_free(txn);
	return t_text("mending: %s: %s: %s", what, err->subject, err->message);
}

static char *make_vg_of_all(struct mending *m)
{
	struct lvol_vg_create_opts opts = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = world_begin_vg(m->ctx, NULL);
	const char *names[REC_MAX_DISKS + 1] = { NULL };

	for (unsigned i = 0; i < m->rec->count; i++)
		names[i] = m->rec->disks[i].name;
	opts.name = "mended";
	opts.pvs = names;
	opts.extent_bytes = WORLD_EXTENT_BYTES;
	if (lvol_vg_create(txn, &opts, &err) || lvol_txn_commit(txn, &err))
		return failed("a VG of all disks", txn, &err);
	lvol_txn_free(txn);
	return note_step(m);
}

static int change_something(struct lvol_txn *txn, const struct lvol_vg *vg, struct lvol_error *err)
{
	struct lvol_vg_change_opts opts = LVOL_VG_CHANGE_OPTS_INIT;

	if (lvol_vg_is_exported(vg))
		return lvol_vg_import(txn, lvol_vg_name(vg), err);
	opts.add_tags = (const char *const[]){ "mended", NULL };
	return lvol_vg_change(txn, lvol_vg_name(vg), &opts, err);
}

/* A transaction on @vg, which takes in all PVs that are in no VG if @orphans is not NULL. */
static char *mend_vg(struct mending *m, const struct lvol_vg *vg, const struct lvol_scan *orphans)
{
	const char *const vgs[] = { lvol_vg_name(vg), NULL }, *names[REC_MAX_DISKS + 1] = { NULL };
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = NULL;

	for (size_t i = 0; orphans && i < lvol_scan_orphan_count(orphans); i++)
		names[i] = lvol_pv_name(lvol_scan_orphan(orphans, i));
	opts.flags = LVOL_TXN_ALLOW_EXPORTED | (lvol_vg_missing_pv_count(vg) ? LVOL_TXN_ALLOW_PARTIAL : 0);
	if (lvol_txn_begin(m->ctx, vgs, &opts, &txn, &err) || change_something(txn, vg, &err) ||
	    (*names && lvol_vg_is_resizeable(vg) && lvol_vg_extend(txn, vgs[0], names, 0, &err)) ||
	    lvol_txn_commit(txn, &err))
		return failed(vgs[0], txn, &err);
	lvol_txn_free(txn);
	return note_step(m);
}

char *mend_all(struct recorder *rec, uint64_t number, mend_step_fn step, void *arg)
{
	struct mending m = { rec, world_ctx(rec, MEND_SEED + number), step, arg };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *scan;
	char *wrong = NULL;
	size_t count;

	t_ok(lvol_scan_new(m.ctx, &scan, &err), err);
	count = lvol_scan_vg_count(scan);
	for (size_t i = 0; i < count && !wrong; i++)
		wrong = mend_vg(&m, lvol_scan_vg(scan, number & 1 ? count - 1 - i : i), i ? NULL : scan);
	if (!count)
		wrong = make_vg_of_all(&m);
	lvol_scan_free(scan);
	lvol_ctx_unref(m.ctx);
	return wrong;
}

static char *compare_mended(const struct world_view *after, const struct world_view *before)
{
	if (after->problems)
		return t_text("%zu problems are left after mending, the first: %s", after->problems, after->first_problem);
	if (after->missing > before->missing)
		return t_text("%zu PVs are missing after mending, and were %zu", after->missing, before->missing);
	if (*before->names && strcmp(after->names, before->names))
		return t_text("mending made VGs \"%s\" of \"%s\"", after->names, before->names);
	if (strcmp(after->lv_list, before->lv_list))
		return t_text("mending made LVs \"%s\" of \"%s\"", after->lv_list, before->lv_list);
	for (size_t i = 0; i < before->pv_count; i++)
		if (!world_view_has_pv(after, before->pv_ids[i]))
			return t_text("PV %s was lost when mending", before->pv_ids[i]);
	return NULL;
}

char *mend_and_check(struct recorder *rec, uint64_t number, const struct world_view *before)
{
	struct world_view after;
	char *wrong = mend_all(rec, number, NULL, NULL);

	if (!wrong)
		wrong = world_look(rec, &after);
	if (wrong)
		return wrong;
	wrong = compare_mended(&after, before);
	world_view_free(&after);
	return wrong;
}
